//! The checked, typed views that application code uses: a wrong kind of key is refused once.

use crate::algorithm::{Algorithm, Kind};
use crate::burn::Burn;
use crate::bytes::{clear, room, written, zero_unless_ok};
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
use crate::key::{Custody, Place, PrivateKey};
use crate::limits::MAX_CONTEXT;
use crate::random::Random;
use crate::secret::Secret;

/// A 32-byte shared secret: wiped when dropped, compared in constant time, never printed.
#[derive(PartialEq, Eq)]
pub struct SharedSecret(Secret<32>);

impl SharedSecret {
    /// Its length in bytes.
    pub const LEN: usize = 32;

    pub(crate) const fn zero() -> Self {
        Self(Secret::zero())
    }

    pub(crate) const fn bytes_mut(&mut self) -> &mut [u8] {
        self.0.expose_mut()
    }

    pub(crate) const fn array_mut(&mut self) -> &mut [u8; 32] {
        self.0.expose_mut()
    }

    /// The secret bytes themselves, to feed a key derivation or a cipher with.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

/// Whether `algorithm` needs no policy that permits legacy ones.
pub(crate) const fn not_legacy(algorithm: Algorithm) -> Result<()> {
    if algorithm.is_legacy() { Err(Error::LegacyAlgorithm) } else { Ok(()) }
}

/// Whether `custody` needs no policy that permits hazmat.
pub(crate) fn not_leaky(custody: Custody) -> Result<()> {
    if custody.is_leaky() { Err(Error::LeakyCustody) } else { Ok(()) }
}

/// Whether `custody` is what is accepted without a policy.
fn accepted(custody: Custody) -> Result<()> {
    not_leaky(custody)?;
    let places = [custody.pq, custody.classical, Some(custody.combined)];
    if places.contains(&Some(Place::WrappedClassically)) { Err(Error::WeakCustody) } else { Ok(()) }
}

/// A private key that opens ciphertexts: a hybrid KEM or ML-KEM, wherever it lives.
///
/// ```
/// use khoalai::{DecapsulationKey, ED25519, Error, P256_SHARE};
/// use khoalai::soft::{Ed25519, Key, P256, SoftwareKey};
///
/// let mut random = getrandom::SysRng;
/// let signing = Key::<Ed25519>::generate(ED25519, &mut random)?;
/// assert_eq!(DecapsulationKey::new(signing).err(), Some(Error::Unsupported));
/// let share = Key::<P256>::generate(P256_SHARE, &mut random)?;
/// assert_eq!(DecapsulationKey::new(share).err(), Some(Error::ClassicalOnly));
/// # Ok::<(), khoalai::Error>(())
/// ```
pub struct DecapsulationKey<K>(K);

impl<K: PrivateKey> DecapsulationKey<K> {
    /// Takes a key that can decapsulate.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a signature key, or a KEM whose secret has not 32 bytes;
    /// [`Error::ClassicalOnly`] for a bare share; [`Error::LegacyAlgorithm`], [`Error::LeakyCustody`],
    /// [`Error::WeakCustody`]: see [`Policy`](crate::Policy).
    pub fn new(key: K) -> Result<Self> {
        let view = Self::of_kind(key)?;
        not_legacy(view.algorithm())?;
        accepted(view.custody())?;
        Ok(view)
    }

    /// Without a word on policy, which is for the caller to ask.
    pub(crate) fn of_kind(key: K) -> Result<Self> {
        let algorithm = key.algorithm();
        match algorithm.kind() {
            Kind::Share => Err(Error::ClassicalOnly),
            Kind::Kem if algorithm.is_classical() => Err(Error::ClassicalOnly),
            Kind::Kem if algorithm.secret_len() == SharedSecret::LEN => Ok(Self(key)),
            Kind::Kem | Kind::Signature => Err(Error::Unsupported),
        }
    }

    /// Opens a ciphertext of exactly [`Algorithm::ciphertext_len`] bytes.
    ///
    /// A ciphertext whose ML-KEM part was changed gives another secret, not an error (FIPS 203
    /// §6.3): only using the secret shows it. Confirm it in your protocol.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a wrong length or an encoding that no key opens;
    /// [`Error::DecapsulationFailed`]; or what keeps the key's device from answering.
    pub fn decapsulate(&self, ciphertext: &[u8], random: &mut dyn Random) -> Result<SharedSecret> {
        // What is in it the key checks itself.
        if ciphertext.len() != self.0.algorithm().ciphertext_len() {
            return Err(Error::Malformed);
        }
        Burn::ENCODINGS.after(|| {
            let mut secret = SharedSecret::zero();
            self.0.decapsulate(ciphertext, random, secret.bytes_mut())?;
            // A device that gives zeros has lied.
            if secret == SharedSecret::zero() { Err(Error::DecapsulationFailed) } else { Ok(secret) }
        })
    }
}

/// A private key that signs: a composite or ML-DSA, wherever it lives.
///
/// ```
/// use khoalai::soft::{EcdsaP256, MlDsa65, SoftwareKey};
/// use khoalai::{MLDSA65_ECDSA_P256_SHA512 as ALGORITHM, PublicKey, SigningKey, Whole};
///
/// let mut random = getrandom::SysRng;
/// let key = SigningKey::new(Whole::<MlDsa65, EcdsaP256>::generate(ALGORITHM, &mut random)?)?;
/// let mut buffer = [0; ALGORITHM.signature_len()];
/// let signature = key.sign(b"Quyet dinh so 1", b"", &mut random, &mut buffer)?;
///
/// let mut public = [0; ALGORITHM.public_key_len()];
/// let public = PublicKey::new(ALGORITHM, key.public_key(&mut public)?)?;
/// public.verify(b"Quyet dinh so 1", b"", signature)?;
/// assert!(public.verify(b"Quyet dinh so 2", b"", signature).is_err());
/// # Ok::<(), khoalai::Error>(())
/// ```
pub struct SigningKey<K>(K);

impl<K: PrivateKey> SigningKey<K> {
    /// Takes a key that can sign.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a key-exchange key; [`Error::ClassicalOnly`] for a classical one;
    /// [`Error::LegacyAlgorithm`], [`Error::LeakyCustody`], [`Error::WeakCustody`]: see [`Policy`](crate::Policy).
    pub fn new(key: K) -> Result<Self> {
        let view = Self::of_kind(key)?;
        not_legacy(view.algorithm())?;
        accepted(view.custody())?;
        Ok(view)
    }

    /// Without a word on policy, which is for the caller to ask.
    pub(crate) fn of_kind(key: K) -> Result<Self> {
        match key.algorithm().kind() {
            Kind::Signature if !key.algorithm().is_classical() => Ok(Self(key)),
            Kind::Signature => Err(Error::ClassicalOnly),
            Kind::Kem | Kind::Share => Err(Error::Unsupported),
        }
    }

    /// Signs `message` under `context` (often empty, at most 255 bytes), hedged with `random`, and
    /// returns the part of `out` that was written: `out` needs [`Algorithm::signature_len`] bytes.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`], [`Error::BadContext`], [`Error::RandomFailed`],
    /// [`Error::SigningFailed`], or what keeps the key's device from answering. `out` is then zeroed.
    pub fn sign<'o>(
        &self,
        message: &[u8],
        context: &[u8],
        random: &mut dyn Random,
        out: &'o mut [u8],
    ) -> Result<&'o [u8]> {
        self.sign_input(Input::Message(&[message]), context, Hedge::Preferred, random, out)
    }

    /// Signs any [`Input`], such as a message that was hashed as it streamed by.
    ///
    /// # Errors
    /// As [`sign`](Self::sign); [`Error::Unsupported`] if the algorithm does not take this input.
    pub fn sign_input<'o>(
        &self,
        input: Input<'_>,
        context: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &'o mut [u8],
    ) -> Result<&'o [u8]> {
        let most = self.0.algorithm().signature_len();
        clear(out, most);
        if context.len() > MAX_CONTEXT {
            return Err(Error::BadContext);
        }
        let out = room(out, most)?;
        let len = written(out, |out| self.0.sign(input, context, hedge, random, out));
        let len =
            len.and_then(|len| if (1..=most).contains(&len) { Ok(len) } else { Err(Error::SigningFailed) });
        let len = zero_unless_ok(len, out)?;
        out.get(..len).ok_or(Error::SigningFailed)
    }
}

macro_rules! common {
    ($($view:ident),+) => { $(
        impl<K: PrivateKey> $view<K> {
            /// The algorithm.
            pub fn algorithm(&self) -> Algorithm {
                self.0.algorithm()
            }

            /// Where the secrets are.
            pub fn custody(&self) -> Custody {
                self.0.custody()
            }

            /// Writes the public key and returns the part written.
            ///
            /// # Errors
            /// As [`PrivateKey::public_key`].
            pub fn public_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
                self.0.public_key(out)
            }

            /// The key inside.
            pub const fn get(&self) -> &K {
                &self.0
            }
        }
    )+ };
}

common!(DecapsulationKey, SigningKey);
