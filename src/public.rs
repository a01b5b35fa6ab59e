//! Public keys, checked once.

use crate::algorithm::{Algorithm, Kind};
use crate::burn::Burn;
use crate::bytes::{clear, room, zero_unless_ok};
use crate::error::{Error, Result};
use crate::input::Input;
use crate::limits::MAX_CONTEXT;
use crate::random::Random;
use crate::view::{SharedSecret, not_legacy};

/// A public key that passed its algorithm's checks: borrowed bytes (`PublicKey<&[u8]>`), an array,
/// or a `Vec<u8>`.
///
/// ```
/// use khoalai::{Error, ML_KEM_768, PublicKey};
///
/// // All coefficients out of range: refused when read, not when used (FIPS 203 §7.2).
/// let bad = [0xff; ML_KEM_768.public_key_len()];
/// assert_eq!(PublicKey::new(ML_KEM_768, &bad[..]).err(), Some(Error::BadPublicKey));
/// ```
#[derive(Clone, Copy)]
pub struct PublicKey<B> {
    algorithm: Algorithm,
    bytes: B,
}

impl<B: AsRef<[u8]>> PublicKey<B> {
    /// Reads a raw public key ([`Algorithm::public_key_len`] bytes, fewer where lengths vary) of a hybrid, of ML-KEM or of
    /// ML-DSA: lengths, ML-KEM coefficients (FIPS 203 §7.2), points on their curve and not of low order.
    ///
    /// # Errors
    /// [`Error::ClassicalOnly`] for a classical algorithm on its own; [`Error::LegacyAlgorithm`]: see
    /// [`Policy`](crate::Policy); [`Error::Malformed`] for a wrong length; [`Error::BadPublicKey`].
    pub fn new(algorithm: Algorithm, bytes: B) -> Result<Self> {
        not_legacy(algorithm)?;
        Self::of_kind(algorithm, bytes)
    }

    /// Without a word on policy, which is for the caller to ask.
    pub(crate) fn of_kind(algorithm: Algorithm, bytes: B) -> Result<Self> {
        if algorithm.is_classical() {
            return Err(Error::ClassicalOnly);
        }
        algorithm.check_public_key(bytes.as_ref())?;
        Ok(Self { algorithm, bytes })
    }

    /// Bytes that were checked already.
    pub(crate) fn checked(algorithm: Algorithm, bytes: B) -> Result<Self> {
        not_legacy(algorithm)?;
        if algorithm.is_classical() { Err(Error::ClassicalOnly) } else { Ok(Self { algorithm, bytes }) }
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// Makes a shared secret for the key's owner. `ciphertext` takes
    /// [`Algorithm::ciphertext_len`] bytes, which go to the owner.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a signature key, or a KEM whose secret has not 32 bytes; [`Error::BufferTooSmall`];
    /// [`Error::RandomFailed`]; [`Error::SelfTestFailed`]. `ciphertext` is then zeroed.
    pub fn encapsulate(&self, random: &mut dyn Random, ciphertext: &mut [u8]) -> Result<SharedSecret> {
        clear(ciphertext, self.algorithm.ciphertext_len());
        if self.algorithm.kind() != Kind::Kem || self.algorithm.secret_len() != SharedSecret::LEN {
            return Err(Error::Unsupported);
        }
        let ciphertext = room(ciphertext, self.algorithm.ciphertext_len())?;
        Burn::ENCODINGS.after(|| {
            let mut secret = SharedSecret::zero();
            let made =
                self.algorithm.encapsulate(self.bytes.as_ref(), random, ciphertext, secret.bytes_mut());
            zero_unless_ok(made, ciphertext)?;
            Ok(secret)
        })
    }

    /// Verifies `signature` over `message` under `context` (often empty, at most 255 bytes).
    ///
    /// # Errors
    /// [`Error::VerificationFailed`], whatever part of it is wrong; [`Error::Malformed`] for a
    /// length that cannot be this algorithm's; [`Error::BadContext`];
    /// [`Error::Unsupported`] for a key-exchange key; [`Error::SelfTestFailed`].
    pub fn verify(&self, message: &[u8], context: &[u8], signature: &[u8]) -> Result<()> {
        self.verify_input(Input::Message(&[message]), context, signature)
    }

    /// Verifies a signature over any [`Input`], such as a message that was hashed as it streamed by.
    ///
    /// # Errors
    /// As [`verify`](Self::verify); [`Error::Unsupported`] if the algorithm does not take this input.
    pub fn verify_input(&self, input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
        if self.algorithm.kind() != Kind::Signature {
            return Err(Error::Unsupported);
        }
        if context.len() > MAX_CONTEXT {
            return Err(Error::BadContext);
        }
        if signature.len() > self.algorithm.signature_len() {
            return Err(Error::Malformed);
        }
        self.algorithm.verify(self.bytes.as_ref(), input, context, signature)
    }
}

impl<B: AsRef<[u8]>> core::fmt::Debug for PublicKey<B> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PublicKey({})", self.algorithm)
    }
}
