//! What was changed on the way is refused, and told in words that nobody mistakes.

use crate::support::{Dir, is_signature, made};

#[test]
fn every_change_is_refused_with_code_1() {
    let dir = Dir::new();
    for algorithm in made().filter(|algorithm| is_signature(*algorithm)) {
        dir.ok(&["keygen", algorithm.name(), "-o", "key", "--public", "pub", "--force"]);
        dir.ok(&["keygen", algorithm.name(), "-o", "key2", "--public", "pub2", "--force"]);
        dir.write("file", b"document");
        dir.write("other", b"documenT");
        dir.ok(&["sign", "--key", "key", "--context", "a", "-o", "sig", "file"]);
        let signature = dir.read("sig");
        let mut broken = Vec::new();
        // A bit of each half; the first and the last byte of the signature lie in different halves.
        for place in [0, signature.len() / 2, signature.len() - 1] {
            let mut copy = signature.clone();
            copy[place] ^= 1;
            broken.push(copy);
        }
        let verify = |key, context, signature, file| {
            dir.run(&["verify", "--key", key, "--context", context, "--signature", signature, file])
        };
        assert_eq!(verify("pub", "a", "sig", "file").code, 0, "{algorithm}");
        verify("pub", "a", "sig", "other").fails(1, "VERIFICATION_FAILED");
        verify("pub", "b", "sig", "file").fails(1, "VERIFICATION_FAILED");
        verify("pub2", "a", "sig", "file").fails(1, "VERIFICATION_FAILED");
        for signature in broken {
            dir.write("broken", signature);
            let refused = verify("pub", "a", "broken", "file");
            refused.fails(1, "VERIFICATION_FAILED");
            assert!(refused.out.is_empty() && refused.err().contains("NOT valid"));
        }
        // Much too long or empty: not even a signature.
        dir.write("long", [&signature[..], &[0; 4096]].concat());
        assert_eq!(verify("pub", "a", "long", "file").code, 3);
        dir.write("none", b"");
        assert_ne!(verify("pub", "a", "none", "file").code, 0);
    }
}

#[test]
fn which_half_failed_can_be_asked() {
    let dir = Dir::new();
    dir.ok(&["keygen", "MLDSA65-Ed25519-SHA512", "-o", "key", "--public", "pub"]);
    dir.write("file", b"document");
    dir.ok(&["sign", "--key", "key", "-o", "sig", "file"]);
    let explain = ["verify", "--key", "pub", "--explain", "--signature"];
    let halves = |signature| dir.json(&[&explain[..], &[signature, "file"]].concat());
    let (code, told) = halves("sig");
    assert_eq!(
        (code, &told["halves"]["post_quantum"], &told["halves"]["classical"]),
        (0, &true.into(), &true.into())
    );
    let signature = dir.read("sig");
    for (place, pq, classical) in [(0, false, true), (signature.len() - 1, true, false)] {
        let mut broken = signature.clone();
        broken[place] ^= 1;
        dir.write("broken", broken);
        let (code, told) = halves("broken");
        assert_eq!((code, &told["error"]["number"]), (1, &201.into()));
        assert_eq!(
            (&told["halves"]["post_quantum"], &told["halves"]["classical"]),
            (&pq.into(), &classical.into())
        );
        let people = dir.run(&[&explain[..], &["broken", "file"]].concat());
        assert!(people.out().contains("does NOT fit"), "{}", people.out());
    }
    // Without the question nothing is told.
    let run = dir.run(&["verify", "--key", "pub", "--signature", "broken", "file"]);
    assert!(!run.out().contains("half") && !run.err().contains("half"));
}

#[test]
fn changed_ciphertexts_give_no_secret_or_another() {
    let dir = Dir::new();
    for algorithm in made().filter(|algorithm| !is_signature(*algorithm)) {
        dir.ok(&["keygen", algorithm.name(), "-o", "key", "--public", "pub", "--force"]);
        dir.ok(&["encapsulate", "--to", "pub", "--ciphertext", "ct", "--secret", "ss"]);
        let ciphertext = dir.read("ct");
        let open = |name: &str| {
            let _ = std::fs::remove_file(dir.path("got"));
            dir.run(&["decapsulate", "--key", "key", "--ciphertext", name, "--secret", "got"])
        };
        for place in [0, ciphertext.len() - 1] {
            let mut broken = ciphertext.clone();
            broken[place] ^= 1;
            dir.write("broken", broken);
            let run = open("broken");
            if run.code == 0 {
                assert_ne!(dir.read("got"), dir.read("ss"), "{algorithm} at {place}");
            } else {
                assert!([1, 3].contains(&run.code), "{algorithm} at {place}: {}", run.err());
                assert!(!dir.path("got").exists());
            }
        }
        for length in [0, 1, ciphertext.len() - 1] {
            dir.write("short", &ciphertext[..length]);
            open("short").fails(3, "MALFORMED");
        }
        dir.write("long", [&ciphertext[..], b"x"].concat());
        assert_eq!(open("long").code, 3);
        assert!(!dir.path("got").exists());
    }
}

/// A share whose secret is zero with every key is refused before any key is asked.
#[test]
fn a_share_of_low_order_is_refused() {
    let dir = Dir::new();
    dir.ok(&["keygen", "X-Wing", "-o", "key", "--public", "pub"]);
    dir.ok(&["encapsulate", "--to", "pub", "--ciphertext", "ct", "--secret", "ss"]);
    let mut ciphertext = dir.read("ct");
    ciphertext[1088..].fill(0);
    dir.write("ct", ciphertext);
    dir.run(&["decapsulate", "--key", "key", "--ciphertext", "ct", "--secret", "got"]).fails(3, "MALFORMED");
    assert!(!dir.path("got").exists());
}
