//! Both halves in one token, and the combiner there too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop anywhere")]

mod support;

use khoalai::*;
use khoalai_hsm::{Combiner, ComponentSecrets, DecapsulateInside, InsideTask, Problem};
use support::alone::token_test;
use support::open::{open, public_of};
use support::secrets::keep;
use support::suites::whole_suites;
use support::tokens::{Kryoptic, Token};

const HYBRIDS: [Algorithm; 4] = [MLKEM768_X25519, MLKEM768_P256, MLKEM1024_P384, MLKEM768_ECDH_P384_SHA3_256];

/// Makes each hybrid, sends to it from software, and opens it again after that.
fn works(token: &Token, secrets: ComponentSecrets, combiner: Combiner, inside: bool) {
    // Every suite that the table has; a secret of RSA cannot be combined there.
    let mut hybrids = whole_suites(token.kind);
    hybrids.retain(|hybrid| hybrid.kind() == algorithm::Kind::Kem && !hybrid.name().contains("RSA"));
    assert_eq!(hybrids.len(), 8, "{hybrids:?}");
    let token = open(token);
    for algorithm in hybrids {
        let random = &mut SystemRandom;
        let key = token.generate_hybrid(algorithm, algorithm.name(), secrets, random);
        let key = key.unwrap_or_else(|error| panic!("{algorithm}: {error:?}"));
        assert_eq!((key.combiner(), key.can_stay_inside()), (combiner, inside), "{algorithm}");
        let custody = key.custody();
        assert_eq!((custody.pq, custody.classical), (Some(Place::Device), Some(Place::Device)));
        let combined = if combiner == Combiner::Outside { Place::Memory } else { Place::Device };
        assert_eq!(custody.combined, combined);

        let key = DecapsulationKey::new(key).unwrap();
        let public = public_of(key.get());
        let mut ciphertext = vec![0; algorithm.ciphertext_len()];
        let sent = public.encapsulate(random, &mut ciphertext).unwrap();
        keep(sent.expose());
        assert!(key.decapsulate(&ciphertext, random).unwrap() == sent, "{algorithm}");
        let again = token.open_hybrid(algorithm, algorithm.name(), secrets).unwrap();
        let again = DecapsulationKey::new(again).unwrap();
        assert!(again.decapsulate(&ciphertext, random).unwrap() == sent, "{algorithm}");
        let any = token.open_any(algorithm.name(), secrets).unwrap();
        assert_eq!((any.algorithm(), public_of(&any).as_bytes()), (algorithm, public.as_bytes()));
        // ML-KEM's own answer to what was changed: another secret.
        ciphertext[0] ^= 1;
        assert!(key.decapsulate(&ciphertext, random).unwrap() != sent, "{algorithm}");
        println!("{algorithm}: {combiner:?}");
    }
    // Joined by hand, the two secrets would have to come out.
    let name = MLKEM768_P256.name();
    let opened = &mut token.clone();
    let pq = Half::open(MLKEM768_P256, Side::PostQuantum, opened, &format!("{name}.pq")).unwrap();
    let classical = Half::open(MLKEM768_P256, Side::Classical, opened, &format!("{name}.classical")).unwrap();
    assert_eq!(Hybrid::new(MLKEM768_P256, pq, classical).err(), Some(Error::SameDevice));
    // The halves of one hybrid are no other's.
    let other = token.open_hybrid(MLKEM768_ECDH_P256_SHA3_256, MLKEM768_P256.name(), secrets);
    assert_eq!(other.err().unwrap(), Error::HalvesMismatch);
}

token_test!(kryoptic, [Token::kryoptic(Kryoptic::WHOLE)], |[token]| {
    works(&token, ComponentSecrets::StayInside, Combiner::KeyDerive, true);
});
token_test!(nss, [Token::nss()], |[token]| {
    works(&token, ComponentSecrets::StayInside, Combiner::KeyDerive, true);
});
token_test!(digest, [Token::kryoptic(Kryoptic::DIGEST_KEY)], |[token]| {
    works(&token, ComponentSecrets::StayInside, Combiner::DigestKey, false);
});
token_test!(outside, [Token::kryoptic(Kryoptic::NO_COMBINER)], |[token]| {
    let opened = open(&token);
    let refused = opened.generate_hybrid(MLKEM768_P256, "x", ComponentSecrets::StayInside, &mut SystemRandom);
    assert_eq!(refused.err().unwrap(), Error::CombinerUnavailable);
    works(&token, ComponentSecrets::MayLeave, Combiner::Outside, false);
});
token_test!(of_today, [Token::softhsm()], |[token]| {
    let opened = open(&token);
    for secrets in [ComponentSecrets::StayInside, ComponentSecrets::MayLeave] {
        let refused = opened.generate_hybrid(MLKEM768_P256, "x", secrets, &mut SystemRandom).err().unwrap();
        match secrets {
            ComponentSecrets::StayInside => assert_eq!(refused, Error::CombinerUnavailable),
            ComponentSecrets::MayLeave => assert_eq!(refused, Problem::NotOffered),
        }
    }
});

/// A document for a key in the token: it is opened there, and neither secret nor key is ever outside.
fn envelope([token]: [Token; 1]) {
    use aes_gcm::aead::{Aead, KeyInit, Payload};
    let token = open(&token);
    let before = token.list().unwrap();
    for algorithm in HYBRIDS {
        let random = &mut SystemRandom;
        let key = token.generate_hybrid(algorithm, "envelope", ComponentSecrets::StayInside, random).unwrap();
        let mut ciphertext = vec![0; algorithm.ciphertext_len()];
        let secret = public_of(&key).encapsulate(random, &mut ciphertext).unwrap();
        keep(secret.expose());
        let nonce = [7; 12];
        let cipher = aes_gcm::Aes256Gcm::new(&(*secret.expose()).into());
        let payload = Payload { msg: b"TEST ONLY document", aad: b"header" };
        let sealed = cipher.encrypt(&nonce.into(), payload).unwrap();
        let decrypt = |associated, data| InsideTask::Decrypt { nonce: &nonce, associated, data };
        let opened = key.decapsulate_inside(&ciphertext, decrypt(b"header", &sealed)).unwrap();
        assert_eq!(opened.as_slice(), b"TEST ONLY document");
        let encrypt =
            InsideTask::Encrypt { nonce: &nonce, associated: b"header", data: b"TEST ONLY document" };
        assert_eq!(key.decapsulate_inside(&ciphertext, encrypt).unwrap().to_vec(), sealed);
        // Whatever was changed: one error, the same for header, document, tag and ciphertext.
        let mut broken = sealed.clone();
        broken[3] ^= 1;
        let mut other = ciphertext.clone();
        other[0] ^= 1;
        for refused in [
            key.decapsulate_inside(&ciphertext, decrypt(b"another", &sealed)),
            key.decapsulate_inside(&ciphertext, decrypt(b"header", &broken)),
            key.decapsulate_inside(&other, decrypt(b"header", &sealed)),
        ] {
            assert_eq!(refused.unwrap_err(), Error::DecapsulationFailed, "{algorithm}");
        }
        let short = key.decapsulate_inside(&ciphertext, decrypt(b"", &[0; 15]));
        assert_eq!(short.unwrap_err(), Error::Malformed);
        token.destroy_hybrid(key).unwrap();
    }
    assert_eq!(token.list().unwrap(), before);
}

token_test!(kryoptic_envelope, [Token::kryoptic(Kryoptic::WHOLE)], envelope);
token_test!(nss_envelope, [Token::nss()], envelope);

/// A hybrid whose second half cannot be had is not made: its first half goes as well.
fn both_or_none([token]: [Token; 1]) {
    let token = open(&token);
    let (stay, random) = (ComponentSecrets::StayInside, &mut SystemRandom);
    let mut seed = [0; 64];
    random.fill(&mut seed).unwrap();
    keep(&seed);
    for (bad, error) in [
        (&[0; 32][..], Error::BadPrivateKey),
        (&[0xff; 32], Error::BadPrivateKey),
        (&[1; 31], Error::Malformed),
        (&[], Error::Malformed),
    ] {
        let refused = token.import_hybrid(MLKEM768_P256, "half", (&seed, bad), stay);
        assert_eq!(refused.err().unwrap(), error);
        assert!(token.list().unwrap().is_empty(), "a half was left");
    }
    // The name of the second half is somebody's already.
    let taken = Store::generate(&mut token.clone(), P256_SHARE, "half.classical", random).unwrap();
    let before = token.list().unwrap();
    let refused = token.generate_hybrid(MLKEM768_P256, "half", stay, random);
    assert_eq!(refused.err().unwrap(), Problem::NameTaken);
    assert_eq!(token.list().unwrap(), before);
    // Nothing that was refused stands in the way of what is right.
    Store::destroy(&mut token.clone(), taken).unwrap();
    token.generate_hybrid(MLKEM768_P256, "half", stay, random).unwrap();
}

token_test!(kryoptic_both_or_none, [Token::kryoptic(Kryoptic::WHOLE)], both_or_none);
token_test!(nss_both_or_none, [Token::nss()], both_or_none);

/// Composites of two halves in one token: nothing of them needs to be combined.
fn signs([token]: [Token; 1]) {
    let mut suites = whole_suites(token.kind);
    suites.retain(|suite| suite.kind() == algorithm::Kind::Signature);
    assert_eq!(suites.len(), 15, "{suites:?}");
    let token = &mut open(&token);
    for algorithm in suites {
        let random = &mut SystemRandom;
        let pq =
            Half::generate(algorithm, Side::PostQuantum, token, &format!("{algorithm}.pq"), random).unwrap();
        let classical =
            Half::generate(algorithm, Side::Classical, token, &format!("{algorithm}.classical"), random)
                .unwrap();
        let key = SigningKey::new(Hybrid::new(algorithm, pq, classical).unwrap()).unwrap();
        let public = public_of(key.get());
        let mut out = vec![0; algorithm.signature_len()];
        let signature = key.sign(b"TEST ONLY", b"context", random, &mut out).unwrap();
        public.verify(b"TEST ONLY", b"context", signature).unwrap();
        let name = algorithm.name();
        let again = SigningKey::new(token.open_any(name, ComponentSecrets::StayInside).unwrap()).unwrap();
        assert_eq!(public_of(again.get()).as_bytes(), public.as_bytes(), "{algorithm}");
        println!("{algorithm}: signed in the token");
    }
}

token_test!(kryoptic_signs, [Token::kryoptic(Kryoptic::WHOLE)], signs);
token_test!(nss_signs, [Token::nss()], signs);

/// What is told of a token was tried, and nothing of it stays.
fn probed(token: &Token, components: usize, combiner: Option<Combiner>, stays_inside: bool) {
    let token = open(token);
    let probe = token.probe(&mut SystemRandom).unwrap();
    for (algorithm, error) in &probe.components {
        println!("{algorithm}: {}", error.as_ref().map_or("works".to_owned(), ToString::to_string));
    }
    assert_eq!(probe.components.iter().filter(|(_, error)| error.is_none()).count(), components);
    assert_eq!((probe.combiner, probe.stays_inside), (combiner, stays_inside));
    println!("{:?}", probe.hybrids());
    assert!(token.list().unwrap().is_empty());
}

token_test!(kryoptic_probed, [Token::kryoptic(Kryoptic::WHOLE)], |[token]| {
    probed(&token, 23, Some(Combiner::KeyDerive), true);
});
token_test!(nss_probed, [Token::nss()], |[token]| probed(&token, 23, Some(Combiner::KeyDerive), true));
token_test!(softhsm_probed, [Token::softhsm()], |[token]| probed(&token, 21, None, false));
token_test!(rsa_probed, [Token::kryoptic(Kryoptic::RSA)], |[token]| probed(&token, 6, None, false));
