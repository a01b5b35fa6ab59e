//! Known-answer tests, on demand.

use crate::algorithm::Algorithm;
use crate::error::{Error, Result};
use crate::table::KNOWN;

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
    let known = KNOWN.iter().find(|known| known.algorithm == algorithm).ok_or(Error::UnknownAlgorithm)?;
    if algorithm.private_key_len() == 0 {
        return Err(Error::Unsupported);
    }
    let answer = known.maker.known_answer(algorithm).map_err(|_| Error::SelfTestFailed)?;
    if answer.starts_with(&known.answer.to_be_bytes()) { Ok(()) } else { Err(Error::SelfTestFailed) }
}
