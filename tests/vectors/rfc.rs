//! Keys and certificates as files: RFC 9881 (ML-DSA), RFC 9935 (ML-KEM), and X-Wing's draft.

use crate::certificate::Certificate;
use crate::ops::{decapsulate, encapsulate_with, export, load, pkcs8, public, sign, spki, text, verify};
use crate::support::{self, Outcome, Replay, Tally, ensure, same};
use khoalai::encode::pem::{self, Label};
use khoalai::{
    Algorithm, Error, Input, ML_DSA_44, ML_DSA_65, ML_DSA_87, ML_KEM_512, ML_KEM_768, ML_KEM_1024, PrivateKey,
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
        } else if name.starts_with("bad-") {
            bad_key(&file)
        } else {
            private_key(&file)
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

/// The public key in the `.pub` file that belongs to `name`, or that `name` spoils.
fn published(name: &str) -> (Algorithm, Vec<u8>) {
    let (stem, _) = name.rsplit_once('.').unwrap();
    let stem = match stem.split_once("bad-") {
        Some((folder, stem)) => format!("{folder}{}", stem.rsplit_once('-').unwrap().0),
        None => {
            ["-seed", "-expanded", "-both"].iter().fold(stem.to_owned(), |stem, form| stem.replace(form, ""))
        }
    };
    let file = format!("{stem}.pub");
    spki(Algorithm::ALL, &document(&file, Label::PublicKey)).unwrap()
}

fn public_key(name: &str) -> Outcome {
    let (algorithm, _) = published(name);
    ensure(name.contains(algorithm.name()) || name == "xwing-draft/xwing.pub", "another algorithm")
}

/// A key in any of the three forms: it is the published one, signs or opens, and is written as a seed.
fn private_key(name: &str) -> Outcome {
    let der = document(name, Label::PrivateKey);
    let key = load(Algorithm::ALL, &der).map_err(text)?;
    let (algorithm, bytes) = published(name);
    ensure(key.algorithm() == algorithm, "another algorithm")?;
    same("public key", &public(&*key).map_err(text)?, &bytes)?;
    works(&*key, &bytes)?;
    if name.contains("-expanded") {
        ensure(export(&*key) == Err(Error::NotExportable), "an expanded key was exported")?;
        let raw = pkcs8(Algorithm::ALL, &der).map(|_| ());
        return ensure(raw == Err(Error::NotExportable), "an expanded key has a raw form");
    }
    let seed = export(&*key).map_err(text)?;
    same("seed", &pkcs8(Algorithm::ALL, &der).map_err(text)?.1, &seed)?;
    let mut out = vec![0; der.len()];
    let again = khoalai::encode::pkcs8::encode(algorithm, &seed, &mut out).map_err(text)?;
    let as_seed =
        ["-expanded", "-both"].iter().fold(name.to_owned(), |name, form| name.replace(form, "-seed"));
    same("PKCS#8 written", again, &document(&as_seed, Label::PrivateKey))
}

/// A signature or a secret of the private key fits the public key.
fn works(key: &dyn PrivateKey, public: &[u8]) -> Outcome {
    let algorithm = key.algorithm();
    if algorithm.signature_len() > 0 {
        let input = Input::Message(&[b"message"]);
        let signature = sign(key, input, b"context", None).map_err(text)?;
        return verify(algorithm, public, input, b"context", &signature).map_err(text);
    }
    let random = [7; 64];
    let (ciphertext, secret) =
        encapsulate_with(algorithm, public, &mut Replay::new(&random)).map_err(text)?;
    same("secret", &decapsulate(key, &ciphertext).map_err(text)?, &secret)
}

/// Keys that are well-formed and whose parts do not belong together, as the RFCs show them.
fn bad_key(name: &str) -> Outcome {
    match load(Algorithm::ALL, &document(name, Label::PrivateKey)) {
        Err(Error::BadPrivateKey) => Ok(()),
        Err(error) => Err(text(error)),
        Ok(_) => Err("was accepted".to_owned()),
    }
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
