//! `--json`: exactly one object, with names that stay, for errors too.

use crate::support::{Dir, set_mode};
use serde_json::Value;

fn fields(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn every_command_gives_its_object() {
    let dir = Dir::new();
    dir.write("file", b"x");
    let expect = |args: &[&str], expected: &[&str]| {
        let (code, told) = dir.json(args);
        assert_eq!(code, 0, "{told}");
        let mut expected = [expected, &["warnings"]].concat();
        expected.sort_unstable();
        assert_eq!(fields(&told), expected, "{args:?}");
        assert_eq!(told["warnings"].as_array().unwrap().len(), 0);
        told
    };
    let keygen = ["algorithm", "key", "public", "format", "encrypted", "test_only"];
    let told = expect(&["keygen", "X-Wing", "-o", "key", "--public", "pub"], &keygen);
    assert_eq!(
        (&told["algorithm"], &told["key"], &told["encrypted"]),
        (&"X-Wing".into(), &"key".into(), &false.into())
    );
    let told = expect(&["keygen", "MLDSA44-Ed25519-SHA512", "-o", "sign", "--der"], &keygen);
    assert_eq!((&told["format"], &told["public"]), (&"der".into(), &Value::Null));
    expect(&["public", "--key", "sign", "-o", "verify"], &["algorithm", "public", "format", "test_only"]);
    expect(
        &["encapsulate", "--to", "pub", "--ciphertext", "ct", "--secret", "ss"],
        &["algorithm", "ciphertext", "secret"],
    );
    expect(
        &["decapsulate", "--key", "key", "--ciphertext", "ct", "--secret", "ss"],
        &["algorithm", "secret"],
    );
    let told = expect(
        &["sign", "--key", "sign", "-o", "sig", "file"],
        &["algorithm", "file", "length", "signature"],
    );
    assert_eq!(told["length"], 1);
    let verify = ["verify", "--key", "verify", "--signature", "sig", "file"];
    let told = expect(&verify, &["algorithm", "valid", "file", "length", "halves"]);
    assert_eq!((&told["valid"], &told["halves"]), (&true.into(), &Value::Null));
    expect(&["algorithms"], &["algorithms"]);
    expect(&["selftest"], &["passed", "tests"]);
    expect(&["demo"], &["passed", "steps"]);
}

#[test]
fn errors_are_objects_with_stable_codes() {
    let dir = Dir::new();
    dir.ok(&["keygen", "ML-DSA-44", "-o", "key", "--public", "pub"]);
    dir.ok(&["sign", "--key", "key", "-o", "sig", "pub"]);
    dir.write("pass", b"x");
    set_mode(&dir.path("pass"), 0o644);
    for (args, code, name, number) in [
        (&["verify", "--key", "pub", "--signature", "sig", "key"][..], 1, "VERIFICATION_FAILED", 201),
        (&["verify", "--key", "pub"], 2, "USAGE", 900),
        (&["frobnicate"], 2, "USAGE", 900),
        (&[], 2, "USAGE", 900),
        (&["public", "--key", "sig", "-o", "x"], 3, "MALFORMED", 100),
        (&["keygen", "P-256", "-o", "x"], 4, "CLASSICAL_ONLY", 105),
        (&["keygen", "ML-DSA-44", "-o", "key"], 4, "WOULD_OVERWRITE", 920),
        (
            &["keygen", "X-Wing", "-o", "x", "--encrypt", "--passphrase-file", "pass"],
            4,
            "PASSPHRASE_FILE_OPEN",
            923,
        ),
        (&["public", "--key", "nothing", "-o", "x"], 5, "READ_FAILED", 930),
    ] {
        for language in [&[][..], &["--lang", "vi"]] {
            let (got, told) = dir.json(&[args, language].concat());
            assert_eq!(got, code, "{told}");
            assert_eq!((&told["error"]["code"], &told["error"]["number"]), (&name.into(), &number.into()));
            assert_eq!(fields(&told["error"]), ["code", "number", "text"]);
            assert!(told["error"]["text"].as_str().unwrap().len() > 20);
        }
    }
}

#[test]
fn with_data_on_stdout_the_object_goes_to_stderr() {
    let dir = Dir::new();
    let run = dir.run(&["keygen", "X-Wing", "-o", "-", "--json"]);
    assert!(run.out().starts_with("-----BEGIN PRIVATE KEY-----"));
    assert_eq!(serde_json::from_str::<Value>(run.err()).unwrap()["key"], "-");
    // Errors too: whoever reads stdout gets nothing rather than something else.
    let run = dir.run(&["public", "--key", "missing", "--json"]);
    assert_eq!((run.code, run.out()), (5, ""));
    assert_eq!(serde_json::from_str::<Value>(run.err()).unwrap()["error"]["code"], "READ_FAILED");
}
