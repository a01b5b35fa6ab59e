//! KEY and PUB are told apart by content; keys marked TEST ONLY are refused unless asked for.

use crate::support::{Dir, der, vector};
use khoalai::Algorithm;
use khoalai::encode::{pem, pkcs8};

#[test]
fn content_counts_and_names_do_not() {
    let dir = Dir::new();
    dir.ok(&["keygen", "MLDSA65-ECDSA-P256-SHA512", "-o", "a.der", "--public", "b.crt"]);
    // Text before the block, as OpenSSL writes it, and Windows line ends.
    let text = String::from_utf8(dir.read("b.crt")).unwrap();
    dir.write("b.txt", format!("subject: An\n{text}"));
    dir.write("b.dos", text.replace('\n', "\r\n"));
    dir.write("b.der", der(text.as_bytes()));
    dir.write("a.raw", der(&dir.read("a.der")));
    dir.write("file", b"x");
    for key in ["a.der", "a.raw"] {
        dir.ok(&["sign", "--key", key, "-o", "sig", "file"]);
        for public in ["b.crt", "b.txt", "b.dos", "b.der"] {
            dir.ok(&["verify", "--key", public, "--signature", "sig", "file"]);
        }
    }
}

#[test]
fn the_wrong_kind_of_file_is_named() {
    let dir = Dir::new();
    dir.ok(&["keygen", "X-Wing", "-o", "key", "--public", "pub"]);
    dir.ok(&["keygen", "ML-DSA-44", "-o", "sign", "--public", "verify"]);
    dir.write("key.der", der(&dir.read("key")));
    dir.write("pub.der", der(&dir.read("pub")));
    for key in ["key", "key.der"] {
        let run = dir.run(&["encapsulate", "--to", key, "--ciphertext", "ct", "--secret", "ss"]);
        run.fails(3, "NOT_A_PUBLIC_KEY");
        assert!(run.err().contains("khoalai public"));
    }
    for public in ["pub", "pub.der"] {
        dir.run(&["decapsulate", "--key", public, "--ciphertext", "pub", "--secret", "ss"])
            .fails(3, "NOT_A_PRIVATE_KEY");
    }
    let certificate = vector("rfc9881/ML-DSA-44.crt");
    dir.run(&["public", "--key", certificate.to_str().unwrap()]).fails(3, "NOT_A_PRIVATE_KEY");
    // A signature key exchanges no keys, and the other way round.
    dir.run(&["encapsulate", "--to", "verify", "--ciphertext", "ct", "--secret", "ss"])
        .fails(3, "UNSUPPORTED");
    dir.run(&["sign", "--key", "key", "-o", "sig", "pub"]).fails(3, "UNSUPPORTED");
    dir.run(&["verify", "--key", "pub", "--signature", "pub.der", "pub"]).fails(3, "UNSUPPORTED");
    for (name, content) in
        [("empty", &b""[..]), ("noise", b"\x30\x82\xff"), ("text", b"-----BEGIN NOTHING-----\n")]
    {
        dir.write(name, content);
        dir.run(&["public", "--key", name]).fails(3, "MALFORMED");
        dir.run(&["verify", "--key", name, "--signature", "pub", "pub"]).fails(3, "MALFORMED");
    }
    dir.write("large", vec![b' '; khoalai::limits::MAX_PEM + 1]);
    dir.run(&["public", "--key", "large"]).fails(3, "TOO_LARGE");
    assert!(!dir.path("ct").exists() && !dir.path("ss").exists() && !dir.path("sig").exists());
}

#[test]
fn classical_keys_are_refused_as_files_too() {
    let dir = Dir::new();
    for algorithm in
        Algorithm::ALL.iter().filter(|algorithm| algorithm.is_classical() && algorithm.private_key_len() > 0)
    {
        let key = khoalai::generate(*algorithm, &mut khoalai::SystemRandom).unwrap();
        let (mut raw, mut out) = ([0; 2416], [0; 2560]);
        let written = pkcs8::encode(*algorithm, key.expose_private_key(&mut raw).unwrap(), &mut out).unwrap();
        dir.write("key", written);
        let refused = dir.run(&["public", "--key", "key"]);
        refused.fails(4, "CLASSICAL_ONLY");
        assert!(refused.err().starts_with("khoalai: key: "));
        let (mut public, mut out) = ([0; 640], [0; 768]);
        let public = key.public_key(&mut public).unwrap();
        dir.write("pub", khoalai::encode::spki::encode(*algorithm, public, &mut out).unwrap());
        dir.run(&["verify", "--key", "pub", "--signature", "key", "key"]).fails(4, "CLASSICAL_ONLY");
    }
}

#[test]
fn published_keys_are_read() {
    let dir = Dir::new();
    for (key, public) in [
        ("rfc9881/ML-DSA-44-seed.priv", "rfc9881/ML-DSA-44.pub"),
        ("rfc9881/ML-DSA-44-expanded.priv", "rfc9881/ML-DSA-44.pub"),
        ("rfc9881/ML-DSA-44-both.priv", "rfc9881/ML-DSA-44.pub"),
        ("rfc9881/ML-DSA-87-seed.priv", "rfc9881/ML-DSA-87.pub"),
        ("rfc9935/ML-KEM-768-seed.priv", "rfc9935/ML-KEM-768.pub"),
        ("rfc9935/ML-KEM-768-expanded.priv", "rfc9935/ML-KEM-768.pub"),
        ("rfc9935/ML-KEM-1024-both.priv", "rfc9935/ML-KEM-1024.pub"),
        ("xwing-draft/xwing.priv", "xwing-draft/xwing.pub"),
    ] {
        let made = dir.ok(&["public", "--key", vector(key).to_str().unwrap()]);
        assert_eq!(der(&made.out), der(&std::fs::read(vector(public)).unwrap()), "{key}");
    }
    // Signing and opening work with an expanded key as well.
    dir.write("file", b"x");
    let (key, public) = (vector("rfc9881/ML-DSA-65-expanded.priv"), vector("rfc9881/ML-DSA-65.pub"));
    dir.ok(&["sign", "--key", key.to_str().unwrap(), "-o", "sig", "file"]);
    dir.ok(&["verify", "--key", public.to_str().unwrap(), "--signature", "sig", "file"]);
    let (key, public) = (vector("rfc9935/ML-KEM-768-expanded.priv"), vector("rfc9935/ML-KEM-768.pub"));
    dir.ok(&["encapsulate", "--to", public.to_str().unwrap(), "--ciphertext", "ct", "--secret", "ss"]);
    dir.ok(&["decapsulate", "--key", key.to_str().unwrap(), "--ciphertext", "ct", "--secret", "ss2"]);
    assert_eq!(dir.read("ss"), dir.read("ss2"));
    // And what does not belong together is refused.
    for bad in ["1", "2", "3"] {
        let key = vector(&format!("rfc9881/bad-ML-DSA-44-{bad}.priv"));
        dir.run(&["public", "--key", key.to_str().unwrap()]).fails(3, "BAD_PRIVATE_KEY");
    }
}

#[test]
fn test_keys_are_refused_unless_asked_for() {
    let dir = Dir::new();
    dir.write("file", b"x");
    dir.ok(&["keygen", "ML-DSA-44", "-o", "key", "--public", "pub", "--test-only"]);
    assert!(dir.read("key").starts_with(b"-----BEGIN TEST ONLY PRIVATE KEY-----\n"));
    assert!(dir.read("pub").starts_with(b"-----BEGIN TEST ONLY PUBLIC KEY-----\n"));
    let refused = dir.run(&["sign", "--key", "key", "-o", "sig", "file"]);
    refused.fails(4, "TEST_ONLY");
    assert!(refused.err().contains("--allow-test-keys") && !dir.path("sig").exists());
    let allow = "--allow-test-keys";
    let signed = dir.ok(&["sign", "--key", "key", "-o", "sig", allow, "file"]);
    assert!(signed.err().contains("[TEST_ONLY_KEY]"));
    dir.run(&["verify", "--key", "pub", "--signature", "sig", "file"]).fails(4, "TEST_ONLY");
    dir.ok(&["verify", "--key", "pub", "--signature", "sig", allow, "file"]);
    dir.run(&["public", "--key", "key"]).fails(4, "TEST_ONLY");
    // The mark stays on what is made of the key, and so cannot be lost through DER.
    assert_eq!(dir.ok(&["public", "--key", "key", allow]).out, dir.read("pub"));
    dir.run(&["public", "--key", "key", "--der", "-o", "der", allow]).fails(4, "TEST_ONLY");
    dir.run(&["keygen", "ML-DSA-44", "-o", "other", "--test-only", "--der"]).fails(2, "USAGE");

    dir.ok(&["keygen", "X-Wing", "-o", "kem", "--public", "to", "--test-only"]);
    let encapsulate = ["encapsulate", "--to", "to", "--ciphertext", "ct", "--secret", "ss"];
    dir.run(&encapsulate).fails(4, "TEST_ONLY");
    dir.ok(&[&encapsulate[..], &[allow]].concat());
    let decapsulate = ["decapsulate", "--key", "kem", "--ciphertext", "ct", "--secret", "ss2"];
    dir.run(&decapsulate).fails(4, "TEST_ONLY");
    dir.ok(&[&decapsulate[..], &[allow]].concat());
    assert_eq!(dir.read("ss"), dir.read("ss2"));

    // The marker is the label and nothing else.
    assert_eq!(pem::TEST_ONLY, "TEST ONLY ");
    let unmarked = String::from_utf8(dir.read("pub")).unwrap().replace("TEST ONLY ", "");
    dir.write("unmarked", unmarked);
    dir.ok(&["verify", "--key", "unmarked", "--signature", "sig", "file"]);
}

/// As SECURITY.md says: whatever else is built beside it, the command has no private RSA operations.
#[test]
fn rsa_keys_are_not_made_in_software() {
    let dir = Dir::new();
    let rsa = Algorithm::ALL.iter().filter(|algorithm| algorithm.name().contains("RSA"));
    let with_halves = rsa.filter(|algorithm| !algorithm.is_classical());
    let mut seen = 0;
    for algorithm in with_halves {
        dir.run(&["keygen", algorithm.name(), "-o", "key", "--public", "pub"]).fails(3, "DEVICE_ONLY");
        assert!(dir.names().is_empty(), "{algorithm}");
        seen += 1;
    }
    assert!(seen >= 6, "{seen}");
}
