//! Keys of superseded drafts are refused by name, whatever else is in the file.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]
#![cfg(feature = "alloc")]

mod support;

use khoalai::encode::{obsolete, pkcs8, spki};
use khoalai::{Algorithm, Error};
use support::der::tlv;

/// DER content bytes of an object identifier in its usual form.
fn oid(text: &str) -> Vec<u8> {
    let arcs: Vec<u64> = text.split('.').map(|arc| arc.parse().unwrap()).collect();
    let first = arcs[0] * 40 + arcs[1];
    let bytes = |arc: u64| {
        let mut bytes: Vec<u8> =
            core::iter::successors(Some(arc), |rest| Some(rest >> 7).filter(|rest| *rest > 0))
                .map(|rest| u8::try_from(rest & 0x7f).unwrap() | 0x80)
                .collect();
        bytes[0] &= 0x7f;
        bytes.reverse();
        bytes
    };
    core::iter::once(first).chain(arcs[2..].iter().copied()).flat_map(bytes).collect()
}

/// One of every arc, and what it belonged to.
const OLD: [(&str, &str, &str); 19] = [
    ("2.16.840.1.114027.80.4.1", "id-Composite-Key", "hackathons"),
    ("2.16.840.1.114027.80.5.1.2", "id-Dilithium3-ECDSA-P256-SHA256", "draft-ounsworth"),
    ("2.16.840.1.114027.80.5.2.5", "MLKEM768ipd-ECDH-P256-KMAC256", "pq-composite-kem-03 to -10"),
    ("2.16.840.1.114027.80.7.1.1", "composite of oqs-provider", "before draft-ietf"),
    ("2.16.840.1.114027.80.8.1.8", "MLDSA65-ECDSA-P256-SHA512", "pq-composite-sigs-00 to -05"),
    ("2.16.840.1.114027.80.9.1.27", "id-MLDSA65-RSA4096-PKCS15-SHA512", "pq-composite-sigs-06 to -12"),
    ("1.3.6.1.4.1.2.267.7.6.5", "Dilithium3", "Dilithium, NIST round 3"),
    ("1.3.6.1.4.1.2.267.8.3.3", "Kyber768", "Kyber, NIST round 3"),
    ("1.3.6.1.4.1.2.267.11.6.5", "Dilithium3-AES", "Dilithium with AES"),
    ("1.3.6.1.4.1.2.267.12.6.5", "ML-DSA-65-ipd", "ML-DSA-ipd"),
    ("1.3.6.1.4.1.22554.5.6.2", "Kyber768, ML-KEM-768-ipd", "ML-KEM-ipd"),
    ("1.3.6.1.4.1.22554.5.6.5", "kyber768_aes", "Kyber, NIST round 3"),
    ("1.3.9999.2.7.1", "p256_dilithium2", "Dilithium hybrids"),
    ("1.3.9999.3.11", "falcon512", "Falcon"),
    ("1.3.9999.6.4.16", "SLH-DSA-SHA2-128s-ipd", "SPHINCS+"),
    ("1.3.9999.7.5", "p256_mldsa44", "ML-DSA hybrids"),
    ("1.3.9999.8.1.3", "mayo1", "a prototype of oqs-provider"),
    ("1.3.9999.9.10.2", "p256_OV_Ip_pkc_skc", "a prototype of oqs-provider"),
    ("1.3.9999.99.52", "p256_kyber768", "a prototype of oqs-provider"),
];

/// Neighbours of the old arcs, and what is in use.
const NOT_OLD: [&str; 9] = [
    "2.16.840.1.114027.80.5",
    "2.16.840.1.114027.80.5.3.1",
    "2.16.840.1.114027.80.80.1.1",
    "2.16.840.1.101.3.4.3.18",
    "1.3.6.1.4.1.2.267.70.1",
    "1.3.6.1.4.1.2.267.6.6.5",
    "1.3.6.1.4.1.22554.5.60.1",
    "1.3.6.1.4.1.62253.25722",
    "1.3.9998.1",
];

fn public_file(oid: &[u8], parameters: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(0x30, &[&tlv(6, &[oid]), parameters]), &tlv(3, &[&[0; 33]])])
}

fn private_file(oid: &[u8], parameters: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(2, &[&[0]]), &tlv(0x30, &[&tlv(6, &[oid]), parameters]), &tlv(4, &[&[0; 32]])])
}

#[test]
fn refused_by_name() {
    for (text, what, draft) in OLD {
        let oid = oid(text);
        let name = obsolete::name(&oid).unwrap_or_else(|| panic!("{text} ({what}) is not known"));
        assert!(name.contains(draft), "{text} ({what}): {name}");
        for parameters in [&[][..], &[5, 0], &tlv(0x30, &[&[5, 0]])] {
            let (public, private) = (public_file(&oid, parameters), private_file(&oid, parameters));
            let refused = Some(Error::ObsoleteAlgorithm);
            assert_eq!(spki::decode(&public, Algorithm::ALL).err(), refused, "{text}");
            assert_eq!(pkcs8::decode(&private, Algorithm::ALL).err(), refused, "{text}");
            assert_eq!(obsolete::name_in(&public), Some(name));
            assert_eq!(obsolete::name_in(&private), Some(name));
        }
    }
    for text in NOT_OLD {
        let oid = oid(text);
        assert_eq!(obsolete::name(&oid), None, "{text}");
        let got = spki::decode(&public_file(&oid, &[]), &[]).err();
        assert_eq!(got, Some(Error::UnknownAlgorithm), "{text}");
    }
    for noise in
        [&b""[..], b"\x30\x00", b"\x30\x02\x30\x00", b"\x30\x02\x05\x00", b"\x02\x01\x00", &[0x30; 64]]
    {
        assert_eq!(obsolete::name_in(noise), None, "{noise:02x?}");
    }
}

/// A row of somebody's own may still use such an identifier.
#[test]
fn a_row_comes_first() {
    use khoalai::algorithm::{Identifier, Row, Wrapping};
    static OID: &[u8] = b"\x2b\xce\x0f\x07\x05";
    static ROW: Row = Row {
        name: "a prototype that is still needed",
        public_key: 32,
        private_key: 32,
        identifier: Some(Identifier::new(OID, Wrapping::Raw)),
        ..Row::BLANK
    };
    assert_eq!(oid("1.3.9999.7.5"), OID);
    let row = Algorithm::new(&ROW);
    let read = pkcs8::decode(&private_file(OID, &[]), &[row]).map(|read| read.algorithm());
    assert_eq!(read.ok(), Some(row));
}
