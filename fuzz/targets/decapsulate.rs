//! Opens attackers' ciphertexts with keys of every row that exchanges keys.
//!
//! Input: tag of the row, raw private key (length in front), ciphertext.
#![no_main]

use khoalai::algorithm::Kind;
use khoalai::{Algorithm, DecapsulationKey, Error, PrivateKey};
use khoalai_fuzz::{
    AnyKey, Pieces, encapsulate, exchanges, is_slow_to_make, load, long, own_keys, public, random, tag,
};

khoalai_fuzz::target!();

fn run(data: &[u8]) -> Option<&'static str> {
    let mut pieces = Pieces(data);
    let row = pieces.row(exchanges)?;
    let (raw, ciphertext) = (pieces.long()?, pieces.rest());
    let key = load(row, raw)?;
    let open = |key: &AnyKey| {
        let mut secret = vec![0xaa; row.secret_len()];
        let opened = key.decapsulate(ciphertext, &mut random(1), &mut secret);
        (opened, secret)
    };

    let (opened, secret) = open(&key);
    assert!(open(&key) == (opened, secret.clone()), "{row}: two answers to one ciphertext");
    let zero = secret.iter().all(|byte| *byte == 0);
    match opened {
        Ok(()) => {
            assert_eq!(ciphertext.len(), row.ciphertext_len());
            // On the P curves and their like there is an honest point with X = 0; Wycheproof has it.
            let may = row.kind() == Kind::Share && !row.name().starts_with('X');
            assert!(!zero || may, "{row}: a secret of zeros");
        }
        Err(error) => {
            assert!(matches!(error, Error::Malformed | Error::DecapsulationFailed), "{row}: {error:?}");
            assert!(zero, "{row}: a refusal leaves something behind");
        }
    }
    if ciphertext.len() != row.ciphertext_len() {
        assert_eq!(opened, Err(Error::Malformed));
    }

    // The checked view says the same, and what is sent to this key is opened.
    let (sent, expected) = encapsulate(row, &public(&key), &mut random(2)).expect("an honest key");
    let mut got = vec![0; row.secret_len()];
    key.decapsulate(&sent, &mut random(3), &mut got).expect("an honest ciphertext");
    assert!(got == expected, "{row}: another secret came out than went in");
    // Some rows and keys need a policy's word before the view takes them.
    if row.kind() == Kind::Kem
        && let Ok(key) = DecapsulationKey::new(key)
    {
        let seen = key.decapsulate(ciphertext, &mut random(1));
        assert_eq!(seen.as_ref().map(|_| ()).map_err(|error| *error), opened);
        seen.iter().for_each(|seen| assert!(seen.expose()[..] == secret));
    }
    opened.ok().map(|()| row.name())
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    own_keys(exchanges)
        .map(|(row, raw, key)| {
            let (ciphertext, _) = encapsulate(row, &public(&key), &mut random(2)).expect("an honest key");
            (row.name().to_owned(), [&tag(row.name())[..], &long(&raw), &ciphertext].concat())
        })
        .collect()
}

fn rows(row: Algorithm) -> bool {
    exchanges(row) && !is_slow_to_make(row)
}
