//! Key files: what is written is read again and is the published bytes; a public key that is not
//! DER, or says something else than its row, is refused. Private keys so: `private_files.rs`.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use base64ct::{Base64, Encoding};
use khoalai::encode::pem::{self, Label};
use khoalai::encode::{Format, pkcs8, spki};
use khoalai::{
    Algorithm, Error, ML_DSA_44, ML_DSA_65, ML_DSA_87, ML_KEM_512, ML_KEM_768, ML_KEM_1024, MLKEM768_P256,
    MLKEM768_X25519, PublicKey, X_WING,
};
use std::io::Read;
use std::path::Path;
use support::der::{header, longer, pieces, tlv};
use support::{composites, export, is_quick, is_rsa, key, named_rows, public, side_by_side, whole_rows};

fn stored(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("test-vectors").join(name)).unwrap()
}

fn write_spki(algorithm: Algorithm, key: &[u8]) -> Vec<u8> {
    let mut out = vec![0; key.len() + 40];
    spki::encode(algorithm, key, &mut out).unwrap().to_vec()
}

fn write_pkcs8(algorithm: Algorithm, key: &[u8]) -> Vec<u8> {
    let mut out = vec![0; key.len() + 64];
    pkcs8::encode(algorithm, key, &mut out).unwrap().to_vec()
}

fn write_pem(label: Label, test_only: bool, der: &[u8]) -> String {
    let mut out = vec![0; 2 * der.len() + 200];
    pem::encode(label, test_only, der, &mut out).unwrap().to_owned()
}

fn read_pem(text: &[u8]) -> Result<(Label, bool, Vec<u8>), Error> {
    let mut out = vec![0; text.len()];
    pem::decode(text, &mut out).map(|read| (read.label, read.test_only, read.der.to_vec()))
}

#[test]
fn what_is_written_is_read_again() {
    let named = || whole_rows().filter(|row| row.row().identifier.is_some());
    // Half of the time would be the slow sets of SLH-DSA, which are encoded as the quick ones.
    let slow = std::env::var("KHOALAI_SLOW").is_ok_and(|slow| slow == "yes");
    side_by_side(named().filter(|row| slow || is_quick(*row)), |algorithm| {
        let key = key(algorithm, 1);
        let (public, private) = (public(&*key), export(&*key));
        let der = write_spki(algorithm, &public);
        assert_eq!(Format::of(&der), Format::Der);
        assert_eq!(spki::decode(&der, &[algorithm]), Ok((algorithm, &public[..])));
        let typed = PublicKey::from_spki(&der, &[algorithm]);
        let classical = algorithm.is_classical().then_some(Error::ClassicalOnly);
        assert_eq!(typed.err(), classical, "{algorithm}");
        for test_only in [false, true] {
            let text = write_pem(Label::PublicKey, test_only, &der);
            assert_eq!(Format::of(text.as_bytes()), Format::Pem);
            let marked = text.starts_with("-----BEGIN TEST ONLY PUBLIC KEY-----\n");
            assert!(marked == test_only && text.ends_with(" PUBLIC KEY-----\n"));
            assert_eq!(read_pem(text.as_bytes()), Ok((Label::PublicKey, test_only, der.clone())));
        }

        let der = write_pkcs8(algorithm, &private);
        assert_eq!(Format::of(&der), Format::Der);
        let read = pkcs8::decode(&der, &[algorithm]).unwrap();
        assert_eq!(read.algorithm(), algorithm);
        assert!(read.expose_private_key().unwrap() == private);
        assert_eq!(support::public(&*read.load_boxed().unwrap()), public);
        let text = write_pem(Label::PrivateKey, true, &der);
        assert!(text.starts_with("-----BEGIN TEST ONLY PRIVATE KEY-----\n"));
        assert_eq!(read_pem(text.as_bytes()), Ok((Label::PrivateKey, true, der)));
    });
    let unnamed = |row: &Algorithm| row.is_classical() && is_rsa(*row);
    let all = whole_rows().filter(|row| !unnamed(row)).count();
    assert_eq!(
        named().count(),
        all,
        "every row that software makes whole has an identifier, but RSA's halves"
    );
}

#[test]
fn what_has_no_name_is_not_written() {
    let bytes = public(&*key(X_WING, 1));
    let mut out = [0; 2000];
    assert_eq!(spki::encode(MLKEM768_X25519, &bytes, &mut out), Err(Error::Unsupported));
    assert_eq!(pkcs8::encode(MLKEM768_X25519, &[], &mut out), Err(Error::Malformed));
    assert_eq!(out, [0; 2000]);
    // And what would not be read is not written.
    let mut bytes = public(&*key(MLKEM768_P256, 1));
    *bytes.last_mut().unwrap() ^= 1;
    assert_eq!(spki::encode(MLKEM768_P256, &bytes, &mut out), Err(Error::BadPublicKey));
}

#[test]
fn published_files_are_written_byte_for_byte() {
    let (packed, mut json) = (stored("composite-sigs/testvectors.json.gz"), vec![]);
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut json).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let mut found = 0;
    for case in json["tests"].as_array().unwrap() {
        let field = |name: &str| Base64::decode_vec(case[name].as_str().unwrap()).unwrap();
        let id = case["tcId"].as_str().unwrap();
        let Some(algorithm) = composites().find(|row| id.strip_prefix("id-") == Some(row.name())) else {
            continue;
        };
        found += 1;
        assert!(write_pkcs8(algorithm, &field("sk")) == field("sk_pkcs8"), "{algorithm}");
        let key = khoalai::import(algorithm, &field("sk")).unwrap();
        assert!(public(&*key) == field("pk") && export(&*key) == field("sk"), "{algorithm}");
        // The certificate carries the very bytes that we write.
        let (certificate, ours) = (field("x5c"), write_spki(algorithm, &field("pk")));
        assert!(certificate.windows(ours.len()).any(|part| part == ours), "{algorithm}");
    }
    assert_eq!(found, composites().count());

    for (name, algorithm) in [
        ("rfc9881/ML-DSA-44", ML_DSA_44),
        ("rfc9881/ML-DSA-65", ML_DSA_65),
        ("rfc9881/ML-DSA-87", ML_DSA_87),
        ("rfc9935/ML-KEM-512", ML_KEM_512),
        ("rfc9935/ML-KEM-768", ML_KEM_768),
        ("rfc9935/ML-KEM-1024", ML_KEM_1024),
        ("xwing-draft/xwing", X_WING),
    ] {
        let private = if algorithm == X_WING { format!("{name}.priv") } else { format!("{name}-seed.priv") };
        let (private, published) = (stored(&private), stored(&format!("{name}.pub")));
        let (label, _, der) = read_pem(&private).unwrap();
        let read = pkcs8::decode(&der, Algorithm::ALL).unwrap();
        assert_eq!((label, read.algorithm()), (Label::PrivateKey, algorithm));
        let key = khoalai::import(algorithm, read.expose_private_key().unwrap()).unwrap();
        let text = write_pem(Label::PrivateKey, false, &write_pkcs8(algorithm, &export(&*key)));
        assert_eq!(text.trim_end().as_bytes(), private.trim_ascii_end(), "{algorithm}");
        let text = write_pem(Label::PublicKey, false, &write_spki(algorithm, &public(&*key)));
        assert_eq!(text.trim_end().as_bytes(), published.trim_ascii_end(), "{algorithm}");
    }
}

/// Keys of an algorithm that is not ours are that, whatever their parameters look like: RSA's are NULL.
#[test]
fn a_key_of_another_algorithm() {
    let rsa = tlv(6, &[b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"]);
    for parameters in [&[][..], &[5, 0], &[0x30, 0], &rsa] {
        let identifier = tlv(0x30, &[&rsa, parameters]);
        let public = tlv(0x30, &[&identifier, &tlv(3, &[&[0, 1]])]);
        assert_eq!(spki::decode(&public, Algorithm::ALL).err(), Some(Error::UnknownAlgorithm));
        let private = tlv(0x30, &[&[2, 1, 0], &identifier, &tlv(4, &[&[1]])]);
        assert_eq!(pkcs8::decode(&private, Algorithm::ALL).err(), Some(Error::UnknownAlgorithm));
    }
}

#[test]
fn a_public_key_in_any_other_form() {
    for algorithm in named_rows() {
        let (oid, parameters, key, _) = pieces(algorithm);
        let info = |oid: &[u8], parameters: &[u8], bits: &[u8]| {
            tlv(0x30, &[&tlv(0x30, &[oid, parameters]), &tlv(3, &[bits])])
        };
        let bits = [&[0], &key[..]].concat();
        let good = info(&oid, &parameters, &bits);
        assert!(good == write_spki(algorithm, &key), "{algorithm}");
        let read = |der: &[u8]| spki::decode(der, Algorithm::ALL).map(|_| ()).err();
        assert_eq!(read(&good), None);

        let (null, curve) = ([5, 0], tlv(6, &[b"\x2b\x81\x04\x00\x0a"]));
        assert_eq!(read(&info(&oid, &null, &bits)), Some(Error::Malformed), "{algorithm}: NULL");
        assert_eq!(read(&info(&oid, &curve, &bits)), Some(Error::UnknownAlgorithm), "{algorithm}: curve");
        if !parameters.is_empty() {
            assert_eq!(read(&info(&oid, &[], &bits)), Some(Error::UnknownAlgorithm), "{algorithm}: no curve");
        }
        let twice = [&parameters[..], &null, &null].concat();
        let mut wrong = vec![
            ("two parameters", info(&oid, &twice, &bits)),
            ("unused bits", info(&oid, &parameters, &[&[1], &key[..]].concat())),
            ("unused bits alone", info(&oid, &parameters, &[0])),
            ("no bits", info(&oid, &parameters, &[])),
            ("short key", info(&oid, &parameters, &bits[..bits.len() - 1])),
            ("long key", info(&oid, &parameters, &[&bits[..], &[0]].concat())),
            ("trailing byte", [&good[..], &[0]].concat()),
            ("twice", [&good[..], &good].concat()),
            ("trailing inside", tlv(0x30, &[&tlv(0x30, &[&oid, &parameters]), &tlv(3, &[&bits]), &null])),
            ("OCTET STRING", tlv(0x30, &[&tlv(0x30, &[&oid, &parameters]), &tlv(4, &[&bits])])),
            ("OID as INTEGER", info(&tlv(2, &[&oid[2..]]), &parameters, &bits)),
            ("no algorithm", tlv(0x30, &[&tlv(3, &[&bits])])),
            ("a SET", [&[0x31], &good[1..]].concat()),
            ("indefinite length", [&[0x30, 0x80], &good[header(&good)..], &[0, 0]].concat()),
        ];
        wrong.push(("length in one byte more", longer(&good)));
        for (what, der) in wrong {
            // Where lengths vary, what is not over the longest shows only inside the key.
            let inside = matches!(what, "short key" | "long key") && algorithm.row().varies;
            let got = read(&der);
            let refused = got == Some(Error::Malformed) || inside && got == Some(Error::BadPublicKey);
            assert!(refused, "{algorithm}: {what}: {got:?}");
        }
        let unknown = info(&tlv(6, &[b"\x2a\x03"]), &parameters, &bits);
        assert_eq!(read(&unknown), Some(Error::UnknownAlgorithm), "{algorithm}");
        assert_eq!(spki::decode(&good, &[]), Err(Error::UnknownAlgorithm));
    }
}
