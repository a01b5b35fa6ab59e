//! ML-KEM (FIPS 203), over one of two implementation crates.

#[cfg(feature = "accelerated-ml-kem")]
#[cfg(target_arch = "x86_64")]
mod fast;
#[cfg(feature = "pq-libcrux")]
#[allow(unreachable_pub, reason = "public where it is the chosen one")]
mod libcrux;
#[cfg(feature = "pq-rustcrypto")]
mod rustcrypto;
#[cfg(all(feature = "expanded", feature = "pq-libcrux", target_arch = "x86_64"))]
mod unpacked;

use super::{Component, sealed::Sealed};
use crate::algorithm::Algorithm;
use crate::burn::Burns;
use crate::bytes::{array, room};
use crate::error::{Error, Result};
use crate::key::Place;
use crate::random::Random;
use crate::secret::{MaybeSecret, Secret};
use core::marker::PhantomData;
#[cfg(feature = "alloc")]
use {crate::software::Prepared, alloc::boxed::Box};

#[cfg(all(feature = "pq-libcrux", not(all(feature = "expanded", target_arch = "x86_64"))))]
use libcrux as chosen;
#[cfg(not(feature = "pq-libcrux"))]
use rustcrypto as chosen;
#[cfg(all(feature = "expanded", feature = "pq-libcrux", target_arch = "x86_64"))]
use unpacked as chosen;

#[cfg(not(all(feature = "accelerated-ml-kem", target_arch = "x86_64")))]
use chosen as chosen_768;
#[cfg(all(feature = "accelerated-ml-kem", target_arch = "x86_64"))]
use fast as chosen_768;

/// ML-KEM-512.
pub type MlKem512 = MlKem<chosen::Set512>;
/// ML-KEM-768.
pub type MlKem768 = MlKem<chosen_768::Set768>;
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
    /// The crate that does it on this machine.
    #[doc(hidden)]
    fn implementation() -> &'static str {
        Self::IMPLEMENTATION
    }
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
    /// Makes [`check_public`](Self::check_public) before anything is drawn.
    #[doc(hidden)]
    fn encapsulate(public: &[u8], draw: Draw<'_>, ciphertext: &mut [u8], secret: &mut [u8]) -> Result<()>;
    #[doc(hidden)]
    fn decapsulate(expanded: &Self::Expanded, ciphertext: &[u8], secret: &mut [u8]) -> Result<()>;
    /// An encapsulation key with its matrix, once it was checked.
    #[cfg(feature = "alloc")]
    #[doc(hidden)]
    fn prepare(public: &[u8]) -> Result<Option<Box<dyn Unpacked>>> {
        let _ = public;
        Ok(None)
    }
}

/// Where `m` of FIPS 203 alg. 20 comes from.
pub(crate) type Draw<'a> = &'a mut dyn FnMut(&mut [u8; 32]) -> Result<()>;

/// From nowhere.
fn fixed(m: &[u8; 32]) -> impl FnMut(&mut [u8; 32]) -> Result<()> {
    move |drawn| {
        *drawn = *m;
        Ok(())
    }
}

/// An encapsulation key with its matrix.
#[cfg(feature = "alloc")]
#[doc(hidden)]
pub trait Unpacked: Send + Sync {
    #[doc(hidden)]
    fn encapsulate(&self, m: &[u8; 32], ciphertext: &mut [u8], secret: &mut [u8]) -> Result<()>;
}

/// The same, with randomness for it.
#[cfg(feature = "alloc")]
struct Ready(Box<dyn Unpacked>);

#[cfg(feature = "alloc")]
impl Prepared for Ready {
    fn encapsulate(&self, random: &mut dyn Random, ciphertext: &mut [u8], secret: &mut [u8]) -> Result<()> {
        let mut m = Secret::<32>::zero();
        random.fill(m.expose_mut())?;
        self.0.encapsulate(m.expose(), ciphertext, secret)
    }
}

/// Whether a prepared key sends what the key itself does.
#[cfg(all(feature = "expanded", feature = "pq-libcrux", target_arch = "x86_64"))]
#[inline(never)]
fn prepared_sends_the_same<E: Engine>() -> Result<()> {
    let (seed, m) = (
        b"khoalai known answer: a key's seed, and 32 bytes for rejections.",
        b"khoalai known answer: randomness",
    );
    let mut public = [0; LONGEST];
    let public = room(&mut public, E::PUBLIC)?;
    E::public(&E::expand(seed)?, public)?;
    let (mut one, mut other) = ([0; LONGEST], [0; LONGEST]);
    let (one, other) = (room(&mut one, E::CIPHERTEXT)?, room(&mut other, E::CIPHERTEXT)?);
    let (mut sent, mut again) = (Secret::<32>::zero(), Secret::<32>::zero());
    E::encapsulate(public, &mut fixed(m), one, sent.expose_mut())?;
    E::prepare(public)?.ok_or(Error::SelfTestFailed)?.encapsulate(m, other, again.expose_mut())?;
    if one == other && sent == again { Ok(()) } else { Err(Error::SelfTestFailed) }
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

    fn implementation() -> &'static str {
        E::implementation()
    }

    #[cfg(feature = "alloc")]
    fn prepare(public: &[u8]) -> Result<Option<Box<dyn Prepared>>> {
        E::check_public(public)?;
        let ready = |key| -> Box<dyn Prepared> { Box::new(Ready(key)) };
        Ok(E::prepare(public)?.map(ready))
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
        E::encapsulate(public, &mut |m| random.fill(m), ciphertext, secret)
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
    let m = &mut fixed(b"khoalai expanded key: pairwise m");
    match E::encapsulate(public, m, ciphertext, sent.expose_mut()) {
        // pqcrypto-kyber takes randomness from nowhere but the system: its keys pass without.
        Err(Error::Unsupported) => return Ok(()),
        made => made?,
    }
    E::decapsulate(expanded, ciphertext, got.expose_mut())?;
    if sent == got { Ok(()) } else { Err(Error::BadPrivateKey) }
}
