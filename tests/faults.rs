//! The self-test before first use. Built with `--cfg khoalai_fault="NAME"` (scripts/faults), the
//! known answer of that algorithm is wrong: it and what is built on it refuse, and nothing else does.
//! Built with `--cfg khoalai_fault="chosen"`, the same for the algorithm named when it runs, from the
//! start or, with `KHOALAI_FAULT_LATE=yes`, after all had passed.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::algorithm::Kind;
use khoalai::{Algorithm, Error, Hedge, Input, State, selftest};
#[cfg(khoalai_fault = "chosen")]
use khoalai::{Half, Hybrid, PrivateKey, Side};
use support::{is_quick, key, public, rng};

/// The fault that was built in, as scripts/faults says.
fn fault() -> Option<String> {
    std::env::var("KHOALAI_FAULT").ok().filter(|name| !name.is_empty())
}

/// Whether `algorithm` has to refuse.
fn is_hit(algorithm: Algorithm) -> bool {
    let Some(fault) = fault() else { return false };
    let halves = algorithm.halves().map(|(pq, classical)| [pq, classical]);
    // Or all that the faster path does on this machine, or signs.
    let fast = |part: Algorithm| {
        let hit = match fault.as_str() {
            "accelerated" => true,
            "accelerated-signing" => part.kind() == Kind::Signature,
            "accelerated-pieces" => part.name() == "Ed25519",
            _ => false,
        };
        hit && part.row().software.implementation() == "graviola"
    };
    [algorithm].into_iter().chain(halves.into_iter().flatten()).any(|part| part.name() == fault || fast(part))
}

const REFUSED: Option<Error> = Some(Error::SelfTestFailed);

/// One process, one order: the state of an algorithm lives as long as the process.
#[test]
fn exactly_the_faulty_algorithm_refuses() {
    let pairwise = fault().as_deref() == Some("pairwise");
    #[cfg(khoalai_fault = "chosen")]
    {
        if fault().as_deref() == Some("mlkem768x25519-sha256") {
            return ssh_refuses();
        }
        #[cfg(feature = "pqclean")]
        if fault().as_deref() == Some("pqcrypto-kyber") {
            return kyber_alone_refuses();
        }
        let faulty = Algorithm::named(&fault().unwrap()).unwrap();
        let late = std::env::var("KHOALAI_FAULT_LATE").is_ok_and(|late| late == "yes");
        let hit = || Algorithm::ALL.iter().copied().filter(|algorithm| late && is_hit(*algorithm));
        hit().for_each(works);
        let keys: Vec<_> = hit().filter_map(whole).chain(hit().filter_map(of_halves)).collect();
        assert_eq!(keys.is_empty(), !late);
        faulty.row().gate.unwrap().spoil();
        if late {
            assert_eq!(selftest::run(faulty).err(), REFUSED, "{faulty}");
        }
        // Nor do keys work that were there before.
        keys.iter().for_each(|key| key_refuses(&**key));
    }
    let hit = Algorithm::ALL.iter().filter(|algorithm| is_hit(**algorithm)).count();
    assert_eq!(hit > 0, fault().is_some() && !pairwise, "no algorithm is called {:?}", fault());
    for &algorithm in Algorithm::ALL {
        println!("algorithm: {algorithm}"); // scripts/faults reads this
        // What runs one test may run those of the halves with it, so not all are untested here.
        let hit = is_hit(algorithm);
        if pairwise {
            pair_is_refused(algorithm);
        } else if hit {
            refuses(algorithm);
        } else if is_quick(algorithm) {
            works(algorithm);
        }
    }
}

#[cfg(khoalai_fault = "chosen")]
type AnyKey = Box<dyn PrivateKey + Send + Sync>;

#[cfg(khoalai_fault = "chosen")]
fn whole(algorithm: Algorithm) -> Option<AnyKey> {
    (algorithm.private_key_len() > 0).then(|| Box::new(key(algorithm, 1)) as AnyKey)
}

/// The same of two halves in a chip.
#[cfg(khoalai_fault = "chosen")]
fn of_halves(hybrid: Algorithm) -> Option<AnyKey> {
    let mut chip = support::chip::Chip::new(2);
    let mut half = |side| Half::generate(hybrid, side, &mut chip, &format!("{side:?}"), &mut rng(1)).ok();
    let (pq, classical) = (half(Side::PostQuantum)?, half(Side::Classical)?);
    Some(Box::new(Hybrid::new(hybrid, pq, classical).unwrap()))
}

#[cfg(khoalai_fault = "chosen")]
fn key_refuses(key: &dyn PrivateKey) {
    let algorithm = key.algorithm();
    if algorithm.kind() == Kind::Signature {
        let mut out = vec![0xee; algorithm.signature_len()];
        let input = Input::Message(&[b"message"]);
        let signed = key.sign(input, b"", Hedge::Preferred, &mut rng(2), &mut out).err();
        assert_eq!(signed, REFUSED, "{algorithm}: a key that was there");
        assert!(out.iter().all(|byte| *byte == 0), "{algorithm}");
    } else {
        let mut secret = vec![0xee; algorithm.secret_len()];
        let ciphertext = vec![1; algorithm.ciphertext_len()];
        let opened = key.decapsulate(&ciphertext, &mut rng(2), &mut secret).err();
        // What is no ciphertext at all is told first.
        assert!(opened == REFUSED || opened == Some(Error::Malformed), "{algorithm}: {opened:?}");
        assert!(secret.iter().all(|byte| *byte == 0), "{algorithm}");
    }
}

/// Making RSA keys takes long, and their check is that of the shortest.
fn pair_is_refused(algorithm: Algorithm) {
    if !is_quick(algorithm) || ["RSA3072", "RSA4096"].iter().any(|long| algorithm.name().contains(long)) {
        return;
    }
    let made = khoalai::generate(algorithm, &mut rng(1)).err();
    if made == Some(Error::Unsupported) {
        return;
    }
    assert_eq!(made, REFUSED, "{algorithm}");
    assert_eq!(selftest::state(algorithm), State::Failed, "{algorithm}");
}

/// Public operations first: nothing but themselves has asked for the test.
fn refuses(algorithm: Algorithm) {
    let public = vec![0; algorithm.public_key_len()];
    if algorithm.kind() == Kind::Signature {
        let signature = vec![0; algorithm.signature_len()];
        let verified = algorithm.verify(&public, Input::Message(&[b"message"]), b"", &signature);
        assert_eq!(verified.err(), REFUSED, "{algorithm}");
    } else {
        let (mut ciphertext, mut secret) =
            (vec![0; algorithm.ciphertext_len()], vec![0; algorithm.secret_len()]);
        let made = algorithm.encapsulate(&public, &mut rng(1), &mut ciphertext, &mut secret);
        assert_eq!(made.err(), REFUSED, "{algorithm}");
    }
    assert_eq!(selftest::state(algorithm), State::Failed, "{algorithm}");
    assert_eq!(selftest::run(algorithm).err(), REFUSED, "{algorithm}: a second test hides the first");
    if algorithm.private_key_len() > 0 {
        // Refused before anything is drawn.
        assert_eq!(khoalai::generate(algorithm, &mut rng(1)).err(), REFUSED, "{algorithm}");
        let private = vec![1; algorithm.private_key_len()];
        assert_eq!(khoalai::import(algorithm, &private).err(), REFUSED, "{algorithm}");
    }
}

fn works(algorithm: Algorithm) {
    if algorithm.private_key_len() == 0 {
        assert_eq!(selftest::run(algorithm), Ok(()), "{algorithm}");
        return;
    }
    let key = key(algorithm, 1);
    assert_eq!(selftest::state(algorithm), State::Passed, "{algorithm}");
    let public = public(&*key);
    if algorithm.kind() == Kind::Signature {
        let mut signature = vec![0; algorithm.signature_len()];
        let input = Input::Message(&[b"message"]);
        let signature = key.sign(input, b"", Hedge::Preferred, &mut rng(2), &mut signature).unwrap();
        assert_eq!(algorithm.verify(&public, input, b"", signature), Ok(()), "{algorithm}");
    } else {
        let (mut ciphertext, mut sent, mut got) = (
            vec![0; algorithm.ciphertext_len()],
            vec![0; algorithm.secret_len()],
            vec![0; algorithm.secret_len()],
        );
        algorithm.encapsulate(&public, &mut rng(2), &mut ciphertext, &mut sent).unwrap();
        key.decapsulate(&ciphertext, &mut rng(3), &mut got).unwrap();
        assert_eq!(sent, got, "{algorithm}");
    }
}

/// The hash of SSH's key exchange has a gate of its own; what it is made of is not hit.
#[cfg(khoalai_fault = "chosen")]
fn ssh_refuses() {
    use khoalai::ssh::{C_INIT_LEN, MlKem768X25519, S_REPLY_LEN, gate, mlkem768x25519_sha256};

    gate().spoil();
    let mut reply = [0xee; S_REPLY_LEN];
    assert_eq!(mlkem768x25519_sha256(&[0; C_INIT_LEN], &mut rng(1), &mut reply).err(), REFUSED);
    assert_eq!(reply, [0; S_REPLY_LEN]);
    assert_eq!(MlKem768X25519::generate(&mut rng(1)).err(), REFUSED);
    works(khoalai::X_WING);
}

/// The other ML-KEM has gates of its own: one is spoilt before its first use.
#[cfg(all(khoalai_fault = "chosen", feature = "pqclean"))]
fn kyber_alone_refuses() {
    use khoalai::soft::Key;
    use khoalai::soft::pqclean::{Kyber512, Kyber768, Kyber1024};
    use khoalai::{ML_KEM_512, ML_KEM_768, ML_KEM_1024};

    Kyber768::gate().spoil();
    let made = |algorithm: Algorithm, encapsulate: fn(&[u8], &mut [u8], &mut [u8]) -> khoalai::Result<()>| {
        let (mut ciphertext, mut secret) = (vec![0xee; algorithm.ciphertext_len()], [0xee; 32]);
        let made = encapsulate(&public(&key(algorithm, 1)), &mut ciphertext, &mut secret).err();
        assert_eq!(made.is_some(), secret == [0; 32], "{algorithm}");
        made
    };
    assert_eq!(made(ML_KEM_512, Kyber512::encapsulate_by_system), None);
    assert_eq!(made(ML_KEM_768, Kyber768::encapsulate_by_system), REFUSED);
    assert_eq!(made(ML_KEM_1024, Kyber1024::encapsulate_by_system), None);
    // The gate comes before the key is looked at.
    assert_eq!(Key::<Kyber768>::import_expanded(ML_KEM_768, &[0; 2400]).err(), REFUSED);
    assert_eq!(Key::<Kyber512>::import_expanded(ML_KEM_512, &[0; 1632]).err(), Some(Error::BadPrivateKey));
    works(ML_KEM_768);
}
