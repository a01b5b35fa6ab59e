//! What software does with public keys, as a row of data refers to it.

use crate::algorithm::Algorithm;
use crate::error::{Error, Result};
use crate::input::Input;
use crate::random::Random;
#[cfg(feature = "alloc")]
use alloc::{boxed::Box, vec::Vec};

/// What software can do with the public keys of an algorithm. `algorithm` is the row itself.
///
/// Rows implement it; callers go through [`Algorithm`], which asks for the self-test first. (The
/// library's own components ask once more by themselves.)
pub trait Software: Sync {
    /// The crate or crates that do the arithmetic, for reports.
    fn implementation(&self) -> &'static str;

    /// Whether signatures may be made over ML-DSA's message representative ([`Input::Mu`]).
    fn takes_mu(&self) -> bool {
        false
    }

    /// Checks a public key, once, before it is used.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a wrong length, [`Error::BadPublicKey`].
    fn check_public_key(&self, algorithm: Algorithm, public_key: &[u8]) -> Result<()>;

    /// Checks what can be checked of a ciphertext or share without any key.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    fn check_ciphertext(&self, algorithm: Algorithm, ciphertext: &[u8]) -> Result<()> {
        if ciphertext.len() == algorithm.ciphertext_len() { Ok(()) } else { Err(Error::Malformed) }
    }

    /// Makes a ciphertext and its shared secret. The buffers have the row's lengths. What is in them
    /// after an error is no secret and of no use: callers zero it, as
    /// [`PublicKey::encapsulate`](crate::PublicKey::encapsulate) does.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for signatures, [`Error::BadPublicKey`], [`Error::RandomFailed`].
    fn encapsulate(
        &self,
        algorithm: Algorithm,
        public_key: &[u8],
        random: &mut dyn Random,
        ciphertext: &mut [u8],
        secret: &mut [u8],
    ) -> Result<()> {
        let _ = (algorithm, public_key, random, ciphertext, secret);
        Err(Error::Unsupported)
    }

    /// Verifies a signature.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for KEMs, [`Error::BadPublicKey`], [`Error::VerificationFailed`].
    fn verify(
        &self,
        algorithm: Algorithm,
        public_key: &[u8],
        input: Input<'_>,
        context: &[u8],
        signature: &[u8],
    ) -> Result<()> {
        let _ = (algorithm, public_key, input, context, signature);
        Err(Error::Unsupported)
    }

    /// A public key in a form that is quick to use again. Unless overridden, its bytes.
    ///
    /// # Errors
    /// As [`check_public_key`](Self::check_public_key).
    #[cfg(feature = "alloc")]
    fn prepare(&self, algorithm: Algorithm, public_key: &[u8]) -> Result<Box<dyn Prepared>> {
        self.check_public_key(algorithm, public_key)?;
        Ok(Box::new(AsItIs::new(algorithm, public_key)))
    }
}

/// A public key in a form that is quick to use again: what [`Software`] does, without the key. Its
/// algorithm's self-test is asked for here.
#[cfg(feature = "alloc")]
pub trait Prepared: Send + Sync {
    /// As [`Software::encapsulate`].
    ///
    /// # Errors
    /// As there, and [`Error::SelfTestFailed`].
    fn encapsulate(&self, random: &mut dyn Random, ciphertext: &mut [u8], secret: &mut [u8]) -> Result<()> {
        let _ = (random, ciphertext, secret);
        Err(Error::Unsupported)
    }

    /// As [`Software::verify`].
    ///
    /// # Errors
    /// As there, and [`Error::SelfTestFailed`].
    fn verify(&self, input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
        let _ = (input, context, signature);
        Err(Error::Unsupported)
    }
}

/// Where bytes are the quickest form.
#[cfg(feature = "alloc")]
pub(crate) struct AsItIs {
    algorithm: Algorithm,
    public_key: Vec<u8>,
}

#[cfg(feature = "alloc")]
impl AsItIs {
    pub(crate) fn new(algorithm: Algorithm, public_key: &[u8]) -> Self {
        Self { algorithm, public_key: public_key.into() }
    }
}

#[cfg(feature = "alloc")]
impl Prepared for AsItIs {
    fn encapsulate(&self, random: &mut dyn Random, ciphertext: &mut [u8], secret: &mut [u8]) -> Result<()> {
        self.algorithm.encapsulate(&self.public_key, random, ciphertext, secret)
    }

    fn verify(&self, input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
        self.algorithm.verify(&self.public_key, input, context, signature)
    }
}

/// Of an algorithm that only devices know.
pub(crate) struct NoSoftware;

impl Software for NoSoftware {
    fn implementation(&self) -> &'static str {
        "none"
    }

    fn check_public_key(&self, _algorithm: Algorithm, _public_key: &[u8]) -> Result<()> {
        Err(Error::Unsupported)
    }
}
