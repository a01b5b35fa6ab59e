//! Every algorithm of the table through every command, in PEM and DER, held against the library.

use crate::support::{Dir, Run, der, is_signature, made};
use khoalai::encode::pkcs8;
use khoalai::{Algorithm, DecapsulationKey, PublicKey, SystemRandom};

const MESSAGE: &[u8] = b"Bien ban hop so 1";

#[test]
fn every_algorithm_in_pem_and_der() {
    let mut count = 0;
    for algorithm in made() {
        for form in [&[][..], &["--der"]] {
            story(algorithm, form);
            count += 1;
        }
    }
    // A table that lost its rows would pass unseen.
    assert!(count >= 36, "{count}");
}

fn story(algorithm: Algorithm, form: &[&str]) {
    let dir = Dir::new();
    dir.ok(&[&["keygen", algorithm.name(), "-o", "key", "--public", "pub"], form].concat());
    dir.ok(&[&["public", "--key", "key", "-o", "pub2"], form].concat());
    let (key, public) = (dir.read("key"), dir.read("pub"));
    assert_eq!(public, dir.read("pub2"), "{algorithm}");
    let is_der = !form.is_empty();
    assert_eq!(key.starts_with(b"-----BEGIN PRIVATE KEY-----"), !is_der);
    assert_eq!(public.starts_with(b"-----BEGIN PUBLIC KEY-----"), !is_der);
    let (key, public) = if is_der { (key, public) } else { (der(&key), der(&public)) };

    // The files are what the library reads, and the library's halves of the story fit the command's.
    let decoded = pkcs8::decode(&key, &[algorithm]).unwrap();
    let key = decoded.load_boxed().unwrap();
    let public = PublicKey::from_spki(&public, &[algorithm]).unwrap();
    if is_signature(algorithm) {
        dir.write("file", MESSAGE);
        for context in ["", "hop dong"] {
            dir.ok(&["sign", "--key", "key", "--context", context, "-o", "sig", "file"]);
            dir.ok(&["verify", "--key", "pub", "--context", context, "--signature", "sig", "file"]);
            public.verify(MESSAGE, context.as_bytes(), &dir.read("sig")).unwrap();
        }
        dir.run(&["verify", "--key", "pub", "--signature", "sig", "file"]).fails(1, "VERIFICATION_FAILED");
    } else {
        dir.ok(&["encapsulate", "--to", "pub", "--ciphertext", "ct", "--secret", "ss"]);
        dir.ok(&["decapsulate", "--key", "key", "--ciphertext", "ct", "--secret", "ss2"]);
        assert_eq!(dir.read("ss"), dir.read("ss2"), "{algorithm}");
        let key = DecapsulationKey::new(key).unwrap();
        let secret = key.decapsulate(&dir.read("ct"), &mut SystemRandom).unwrap();
        assert_eq!(&secret.expose()[..], dir.read("ss"), "{algorithm}");
    }
}

/// What cannot be signed piece by piece is held in memory, and so has a limit.
#[cfg(feature = "slh-dsa")]
#[test]
fn what_is_signed_whole_is_not_endless() {
    let dir = Dir::new();
    dir.ok(&["keygen", "SLH-DSA-SHA2-128f", "-o", "key", "--public", "pub"]);
    let long = std::fs::File::create(dir.path("file")).unwrap();
    long.set_len(256 * 1024 * 1024 + 1).unwrap();
    dir.run(&["sign", "--key", "key", "-o", "sig", "file"]).fails(3, "TOO_LARGE");
    assert!(!dir.path("sig").exists());
}

#[test]
fn the_table_says_which_keys_are_made() {
    let dir = Dir::new();
    let (_, table) = dir.json(&["algorithms"]);
    let rows = table["algorithms"].as_array().unwrap();
    assert_eq!(rows.len(), Algorithm::ALL.len());
    for (row, algorithm) in rows.iter().zip(Algorithm::ALL) {
        assert_eq!(row["name"], algorithm.name());
        for (field, length) in [
            ("public_key", algorithm.public_key_len()),
            ("private_key", algorithm.private_key_len()),
            ("ciphertext", algorithm.ciphertext_len()),
            ("secret", algorithm.secret_len()),
            ("signature", algorithm.signature_len()),
        ] {
            assert_eq!(row[field], length, "{algorithm} {field}");
        }
        assert!(["standard", "draft"].contains(&row["status"].as_str().unwrap()));
        assert!(!row["document"].as_str().unwrap().is_empty());
        let implementation = row["implementation"].as_array().unwrap();
        assert_eq!(implementation.len(), if algorithm.halves().is_some() { 2 } else { 1 });
        let made = dir.run(&["keygen", algorithm.name(), "-o", algorithm.name()]);
        assert_eq!(row["keygen"], made.code == 0, "{algorithm}");
        assert_eq!(dir.path(algorithm.name()).exists(), made.code == 0, "{algorithm}");
    }
    let human = dir.ok(&["algorithms"]);
    assert!(Algorithm::ALL.iter().all(|algorithm| human.out().contains(algorithm.name())));
}

#[test]
fn keys_of_no_use_alone_are_not_made() {
    let dir = Dir::new();
    for algorithm in Algorithm::ALL.iter().filter(|algorithm| algorithm.is_classical()) {
        dir.run(&["keygen", algorithm.name(), "-o", "key"]).fails(4, "CLASSICAL_ONLY");
    }
    let apart = dir.run(&["keygen", "MLKEM768-X25519", "-o", "key"]);
    apart.fails(3, "MADE_APART");
    assert!(apart.err().contains("X-Wing"));
    dir.run(&["keygen", "x-wing", "-o", "key"]).fails(3, "UNKNOWN_ALGORITHM");
    assert!(dir.names().is_empty());
}

#[test]
fn the_demonstration_tells_it_all() {
    let dir = Dir::new();
    let started = std::time::Instant::now();
    let (code, told) = dir.json(&["demo"]);
    assert!(started.elapsed().as_secs() < 10);
    assert_eq!((code, &told["passed"]), (0, &true.into()));
    let steps: Vec<_> = told["steps"].as_array().unwrap().iter().map(|step| &step["step"]).collect();
    for step in [
        "agree",
        "break_post_quantum",
        "break_classical",
        "zero_share",
        "off_curve",
        "verify",
        "tampered",
        "signature_break_post_quantum",
        "signature_break_classical",
    ] {
        assert!(steps.iter().any(|told| *told == step), "{step} is not told");
    }
    let people = |run: &Run| run.out().lines().filter(|line| line.starts_with("  [")).count();
    assert_eq!(people(&dir.ok(&["demo", "--lang", "vi"])), steps.len());
    // A file of one's own, an empty one, and a stream.
    dir.write("mine", MESSAGE);
    dir.write("empty", b"");
    assert!(dir.ok(&["demo", "mine"]).out().contains("mine (17 bytes)"));
    dir.ok(&["demo", "empty"]);
    assert_eq!(dir.run_with(&["demo", "-"], MESSAGE).code, 0);
    dir.run(&["demo", "missing"]).fails(5, "READ_FAILED");
    assert_eq!(dir.names(), ["empty", "mine"]);
}
