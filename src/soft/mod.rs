//! Keys in memory, over the chosen implementation crates. The only place that names them.

pub(crate) mod ec;
pub(crate) mod ed25519;
#[cfg(feature = "pre-release-448")]
pub(crate) mod ed448;
mod fast;
mod form;
pub(crate) mod hash;
#[cfg(all(any(feature = "accelerated", feature = "expanded"), target_arch = "x86_64"))]
mod host;
#[cfg(any(feature = "pq-libcrux", feature = "pre-release-448"))]
mod joined;
pub(crate) mod ml_dsa;
pub(crate) mod ml_kem;
mod nonce;
#[cfg(any(feature = "encrypted", feature = "openssh"))]
pub(crate) mod passphrase;
#[cfg(feature = "pqclean")]
pub mod pqclean;
#[cfg(feature = "alloc")]
mod prepared;
#[cfg(feature = "rsa")]
pub(crate) mod rsa;
#[cfg(feature = "slh-dsa")]
pub mod slh_dsa;
pub(crate) mod trial;
pub(crate) mod x25519;
#[cfg(feature = "pre-release-448")]
pub(crate) mod x448;

use crate::algorithm::{Algorithm, Software};
use crate::burn::{Burn, Burns, burn};
use crate::bytes::{clear, is_len, put, room, zero_unless_ok};
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
use crate::key::{Custody, ExportPrivateKey, Place, PrivateKey};
use crate::random::Random;
use crate::secret::Secret;
#[cfg(feature = "alloc")]
use crate::software::{AsItIs, Prepared};
#[cfg(feature = "alloc")]
use alloc::boxed::Box;
use core::marker::PhantomData;
use trial::{Fixed, Trial, drive, make_and_drive, pairwise};

pub use ec::{
    BrainpoolP256, BrainpoolP384, EcdsaBrainpoolP256, EcdsaBrainpoolP384, EcdsaP256, EcdsaP384, EcdsaP521,
    P256, P384, P521,
};
#[cfg(feature = "pre-release-448")]
pub use ed448::Ed448;
pub use ed25519::Ed25519;
pub use form::PrivateForm;
pub use ml_dsa::{MlDsa44, MlDsa65, MlDsa87};
pub use ml_kem::{MlKem512, MlKem768, MlKem1024};
#[cfg(feature = "rsa")]
pub use rsa::{
    Rsa2048OaepSha256, Rsa2048Pkcs15Sha256, Rsa2048PssSha256, Rsa3072OaepSha256, Rsa3072Pkcs15Sha256,
    Rsa3072PssSha256, Rsa4096OaepSha256, Rsa4096Pkcs15Sha384, Rsa4096PssSha384,
};
#[cfg(feature = "pre-release-448")]
pub use x448::X448;
pub use x25519::X25519;

/// The same components over the second implementation crate, for cross-checks: with both `pq-`
/// features on, the plain names are libcrux's and these are RustCrypto's.
#[cfg(all(feature = "pq-libcrux", feature = "pq-rustcrypto"))]
pub mod second {
    pub use super::ml_dsa::second::{MlDsa44, MlDsa65, MlDsa87};
    pub use super::ml_kem::second::{MlKem512, MlKem768, MlKem1024};
}

#[cfg(not(any(feature = "pq-libcrux", feature = "pq-rustcrypto")))]
compile_error!(
    "khoalai needs an implementation of ML-KEM and ML-DSA: enable `pq-libcrux` (fast) or `pq-rustcrypto` (small)"
);

/// The longest raw private key of a component, in bytes (a scalar of P-521, or SLH-DSA with n = 32).
pub(crate) const MAX_PRIVATE: usize = if cfg!(feature = "slh-dsa") { 128 } else { 66 };

/// One component algorithm in software: a family of functions, without state.
///
/// Sealed: what a third party implements is [`PrivateKey`] and [`Software`].
pub trait Component: sealed::Sealed + Send + Sync + 'static {
    /// The row's name.
    const NAME: &'static str;
    /// The crate that does the arithmetic.
    const IMPLEMENTATION: &'static str;
    /// The crate that does most of it on this machine.
    #[doc(hidden)]
    #[must_use]
    fn implementation() -> &'static str {
        Self::IMPLEMENTATION
    }
    /// Length of the raw private key, the seed or scalar; 0 if it has none, and none are made.
    const PRIVATE: usize;
    /// Length of the private key as a part of a composite private key.
    const PART: usize = Self::PRIVATE;
    /// Length of the public key.
    const PUBLIC: usize;
    /// Length of the ciphertext or share; 0 for signatures.
    const CIPHERTEXT: usize = 0;
    /// Length of the shared secret; 0 for signatures.
    const SECRET: usize = 0;
    /// Largest length of a signature; 0 for key exchange.
    const SIGNATURE: usize = 0;
    /// Whether the public key and the private key may be shorter ([`Row::varies`](crate::algorithm::Row::varies)).
    const VARIES: bool = false;
    /// Whether every signature has that length.
    const SIGNATURE_IS_FIXED: bool = true;
    /// Whether signatures may be made over an external μ.
    const TAKES_MU: bool = false;
    /// Where private keys are while software uses them; `None` if this build holds none.
    const PLACE: Option<Place> = Some(Place::Memory);
    /// What the known-answer test takes instead of a fresh key.
    #[doc(hidden)]
    const FIXED: Option<Fixed> = None;
    /// Whether the other crate that this build has for the component, if it has one, gives the same known
    /// `answer`, by every way that leads to it.
    #[doc(hidden)]
    fn check_second(algorithm: Algorithm, answer: &[u8; 32]) -> Result<()> {
        let _ = (algorithm, answer);
        Ok(())
    }
    /// How deep its operations leave secrets on the stack. Unless it says so, not very.
    #[doc(hidden)]
    const BURNS: Burns = Burns {
        load: burn!(8192, 10240),
        encapsulate: burn!(8192, 10240),
        decapsulate: burn!(8192, 10240),
        sign: burn!(8192, 10240),
    };
    /// A private key ready for use; wiped when dropped.
    type Loaded: Send + Sync;

    /// Draws a raw private key from `random`. Deterministic in what it draws, so that it also
    /// serves keys derived from a seed.
    #[doc(hidden)]
    fn draw(random: &mut dyn Random, private: &mut [u8]) -> Result<()> {
        random.fill(private)
    }
    /// Makes a key ready for use out of what it draws.
    #[doc(hidden)]
    fn make(random: &mut dyn Random) -> Result<Self::Loaded> {
        let mut private = Secret::<MAX_PRIVATE>::zero();
        let private = room(private.expose_mut(), Self::PRIVATE)?;
        Self::draw(random, private)?;
        Self::load(private)
    }
    #[doc(hidden)]
    fn load(private: &[u8]) -> Result<Self::Loaded>;
    #[doc(hidden)]
    fn load_expanded(expanded: &[u8]) -> Result<Self::Loaded> {
        let _ = expanded;
        Err(Error::Unsupported)
    }
    /// The lengths of this key's public and private key.
    #[doc(hidden)]
    fn lens(loaded: &Self::Loaded) -> (usize, usize) {
        let _ = loaded;
        (Self::PUBLIC, Self::PRIVATE)
    }
    #[doc(hidden)]
    fn load_both(private: &[u8], expanded: &[u8]) -> Result<Self::Loaded> {
        let _ = (private, expanded);
        Err(Error::Unsupported)
    }
    #[doc(hidden)]
    fn private(loaded: &Self::Loaded, out: &mut [u8]) -> Result<()>;
    #[doc(hidden)]
    fn to_part(private: &[u8], part: &mut [u8]) -> Result<()> {
        put(part, private).map(|_| ())
    }
    #[doc(hidden)]
    fn from_part(part: &[u8], private: &mut [u8]) -> Result<()> {
        put(private, part).map(|_| ())
    }
    /// Loads what stands in a composite private key.
    #[doc(hidden)]
    fn load_part(part: &[u8]) -> Result<Self::Loaded> {
        let mut private = Secret::<MAX_PRIVATE>::zero();
        let private = room(private.expose_mut(), Self::PRIVATE)?;
        Self::from_part(part, private)?;
        Self::load(private)
    }
    /// Writes what stands in a composite private key, and returns how much.
    #[doc(hidden)]
    fn write_part(loaded: &Self::Loaded, out: &mut [u8]) -> Result<usize> {
        let mut private = Secret::<MAX_PRIVATE>::zero();
        let private = room(private.expose_mut(), Self::PRIVATE)?;
        Self::private(loaded, private)?;
        Self::to_part(private, room(out, Self::PART)?)?;
        Ok(Self::PART)
    }
    #[doc(hidden)]
    fn public(loaded: &Self::Loaded, out: &mut [u8]) -> Result<()>;
    #[doc(hidden)]
    fn check_public(public: &[u8]) -> Result<()>;
    #[doc(hidden)]
    fn check_share(share: &[u8]) -> Result<()> {
        let _ = share;
        Ok(())
    }
    #[doc(hidden)]
    fn encapsulate(
        public: &[u8],
        random: &mut dyn Random,
        ciphertext: &mut [u8],
        secret: &mut [u8],
    ) -> Result<()> {
        let _ = (public, random, ciphertext, secret);
        Err(Error::Unsupported)
    }
    #[doc(hidden)]
    fn decapsulate(loaded: &Self::Loaded, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
        let _ = (loaded, ciphertext, secret);
        Err(Error::Unsupported)
    }
    /// The same, for components that blind what they compute with.
    #[doc(hidden)]
    fn decapsulate_blinded(
        loaded: &Self::Loaded,
        ciphertext: &[u8],
        random: &mut dyn Random,
        secret: &mut [u8],
    ) -> Result<()> {
        let _ = random;
        Self::decapsulate(loaded, ciphertext, secret)
    }
    #[doc(hidden)]
    fn sign(
        loaded: &Self::Loaded,
        input: Input<'_>,
        context: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &mut [u8],
    ) -> Result<usize> {
        let _ = (loaded, input, context, hedge, random, out);
        Err(Error::Unsupported)
    }
    #[doc(hidden)]
    fn verify(public: &[u8], input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
        let _ = (public, input, context, signature);
        Err(Error::Unsupported)
    }
    /// A public key in a form that is quick to use again, if there is a quicker one than its bytes.
    #[cfg(feature = "alloc")]
    #[doc(hidden)]
    fn prepare(public: &[u8]) -> Result<Option<Box<dyn Prepared>>> {
        let _ = public;
        Ok(None)
    }
}

mod sealed {
    /// Keeps [`Component`](super::Component) to this crate.
    pub trait Sealed {}
}

/// A key that software makes and reads by itself.
pub trait SoftwareKey: ExportPrivateKey + Sized + Send + Sync + 'static {
    /// Where the secrets of a key of this type are.
    ///
    /// # Errors
    /// [`Error::WrongAlgorithm`] if `algorithm` is not this type's; [`Error::Unsupported`] if its
    /// keys are never whole; [`Error::DeviceOnly`] if this build holds none.
    fn custody_of(algorithm: Algorithm) -> Result<Custody>;

    /// Makes a fresh key and tries it out.
    ///
    /// # Errors
    /// As [`custody_of`](Self::custody_of); [`Error::RandomFailed`]; [`Error::SelfTestFailed`].
    fn generate(algorithm: Algorithm, random: &mut dyn Random) -> Result<Self>;

    /// Loads a raw private key of [`Algorithm::private_key_len`] bytes (up to so many, where lengths vary), as
    /// [`expose_private_key`](ExportPrivateKey::expose_private_key) writes it.
    ///
    /// # Errors
    /// As [`custody_of`](Self::custody_of); [`Error::Malformed`] for a wrong length,
    /// [`Error::BadPrivateKey`], [`Error::SelfTestFailed`].
    fn import(algorithm: Algorithm, private_key: &[u8]) -> Result<Self>;

    /// Loads a private key in whatever form a file has it. ML-KEM and ML-DSA keys may be expanded.
    ///
    /// # Errors
    /// As [`import`](Self::import); [`Error::BadPrivateKey`] if an expanded key is not consistent
    /// with itself or its seed; [`Error::SeedRequired`] if this type or build loads none without it.
    fn import_form(algorithm: Algorithm, form: PrivateForm<'_>) -> Result<Self> {
        match form {
            PrivateForm::Raw(private_key) => Self::import(algorithm, private_key),
            PrivateForm::Expanded(_) | PrivateForm::Both { .. } => Err(Error::SeedRequired),
        }
    }
}

/// A component key in memory, expanded once when it is loaded and wiped when dropped.
///
/// ```
/// use khoalai::soft::{Key, MlKem768, SoftwareKey};
/// use khoalai::{ML_KEM_768, PrivateKey};
///
/// let key = Key::<MlKem768>::generate(ML_KEM_768, &mut getrandom::SysRng)?;
/// let mut public = [0; ML_KEM_768.public_key_len()];
/// key.public_key(&mut public)?;
/// # Ok::<(), khoalai::Error>(())
/// ```
pub struct Key<C: Component> {
    algorithm: Algorithm,
    loaded: C::Loaded,
}

impl<C: Component> Key<C> {
    /// Loads an ML-KEM decapsulation key in the expanded form of FIPS 203 (1632, 2400 or 3168 bytes),
    /// after the checks of §7.3 and a pairwise one; or an ML-DSA private key in that of FIPS 204 (2560,
    /// 4032 or 4896 bytes), after working out again what follows from other parts of it: everything but
    /// `K`. Such a key cannot be exported.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for other components, [`Error::Malformed`] for a wrong length,
    /// [`Error::BadPrivateKey`].
    pub fn import_expanded(algorithm: Algorithm, expanded: &[u8]) -> Result<Self> {
        fits::<C>(algorithm)?;
        algorithm.ready()?;
        C::BURNS.load.after(|| Ok(Self { algorithm, loaded: C::load_expanded(expanded)? }))
    }

    /// Loads an ML-KEM or ML-DSA key from its seed, and compares the expanded key with the one that
    /// the seed gives: all of it, in constant time (RFC 9881 §8.2).
    fn import_both(algorithm: Algorithm, seed: &[u8], expanded: &[u8]) -> Result<Self> {
        fits::<C>(algorithm)?;
        algorithm.ready()?;
        // What a signature burns is more, and comparing goes deeper than loading alone.
        C::BURNS
            .sign
            .after(|| C::BURNS.load.after(|| Ok(Self { algorithm, loaded: C::load_both(seed, expanded)? })))
    }

    /// Loads what stands in a composite private key.
    pub(crate) fn import_part(algorithm: Algorithm, part: &[u8]) -> Result<Self> {
        fits::<C>(algorithm)?;
        algorithm.ready()?;
        C::BURNS.load.after(|| Ok(Self { algorithm, loaded: C::load_part(part)? }))
    }

    /// Writes what stands in a composite private key, and returns how much.
    pub(crate) fn write_part(&self, out: &mut [u8]) -> Result<usize> {
        Burn::ENCODINGS.after(|| C::write_part(&self.loaded, out))
    }
}

/// The raw private key is the seed (ML-KEM 64 bytes, ML-DSA and Ed25519 32), the X25519 scalar
/// (32), or the big-endian scalar of a curve (32, 48, or 66 for P-521).
impl<C: Component> SoftwareKey for Key<C> {
    fn custody_of(algorithm: Algorithm) -> Result<Custody> {
        Ok(Custody::component(algorithm, fits::<C>(algorithm)?))
    }

    fn generate(algorithm: Algorithm, random: &mut dyn Random) -> Result<Self> {
        if C::PRIVATE == 0 {
            return fits::<C>(algorithm).and(Err(Error::Unsupported));
        }
        Burn::moving::<Self>().after(|| {
            let made = Self::make(algorithm, random);
            made.as_ref().map_or(Ok(()), |key| pairwise(key))?;
            made
        })
    }

    fn import(algorithm: Algorithm, private_key: &[u8]) -> Result<Self> {
        fits::<C>(algorithm)?;
        if C::PRIVATE == 0 {
            return Err(Error::Unsupported);
        }
        algorithm.ready()?;
        if !is_len(private_key.len(), C::PRIVATE, C::VARIES) {
            return Err(Error::Malformed);
        }
        C::BURNS.load.after(|| Ok(Self { algorithm, loaded: C::load(private_key)? }))
    }

    fn import_form(algorithm: Algorithm, form: PrivateForm<'_>) -> Result<Self> {
        match form {
            PrivateForm::Raw(private_key) => Self::import(algorithm, private_key),
            PrivateForm::Expanded(expanded) => Self::import_expanded(algorithm, expanded),
            PrivateForm::Both { seed, expanded } => Self::import_both(algorithm, seed, expanded),
        }
    }
}

impl<C: Component> Trial for Key<C> {
    fn make(algorithm: Algorithm, random: &mut dyn Random) -> Result<Self> {
        fits::<C>(algorithm)?;
        algorithm.ready()?;
        C::BURNS.load.after(|| Ok(Self { algorithm, loaded: C::make(random)? }))
    }

    fn answer(algorithm: Algorithm, random: &mut dyn Random) -> Result<[u8; 32]> {
        match C::FIXED {
            None => {
                let answer = make_and_drive::<Self>(algorithm, random)?;
                C::check_second(algorithm, &answer)?;
                Ok(answer)
            }
            Some(fixed) if C::PLACE.is_none() => fixed.drive_public(algorithm, random),
            Some(fixed) => drive(&Self { algorithm, loaded: C::load(fixed.private)? }, random),
        }
    }
}

/// Whether `algorithm` is a row of this component, its name and every length; then where its keys are.
fn fits<C: Component>(algorithm: Algorithm) -> Result<Place> {
    let row = algorithm.row();
    let lengths = (row.public_key, row.private_key, row.ciphertext, row.secret, row.signature);
    let own = (C::PUBLIC, C::PRIVATE, C::CIPHERTEXT, C::SECRET, C::SIGNATURE);
    if row.name == C::NAME && lengths == own && row.varies == C::VARIES {
        C::PLACE.ok_or(Error::DeviceOnly)
    } else {
        Err(Error::WrongAlgorithm)
    }
}

impl<C: Component> PrivateKey for Key<C> {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn custody(&self) -> Custody {
        Custody::component(self.algorithm, C::PLACE.unwrap_or(Place::LeakyMemory))
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
        let out = room(room(out, C::PUBLIC)?, C::lens(&self.loaded).0)?;
        C::public(&self.loaded, out)?;
        Ok(out)
    }

    fn decapsulate(&self, ciphertext: &[u8], random: &mut dyn Random, secret: &mut [u8]) -> Result<()> {
        if C::CIPHERTEXT == 0 {
            return zero_unless_ok(Err(Error::Unsupported), secret);
        }
        if ciphertext.len() != C::CIPHERTEXT || secret.len() != C::SECRET {
            return zero_unless_ok(Err(Error::Malformed), secret);
        }
        let made = self.algorithm.ready().and_then(|()| {
            C::BURNS.decapsulate.after(|| C::decapsulate_blinded(&self.loaded, ciphertext, random, secret))
        });
        zero_unless_ok(made, secret)
    }

    fn sign<'o>(
        &self,
        input: Input<'_>,
        context: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &'o mut [u8],
    ) -> Result<&'o [u8]> {
        clear(out, C::SIGNATURE);
        if C::SIGNATURE == 0 {
            return zero_unless_ok(Err(Error::Unsupported), out);
        }
        self.algorithm.ready()?;
        let out = room(out, C::SIGNATURE)?;
        let made = C::BURNS.sign.after(|| C::sign(&self.loaded, input, context, hedge, random, out));
        let len = zero_unless_ok(made, out)?;
        out.get(..len).ok_or(Error::SigningFailed)
    }
}

impl<C: Component> ExportPrivateKey for Key<C> {
    fn expose_private_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
        clear(out, C::PRIVATE);
        let out = room(room(out, C::PRIVATE)?, C::lens(&self.loaded).1)?;
        zero_unless_ok(Burn::ENCODINGS.after(|| C::private(&self.loaded, out)), out)?;
        Ok(out)
    }
}

/// What ECDSA and pure Ed25519 sign: whole messages, without a context.
fn whole_message<'a>(input: Input<'a>, context: &[u8]) -> Result<&'a [&'a [u8]]> {
    if !context.is_empty() {
        return Err(Error::BadContext);
    }
    match input {
        Input::Message(parts) => Ok(parts),
        Input::Prehash(_) | Input::Mu(_) | Input::Hashed { .. } => Err(Error::Unsupported),
    }
}

/// The public operations of a component, as a row's [`Software`].
pub(crate) struct Soft<C>(PhantomData<fn() -> C>);

impl<C: Component> Soft<C> {
    pub(crate) const NEW: Self = Self(PhantomData);
}

impl<C: Component> Software for Soft<C> {
    fn implementation(&self) -> &'static str {
        C::implementation()
    }

    fn takes_mu(&self) -> bool {
        C::TAKES_MU
    }

    fn check_public_key(&self, _algorithm: Algorithm, public_key: &[u8]) -> Result<()> {
        if !is_len(public_key.len(), C::PUBLIC, C::VARIES) {
            return Err(Error::Malformed);
        }
        C::check_public(public_key)
    }

    fn check_ciphertext(&self, _algorithm: Algorithm, ciphertext: &[u8]) -> Result<()> {
        if ciphertext.len() != C::CIPHERTEXT {
            return Err(Error::Malformed);
        }
        C::check_share(ciphertext)
    }

    fn encapsulate(
        &self,
        algorithm: Algorithm,
        public_key: &[u8],
        random: &mut dyn Random,
        ciphertext: &mut [u8],
        secret: &mut [u8],
    ) -> Result<()> {
        if C::CIPHERTEXT == 0 {
            return Err(Error::Unsupported);
        }
        let fits = is_len(public_key.len(), C::PUBLIC, C::VARIES);
        if !fits || (ciphertext.len(), secret.len()) != (C::CIPHERTEXT, C::SECRET) {
            return Err(Error::Malformed);
        }
        algorithm.ready()?;
        C::BURNS.encapsulate.after(|| C::encapsulate(public_key, random, ciphertext, secret))
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        public_key: &[u8],
        input: Input<'_>,
        context: &[u8],
        signature: &[u8],
    ) -> Result<()> {
        if C::SIGNATURE == 0 {
            return Err(Error::Unsupported);
        }
        let fits = is_len(public_key.len(), C::PUBLIC, C::VARIES)
            && is_len(signature.len(), C::SIGNATURE, !C::SIGNATURE_IS_FIXED);
        if !fits {
            return Err(Error::Malformed);
        }
        algorithm.ready()?;
        C::verify(public_key, input, context, signature)
    }

    #[cfg(feature = "alloc")]
    fn prepare(&self, algorithm: Algorithm, public_key: &[u8]) -> Result<Box<dyn Prepared>> {
        self.check_public_key(algorithm, public_key)?;
        Ok(match C::prepare(public_key)? {
            Some(inner) => Box::new(prepared::Ready::<C>::new(algorithm, inner)),
            None => Box::new(AsItIs::new(algorithm, public_key)),
        })
    }
}
