//! Files: modes, whole or not at all, nothing lost by accident.

use crate::support::{Dir, mode, set_mode};

#[test]
fn secrets_are_for_their_owner_only() {
    let dir = Dir::new();
    dir.write("pass", b"secret\n");
    set_mode(&dir.path("pass"), 0o600);
    // Even if the user's mask would let everybody in.
    let script = "umask 0; set -e
        \"$K\" keygen X-Wing -o key --public pub
        \"$K\" keygen X-Wing -o der --der
        \"$K\" keygen X-Wing -o enc --encrypt --passphrase-file pass
        \"$K\" encapsulate --to pub --ciphertext ct --secret ss
        \"$K\" decapsulate --key key --ciphertext ct --secret ss2";
    let run = dir.shell(script);
    assert_eq!(run.code, 0, "{}", run.err());
    for secret in ["key", "der", "enc", "ss", "ss2"] {
        assert_eq!(mode(&dir.path(secret)), 0o600, "{secret}");
    }
    for public in ["pub", "ct"] {
        assert_eq!(mode(&dir.path(public)), 0o666, "{public}");
    }
    // A secret that replaces a file which others can read is closed to them.
    dir.write("open", b"");
    set_mode(&dir.path("open"), 0o644);
    dir.ok(&["decapsulate", "--key", "key", "--ciphertext", "ct", "--secret", "open"]);
    assert_eq!(mode(&dir.path("open")), 0o600);
}

#[test]
fn private_keys_are_not_written_over() {
    let dir = Dir::new();
    dir.ok(&["keygen", "ML-DSA-44", "-o", "key"]);
    dir.ok(&["keygen", "ML-DSA-44", "-o", "der", "--der"]);
    let before = dir.read("key");
    dir.run(&["keygen", "ML-DSA-44", "-o", "key"]).fails(4, "WOULD_OVERWRITE");
    // At once, before a passphrase is asked for.
    dir.run(&["keygen", "ML-DSA-44", "-o", "key", "--encrypt", "--passphrase-file", "missing"])
        .fails(4, "WOULD_OVERWRITE");
    // Nor by any other output, whatever the file is called.
    dir.ok(&["keygen", "X-Wing", "-o", "kem", "--public", "pub"]);
    for key in ["key", "der"] {
        dir.run(&["public", "--key", "kem", "-o", key]).fails(4, "WOULD_OVERWRITE");
        dir.run(&["sign", "--key", "key", "-o", "der", "pub"]).fails(4, "WOULD_OVERWRITE");
        let encapsulate = ["encapsulate", "--to", "pub", "--ciphertext", "ct", "--secret", key];
        dir.run(&encapsulate).fails(4, "WOULD_OVERWRITE");
    }
    dir.run(&["keygen", "X-Wing", "-o", "new", "--public", "key"]).fails(4, "WOULD_OVERWRITE");
    assert_eq!(dir.read("key"), before);
    assert!(!dir.path("ct").exists() && !dir.path("new").exists());
    dir.ok(&["keygen", "ML-DSA-44", "-o", "key", "--force"]);
    assert_ne!(dir.read("key"), before);
    // Keys of other programs count as well.
    for foreign in ["-----BEGIN EC PRIVATE KEY-----\n", "cert\n-----BEGIN OPENSSH PRIVATE KEY-----\n"] {
        dir.write("foreign", foreign);
        dir.run(&["sign", "--key", "key", "-o", "foreign", "pub"]).fails(4, "WOULD_OVERWRITE");
    }
    // In DER, too: RSA in PKCS#8 and in its own form, and an elliptic curve's.
    let rsa =
        b"\x30\x16\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x04\x02\x30\x00";
    let own = b"\x30\x06\x02\x01\x00\x02\x01\x0f";
    let curve = b"\x30\x06\x02\x01\x01\x04\x01\x07";
    for foreign in [&rsa[..], own, curve] {
        dir.write("foreign", foreign);
        dir.run(&["sign", "--key", "key", "-o", "foreign", "pub"]).fails(4, "WOULD_OVERWRITE");
    }
    // A link that leads nowhere yet is somebody's too.
    std::os::unix::fs::symlink("elsewhere", dir.path("link")).unwrap();
    dir.run(&["keygen", "ML-DSA-44", "-o", "link"]).fails(4, "WOULD_OVERWRITE");
}

/// Somebody writes a key there while the command waits for the passphrase.
#[test]
fn a_key_that_came_meanwhile_is_not_written_over() {
    let dir = Dir::new();
    let run = dir.shell(
        "umask 077; mkfifo pass; \"$K\" keygen X-Wing -o key --public pub --encrypt --passphrase-file pass & \
         exec 3>pass; echo theirs >key; echo secret >&3; exec 3>&-; wait $!",
    );
    run.fails(4, "WOULD_OVERWRITE");
    assert_eq!(dir.read("key"), b"theirs\n");
    assert_eq!(dir.names(), ["key", "pass"]);
}

#[test]
fn public_outputs_may_be_written_again_and_links_stay() {
    let dir = Dir::new();
    dir.ok(&["keygen", "ML-DSA-44", "-o", "key", "--public", "pub"]);
    std::os::unix::fs::symlink("sig", dir.path("link")).unwrap();
    for _ in 0..2 {
        dir.ok(&["sign", "--key", "key", "-o", "link", "pub"]);
    }
    assert!(dir.path("link").is_symlink() || dir.path("link").is_file());
    dir.write("sig", b"old");
    std::fs::remove_file(dir.path("link")).unwrap();
    std::os::unix::fs::symlink("sig", dir.path("link")).unwrap();
    dir.ok(&["sign", "--key", "key", "-o", "link", "pub"]);
    assert!(dir.path("link").is_symlink());
    dir.ok(&["verify", "--key", "pub", "--signature", "sig", "pub"]);
}

#[test]
fn no_file_is_named_twice() {
    let dir = Dir::new();
    dir.ok(&["keygen", "ML-DSA-44", "-o", "key", "--public", "pub"]);
    dir.write("file", b"the only copy");
    dir.run(&["sign", "--key", "key", "-o", "file", "file"]).fails(2, "SAME_FILE");
    dir.run(&["sign", "--key", "key", "-o", "./file", "file"]).fails(2, "SAME_FILE");
    std::os::unix::fs::symlink("file", dir.path("link")).unwrap();
    dir.run(&["sign", "--key", "key", "-o", "link", "file"]).fails(2, "SAME_FILE");
    assert_eq!(dir.read("file"), b"the only copy");
    dir.run(&["keygen", "X-Wing", "-o", "new", "--public", "./new"]).fails(2, "SAME_FILE");
    dir.run(&["encapsulate", "--to", "pub", "--ciphertext", "x", "--secret", "x"]).fails(2, "SAME_FILE");
    assert_eq!(dir.names(), ["file", "key", "link", "pub"]);
}

#[test]
fn a_write_that_fails_leaves_nothing() {
    let dir = Dir::new();
    // The private key (128 bytes) fits, the public key (1.7 kB) breaks off in the middle.
    let run = dir.shell("trap '' XFSZ; ulimit -f 1; exec \"$K\" keygen X-Wing -o key --public pub");
    run.fails(5, "WRITE_FAILED");
    assert!(dir.names().is_empty(), "{:?}", dir.names());
    // The same when it is the last of two outputs that fails, be it late.
    dir.ok(&["keygen", "X-Wing", "-o", "key", "--public", "pub"]);
    // A name too long for the file system, too.
    let long = "x".repeat(300);
    for (ciphertext, secret) in [
        ("ct", "/dev/full"),
        ("/dev/full", "ss"),
        ("ct", "missing/ss"),
        ("missing/ct", "ss"),
        ("ct", "."),
        ("ct", long.as_str()),
        (long.as_str(), "ss"),
    ] {
        let run = dir.run(&["encapsulate", "--to", "pub", "--ciphertext", ciphertext, "--secret", secret]);
        run.fails(5, "WRITE_FAILED");
        assert_eq!(dir.names(), ["key", "pub"], "{ciphertext} {secret}");
    }
    // An old file stays as it was.
    dir.write("sig", b"old");
    dir.ok(&["keygen", "ML-DSA-87", "-o", "sign"]);
    let run = dir.shell("trap '' XFSZ; ulimit -f 1; exec \"$K\" sign --key sign -o sig pub");
    run.fails(5, "WRITE_FAILED");
    assert_eq!(dir.read("sig"), b"old");
    assert_eq!(dir.names(), ["key", "pub", "sig", "sign"]);
}

/// A key that is made in a token for nothing is not so easily taken back.
#[test]
fn what_cannot_be_written_is_known_before_anything_is_done() {
    let dir = Dir::new();
    dir.ok(&["keygen", "ML-DSA-44", "-o", "key"]);
    let long = "x".repeat(300);
    for output in ["missing/sig", "key/sig", ".", long.as_str()] {
        dir.run(&["sign", "--key", "key", "-o", output, "nothing"]).fails(5, "WRITE_FAILED");
    }
    assert_eq!(dir.names(), ["key"]);
}

/// The reference of a lost key takes the place of itself or of another reference, and of nothing else.
#[test]
fn recovering_costs_no_file() {
    let dir = Dir::new();
    let reference = "-----BEGIN KHOALAI KEY REFERENCE-----\n";
    dir.ok(&["keygen", "X-Wing", "-o", "recovery.pem", "--public", "recovery.pub"]);
    dir.ok(&["keygen", "ML-DSA-44", "-o", "other.pem"]);
    let two = [reference.as_bytes(), &dir.read("other.pem")].concat();
    std::os::unix::fs::symlink("elsewhere", dir.path("link")).unwrap();
    let files = [("lost.ref", reference.as_bytes()), ("other.ref", reference.as_bytes()), ("two", &two)];
    let secrets = ["profile", "pin", "pass"].map(|name| (name, &b"TEST ONLY"[..]));
    for (name, content) in files.into_iter().chain(secrets) {
        dir.write(name, content);
    }
    let names = dir.names();
    let recover = |more: &[&str]| {
        let recover =
            ["hsm", "recover", "lost.ref", "pkcs11:token=x;object=y", "--recovery-key", "recovery.pem"];
        let files = ["--recovery", "recovery.pub", "--profile", "profile", "--pin-file", "pin"];
        dir.run(&[&recover[..], &files, &["--passphrase-file", "pass"], more].concat())
    };
    for old in ["recovery.pem", "recovery.pub", "profile", "pin", "pass", "new.ref"] {
        recover(&["-o", "new.ref", "--old", old]).fails(2, "SAME_FILE");
    }
    for public in ["recovery.pub", "profile", "pin", "pass", "lost.ref"] {
        recover(&["-o", "new.ref", "--old", "old.ref", "--public", public]).fails(2, "SAME_FILE");
    }
    for old in ["other.pem", "two", "link"] {
        recover(&["-o", "new.ref", "--old", old]).fails(4, "WOULD_OVERWRITE");
    }
    // These would do: only then is it found that the lost reference is none.
    for old in ["lost.ref", "other.ref", "old.ref"] {
        recover(&["-o", "new.ref", "--old", old]).fails(3, "REFERENCE_MALFORMED");
    }
    assert_eq!(dir.names(), names);
    assert_eq!(dir.read("two"), two);
}

/// Nor what is read when keys are made in tokens.
#[test]
fn keys_in_tokens_cost_no_file() {
    let dir = Dir::new();
    dir.ok(&["keygen", "X-Wing", "-o", "recovery.pem", "--public", "recovery.pub"]);
    for name in ["profile", "pin", "factor"] {
        dir.write(name, b"TEST ONLY");
    }
    let keygen = ["hsm", "keygen", "MLKEM768-P256", "pkcs11:object=x"];
    let adopt = ["hsm", "adopt", "MLKEM768-P256", "pkcs11:object=x", "--name", "y", "--not-fresh"];
    for command in [&keygen[..], &adopt] {
        for public in ["recovery.pub", "profile", "pin", "factor"] {
            let inputs = ["--recovery", "recovery.pub", "--profile", "profile", "--pin-file", "pin"];
            let outputs = ["-o", "new.ref", "--public", public];
            for factor in ["--key-file", "--passphrase-file"] {
                let run = dir.run(&[command, &inputs, &[factor, "factor"], &outputs].concat());
                run.fails(2, "SAME_FILE");
            }
        }
        let both = ["--key-file", "factor", "--passphrase-file", "factor", "-o", "new.ref"];
        dir.run(&[command, &both].concat()).fails(2, "USAGE");
    }
}

#[test]
fn a_directory_that_cannot_be_written_stays_empty() {
    let dir = Dir::new();
    std::fs::create_dir(dir.path("closed")).unwrap();
    set_mode(&dir.path("closed"), 0o555);
    // The superuser writes anyway; for that one there is /proc, where nobody does.
    let is_superuser = std::fs::write(dir.path("closed/try"), b"").is_ok();
    let place = if is_superuser { "/proc" } else { "closed" };
    dir.run(&["keygen", "X-Wing", "-o", &format!("{place}/key")]).fails(5, "WRITE_FAILED");
    if !is_superuser {
        assert!(std::fs::read_dir(dir.path("closed")).unwrap().next().is_none());
    }
    set_mode(&dir.path("closed"), 0o755);
}

#[test]
fn devices_are_written_to_and_not_replaced() {
    let dir = Dir::new();
    dir.ok(&["keygen", "X-Wing", "-o", "/dev/null", "--public", "/dev/null"]);
    assert!(!std::path::Path::new("/dev/null").is_file());
    let run = dir.shell("mkfifo pipe; cat pipe >got & \"$K\" keygen X-Wing -o pipe; wait");
    assert_eq!(run.code, 0, "{}", run.err());
    assert!(dir.read("got").ends_with(b"-----END PRIVATE KEY-----\n"));
}

#[test]
fn what_cannot_be_read_is_told() {
    let dir = Dir::new();
    let missing = dir.run(&["public", "--key", "missing"]);
    missing.fails(5, "READ_FAILED");
    assert!(missing.err().contains("missing: cannot be read: no such file"));
    dir.run(&["public", "--key", "."]).fails(5, "READ_FAILED");
    dir.ok(&["keygen", "ML-DSA-44", "-o", "key", "--public", "pub"]);
    dir.run(&["sign", "--key", "key", "-o", "sig", "missing"]).fails(5, "READ_FAILED");
    dir.run(&["verify", "--key", "pub", "--signature", "missing", "pub"]).fails(5, "READ_FAILED");
}
