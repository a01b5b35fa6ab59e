//! Secrets never go to a terminal; passphrases are asked for at one. Python gives the terminal.

use crate::support::Dir;

#[test]
fn secrets_and_raw_bytes_are_not_shown() {
    let dir = Dir::new();
    dir.ok(&["keygen", "X-Wing", "-o", "key", "--public", "pub"]);
    dir.ok(&["keygen", "ML-DSA-44", "-o", "sign"]);
    dir.ok(&["encapsulate", "--to", "pub", "--ciphertext", "ct", "--secret", "ss"]);
    for args in [
        &["keygen", "X-Wing", "-o", "-"][..],
        &["keygen", "X-Wing", "-o", "-", "--der"],
        &["keygen", "X-Wing", "-o", "/dev/tty"],
        &["keygen", "X-Wing", "-o", "/dev/stdout"],
        &["decapsulate", "--key", "key", "--ciphertext", "ct", "--secret", "-"],
        &["decapsulate", "--key", "key", "--ciphertext", "ct", "--secret", "/dev/tty"],
        &["encapsulate", "--to", "pub", "--ciphertext", "ct2", "--secret", "-"],
        &["encapsulate", "--to", "pub", "--ciphertext", "-", "--secret", "ss2"],
        &["sign", "--key", "sign", "-o", "-", "pub"],
        &["public", "--key", "key", "--der"],
    ] {
        let run = dir.on_terminal(&[], args);
        assert_eq!(run.code, 4, "{args:?}: {}", String::from_utf8_lossy(&run.out));
        assert!(run.out().contains("[TERMINAL 921]") && !run.out().contains("BEGIN"), "{args:?}");
    }
    // Refused at once, before a passphrase is asked for.
    let args = ["keygen", "X-Wing", "-o", "-", "--encrypt", "--passphrase-file", "missing"];
    assert!(dir.on_terminal(&[], &args).out().contains("[TERMINAL 921]"));
    // What is public and text may be shown.
    let run = dir.on_terminal(&[], &["public", "--key", "key"]);
    assert!(run.code == 0 && run.out().contains("-----BEGIN PUBLIC KEY-----"));
    assert_eq!(dir.names(), ["ct", "key", "pub", "sign", "ss"]);
}

#[test]
fn passphrases_are_asked_for_and_not_echoed() {
    let dir = Dir::new();
    let keygen = ["keygen", "X-Wing", "-o", "key", "--encrypt"];
    let run = dir.on_terminal(&[("New passphrase", "one"), ("Once more", "two")], &keygen);
    assert!(run.code == 2 && run.out().contains("[PASSPHRASE_DIFFERS 904]"), "{}", run.out());
    let run = dir.on_terminal(&[("New passphrase", ""), ("Once more", "")], &keygen);
    assert!(run.code == 2 && run.out().contains("[PASSPHRASE_EMPTY 903]"), "{}", run.out());
    assert!(dir.names().is_empty());
    let secret = "mat khau dai";
    let run = dir.on_terminal(&[("New passphrase", secret), ("Once more", secret)], &keygen);
    assert_eq!(run.code, 0, "{}", run.out());
    assert!(!run.out().contains(secret));
    let run = dir.on_terminal(&[("Passphrase for key", secret)], &["public", "--key", "key"]);
    assert!(run.code == 0 && run.out().contains("BEGIN PUBLIC KEY") && !run.out().contains(secret));
    let run = dir.on_terminal(&[("Passphrase for key", "no")], &["public", "--key", "key"]);
    assert!(run.code == 3 && run.out().contains("[PASSPHRASE_WRONG 118]"));
    // In the reader's language.
    let run =
        dir.on_terminal(&[("Cụm mật khẩu của key", secret)], &["public", "--key", "key", "--lang", "vi"]);
    assert_eq!(run.code, 0, "{}", run.out());
}

#[test]
fn a_large_file_shows_how_far_it_is_but_only_to_people() {
    let dir = Dir::new();
    dir.ok(&["keygen", "MLDSA44-Ed25519-SHA512", "-o", "key"]);
    let file = std::fs::File::create(dir.path("large")).unwrap();
    file.set_len(64 * 1024 * 1024).unwrap();
    dir.write("small", b"x");
    let bar = |args: &[&str]| dir.on_terminal(&[], args).out().contains("Reading [");
    assert!(bar(&["sign", "--key", "key", "-o", "sig", "large"]));
    assert!(!bar(&["sign", "--key", "key", "-o", "sig", "small"]));
    assert!(!bar(&["sign", "--key", "key", "-o", "sig", "large", "--json"]));
    let piped = dir.ok(&["sign", "--key", "key", "-o", "sig", "large"]);
    assert_eq!(piped.err(), "");
}
