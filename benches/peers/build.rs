//! Which compiler and flags, and which versions of the peers: told to the program, for its report.

use std::env;
use std::fs;
use std::process::Command;

const PEERS: [&str; 14] = [
    "aws-lc-rs",
    "aws-lc-sys",
    "boring-sys",
    "graviola",
    "libcrux-kem",
    "libcrux-ml-kem",
    "ml-dsa",
    "ml-kem",
    "openssl-src",
    "oqs-sys",
    "pqcrypto-dilithium",
    "pqcrypto-kyber",
    "sha3",
    "x-wing",
];

fn main() {
    println!("cargo::rerun-if-changed=../Cargo.lock");
    let lock = fs::read_to_string("../Cargo.lock").unwrap();
    let versions: Vec<String> = PEERS
        .iter()
        .map(|peer| {
            let entry = lock.split_once(&format!("name = \"{peer}\"\nversion = \"")).unwrap().1;
            format!("{peer} {}", entry.split('"').next().unwrap())
        })
        .collect();
    println!("cargo::rustc-env=VERSIONS={}", versions.join(";"));
    let version = Command::new(env::var("RUSTC").unwrap()).arg("--version").output().unwrap();
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default().replace('\u{1f}', " ");
    println!(
        "cargo::rustc-env=BUILT={}, opt-level {}, {}",
        String::from_utf8(version.stdout).unwrap().trim(),
        env::var("OPT_LEVEL").unwrap(),
        if flags.is_empty() { "any x86-64".into() } else { flags }
    );
}
