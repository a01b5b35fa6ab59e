//! Random sources that may fail, in a form that fits behind `dyn`.

use crate::error::{Error, Result};
use rand_core::TryCryptoRng;
use zeroize::Zeroize;

/// A cryptographic random source that may fail.
///
/// Every `rand_core` 0.10 generator ([`TryCryptoRng`], fallible ones included) is one; pass
/// `&mut generator`. There is nothing to implement by hand.
pub trait Random {
    /// Fills `out` with random bytes.
    ///
    /// # Errors
    /// [`Error::RandomFailed`] if the generator fails; `out` is then zeroed and must not be used.
    fn fill(&mut self, out: &mut [u8]) -> Result<()>;
}

impl<R: TryCryptoRng + ?Sized> Random for R {
    fn fill(&mut self, out: &mut [u8]) -> Result<()> {
        self.try_fill_bytes(out).map_err(|_| {
            out.zeroize();
            Error::RandomFailed
        })
    }
}

/// The operating system's random source, as a `rand_core` generator.
#[cfg(feature = "getrandom")]
pub use getrandom::SysRng as SystemRandom;
