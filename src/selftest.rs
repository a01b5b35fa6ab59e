//! Known-answer tests, on demand.

use crate::algorithm::Algorithm;
use crate::error::{Error, Result};
use crate::table::MAKERS;

/// Runs the known-answer test of one of this library's algorithms: a key from a fixed stream, its
/// public key, an encapsulation and its opening (or a deterministic signature, its verification and
/// the refusal of another message), all condensed and compared with what official vectors confirmed.
///
/// ```
/// for algorithm in khoalai::Algorithm::ALL {
///     if algorithm.private_key_len() > 0 {
///         khoalai::selftest::run(*algorithm)?;
///     }
/// }
/// # Ok::<(), khoalai::Error>(())
/// ```
///
/// # Errors
/// [`Error::SelfTestFailed`]: do not use this algorithm on this machine.
/// [`Error::UnknownAlgorithm`] if it is not one of [`Algorithm::ALL`]; [`Error::Unsupported`] if
/// its keys are never whole, so that its other name is the one to test.
pub fn run(algorithm: Algorithm) -> Result<()> {
    let (_, maker) = MAKERS.iter().find(|(row, _)| *row == algorithm).ok_or(Error::UnknownAlgorithm)?;
    if algorithm.private_key_len() == 0 {
        return Err(Error::Unsupported);
    }
    let answer = maker.known_answer(algorithm).map_err(|_| Error::SelfTestFailed)?;
    let (_, expected) =
        ANSWERS.iter().find(|(name, _)| *name == algorithm.name()).ok_or(Error::SelfTestFailed)?;
    if answer.starts_with(expected) { Ok(()) } else { Err(Error::SelfTestFailed) }
}

/// The first 8 bytes of each answer.
const ANSWERS: &[(&str, [u8; 8])] = &[
    ("MLKEM768-P256", *b"\xdb\xe1\xb1\xd3\x27\xb1\x9b\x14"),
    ("MLKEM1024-P384", *b"\xf1\x7f\x34\xa0\xad\x2e\xc6\x57"),
    ("MLDSA65-ECDSA-P256-SHA512", *b"\x0b\xe0\x80\xaa\xf7\x3e\x03\x1c"),
    ("MLDSA65-Ed25519-SHA512", *b"\x9b\x1a\x77\xf6\x1f\x50\xaa\xb1"),
    ("MLDSA87-ECDSA-P384-SHA512", *b"\xd1\x02\xb2\x74\xf4\xc0\x3f\xa7"),
    ("MLDSA44-ECDSA-P256-SHA256", *b"\xc3\xf2\x5f\xbc\x7a\xc5\x15\xba"),
    ("MLDSA44-Ed25519-SHA512", *b"\x4a\xf6\xfe\x52\x80\x12\xf6\xee"),
    ("ML-KEM-768", *b"\x50\xcd\xbc\xd5\xe5\x36\xc5\xfc"),
    ("ML-KEM-1024", *b"\x59\x46\x01\x66\x97\x21\x6e\x99"),
    ("ML-DSA-44", *b"\x42\x2e\x79\x7e\x26\x0a\x7b\xf9"),
    ("ML-DSA-65", *b"\x51\x02\xee\x3b\xd8\x38\xc2\x0f"),
    ("ML-DSA-87", *b"\x9f\xf9\xeb\xf0\xc5\x84\x25\xba"),
    ("X25519", *b"\x83\xa6\xb4\x4f\x1e\xd6\xb0\x86"),
    ("P-256", *b"\x8a\xd3\xae\x0c\x54\x96\xee\xc8"),
    ("P-384", *b"\x77\x4e\xde\xf7\xa6\x7e\x4d\x3b"),
    ("Ed25519", *b"\xec\x56\x2d\x73\x98\x2b\xb0\x39"),
    ("ECDSA-P256-SHA256", *b"\xd2\x2c\x3c\x14\xc9\xb2\x76\x30"),
    ("ECDSA-P384-SHA384", *b"\x1b\xc1\x96\xfc\x22\x49\xf5\x9d"),
];
