//! A certificate serves as PUB, with the warning that only its key was used.

use crate::support::{Dir, vector};
use base64ct::{Base64, Encoding};
use khoalai::Algorithm;
use serde_json::Value;
use std::io::Read;

#[test]
fn published_certificates_verify_published_signatures() {
    let mut json = String::new();
    let file = std::fs::File::open(vector("composite-sigs/testvectors.json.gz")).unwrap();
    flate2::read::GzDecoder::new(file).read_to_string(&mut json).unwrap();
    let json: Value = serde_json::from_str(&json).unwrap();
    let field = |value: &Value, name: &str| Base64::decode_vec(value[name].as_str().unwrap()).unwrap();
    let context = String::from_utf8(field(&json, "ctx")).unwrap();

    let dir = Dir::new();
    dir.write("file", field(&json, "m"));
    let mut count = 0;
    for case in json["tests"].as_array().unwrap() {
        let name = case["tcId"].as_str().unwrap().trim_start_matches("id-");
        if !Algorithm::ALL.iter().any(|algorithm| algorithm.name() == name) {
            continue;
        }
        count += 1;
        dir.write("cert", field(case, "x5c"));
        dir.write("sig", field(case, "s"));
        dir.write("sig2", field(case, "sWithContext"));
        let run = dir.ok(&["verify", "--key", "cert", "--signature", "sig", "file"]);
        assert!(run.err().contains("NOT checked") && run.err().contains("[CERTIFICATE_NOT_CHECKED]"));
        dir.ok(&["verify", "--key", "cert", "--context", &context, "--signature", "sig2", "file"]);
        dir.run(&["verify", "--key", "cert", "--signature", "sig2", "file"]).fails(1, "VERIFICATION_FAILED");
        let (code, told) = dir.json(&["verify", "--key", "cert", "--signature", "sig", "file"]);
        assert_eq!((code, &told["algorithm"]), (0, &name.into()));
        assert_eq!(told["warnings"][0]["code"], "CERTIFICATE_NOT_CHECKED");
    }
    let composites = Algorithm::ALL.iter().filter(|row| row.halves().is_some() && row.signature_len() > 0);
    assert_eq!(count, composites.count() + 3, "every composite, and three times ML-DSA alone");
}

#[test]
fn certificates_of_the_rfcs_serve_with_their_own_keys() {
    let dir = Dir::new();
    dir.write("file", b"x");
    let (key, certificate) = (vector("rfc9881/ML-DSA-65-seed.priv"), vector("rfc9881/ML-DSA-65.crt"));
    let (key, certificate) = (key.to_str().unwrap(), certificate.to_str().unwrap());
    dir.ok(&["sign", "--key", key, "-o", "sig", "file"]);
    dir.ok(&["verify", "--key", certificate, "--signature", "sig", "file"]);
    let vietnamese = dir.ok(&["verify", "--key", certificate, "--signature", "sig", "--lang", "vi", "file"]);
    assert!(vietnamese.err().contains("CHƯA kiểm tra chuỗi"));

    let (key, certificate) = (vector("rfc9935/ML-KEM-1024-seed.priv"), vector("rfc9935/ML-KEM-1024.crt"));
    let to = ["encapsulate", "--to", certificate.to_str().unwrap(), "--ciphertext", "ct", "--secret", "ss"];
    assert!(dir.ok(&to).err().contains("[CERTIFICATE_NOT_CHECKED]"));
    dir.ok(&["decapsulate", "--key", key.to_str().unwrap(), "--ciphertext", "ct", "--secret", "ss2"]);
    assert_eq!(dir.read("ss"), dir.read("ss2"));
}

#[test]
fn a_damaged_certificate_is_refused() {
    let dir = Dir::new();
    let whole = crate::support::der(&std::fs::read(vector("rfc9881/ML-DSA-44.crt")).unwrap());
    for length in [1, 40, whole.len() / 2, whole.len() - 1] {
        dir.write("cert", &whole[..length]);
        dir.run(&["verify", "--key", "cert", "--signature", "cert", "cert"]).fails(3, "MALFORMED");
    }
}
