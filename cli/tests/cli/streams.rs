//! `-` in every place that can be a stream.

use crate::support::Dir;

#[test]
fn keys_ciphertexts_and_secrets_go_through_pipes() {
    let dir = Dir::new();
    let key = dir.ok(&["keygen", "X-Wing", "-o", "-"]);
    assert!(
        key.out().starts_with("-----BEGIN PRIVATE KEY-----\n")
            && key.out().ends_with("-----END PRIVATE KEY-----\n")
    );
    // What is told goes to stderr then.
    assert!(key.err().contains("X-Wing"));
    let public = dir.run_with(&["public", "--key", "-"], &key.out);
    assert!(public.out().ends_with("-----END PUBLIC KEY-----\n"));
    let ciphertext =
        dir.run_with(&["encapsulate", "--to", "-", "--ciphertext", "-", "--secret", "ss"], &public.out);
    assert_eq!((ciphertext.code, ciphertext.out.len()), (0, 1120));
    dir.write("key", &key.out);
    let secret =
        dir.run_with(&["decapsulate", "--key", "key", "--ciphertext", "-", "--secret", "-"], &ciphertext.out);
    assert_eq!((secret.code, &secret.out), (0, &dir.read("ss")));
    dir.write("ct", &ciphertext.out);
    let secret =
        dir.run_with(&["decapsulate", "--key", "-", "--ciphertext", "ct", "--secret", "-"], &key.out);
    assert_eq!(secret.out, dir.read("ss"));
}

#[test]
fn documents_and_signatures_go_through_pipes() {
    let dir = Dir::new();
    dir.ok(&["keygen", "MLDSA44-Ed25519-SHA512", "-o", "key", "--public", "pub"]);
    let signature = dir.run_with(&["sign", "--key", "key", "-o", "-", "-"], b"document");
    assert_eq!((signature.code, signature.out.len()), (0, 2484));
    dir.write("sig", &signature.out);
    dir.write("document", b"document");
    let verify =
        |args: &[&str], input: &[u8]| dir.run_with(&[&["verify", "--key"], args].concat(), input).code;
    assert_eq!(verify(&["pub", "--signature", "sig", "-"], b"document"), 0);
    assert_eq!(verify(&["pub", "--signature", "-", "document"], &signature.out), 0);
    assert_eq!(verify(&["-", "--signature", "sig", "document"], &dir.read("pub")), 0);
    assert_eq!(verify(&["pub", "--signature", "sig", "-"], b"documens"), 1);
    assert_eq!(verify(&["pub", "--signature", "sig", "-"], b""), 1);
}

#[test]
fn one_stream_cannot_be_two_things() {
    let dir = Dir::new();
    dir.run(&["encapsulate", "--to", "pub", "--ciphertext", "-", "--secret", "-"]).fails(2, "SAME_FILE");
    dir.run(&["verify", "--key", "-", "--signature", "-", "file"]).fails(2, "SAME_FILE");
    dir.run(&["sign", "--key", "-", "-o", "sig", "-"]).fails(2, "SAME_FILE");
    dir.run(&["keygen", "X-Wing", "-o", "-", "--public", "-"]).fails(2, "SAME_FILE");
}

#[test]
fn a_reader_that_goes_away_is_no_error_for_what_is_told() {
    let dir = Dir::new();
    for command in ["algorithms", "demo", "--help"] {
        let run = dir.shell(&format!("{{ \"$K\" {command}; echo $? >code; }} | true; cat code"));
        assert_eq!(run.out(), "0\n", "{command}: {}", run.err());
        assert_eq!(run.err(), "");
    }
    // What is told and lost on a full disk is.
    let run = dir.shell("\"$K\" algorithms --json >/dev/full");
    run.fails(5, "WRITE_FAILED");
    // Data is another matter: somebody would miss it.
    let run = dir.shell("{ \"$K\" keygen X-Wing -o - 2>err; echo $? >code; } | sleep 0; cat code");
    assert!(["0\n", "5\n"].contains(&run.out()), "{}", run.out());
}
