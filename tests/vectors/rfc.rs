//! Keys and certificates as files: RFC 9881 (ML-DSA), RFC 9935 (ML-KEM), and X-Wing's draft.

use crate::certificate::Certificate;
use crate::ops::{import, pkcs8, public, spki, text, verify};
use crate::support::{self, Outcome, Tally, ensure, same};
use khoalai::encode::pem::{self, Label};
use khoalai::{
    Algorithm, Error, Input, ML_DSA_44, ML_DSA_65, ML_DSA_87, ML_KEM_512, ML_KEM_768, ML_KEM_1024,
};

crate::support::sets! {
    rfc9881: "rfc9881/ML-DSA-44-seed.priv" => files;
    rfc9935: "rfc9935/ML-KEM-512-seed.priv" => files;
    x_wing: "xwing-draft/xwing.priv" => files;
}

fn files(tally: &mut Tally) {
    for file in tally.files.clone() {
        let name = file.rsplit('/').next().unwrap();
        let outcome = if name.ends_with(".pub") {
            public_key(&file)
        } else if name.ends_with(".crt") {
            certificate(&file)
        } else if let Some(outcome) = private_key(&file) {
            outcome
        } else {
            tally.skip(name, "not in this interface: expanded private keys");
            continue;
        };
        tally.ran(published(&file).0, name, outcome);
    }
}

/// What the PEM file `name` holds. Written again it has to be the same text.
fn document(name: &str, label: Label) -> Vec<u8> {
    let pem = support::read(name);
    let mut buffer = vec![0; pem.len()];
    let document = pem::decode(&pem, &mut buffer).unwrap();
    assert_eq!((document.label, document.test_only), (label, false));
    let mut out = vec![0; pem.len() + 8];
    let again = pem::encode(label, false, document.der, &mut out).unwrap().as_bytes();
    // Some of the files have no line end after the last line.
    assert!(again.trim_ascii_end() == pem.trim_ascii_end(), "{name} is another text when written");
    document.der.to_vec()
}

/// The public key in the `.pub` file that belongs to `name`.
fn published(name: &str) -> (Algorithm, Vec<u8>) {
    let (stem, _) = name.rsplit_once('.').unwrap();
    let file = format!("{}.pub", stem.trim_end_matches("-seed"));
    spki(Algorithm::ALL, &document(&file, Label::PublicKey)).unwrap()
}

fn public_key(name: &str) -> Outcome {
    let (algorithm, _) = published(name);
    ensure(name.contains(algorithm.name()) || name == "xwing-draft/xwing.pub", "another algorithm")
}

/// `None` if the file has an expanded key.
fn private_key(name: &str) -> Option<Outcome> {
    let der = document(name, Label::PrivateKey);
    let (algorithm, private) = match pkcs8(Algorithm::ALL, &der) {
        Err(Error::SeedRequired) => return None,
        Err(error) => return Some(Err(text(error))),
        Ok(decoded) => decoded,
    };
    Some((|| {
        let key = import(algorithm, &private).map_err(text)?;
        let (expected, bytes) = published(name);
        ensure(algorithm == expected, "another algorithm")?;
        same("public key", &public(&*key).map_err(text)?, &bytes)?;
        let mut out = vec![0; der.len()];
        let again = khoalai::encode::pkcs8::encode(algorithm, &private, &mut out).map_err(text)?;
        same("PKCS#8 written", again, &der)
    })())
}

/// ML-DSA certificates are self-signed; ML-KEM's are signed by the ML-DSA keys of RFC 9881.
fn certificate(name: &str) -> Outcome {
    let der = document(name, Label::Certificate);
    let certificate = Certificate::read(&der);
    let (algorithm, key) = spki(Algorithm::ALL, certificate.spki).map_err(text)?;
    ensure((algorithm, &key) == (published(name).0, &published(name).1), "another public key")?;
    let issuer = if algorithm == ML_KEM_512 {
        ML_DSA_44
    } else if algorithm == ML_KEM_768 {
        ML_DSA_65
    } else if algorithm == ML_KEM_1024 {
        ML_DSA_87
    } else {
        algorithm
    };
    let (_, issuer_key) = published(&format!("rfc9881/{}.pub", issuer.name()));
    verify(issuer, &issuer_key, Input::Message(&[certificate.tbs]), &[], certificate.signature).map_err(text)
}
