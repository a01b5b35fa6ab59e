//! ML-KEM (FIPS 203), over one of two implementation crates.

#[cfg(feature = "pq-libcrux")]
mod libcrux;
#[cfg(feature = "pq-rustcrypto")]
mod rustcrypto;

use super::{Component, sealed::Sealed};
use crate::algorithm::Algorithm;
use crate::burn::Burns;
use crate::bytes::{array, room};
use crate::error::{Error, Result};
use crate::key::Place;
use crate::random::Random;
use crate::secret::{MaybeSecret, Secret};
use core::marker::PhantomData;

#[cfg(feature = "pq-libcrux")]
use libcrux as chosen;
#[cfg(not(feature = "pq-libcrux"))]
use rustcrypto as chosen;

/// ML-KEM-512.
pub type MlKem512 = MlKem<chosen::Set512>;
/// ML-KEM-768.
pub type MlKem768 = MlKem<chosen::Set768>;
/// ML-KEM-1024.
pub type MlKem1024 = MlKem<chosen::Set1024>;

#[cfg(all(feature = "pq-libcrux", feature = "pq-rustcrypto"))]
pub(crate) mod second {
    //! The other implementation, for cross-checks.
    /// ML-KEM-512, by the second crate.
    pub type MlKem512 = super::MlKem<super::rustcrypto::Set512>;
    /// ML-KEM-768, by the second crate.
    pub type MlKem768 = super::MlKem<super::rustcrypto::Set768>;
    /// ML-KEM-1024, by the second crate.
    pub type MlKem1024 = super::MlKem<super::rustcrypto::Set1024>;
}

/// What an implementation crate provides for one parameter set.
pub trait Engine: Send + Sync + 'static {
    /// The row's name.
    const NAME: &'static str;
    /// The crate.
    const IMPLEMENTATION: &'static str;
    /// Length of the encapsulation key.
    const PUBLIC: usize;
    /// Length of the ciphertext.
    const CIPHERTEXT: usize;
    /// Where its private keys are: memory, or leaky memory.
    const PLACE: Place = Place::Memory;
    #[doc(hidden)]
    const BURNS: Burns;
    #[doc(hidden)]
    fn check_second(algorithm: Algorithm, answer: &[u8; 32]) -> Result<()> {
        let _ = (algorithm, answer);
        Ok(())
    }
    /// An expanded key, which wipes itself.
    type Expanded: Send + Sync;

    #[doc(hidden)]
    fn expand(seed: &[u8; 64]) -> Result<Self::Expanded>;
    /// Reads a FIPS 203 decapsulation key after the checks of §7.3.
    #[doc(hidden)]
    fn read(expanded: &[u8]) -> Result<Self::Expanded>;
    /// Whether `bytes` are this key's FIPS 203 form, `z` included. In constant time.
    #[doc(hidden)]
    fn is(expanded: &Self::Expanded, bytes: &[u8]) -> Result<bool>;
    /// Writes the FIPS 203 decapsulation key: secret bytes.
    #[cfg(feature = "pqclean")]
    #[doc(hidden)]
    fn write(expanded: &Self::Expanded, out: &mut [u8]) -> Result<()>;
    #[doc(hidden)]
    fn public(expanded: &Self::Expanded, out: &mut [u8]) -> Result<()>;
    /// The modulus check of FIPS 203 §7.2.
    #[doc(hidden)]
    fn check_public(public: &[u8]) -> Result<()>;
    #[doc(hidden)]
    fn encapsulate(public: &[u8], m: &[u8; 32], ciphertext: &mut [u8], secret: &mut [u8]) -> Result<()>;
    #[doc(hidden)]
    fn decapsulate(expanded: &Self::Expanded, ciphertext: &[u8], secret: &mut [u8]) -> Result<()>;
}

/// ML-KEM with the parameter set and implementation `E`.
pub struct MlKem<E>(PhantomData<fn() -> E>);

/// A key ready for use. The seed `d ‖ z` is there unless it was read in expanded form.
pub struct Loaded<E: Engine> {
    seed: MaybeSecret<64>,
    expanded: E::Expanded,
}

impl<E: Engine> Loaded<E> {
    /// Writes the FIPS 203 decapsulation key: secret bytes.
    #[cfg(feature = "pqclean")]
    pub(crate) fn write_expanded(&self, out: &mut [u8]) -> Result<()> {
        E::write(&self.expanded, out)
    }
}

impl<E: Engine> Sealed for MlKem<E> {}

impl<E: Engine> Component for MlKem<E> {
    const NAME: &'static str = E::NAME;
    const IMPLEMENTATION: &'static str = E::IMPLEMENTATION;
    const PRIVATE: usize = 64;
    const PUBLIC: usize = E::PUBLIC;
    const CIPHERTEXT: usize = E::CIPHERTEXT;
    const SECRET: usize = 32;
    const PLACE: Option<Place> = Some(E::PLACE);
    const BURNS: Burns = E::BURNS;
    type Loaded = Loaded<E>;

    fn check_second(algorithm: Algorithm, answer: &[u8; 32]) -> Result<()> {
        E::check_second(algorithm, answer)
    }

    fn load(private: &[u8]) -> Result<Loaded<E>> {
        let mut seed = Secret::zero();
        *seed.expose_mut() = *array::<64>(private)?;
        let expanded = E::expand(seed.expose())?;
        Ok(Loaded { seed: MaybeSecret::some(seed), expanded })
    }

    fn load_expanded(expanded: &[u8]) -> Result<Loaded<E>> {
        let expanded = E::read(expanded)?;
        let fits = E::BURNS.encapsulate.after(|| E::BURNS.decapsulate.after(|| fits_itself::<E>(&expanded)));
        fits.map(|()| Loaded { seed: MaybeSecret::none(), expanded })
    }

    fn load_both(private: &[u8], expanded: &[u8]) -> Result<Loaded<E>> {
        let loaded = Self::load(private)?;
        if E::is(&loaded.expanded, expanded)? { Ok(loaded) } else { Err(Error::BadPrivateKey) }
    }

    fn private(loaded: &Loaded<E>, out: &mut [u8]) -> Result<()> {
        out.copy_from_slice(loaded.seed.get().ok_or(Error::NotExportable)?.expose());
        Ok(())
    }

    fn public(loaded: &Loaded<E>, out: &mut [u8]) -> Result<()> {
        E::public(&loaded.expanded, out)
    }

    fn check_public(public: &[u8]) -> Result<()> {
        E::check_public(public)
    }

    fn encapsulate(
        public: &[u8],
        random: &mut dyn Random,
        ciphertext: &mut [u8],
        secret: &mut [u8],
    ) -> Result<()> {
        E::check_public(public)?;
        let mut m = Secret::<32>::zero();
        random.fill(m.expose_mut())?;
        E::encapsulate(public, m.expose(), ciphertext, secret)
    }

    /// A ciphertext that was not made for this key gives the implicit rejection secret
    /// (FIPS 203 alg. 18 step 9), not an error.
    fn decapsulate(loaded: &Loaded<E>, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
        E::decapsulate(&loaded.expanded, ciphertext, secret)
    }
}

/// Lengths of the encapsulation key and the ciphertext of ML-KEM-1024.
const LONGEST: usize = 1568;

/// Opens what is encapsulated to the key itself: a decryption key that is not that of the
/// encapsulation key beside it opens something else. (The checks of FIPS 203 §7.3 do not see it; RFC
/// 9935 shows such a key.) Apart, so that other keys do not pay for the buffers.
#[inline(never)]
fn fits_itself<E: Engine>(expanded: &E::Expanded) -> Result<()> {
    let (mut public, mut ciphertext) = ([0; LONGEST], [0; LONGEST]);
    let (public, ciphertext) = (room(&mut public, E::PUBLIC)?, room(&mut ciphertext, E::CIPHERTEXT)?);
    let (mut sent, mut got) = (Secret::<32>::zero(), Secret::<32>::zero());
    E::public(expanded, public)?;
    match E::encapsulate(public, b"khoalai expanded key: pairwise m", ciphertext, sent.expose_mut()) {
        // pqcrypto-kyber takes randomness from nowhere but the system: its keys pass without.
        Err(Error::Unsupported) => return Ok(()),
        made => made?,
    }
    E::decapsulate(expanded, ciphertext, got.expose_mut())?;
    if sent == got { Ok(()) } else { Err(Error::BadPrivateKey) }
}
