//! Encapsulates to hostile public keys. Whatever the check accepts gives a secret; whatever it
//! refuses never does.
//!
//! Input: tag of the row, 8 bytes for the generator, public key.
#![no_main]

use khoalai::algorithm::Kind;
use khoalai::{Algorithm, Error, PublicKey};
use khoalai_fuzz::{Pieces, encapsulate, exchanges, own_keys, public, random, tag};

khoalai_fuzz::target!();

fn run(data: &[u8]) -> Option<&'static str> {
    let mut pieces = Pieces(data);
    let row = pieces.row(exchanges)?;
    let seed = u64::from_le_bytes(*pieces.array()?);
    let key = pieces.rest();

    let checked = row.check_public_key(key);
    assert_eq!(row.check_public_key(key), checked);
    let made = encapsulate(row, key, &mut random(seed));
    let view = PublicKey::new(row, key);
    match checked {
        Ok(()) => {
            let (ciphertext, secret) = made.as_ref().expect("an accepted key takes a secret");
            assert!(secret.iter().any(|byte| *byte != 0), "{row}: a secret of zeros");
            row.check_ciphertext(ciphertext).expect("what we send is well-formed");
            assert!(encapsulate(row, key, &mut random(seed)) == made, "{row}: not deterministic");
        }
        Err(error) => {
            assert!(matches!(error, Error::Malformed | Error::BadPublicKey), "{row}: {error:?}");
            assert!(made.is_err(), "{row}: a secret for a refused key");
        }
    }
    if row.is_legacy() || row.is_classical() {
        let refused = if row.is_legacy() { Error::LegacyAlgorithm } else { Error::ClassicalOnly };
        assert_eq!(view.err(), Some(refused));
    } else if row.kind() == Kind::Kem && row.secret_len() == 32 {
        let mut ciphertext = vec![0xaa; row.ciphertext_len()];
        let seen = view.and_then(|view| view.encapsulate(&mut random(seed), &mut ciphertext));
        assert_eq!(seen.as_ref().err(), checked.as_ref().err());
        if let (Ok(seen), Ok((sent, secret))) = (seen, made) {
            assert!(ciphertext == sent && seen.expose()[..] == secret, "{row}: the view differs");
        }
    }
    checked.ok().map(|()| row.name())
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    own_keys(exchanges)
        .map(|(row, _, key)| (row.name().to_owned(), [&tag(row.name())[..], &[7; 8], &public(&key)].concat()))
        .collect()
}

fn rows(row: Algorithm) -> bool {
    exchanges(row)
}
