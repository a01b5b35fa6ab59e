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
use khoalai::limits::{MAX_DER, MAX_DER_DEPTH, MAX_PEM};
use khoalai::{ED25519, Error};

const LABELS: [(Label, &str); 5] = [
    (Label::PublicKey, "PUBLIC KEY"),
    (Label::PrivateKey, "PRIVATE KEY"),
    (Label::EncryptedPrivateKey, "ENCRYPTED PRIVATE KEY"),
    (Label::Certificate, "CERTIFICATE"),
    (Label::OpensshPrivateKey, "OPENSSH PRIVATE KEY"),
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
        "OPENSSH PUBLIC KEY",
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

/// OpenSSH writes 70 characters a line, Go's library 64. The others have 64 and nothing else.
#[test]
fn widths_of_lines() {
    let base64 = "A".repeat(280);
    for (label, name) in LABELS {
        for (width, common) in [(64, true), (70, false), (76, false), (280, false)] {
            let lines: Vec<&str> =
                base64.as_bytes().chunks(width).map(|line| core::str::from_utf8(line).unwrap()).collect();
            let text = format!("-----BEGIN {name}-----\n{}\n-----END {name}-----\n", lines.join("\n"));
            let good = common || label == Label::OpensshPrivateKey;
            let expected = if good { Ok((label, false, vec![0; 210])) } else { Err(Error::Malformed) };
            assert_eq!(read(&text), expected, "{name}: {width}");
            // All but the last line have the same width.
            if lines.len() > 2 {
                let uneven = text.replacen(lines[1], &lines[1][1..], 1);
                assert_eq!(read(&uneven), Err(Error::Malformed), "{name}: {width}");
            }
        }
    }
}

/// A PKCS#8 key with attributes that hold `depth` constructed values, one in the other, around what
/// is innermost.
fn nested(depth: usize, innermost: &[u8]) -> Vec<u8> {
    let wrap = |tag: u8, content: &[u8]| {
        let len = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82][..], &len, content].concat()
    };
    // Short forms where they are due: DER has one form for every length.
    let short = |tag: u8, content: &[u8]| match u8::try_from(content.len()) {
        Ok(len @ 0..128) => [&[tag, len], content].concat(),
        Ok(len) => [&[tag, 0x81, len], content].concat(),
        Err(_) => wrap(tag, content),
    };
    let inner = (0..depth).fold(innermost.to_vec(), |inner, _| short(0x30, &inner));
    let key = [&b"\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"[..], &[7; 32]].concat();
    short(0x30, &[key, short(0xa0, &inner)].concat())
}

#[test]
fn as_deep_as_may_be_and_one_more() {
    // The key itself and its attributes are two.
    let deepest = MAX_DER_DEPTH - 2;
    for innermost in [&b""[..], b"\x05\x00", b"\x31\x00"] {
        let beside = usize::from(innermost == b"\x31\x00");
        for (depth, good) in
            [(1, true), (deepest - beside, true), (deepest + 1 - beside, false), (5000, false)]
        {
            let der = nested(depth, innermost);
            let read = pkcs8::decode(&der, &[ED25519]);
            assert_eq!(read.err(), (!good).then_some(Error::Malformed), "{depth} around {innermost:02x?}");
        }
    }
    // Side by side they are not deep.
    let many = nested(1, &[0x30, 0].repeat(3000));
    assert_eq!(pkcs8::decode(&many, &[ED25519]).err(), None);
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

/// Found by fuzzing: a text before the document that is, by chance, the header of a SEQUENCE of just this length.
#[test]
fn what_is_told_to_be_der_is_not_read_as_pem() {
    let text = b"0I\n\n\n\nN\r\r\r\r\r\r\r\r\n-----BEGIN CERTIFICATE-----\nWg==\n-----END CERTIFICATE-----\n";
    assert_eq!(Format::of(text), Format::Der);
    let mut out = [0xaa; 64];
    assert_eq!(pem::decode(text, &mut out).err(), Some(Error::Malformed));
    assert_eq!(out, [0; 64]);
    assert_eq!(pem::decode(&text[1..], &mut out).map(|document| document.der.to_vec()), Ok(vec![0x5a]));
}
