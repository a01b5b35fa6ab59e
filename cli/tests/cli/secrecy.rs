//! No secret in anything that is told, and none in a core file.

use crate::support::{Dir, KHOALAI, Run, der, is_signature, made, set_mode};
use base64ct::{Base64, Encoding};
use khoalai::encode::pkcs8;
use std::process::Stdio;

#[test]
fn nothing_told_holds_a_secret() {
    for algorithm in made() {
        let dir = Dir::new();
        dir.write("file", b"x");
        dir.write("broken", b"x");
        dir.write("pass", b"a long passphrase of mine");
        set_mode(&dir.path("pass"), 0o600);
        let mut told = Vec::new();
        let mut tell = |args: &[&str]| {
            for form in [&[][..], &["--json"]] {
                let run = dir.run(&[args, form].concat());
                told.extend([run.out, run.err].concat());
            }
        };
        tell(&["keygen", algorithm.name(), "-o", "key", "--public", "pub", "--force"]);
        tell(&["keygen", algorithm.name(), "-o", "enc", "--encrypt", "--passphrase-file", "pass", "--force"]);
        tell(&["public", "--key", "key", "-o", "pub"]);
        tell(&["public", "--key", "enc", "--passphrase-file", "pass", "-o", "pub2"]);
        if is_signature(algorithm) {
            tell(&["sign", "--key", "key", "-o", "sig", "file"]);
            tell(&["verify", "--key", "key", "--signature", "sig", "file"]);
            tell(&["verify", "--key", "pub", "--signature", "key", "file"]);
        } else {
            tell(&["encapsulate", "--to", "pub", "--ciphertext", "ct", "--secret", "ss"]);
            tell(&["decapsulate", "--key", "key", "--ciphertext", "ct", "--secret", "ss"]);
            tell(&["decapsulate", "--key", "key", "--ciphertext", "broken", "--secret", "ss2"]);
            tell(&["encapsulate", "--to", "key", "--ciphertext", "ct", "--secret", "ss"]);
        }
        let key = der(&dir.read("key"));
        let key = pkcs8::decode(&key, &[algorithm]).unwrap();
        let raw = key.expose_private_key().unwrap();
        let mut secrets = vec![raw.to_vec(), raw[..32].to_vec()];
        secrets.push(b"a long passphrase of mine".to_vec());
        if !is_signature(algorithm) {
            secrets.push(dir.read("ss"));
        }
        assert!(told.len() > 500);
        for secret in secrets {
            assert_not_in(&told, &secret);
        }
        // The search can fail: where the secret is written on purpose it is found.
        assert!(found(&dir.read("key"), &Base64::encode_string(&der(&dir.read("key"))[..45]).into_bytes()));
    }
}

#[track_caller]
fn assert_not_in(told: &[u8], secret: &[u8]) {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let decimal = format!("{secret:?}");
    // Base64 shifts with the place: the middle of each of three placings.
    let shifted = [0, 1, 2].map(|skip| {
        let text = Base64::encode_string(&secret[skip..]);
        text.as_bytes()[..text.len().min(24)].to_vec()
    });
    let spellings =
        [secret.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes(), decimal.into_bytes()];
    for spelling in spellings.iter().chain(&shifted) {
        assert!(!found(told, spelling), "a secret is told");
    }
}

fn found(text: &[u8], piece: &[u8]) -> bool {
    text.windows(piece.len()).any(|window| window == piece)
}

#[test]
fn secrets_have_no_place_on_the_command_line_or_in_variables() {
    let dir = Dir::new();
    for command in ["keygen", "public", "sign", "decapsulate"] {
        let help = dir.ok(&[command, "--help"]);
        assert!(help.out().contains("--passphrase-file <FILE>"));
        assert!(!help.out().contains("--passphrase <") && !help.out().contains("env:"));
        dir.run(&[command, "--passphrase", "x"]).fails(2, "USAGE");
    }
}

#[test]
fn no_core_file_is_written() {
    let dir = Dir::new();
    dir.ok(&["keygen", "ML-DSA-44", "-o", "key"]);
    // It waits for the document on stdin, with the private key in memory.
    let mut command = dir.command(KHOALAI);
    command.args(["sign", "--key", "key", "-o", "sig", "-"]).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    let limits = format!("/proc/{}/limits", child.id());
    let mut line = String::new();
    // Both limits: the soft one may be zero before, and a busy machine takes its time.
    for _ in 0..3000 {
        let limits = std::fs::read_to_string(&limits).unwrap();
        line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap().to_owned();
        if line.split_whitespace().skip(4).take(2).eq(["0", "0"]) {
            break;
        }
        std::thread::sleep(core::time::Duration::from_millis(20));
    }
    assert!(line.split_whitespace().skip(4).take(2).eq(["0", "0"]), "{line}");
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

/// A run that a person sees tells file names and algorithms, no more.
#[test]
fn success_is_one_short_line() {
    let dir = Dir::new();
    let run: Run = dir.ok(&["keygen", "X-Wing", "-o", "key", "--public", "pub"]);
    assert_eq!(run.out(), "X-Wing: private key written to key.\n");
    assert_eq!(run.err(), "");
}
