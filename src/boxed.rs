//! Software keys whose algorithm is known only at run time.

use crate::algorithm::Algorithm;
use crate::error::{Error, Result};
pub use crate::maker::BoxedKey;
use crate::maker::Maker;
use crate::random::Random;
use crate::table::KNOWN;

/// Makes a fresh software key of one of this library's algorithms.
///
/// ```
/// use khoalai::{DecapsulationKey, MLKEM1024_P384};
///
/// let key = khoalai::generate(MLKEM1024_P384, &mut getrandom::SysRng)?;
/// let key = DecapsulationKey::new(key)?;
/// # Ok::<(), khoalai::Error>(())
/// ```
///
/// # Errors
/// [`Error::UnknownAlgorithm`] if it is not one of [`Algorithm::ALL`]; [`Error::Unsupported`] if
/// its halves are always made apart; [`Error::RandomFailed`].
pub fn generate(algorithm: Algorithm, random: &mut dyn Random) -> Result<BoxedKey> {
    maker(algorithm)?.generate(algorithm, random)
}

/// Loads a raw private key ([`Algorithm::private_key_len`] bytes) of one of this library's algorithms.
///
/// # Errors
/// [`Error::UnknownAlgorithm`], [`Error::Unsupported`], [`Error::Malformed`], [`Error::BadPrivateKey`].
pub fn import(algorithm: Algorithm, private_key: &[u8]) -> Result<BoxedKey> {
    maker(algorithm)?.import(algorithm, private_key)
}

fn maker(algorithm: Algorithm) -> Result<&'static dyn Maker> {
    KNOWN
        .iter()
        .copied()
        .flatten()
        .find(|known| known.algorithm == algorithm)
        .map(|known| known.maker)
        .ok_or(Error::UnknownAlgorithm)
}
