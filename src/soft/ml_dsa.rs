//! ML-DSA (FIPS 204, pure), over one of two implementation crates.

mod expanded;
#[cfg(feature = "pq-libcrux")]
mod libcrux;
mod ring;
#[cfg(feature = "pq-rustcrypto")]
mod rustcrypto;

use super::{Component, sealed::Sealed};
use crate::algorithm::Algorithm;
use crate::burn::Burns;
use crate::bytes::{array, room};
use crate::digest::DigestAlgorithm;
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
use crate::limits::MAX_CONTEXT;
use crate::random::Random;
use crate::secret::{MaybeSecret, Secret};
use crate::soft::hash::Running;
use core::marker::PhantomData;

#[cfg(feature = "pq-libcrux")]
use libcrux as chosen;
#[cfg(not(feature = "pq-libcrux"))]
use rustcrypto as chosen;

/// ML-DSA-44.
pub type MlDsa44 = MlDsa<chosen::Set44>;
/// ML-DSA-65.
pub type MlDsa65 = MlDsa<chosen::Set65>;
/// ML-DSA-87.
pub type MlDsa87 = MlDsa<chosen::Set87>;

#[cfg(all(feature = "pq-libcrux", feature = "pq-rustcrypto"))]
pub(crate) mod second {
    //! The other implementation, for cross-checks.
    /// ML-DSA-44, by the second crate.
    pub type MlDsa44 = super::MlDsa<super::rustcrypto::Set44>;
    /// ML-DSA-65, by the second crate.
    pub type MlDsa65 = super::MlDsa<super::rustcrypto::Set65>;
    /// ML-DSA-87, by the second crate.
    pub type MlDsa87 = super::MlDsa<super::rustcrypto::Set87>;
}

/// What an implementation crate provides for one parameter set.
pub trait Engine: Send + Sync + 'static {
    /// The row's name.
    const NAME: &'static str;
    /// The crate.
    const IMPLEMENTATION: &'static str;
    /// Length of the public key.
    const PUBLIC: usize;
    /// Length of a signature.
    const SIGNATURE: usize;
    /// Length of the expanded private key (FIPS 204 table 2).
    const EXPANDED: usize;
    /// Rows and columns of the matrix, and η: 2 or 4 (FIPS 204 table 1).
    const K: usize;
    #[allow(missing_docs, reason = "above")]
    const L: usize;
    #[allow(missing_docs, reason = "above")]
    const ETA: u64;
    /// Whether there are [`sign_mu`](Self::sign_mu) and [`verify_mu`](Self::verify_mu).
    const TAKES_MU: bool;
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
    fn expand(seed: &[u8; 32]) -> Self::Expanded;
    /// Takes an expanded key that passed [`expanded::check`], with the public key from there.
    #[doc(hidden)]
    fn read(expanded: &[u8], public: &[u8]) -> Result<Self::Expanded>;
    /// Whether `bytes`, of the right length, are this key's expanded form. In constant time.
    #[doc(hidden)]
    fn is(expanded: &Self::Expanded, bytes: &[u8]) -> Result<bool>;
    /// Writes the FIPS 204 private key: secret bytes.
    #[cfg(feature = "pqclean")]
    #[doc(hidden)]
    fn write(expanded: &Self::Expanded, out: &mut [u8]) -> Result<()>;
    #[doc(hidden)]
    fn public(expanded: &Self::Expanded, out: &mut [u8]) -> Result<()>;
    #[doc(hidden)]
    fn sign(
        expanded: &Self::Expanded,
        message: &[&[u8]],
        context: &[u8],
        rnd: &[u8; 32],
        out: &mut [u8],
    ) -> Result<()>;
    #[doc(hidden)]
    fn sign_mu(expanded: &Self::Expanded, mu: &[u8; 64], rnd: &[u8; 32], out: &mut [u8]) -> Result<()>;
    #[doc(hidden)]
    fn verify(public: &[u8], message: &[&[u8]], context: &[u8], signature: &[u8]) -> Result<()>;
    #[doc(hidden)]
    fn verify_mu(public: &[u8], mu: &[u8; 64], signature: &[u8]) -> Result<()>;
    #[doc(hidden)]
    fn check_public(public: &[u8]) -> Result<()>;
}

/// ML-DSA with the parameter set and implementation `E`.
pub struct MlDsa<E>(PhantomData<fn() -> E>);

/// A key ready for use. The seed is there unless it was read in expanded form.
pub struct Loaded<E: Engine> {
    seed: MaybeSecret<32>,
    expanded: E::Expanded,
}

impl<E: Engine> Loaded<E> {
    /// Writes the FIPS 204 private key: secret bytes.
    #[cfg(feature = "pqclean")]
    pub(crate) fn write_expanded(&self, out: &mut [u8]) -> Result<()> {
        E::write(&self.expanded, out)
    }
}

impl<E: Engine> Sealed for MlDsa<E> {}

impl<E: Engine> Component for MlDsa<E> {
    const NAME: &'static str = E::NAME;
    const IMPLEMENTATION: &'static str = E::IMPLEMENTATION;
    const PRIVATE: usize = 32;
    const PUBLIC: usize = E::PUBLIC;
    const SIGNATURE: usize = E::SIGNATURE;
    const TAKES_MU: bool = E::TAKES_MU;
    const BURNS: Burns = E::BURNS;
    type Loaded = Loaded<E>;

    fn check_second(algorithm: Algorithm, answer: &[u8; 32]) -> Result<()> {
        E::check_second(algorithm, answer)
    }

    fn load(private: &[u8]) -> Result<Loaded<E>> {
        let mut seed = Secret::zero();
        *seed.expose_mut() = *array::<32>(private)?;
        let expanded = E::expand(seed.expose());
        Ok(Loaded { seed: MaybeSecret::some(seed), expanded })
    }

    fn load_expanded(expanded: &[u8]) -> Result<Loaded<E>> {
        if expanded.len() != E::EXPANDED {
            return Err(Error::Malformed);
        }
        let mut public = [0; MAX_PUBLIC];
        let public = room(&mut public, E::PUBLIC)?;
        expanded::check::<E>(expanded, public)?;
        Ok(Loaded { seed: MaybeSecret::none(), expanded: E::read(expanded, public)? })
    }

    fn load_both(private: &[u8], expanded: &[u8]) -> Result<Loaded<E>> {
        if expanded.len() != E::EXPANDED {
            return Err(Error::Malformed);
        }
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

    fn sign(
        loaded: &Loaded<E>,
        input: Input<'_>,
        context: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &mut [u8],
    ) -> Result<usize> {
        // FIPS 204 alg. 2 step 5: rnd is fresh, or zero for the deterministic variant.
        let mut rnd = Secret::<32>::zero();
        check_context(input, context)?;
        if hedge != Hedge::Deterministic {
            random.fill(rnd.expose_mut())?;
        }
        match input {
            Input::Message(parts) => E::sign(&loaded.expanded, parts, context, rnd.expose(), out)?,
            Input::Mu(mu) => E::sign_mu(&loaded.expanded, mu, rnd.expose(), out)?,
            Input::Hashed { hash, digest } => {
                let mu = own_hashed_mu(loaded, context, hash, digest)?;
                E::sign_mu(&loaded.expanded, &mu, rnd.expose(), out)?;
            }
            Input::Prehash(_) => return Err(Error::Unsupported),
        }
        Ok(out.len())
    }

    fn verify(public: &[u8], input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
        check_context(input, context)?;
        match input {
            Input::Message(parts) => E::verify(public, parts, context, signature),
            Input::Mu(mu) => E::verify_mu(public, mu, signature),
            Input::Hashed { hash, digest } => {
                E::verify_mu(public, &hashed_mu(public, context, hash, digest)?, signature)
            }
            Input::Prehash(_) => Err(Error::Unsupported),
        }
    }
}

/// The longest public key, that of ML-DSA-87.
const MAX_PUBLIC: usize = 2592;

/// [`hashed_mu`] of the key itself. Apart, so that other signatures do not pay for the buffer.
#[inline(never)]
fn own_hashed_mu<E: Engine>(
    loaded: &Loaded<E>,
    context: &[u8],
    hash: DigestAlgorithm,
    digest: &[u8],
) -> Result<[u8; 64]> {
    let mut public = [0; MAX_PUBLIC];
    let public = room(&mut public, E::PUBLIC)?;
    E::public(&loaded.expanded, public)?;
    hashed_mu(public, context, hash, digest)
}

/// μ of a message that was hashed outside (FIPS 204 alg. 4 step 22, alg. 7 step 6).
fn hashed_mu(public: &[u8], context: &[u8], hash: DigestAlgorithm, digest: &[u8]) -> Result<[u8; 64]> {
    hash.check(digest)?;
    let mut running =
        Running::hashed_mu(public, context, context.len().try_into().map_err(|_| Error::BadContext)?);
    running.update(&hash.oid());
    running.update(digest);
    let mut mu = [0; 64];
    running.finish(&mut mu)?;
    Ok(mu)
}

/// μ binds the context already, so there can be none beside it.
fn check_context(input: Input<'_>, context: &[u8]) -> Result<()> {
    let limit = if matches!(input, Input::Mu(_)) { 0 } else { MAX_CONTEXT };
    if context.len() <= limit { Ok(()) } else { Err(Error::BadContext) }
}
