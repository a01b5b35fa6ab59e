//! Public keys, checked once.

#[cfg(feature = "alloc")]
use crate::algorithm::Prepared;
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
        sent(self.algorithm, ciphertext, |ciphertext, secret| {
            self.algorithm.encapsulate(self.bytes.as_ref(), random, ciphertext, secret)
        })
    }

    /// The key in a form that is quick to use again: from the second use on it costs less, where ML-KEM-768 is
    /// graviola's from the sixth.
    ///
    /// # Errors
    /// None for a key that was checked.
    #[cfg(feature = "alloc")]
    pub fn prepare(&self) -> Result<PreparedPublicKey> {
        let inner = self.algorithm.row().software.prepare(self.algorithm, self.bytes.as_ref())?;
        Ok(PreparedPublicKey { algorithm: self.algorithm, bytes: self.bytes.as_ref().into(), inner })
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
        verifiable(self.algorithm, context, signature)?;
        self.algorithm.verify(self.bytes.as_ref(), input, context, signature)
    }
}

/// Has `make` fill a ciphertext and a secret, which are zeroed if it fails.
fn sent(
    algorithm: Algorithm,
    ciphertext: &mut [u8],
    make: impl FnOnce(&mut [u8], &mut [u8]) -> Result<()>,
) -> Result<SharedSecret> {
    clear(ciphertext, algorithm.ciphertext_len());
    if algorithm.kind() != Kind::Kem || algorithm.secret_len() != SharedSecret::LEN {
        return Err(Error::Unsupported);
    }
    let ciphertext = room(ciphertext, algorithm.ciphertext_len())?;
    Burn::ENCODINGS.after(|| {
        let mut secret = SharedSecret::zero();
        zero_unless_ok(make(ciphertext, secret.bytes_mut()), ciphertext)?;
        Ok(secret)
    })
}

/// What can be said of a signature before it is looked into.
const fn verifiable(algorithm: Algorithm, context: &[u8], signature: &[u8]) -> Result<()> {
    if !matches!(algorithm.kind(), Kind::Signature) {
        return Err(Error::Unsupported);
    }
    if context.len() > MAX_CONTEXT {
        return Err(Error::BadContext);
    }
    if signature.len() > algorithm.signature_len() { Err(Error::Malformed) } else { Ok(()) }
}

/// A public key that is used again and again: what follows from it is worked out once (the matrix and
/// H(ek) of ML-KEM, multiples of points). It takes a few times the memory; the outcomes are the same.
///
/// ```
/// use khoalai::{DecapsulationKey, PublicKey, X_WING};
///
/// let mut random = getrandom::SysRng;
/// let key = DecapsulationKey::new(khoalai::generate(X_WING, &mut random)?)?;
/// let mut public = [0; X_WING.public_key_len()];
/// let prepared = PublicKey::new(X_WING, key.public_key(&mut public)?)?.prepare()?;
/// let mut ciphertext = [0; X_WING.ciphertext_len()];
/// let sent = prepared.encapsulate(&mut random, &mut ciphertext)?;
/// assert!(key.decapsulate(&ciphertext, &mut random)? == sent);
/// # Ok::<(), khoalai::Error>(())
/// ```
#[cfg(feature = "alloc")]
pub struct PreparedPublicKey {
    algorithm: Algorithm,
    bytes: alloc::vec::Vec<u8>,
    inner: alloc::boxed::Box<dyn Prepared>,
}

#[cfg(feature = "alloc")]
impl PreparedPublicKey {
    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// As [`PublicKey::encapsulate`].
    ///
    /// # Errors
    /// As there.
    pub fn encapsulate(&self, random: &mut dyn Random, ciphertext: &mut [u8]) -> Result<SharedSecret> {
        sent(self.algorithm, ciphertext, |ciphertext, secret| {
            self.inner.encapsulate(random, ciphertext, secret)
        })
    }

    /// As [`PublicKey::verify`].
    ///
    /// # Errors
    /// As there.
    pub fn verify(&self, message: &[u8], context: &[u8], signature: &[u8]) -> Result<()> {
        self.verify_input(Input::Message(&[message]), context, signature)
    }

    /// As [`PublicKey::verify_input`].
    ///
    /// # Errors
    /// As there.
    pub fn verify_input(&self, input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
        verifiable(self.algorithm, context, signature)?;
        self.inner.verify(input, context, signature)
    }
}

#[cfg(feature = "alloc")]
impl core::fmt::Debug for PreparedPublicKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PreparedPublicKey({})", self.algorithm)
    }
}

impl<B: AsRef<[u8]>> core::fmt::Debug for PublicKey<B> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PublicKey({})", self.algorithm)
    }
}
