//! A system whose random source fails: an error, and the process lives.

use crate::support::public;
use khoalai::soft::pqclean::Kyber768;
use khoalai::soft::{Key, MlKem768, SoftwareKey};
use khoalai::{Error, ML_KEM_768};
use std::process::Command;

/// Set in the process that runs with the failing source.
const INSIDE: &str = "KHOALAI_RANDOM_FAILS";

#[test]
fn a_failing_source_is_an_error() {
    if std::env::var_os(INSIDE).is_some() {
        return inside();
    }
    let dir = std::env::temp_dir().join(format!("khoalai-pqclean-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let (source, library) = (dir.join("fail.c"), dir.join("fail.so"));
    // Short requests are those of the standard library.
    let code = "#include <errno.h>\n#include <string.h>\n#include <sys/types.h>\n\
        ssize_t getrandom(void *out, size_t len, unsigned flags) {\n\
        (void)flags; if (len >= 32) { errno = EIO; return -1; } memset(out, 7, len); return (ssize_t)len; }\n";
    std::fs::write(&source, code).unwrap();
    let built =
        Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&library, &source]).status().unwrap();
    assert!(built.success());
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "generator::a_failing_source_is_an_error", "--nocapture"])
        .env(INSIDE, "1")
        .env("LD_PRELOAD", &library)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{out}{err}");
    assert!(out.contains("the source failed, and that was told") && out.contains("1 passed"), "{out}");
}

fn inside() {
    let key = Key::<MlKem768>::import(ML_KEM_768, &[7; 64]).unwrap();
    let (mut ciphertext, mut secret) = ([7; ML_KEM_768.ciphertext_len()], [7; 32]);
    let made = Kyber768::encapsulate_by_system(&public(&key), &mut ciphertext, &mut secret);
    assert_eq!(made, Err(Error::RandomFailed));
    assert!(ciphertext.iter().chain(&secret).all(|byte| *byte == 0));
    println!("the source failed, and that was told");
}
