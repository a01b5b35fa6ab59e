//! PEM: labels, the TEST ONLY mark, and the limits of what is read.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

use khoalai::encode::pem::{self, Label};
use khoalai::encode::{Format, pkcs8};
use khoalai::limits::{MAX_DER, MAX_PEM};
use khoalai::{ED25519, Error};

const LABELS: [(Label, &str); 4] = [
    (Label::PublicKey, "PUBLIC KEY"),
    (Label::PrivateKey, "PRIVATE KEY"),
    (Label::EncryptedPrivateKey, "ENCRYPTED PRIVATE KEY"),
    (Label::Certificate, "CERTIFICATE"),
];

fn write(label: Label, test_only: bool, der: &[u8]) -> String {
    let mut out = vec![0; 2 * der.len() + 200];
    pem::encode(label, test_only, der, &mut out).unwrap().to_owned()
}

fn read(text: &str) -> Result<(Label, bool, Vec<u8>), Error> {
    let mut out = vec![0; text.len()];
    pem::decode(text.as_bytes(), &mut out).map(|read| (read.label, read.test_only, read.der.to_vec()))
}

#[test]
fn labels() {
    for (label, name) in LABELS {
        for (test_only, mark) in [(false, ""), (true, "TEST ONLY ")] {
            let text = write(label, test_only, &[1, 2, 3]);
            let expected = format!("-----BEGIN {mark}{name}-----\nAQID\n-----END {mark}{name}-----\n");
            assert_eq!(text, expected);
            assert_eq!(read(&text), Ok((label, test_only, vec![1, 2, 3])));
            assert_eq!(pem::TEST_ONLY, "TEST ONLY ");
        }
    }
    for other in [
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "X509 CRL",
        "private key",
        "PRIVATE KEY ",
        " PRIVATE KEY",
        "PRIVATE  KEY",
        "TEST ONLY",
        "TEST ONLY TEST ONLY PRIVATE KEY",
        "TEST-ONLY PRIVATE KEY",
        "test only PRIVATE KEY",
        "TEST ONLYPRIVATE KEY",
        "",
    ] {
        let text = format!("-----BEGIN {other}-----\nAQID\n-----END {other}-----\n");
        assert_eq!(read(&text), Err(Error::Malformed), "{other}");
    }
}

#[test]
fn the_mark_is_on_both_ends() {
    let marked = write(Label::PrivateKey, true, &[1, 2, 3]);
    let half = marked.replacen("BEGIN TEST ONLY ", "BEGIN ", 1);
    assert_eq!(read(&half), Err(Error::Malformed));
    let half = marked.replacen("END TEST ONLY ", "END ", 1);
    assert_eq!(read(&half), Err(Error::Malformed));
}

#[test]
fn one_document() {
    let text = write(Label::PrivateKey, false, &[0x11; 100]);
    assert!(read(&format!("From: somebody\n\nsome words\n{text}")).is_ok(), "text before it");
    assert!(read(&text.replace('\n', "\r\n")).is_ok(), "the other line end");
    assert_eq!(read(text.trim_end()), read(&text), "no last line end");
    let marked = write(Label::PrivateKey, true, &[0x11; 100]);
    for (what, wrong) in [
        ("two", format!("{text}{text}")),
        ("a marked one behind", format!("{text}{marked}")),
        ("text behind", format!("{text}words\n")),
        ("no end", text[..text.len() - 10].to_owned()),
        ("no base64", text.replace("ERER", "E?ER")),
        ("bits beyond the end", text.replace("EQ==", "ER==")),
        ("no padding", text.replace("==", "")),
        ("lines of another width", text.replacen("ERER", "ERER\n", 1)),
        (
            "only the frame",
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n".replace("PRIVATE", "P"),
        ),
    ] {
        assert_ne!(wrong, text, "{what}: nothing was changed");
        assert_eq!(read(&wrong), Err(Error::Malformed), "{what}");
    }
}

#[test]
fn as_long_as_may_be_and_one_more() {
    let text = write(Label::PublicKey, false, &[0x11; 100]);
    for (len, good) in [(MAX_PEM - 1, true), (MAX_PEM, true), (MAX_PEM + 1, false), (2 * MAX_PEM, false)] {
        let before = format!("{}\n", " ".repeat(len - text.len() - 1));
        let long = format!("{before}{text}");
        assert_eq!(long.len(), len);
        assert_eq!(read(&long).err(), (!good).then_some(Error::Malformed), "{len}");
        assert_eq!(Format::of(long.as_bytes()), Format::Pem);
    }
    // A PKCS#8 key with attributes of any length, which are passed over.
    let key = [&b"\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"[..], &[7; 32]].concat();
    for (len, good) in [(MAX_DER - 1, true), (MAX_DER, true), (MAX_DER + 1, false)] {
        let long = |len: usize| u16::try_from(len).unwrap().to_be_bytes();
        let inside = len - 4;
        let attributes = inside - 3 - key.len() - 4;
        let der = [
            &[0x30, 0x82][..],
            &long(inside),
            &[2, 1, 0],
            &key,
            &[0xa0, 0x82],
            &long(attributes),
            &[0x04, 0x82],
            &long(attributes - 4),
            &vec![0x11; attributes - 4],
        ]
        .concat();
        assert_eq!(der.len(), len);
        let read = pkcs8::decode(&der, &[ED25519]);
        assert_eq!(read.as_ref().err().copied(), (!good).then_some(Error::Malformed), "{len}");
        assert_eq!(Format::of(&der), if good { Format::Der } else { Format::Raw });
    }
}

#[test]
fn told_by_content() {
    for (content, format) in [
        (&b""[..], Format::Raw),
        (b"0", Format::Raw),
        (b"\x30", Format::Raw),
        (b"\x30\x00", Format::Der),
        (b"\x30\x00\x00", Format::Raw),
        (b"\x30\x81\x00", Format::Raw),
        (b"\x30\x80\x00\x00", Format::Raw),
        (b"\x31\x00", Format::Raw),
        (b"-----BEGIN", Format::Raw),
        (b"-----BEGIN ", Format::Pem),
        (b"\xff\xfe\n-----BEGIN X", Format::Pem),
        (b"----BEGIN X", Format::Raw),
        // Found by fuzzing: DER that holds such a line somewhere is DER.
        (b"\x30\x0d\x0c\x0b-----BEGIN ", Format::Der),
        (b"\x30\x0c\x0c\x0b-----BEGIN ", Format::Pem),
    ] {
        assert_eq!(Format::of(content), format, "{content:02x?}");
    }
}
