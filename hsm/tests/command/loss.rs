//! The token is gone for good, files and all, and what was sent to it is not.

use crate::shell::Shell;
use crate::support::alone::token_test;
use crate::support::tokens::{Kryoptic, Module, Token};

/// Takes the token away: the files in which the module keeps it.
fn destroy(token: &Token) {
    let folder = token.directory();
    if token.kind == Module::Kryoptic {
        return std::fs::remove_file(folder.join("kryoptic-0.sql")).unwrap();
    }
    let tokens = std::fs::read_dir(folder.join("softhsm")).unwrap().map(|folder| folder.unwrap().path());
    let own = |folder: &std::path::PathBuf| {
        let object = std::fs::read(folder.join("token.object")).unwrap();
        object.windows(token.label().len()).any(|window| window == token.label().as_bytes())
    };
    let mine: Vec<_> = tokens.filter(own).collect();
    assert_eq!(mine.len(), 1);
    std::fs::remove_dir_all(&mine[0]).unwrap();
}

/// The recovery key is in a file that is kept off line, or in the second token.
fn lost([one, two]: [Token; 2], off_line: bool) {
    let shell = &Shell::new(&one);
    let [first, second] = [&one, &two].map(|token| shell.listed(token, "uri"));
    let key = |uri: &str, name: &str| format!("{uri};object={name}");
    let kem = "MLKEM768-P256";
    let recovery = if off_line {
        shell.secret("passphrase", "TEST ONLY: giay trong ket sat\n");
        let keygen = ["keygen", "X-Wing", "--encrypt", "--passphrase-file", "passphrase"];
        shell.ok(&[&keygen[..], &["-o", "recovery.enc", "--public", "recovery.pub"]].concat());
        &["recovery.enc", "--passphrase-file", "passphrase"][..]
    } else {
        let place = key(&second, "recovery");
        let keygen = ["hsm", "keygen", kem, &place, "--no-recovery"];
        shell.ok(&[&keygen[..], &["-o", "recovery.ref", "--public", "recovery.pub"]].concat());
        &["recovery.ref"]
    };
    let with_recovery_key = |words: &[&str], option: &str| {
        let words = [words, &[option], recovery].concat();
        shell.ok(&words)
    };
    let place = key(&first, "box");
    let keygen = ["hsm", "keygen", kem, &place, "-o", "box.ref", "--public", "box.pub"];
    shell.ok(&[&keygen[..], &["--recovery", "recovery.pub"]].concat());
    with_recovery_key(&["hsm", "recover", "box.ref", "--rehearse"], "--recovery-key");
    // Senders encrypt to both.
    for (to, ciphertext, secret) in [("box.pub", "ct", "sent"), ("recovery.pub", "ct2", "sent2")] {
        shell.ok(&["encapsulate", "--to", to, "--ciphertext", ciphertext, "--secret", secret]);
    }
    shell.ok(&["decapsulate", "--key", "box.ref", "--ciphertext", "ct", "--secret", "before"]);

    destroy(&one);
    let gone = ["decapsulate", "--key", "box.ref", "--ciphertext", "ct", "--secret", "x"];
    shell.fails(&gone, 6, "TOKEN_NOT_FOUND");
    with_recovery_key(&["decapsulate", "--ciphertext", "ct2", "--secret", "got2"], "--key");
    assert_eq!(shell.read("sent2"), shell.read("got2"));
    let new = key(&second, "box2");
    let recover = ["hsm", "recover", "box.ref", &new, "-o", "box2.ref", "--public", "box2.pub"];
    let recover = [&recover[..], &["--old", "box.ref", "--recovery", "recovery.pub"]].concat();
    with_recovery_key(&recover, "--recovery-key");
    shell.fails(&gone, 3, "KEY_DESTROYED");
    shell.ok(&["encapsulate", "--to", "box2.pub", "--ciphertext", "ct3", "--secret", "sent3"]);
    // A passphrase that is given seals the half that the token does not hold, too.
    let open = ["decapsulate", "--key", "box2.ref", "--ciphertext", "ct3", "--secret", "got3"];
    shell.ok(&[&open[..], &recovery[1..]].concat());
    assert_eq!(shell.read("sent3"), shell.read("got3"));
}

token_test!(off_line_softhsm, [Token::softhsm(), Token::softhsm()], |tokens| lost(tokens, true));
token_test!(second_token_softhsm, [Token::softhsm(), Token::softhsm()], |tokens| lost(tokens, false));
token_test!(
    off_line_kryoptic,
    [Token::kryoptic(Kryoptic::WHOLE), Token::kryoptic(Kryoptic::WHOLE)],
    |tokens| {
        lost(tokens, true);
    }
);
token_test!(
    second_token_kryoptic,
    [Token::kryoptic(Kryoptic::WHOLE), Token::kryoptic(Kryoptic::WHOLE)],
    |tokens| {
        lost(tokens, false);
    }
);
