//! The `khoalai` command on tokens. It is built before: `cargo build -p khoalai-cli`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test may stop anywhere"
)]

#[path = "../support/mod.rs"]
mod support;

mod loss;
mod shell;
mod uris;

use khoalai::{Adoption, Algorithm, MLDSA65_ECDSA_P256_SHA512, MLKEM768_P256, SystemRandom};
use khoalai_hsm::{ComponentSecrets, Home, KeyReference, NewKey, Recovery, Sealing, SecondFactor, Uri};
use shell::Shell;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use support::alone::token_test;
use support::foreign;
use support::open::{arguments, pin};
use support::tokens::{Kryoptic, Token};
use zeroize::Zeroizing;

fn exists(folder: &Path, name: &str) -> bool {
    folder.join(name).exists()
}

/// From a token that is found to messages that are opened and documents that are signed, by URI and by
/// reference; and the day on which the token is lost.
fn story(token: &Token, held: &str) {
    let shell = &Shell::new(token);
    {
        let module = token.load();
        let _logged_in = token.session(&module);
        foreign::Program::new(token).p256("signer", Some(b"\x01"), true);
        module.finalize().unwrap();
    }
    let uri = &shell.listed(token, "uri");
    let key = |name: &str| format!("{uri};object={name}");

    // A key that opens messages is not made without a word on its loss.
    let kem = "MLKEM768-P256";
    shell.fails(&["hsm", "keygen", kem, &key("box"), "-o", "box.ref"], 2, "RECOVERY_UNSAID");
    assert!(!exists(&shell.folder, "box.ref"));
    shell.ok(&["keygen", "X-Wing", "-o", "recovery.pem", "--public", "recovery.pub"]);
    let made = shell.ok(&[
        "hsm",
        "keygen",
        kem,
        &key("box"),
        "-o",
        "box.ref",
        "--public",
        "box.pub",
        "--recovery",
        "recovery.pub",
    ]);
    assert_eq!(made["post_quantum_half"], held);
    // Neither the name nor the file is given twice.
    shell.fails(&["hsm", "keygen", kem, &key("box"), "-o", "other.ref", "--no-recovery"], 3, "NAME_TAKEN");
    shell.fails(&["hsm", "keygen", kem, &key("new"), "-o", "box.ref", "--no-recovery"], 4, "WOULD_OVERWRITE");

    shell.ok(&["encapsulate", "--to", "box.pub", "--ciphertext", "ct", "--secret", "sent"]);
    shell.ok(&["decapsulate", "--key", "box.ref", "--ciphertext", "ct", "--secret", "got"]);
    assert_eq!(shell.read("sent"), shell.read("got"));
    if held == "token" {
        shell.ok(&["decapsulate", "--key", &key("box"), "--ciphertext", "ct", "--secret", "again"]);
        assert_eq!(shell.read("sent"), shell.read("again"));
    }

    shell.ok(&[
        "hsm",
        "keygen",
        "MLDSA65-ECDSA-P256-SHA512",
        &key("seal"),
        "-o",
        "seal.ref",
        "--public",
        "seal.pub",
    ]);
    std::fs::write(shell.folder.join("document"), "TEST ONLY").unwrap();
    shell.ok(&["sign", "--key", "seal.ref", "-o", "signature", "document"]);
    shell.ok(&["verify", "--key", "seal.pub", "--signature", "signature", "document"]);

    let inventory = shell.ok(&["hsm", "inventory", uri]);
    assert_eq!(inventory["urgent"], 1, "another program's key is, keys of hybrids are not");
    let keys = inventory["keys"].as_array().unwrap();
    assert!(keys.iter().all(|key| key["sensitive_and_not_extractable"] == true));

    // The recovery key is tried out before it is needed, and then it is needed.
    shell.ok(&["hsm", "recover", "box.ref", "--recovery-key", "recovery.pem", "--rehearse"]);
    shell.ok(&["keygen", "X-Wing", "-o", "foreign.pem"]);
    shell.fails(
        &["hsm", "recover", "box.ref", "--recovery-key", "foreign.pem", "--rehearse"],
        1,
        "RECOVERY_FOREIGN",
    );
    let new = key("box2");
    shell.ok(&[
        "hsm",
        "recover",
        "box.ref",
        "--recovery-key",
        "recovery.pem",
        &new,
        "-o",
        "box2.ref",
        "--public",
        "box2.pub",
        "--old",
        "box.old",
        "--recovery",
        "recovery.pub",
    ]);
    shell.fails(
        &["decapsulate", "--key", "box.old", "--ciphertext", "ct", "--secret", "x"],
        3,
        "KEY_DESTROYED",
    );
    shell.ok(&["encapsulate", "--to", "box2.pub", "--ciphertext", "ct2", "--secret", "sent2"]);
    shell.ok(&["decapsulate", "--key", "box2.ref", "--ciphertext", "ct2", "--secret", "got2"]);
    assert_eq!(shell.read("sent2"), shell.read("got2"));

    // A key of another program becomes a half, if it is said that this is known.
    let adopt = [
        "hsm",
        "adopt",
        kem,
        &key("signer"),
        "--name",
        "adopted",
        "-o",
        "adopted.ref",
        "--public",
        "adopted.pub",
    ];
    shell.fails(&[&adopt[..], &["--no-recovery"]].concat(), 2, "ADOPTION_UNSAID");
    shell.fails(&[&adopt[..], &["--not-fresh"]].concat(), 2, "RECOVERY_UNSAID");
    let adopted = shell.ok(&[&adopt[..], &["--not-fresh", "--recovery", "recovery.pub"]].concat());
    assert_eq!(
        (&adopted["adopted_half"], &adopted["post_quantum_half"]),
        (&"classical".into(), &held.into())
    );
    // It signs as well.
    assert_eq!(adopted["guarded"], false);
    let warnings: Vec<_> =
        adopted["warnings"].as_array().unwrap().iter().map(|warning| &warning["code"]).collect();
    assert_eq!(warnings, ["KEY_NOT_FRESH", "KEY_NOT_GUARDED"]);
    shell.ok(&["encapsulate", "--to", "adopted.pub", "--ciphertext", "ct3", "--secret", "sent3"]);
    shell.ok(&["decapsulate", "--key", "adopted.ref", "--ciphertext", "ct3", "--secret", "got3"]);
    assert_eq!(shell.read("sent3"), shell.read("got3"));
    let again =
        ["hsm", "adopt", kem, &key("signer"), "--name", "x", "-o", "x.ref", "--not-fresh", "--no-recovery"];
    shell.fails(&again, 3, "KEY_REUSED");
    assert_eq!(shell.ok(&["hsm", "inventory", uri])["urgent"], 1, "it has its other uses still");
    shell.fails(
        &["hsm", "adopt", kem, uri, "--name", "x", "-o", "x.ref", "--not-fresh", "--no-recovery"],
        2,
        "KEY_NOT_NAMED",
    );

    // What is refused, with its reason.
    shell.fails(&["hsm", "list", "pkcs11:token=nobody"], 6, "TOKEN_NOT_FOUND");
    shell.fails(&["hsm", "list", "pkcs11:token=x?pin-value=1234"], 4, "URI_PIN_VALUE");
    shell.fails(&["sign", "--key", uri, "-o", "x", "document"], 2, "KEY_NOT_NAMED");
    let open = shell.folder.join("pin");
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644)).unwrap();
    shell.fails(&["hsm", "list", uri], 4, "PIN_FILE_UNSAFE");
}

token_test!(softhsm, [Token::softhsm()], |[token]| story(&token, "sealed"));
token_test!(nss, [Token::nss()], |[token]| story(&token, "token"));
token_test!(kryoptic, [Token::kryoptic(Kryoptic::WHOLE)], |[token]| story(&token, "token"));

/// How many objects the token has, while no program uses it.
fn objects(token: &Token) -> usize {
    let module = token.load();
    let count = token.objects();
    module.finalize().unwrap();
    count
}

/// What can be known before a key is made is found out then; what fails later takes the key back.
fn outputs([token]: [Token; 1]) {
    let (token, shell) = (&token, &Shell::new(&token));
    {
        let module = token.load();
        let _logged_in = token.session(&module);
        foreign::Program::new(token).p256("signer", Some(b"\x01"), true);
        module.finalize().unwrap();
    }
    let (uri, kem) = (shell.listed(token, "uri"), "MLKEM768-P256");
    let key = |name: &str| format!("{uri};object={name}");
    let (new, signer) = (key("new"), key("signer"));
    let keygen = ["hsm", "keygen", kem, &new, "--no-recovery", "-o"];
    let adopt = ["hsm", "adopt", kem, &signer, "--name", "new", "--not-fresh", "--no-recovery", "-o"];

    let before = objects(token);
    for command in [&keygen[..], &adopt] {
        for outputs in [&["missing/x.ref"][..], &["x.ref", "--public", "missing/x.pub"], &["pin/x.ref"]] {
            shell.fails(&[command, outputs].concat(), 5, "WRITE_FAILED");
            assert_eq!(objects(token), before, "nothing was made or claimed");
        }
    }
    shell.fails(&[&keygen[..], &["/dev/full"]].concat(), 5, "WRITE_FAILED");
    assert_eq!(objects(token), before);

    shell.ok(&["keygen", "X-Wing", "-o", "recovery.pem", "--public", "recovery.pub"]);
    shell.ok(&["hsm", "keygen", kem, &key("box"), "-o", "box.ref", "--recovery", "recovery.pub"]);
    shell.ok(&["hsm", "keygen", kem, &key("live"), "-o", "live.ref", "--no-recovery"]);
    let (before, reference) = (objects(token), shell.read("box.ref"));
    let recover = ["hsm", "recover", "box.ref", "--recovery-key", "recovery.pem", &new, "--no-recovery"];
    for (output, old, exit, error) in [
        ("/dev/full", "box.ref", 5, "WRITE_FAILED"),
        ("missing/new.ref", "box.ref", 5, "WRITE_FAILED"),
        ("new.ref", "missing/box.ref", 5, "WRITE_FAILED"),
        ("new.ref", "recovery.pem", 2, "SAME_FILE"),
        ("box.ref", "box.old", 2, "SAME_FILE"),
        // The reference of another key, which lives.
        ("new.ref", "live.ref", 4, "WOULD_OVERWRITE"),
    ] {
        shell.fails(&[&recover[..], &["-o", output, "--old", old]].concat(), exit, error);
        assert_eq!(objects(token), before);
        assert_eq!(shell.read("box.ref"), reference);
        assert!(!exists(&shell.folder, "new.ref"));
    }
    // Over the lost reference itself.
    shell.ok(&[&recover[..], &["-o", "new.ref", "--old", "box.ref"]].concat());
    shell.fails(&["public", "--key", "box.ref"], 3, "KEY_DESTROYED");
    shell.ok(&["public", "--key", "new.ref", "-o", "new.pub"]);

    // The new half goes, and its name is free; the key that was there stays, and is free as well.
    let (adopt, before) =
        (["hsm", "adopt", kem, &signer, "--name", "half", "--not-fresh", "--no-recovery"], objects(token));
    shell.fails(&[&adopt[..], &["-o", "/dev/full"]].concat(), 5, "WRITE_FAILED");
    assert_eq!(objects(token), before);
    shell.ok(&[&adopt[..], &["-o", "half.ref"]].concat());
    let again =
        ["hsm", "adopt", kem, &signer, "--name", "again", "--not-fresh", "--no-recovery", "-o", "again.ref"];
    shell.fails(&again, 3, "KEY_REUSED");
    shell.ok(&["hsm", "keygen", kem, &key("other"), "--no-recovery", "-o", "other.ref"]);
}

token_test!(outputs_softhsm, [Token::softhsm()], outputs);
token_test!(outputs_kryoptic, [Token::kryoptic(Kryoptic::WHOLE)], outputs);

/// A file of random bytes in place of a passphrase.
fn key_file([token]: [Token; 1]) {
    let shell = &Shell::new(&token);
    let name = format!("{};object=seal", shell.listed(&token, "uri"));
    shell.secret("factor", "TEST ONLY: all of it counts, \n also what comes after the first line");
    shell.secret("other", "TEST ONLY: all of it counts, \n also what comes after the second line");
    shell.secret("short", "TEST ONLY");
    shell.secret("open", "TEST ONLY: a key file that others can read");
    std::fs::set_permissions(shell.folder.join("open"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let keygen = ["hsm", "keygen", "MLDSA65-ECDSA-P256-SHA512", &name, "-o", "seal.ref"];
    let with = |file| [&keygen[..], &["--key-file", file]].concat();
    shell.fails(&with("short"), 3, "FACTOR_WEAK");
    shell.fails(&with("open"), 4, "KEY_FILE_OPEN");
    shell.fails(&[&with("factor")[..], &["--public", "factor"]].concat(), 2, "SAME_FILE");
    shell.fails(&[&with("factor")[..], &["--passphrase-file", "other"]].concat(), 2, "USAGE");
    shell.ok(&[&with("factor")[..], &["--public", "seal.pub"]].concat());

    std::fs::write(shell.folder.join("document"), "TEST ONLY").unwrap();
    let sign = ["sign", "--key", "seal.ref", "-o", "signature", "document"];
    shell.fails(&sign, 3, "FACTOR_MISSING");
    shell.fails(&[&sign[..], &["--key-file", "other"]].concat(), 1, "SEAL_BROKEN");
    shell.ok(&[&sign[..], &["--key-file", "factor"]].concat());
    shell.ok(&["verify", "--key", "seal.pub", "--signature", "signature", "document"]);
}

token_test!(key_file_softhsm, [Token::softhsm()], key_file);

/// Halves in two tokens whose serial numbers are the same, as those of some makers are; and an adopted half
/// beside one that is elsewhere.
fn apart([one, two]: [Token; 2]) {
    let shell = &Shell::new(&one);
    let [serial, other] = [&one, &two].map(|token| shell.listed(token, "serial").into_bytes());
    let database = one.directory().join("kryoptic-1.sql");
    let mut content = std::fs::read(&database).unwrap();
    let mut found = 0;
    for at in 0..content.len() - other.len() {
        if content[at..].starts_with(&other) {
            content[at..at + serial.len()].copy_from_slice(&serial);
            found += 1;
        }
    }
    assert!(found > 0 && serial.len() == other.len());
    std::fs::write(&database, content).unwrap();
    assert_eq!(shell.listed(&two, "serial").into_bytes(), serial);

    let opened = [&one, &two].map(|token| {
        let (uri, modules, mut options) = arguments(token);
        options.claims = None;
        khoalai_hsm::Token::open(&uri, &modules, pin(), &options).unwrap()
    });
    let program = foreign::Program::new(&one);
    let make = |file: &str, algorithm: Algorithm, pq, classical| {
        let (recovery, secrets) = (Recovery::NoRecovery, ComponentSecrets::StayInside);
        let new = NewKey { algorithm, name: file, pq, classical, recovery, secrets };
        let (reference, _) = KeyReference::generate(&new, &mut SystemRandom).unwrap();
        shell.secret(file, &reference.to_pem().unwrap());
    };
    make("apart.ref", MLKEM768_P256, Home::Token(&opened[0]), Home::Token(&opened[1]));
    let named = |name: &str| Uri::new().with_object(name).unwrap();
    for (name, id) in [("first", b"\x01"), ("second", b"\x02")] {
        program.p256(name, Some(id), true);
    }
    let factor = SecondFactor::passphrase(Zeroizing::new(b"TEST ONLY".to_vec())).unwrap();
    let uris = [named("first"), named("second")];
    let [first, second] = uris.each_ref().map(|uri| Home::Adopted(&opened[0], uri, Adoption::LosesFreshness));
    make("sealed.ref", MLKEM768_P256, Home::Sealed(&opened[1], Sealing::by_token()), first);
    make("software.ref", MLDSA65_ECDSA_P256_SHA512, Home::Software(&factor), second);

    shell.secret("passphrase", "TEST ONLY\n");
    for reference in ["apart.ref", "sealed.ref", "software.ref"] {
        shell.ok(&["public", "--key", reference, "--passphrase-file", "passphrase", "-o", "pub"]);
    }
}

token_test!(apart_kryoptic, [Token::kryoptic(Kryoptic::WHOLE), Token::kryoptic(Kryoptic::WHOLE)], apart);
