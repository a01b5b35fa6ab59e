//! Reads any bytes as PEM, into buffers of every kind of length. What is accepted looks like PEM
//! and is, but for text before it and white space, what is written for its content.
#![no_main]

use khoalai::encode::Format;
use khoalai::encode::pem::{self, Label};
use khoalai::{Algorithm, Error};

khoalai_fuzz::target!();

fn run(data: &[u8]) -> Option<&'static str> {
    let format = Format::of(data);
    let mut out = vec![0xaa; data.len()];
    let read = match pem::decode(data, &mut out) {
        Ok(read) => read,
        Err(error) => {
            assert!(matches!(error, Error::Malformed | Error::BufferTooSmall));
            assert!(out.iter().all(|byte| *byte == 0), "a refusal leaves something behind");
            return None;
        }
    };
    assert_eq!(format, Format::Pem);

    let mut again = vec![0; data.len() + 200];
    let again = pem::encode(read.label, read.test_only, read.der, &mut again).expect("room");
    let bare =
        |text: &[u8]| text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<_>>();
    assert!(bare(data).ends_with(&bare(again.as_bytes())), "two texts for one content");

    // A buffer of just the length will do, and one byte less will not.
    let len = read.der.len();
    let mut exact = vec![0; len];
    assert_eq!(pem::decode(data, &mut exact).map(|read| read.der.len()), Ok(len));
    if let Some(less) = exact.get_mut(1..) {
        assert_eq!(pem::decode(data, less).err(), Some(Error::BufferTooSmall));
        assert!(less.iter().all(|byte| *byte == 0), "a refusal leaves something behind");
    }
    Some(match (read.label, read.test_only) {
        (_, true) => "TEST ONLY",
        (Label::PublicKey, _) => "PUBLIC KEY",
        (Label::PrivateKey, _) => "PRIVATE KEY",
        (Label::EncryptedPrivateKey, _) => "ENCRYPTED PRIVATE KEY",
        (Label::Certificate, _) => "CERTIFICATE",
        (Label::OpensshPrivateKey, _) => "OPENSSH PRIVATE KEY",
        _ => "another",
    })
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    let labels = [
        Label::PublicKey,
        Label::PrivateKey,
        Label::EncryptedPrivateKey,
        Label::Certificate,
        Label::OpensshPrivateKey,
    ];
    let mut seeds = Vec::new();
    for (n, label) in labels.into_iter().enumerate() {
        for test_only in [false, true] {
            for len in [1, 47, 48, 49, 50, 100] {
                let mut out = [0; 400];
                let text = pem::encode(label, test_only, &vec![0x5a; len], &mut out).expect("room");
                seeds.push((format!("{n}-{test_only}-{len}"), text.as_bytes().to_vec()));
            }
        }
    }
    seeds
}

fn rows(_: Algorithm) -> bool {
    false
}
