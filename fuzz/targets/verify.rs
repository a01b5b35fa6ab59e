//! Verifies attackers' signatures under attackers' public keys, of every row that signs.
//!
//! Input: tag of the row, kind of input, context, message and public key (length in front), signature.
#![no_main]

use khoalai::algorithm::Kind;
use khoalai::composite::{Verdicts, verdicts};
use khoalai::{Algorithm, DigestAlgorithm, Error, Hedge, Input, MessageStream, PrivateKey, PublicKey};
use khoalai_fuzz::{Pieces, is_slow_to_test, long, own_keys, public, random, short, tag};

khoalai_fuzz::target!();

fn run(data: &[u8]) -> Option<&'static str> {
    let mut pieces = Pieces(data);
    let row = pieces.row(|row| row.kind() == Kind::Signature)?;
    let (kind, context, message) = (pieces.byte()?, pieces.short()?, pieces.long()?);
    let (key, signature) = (pieces.long()?, pieces.rest());

    let parts = [message];
    let two = message.split_at(message.len() / 2);
    let two = [two.0, two.1];
    let input = match kind % 5 {
        0 => Input::Message(&parts),
        1 => Input::Message(&two),
        2 => Input::Prehash(message),
        3 => Input::Mu(message.try_into().ok()?),
        _ => {
            let hash = DigestAlgorithm::ALL[usize::from(kind / 5) % DigestAlgorithm::ALL.len()];
            Input::Hashed { hash, digest: message }
        }
    };
    // Without the self-test, which takes SLH-DSA seconds.
    let software = row.row().software;
    let verify =
        |input, context: &[u8], signature: &[u8]| software.verify(row, key, input, context, signature);

    let checked = row.check_public_key(key);
    let verdict = verify(input, context, signature);
    assert_eq!(verify(input, context, signature), verdict, "{row}: two verdicts");
    if !row.is_classical() && !row.is_legacy() && !is_slow_to_test(row) {
        let view = PublicKey::new(row, key);
        assert_eq!(view.as_ref().err(), checked.as_ref().err());
        let seen = view.as_ref().map(|view| view.verify_input(input, context, signature));
        assert!(seen.is_err() || seen == Ok(verdict), "{row}: the view differs");
        if let (Ok(view), Input::Message(_)) = (view, input)
            && let Ok(mut stream) = MessageStream::new(&view, context)
        {
            two.iter().for_each(|part| stream.update(part));
            assert_eq!(stream.verify(&view, signature).is_ok(), verdict.is_ok(), "{row}: the stream differs");
        }
    }
    if row.halves().is_some() {
        let halves = verdicts(row, key, input, context, signature);
        let both = halves == Ok(Verdicts { pq: true, classical: true });
        assert_eq!(verdict.is_ok(), both, "{row}: a verdict that a half does not bear");
    }
    if let Err(error) = verdict {
        let expected = [
            Error::VerificationFailed,
            Error::Malformed,
            Error::BadPublicKey,
            Error::BadContext,
            Error::Unsupported,
        ];
        assert!(expected.contains(&error), "{row}: {error:?}");
        return None;
    }

    checked.expect("nothing verifies under a refused key");
    let other = [message, b"."];
    assert!(verify(Input::Message(&other), context, signature).is_err(), "{row}: another message");
    let longer = [signature, &[0]].concat();
    assert!(verify(input, context, &longer).is_err(), "{row}: one byte more");
    let shorter = signature.split_last().expect("no signature is empty").1;
    assert!(verify(input, context, shorter).is_err(), "{row}: one byte less");
    Some(row.name())
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    for (row, _, key) in own_keys(|row| row.kind() == Kind::Signature) {
        let (public, message) = (public(&key), &[0x33; 64]);
        let kinds = [
            (0, Input::Message(&[message]), &message[..]),
            (2, Input::Prehash(&message[..32]), &message[..32]),
            (2, Input::Prehash(message), message),
            (3, Input::Mu(message), message),
            // The fourth of DigestAlgorithm::ALL.
            (4 + 5 * 3, Input::Hashed { hash: DigestAlgorithm::Sha512, digest: message }, message),
        ];
        for (kind, input, message) in kinds {
            for context in [&b""[..], b"context"] {
                let mut out = vec![0; row.signature_len()];
                let made = key.sign(input, context, Hedge::Deterministic, &mut random(3), &mut out);
                let Ok(signature) = made else { continue };
                let head = [&tag(row.name())[..], &[kind], &short(context), &long(message)].concat();
                let name = format!("{}-{kind}-{}-{}", row.name(), message.len(), context.len());
                seeds.push((name, [&head[..], &long(&public), signature].concat()));
            }
        }
    }
    seeds
}

fn rows(row: Algorithm) -> bool {
    row.kind() == Kind::Signature
}
