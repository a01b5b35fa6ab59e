//! Software keys whose algorithm is known only at run time.

use crate::algorithm::Algorithm;
use crate::error::{Error, Result};
use crate::key::Custody;
pub use crate::maker::BoxedKey;
use crate::maker::Maker;
use crate::random::Random;
use crate::soft::PrivateForm;
use crate::table::KNOWN;

/// Where the secrets of a software key of one of this library's algorithms are, before there is one:
/// for a [`Policy`](crate::Policy) to judge.
///
/// # Errors
/// [`Error::UnknownAlgorithm`] if it is not one of [`Algorithm::ALL`]; [`Error::Unsupported`] if
/// its halves are always made apart; [`Error::DeviceOnly`] if this build holds no private keys of it.
pub fn custody_of(algorithm: Algorithm) -> Result<Custody> {
    maker(algorithm)?.custody_of(algorithm)
}

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
/// As [`custody_of`]; [`Error::RandomFailed`]; [`Error::SelfTestFailed`].
pub fn generate(algorithm: Algorithm, random: &mut dyn Random) -> Result<BoxedKey> {
    maker(algorithm)?.generate(algorithm, random)
}

/// Loads a raw private key ([`Algorithm::private_key_len`] bytes, fewer where lengths vary) of one of this library's algorithms.
///
/// # Errors
/// As [`custody_of`]; [`Error::Malformed`], [`Error::BadPrivateKey`], [`Error::SelfTestFailed`].
pub fn import(algorithm: Algorithm, private_key: &[u8]) -> Result<BoxedKey> {
    import_form(algorithm, PrivateForm::Raw(private_key))
}

/// The same for a private key in whatever form a file has it.
///
/// # Errors
/// As [`import`], and as [`SoftwareKey::import_form`](crate::soft::SoftwareKey::import_form).
pub fn import_form(algorithm: Algorithm, form: PrivateForm<'_>) -> Result<BoxedKey> {
    maker(algorithm)?.import(algorithm, form)
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
