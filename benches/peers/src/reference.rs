//! How fast the peers were when they were first measured, alone and with care (2026-11-22). One that is much slower
//! here is called in a wrong way, or built in one: then all is wrong. Processors of another make weigh instructions
//! otherwise: there, much slower is more.

use crate::machine::About;
use crate::result::{Measured, Op};

/// What SHA3-256 of 1184 bytes took then, in microseconds.
const YARDSTICK: f64 = 2.37;
const AT_MOST: f64 = 1.15;
const AT_MOST_ELSEWHERE: f64 = 1.4;

/// Row, operation, peer, microseconds (the least; for signing the mean).
const KNOWN: &[(&str, Op, &str, f64)] = &[
    ("X-Wing", Op::Generate, "aws-lc parts", 16.9),
    ("X-Wing", Op::Encapsulate, "aws-lc parts", 42.3),
    ("X-Wing", Op::Decapsulate, "aws-lc parts", 38.1),
    ("X-Wing", Op::Generate, "fastest Rust parts", 15.0),
    ("X-Wing", Op::Encapsulate, "fastest Rust parts", 35.7),
    ("X-Wing", Op::Decapsulate, "fastest Rust parts", 28.6),
    ("X-Wing", Op::Generate, "x-wing", 65.2),
    ("X-Wing", Op::Encapsulate, "x-wing", 105.0),
    ("X-Wing", Op::Decapsulate, "x-wing", 173.0),
    ("X-Wing", Op::Generate, "libcrux-kem", 44.0),
    ("X-Wing", Op::Encapsulate, "libcrux-kem", 73.5),
    ("X-Wing", Op::Decapsulate, "libcrux-kem", 90.4),
    ("X-Wing", Op::Generate, "BoringSSL", 38.5),
    ("X-Wing", Op::Encapsulate, "BoringSSL", 69.5),
    ("X-Wing", Op::Decapsulate, "BoringSSL", 67.7),
    ("X25519MLKEM768", Op::Generate, "OpenSSL", 65.1),
    ("X25519MLKEM768", Op::Encapsulate, "OpenSSL", 95.0),
    ("ML-KEM-768", Op::Decapsulate, "aws-lc", 12.9),
    ("ML-KEM-768", Op::EncapsulatePrepared, "libcrux", 5.4),
    ("ML-KEM-768", Op::Decapsulate, "libcrux", 8.6),
    ("ML-KEM-768", Op::Generate, "ml-kem", 49.0),
    ("ML-KEM-768", Op::Decapsulate, "ml-kem", 70.5),
    ("ML-KEM-768", Op::Generate, "OpenSSL", 33.0),
    ("ML-KEM-768", Op::EncapsulatePrepared, "OpenSSL", 35.5),
    ("ML-KEM-768", Op::Decapsulate, "OpenSSL", 32.3),
    ("X25519", Op::Decapsulate, "aws-lc", 18.9),
    ("P-256", Op::Decapsulate, "aws-lc", 36.8),
    ("P-384", Op::Decapsulate, "aws-lc", 113.0),
    ("ML-DSA-65", Op::Generate, "aws-lc", 39.2),
    ("ML-DSA-65", Op::Sign, "aws-lc", 137.0),
    ("ML-DSA-65", Op::VerifyPrepared, "aws-lc", 37.4),
    ("ML-DSA-65", Op::Generate, "liboqs", 32.5),
    ("ML-DSA-65", Op::Sign, "liboqs", 94.3),
    ("ML-DSA-65", Op::Verify, "liboqs", 32.7),
    ("ML-DSA-65", Op::Generate, "OpenSSL", 136.0),
    ("ML-DSA-65", Op::Sign, "OpenSSL", 705.0),
    ("ML-DSA-65", Op::VerifyPrepared, "OpenSSL", 139.0),
];

/// A line for each that is slower than it should be, on a machine that is as fast as this one is now.
pub fn slow(measured: &[Measured], about: &About) -> Vec<String> {
    let scale = about.yardstick / YARDSTICK;
    let at_most = if about.is_same_kind() { AT_MOST } else { AT_MOST_ELSEWHERE };
    let mut lines = Vec::new();
    for one in measured {
        let known =
            KNOWN.iter().find(|(row, op, peer, _)| (*row, *op, *peer) == (&one.row, one.op, &one.peer));
        let Some((.., then)) = known else { continue };
        let now = if one.op == Op::Sign { one.mean } else { one.least };
        if now > then * scale * at_most {
            lines.push(format!(
                "SLOW: {}, {}, {}: {now:.2} us, {:.2} were expected here: a slow peer is a wrong bench",
                one.row,
                one.op.name(),
                one.peer,
                then * scale
            ));
        }
    }
    lines
}
