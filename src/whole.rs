//! A hybrid key that software holds whole, in the form its standard writes down.

use crate::algorithm::{Algorithm, Construction, Kind};
use crate::burn::Burn;
use crate::bytes::{array, clear, put, room, split, split_mut, zero_unless_ok};
use crate::composite::{Parts, Representative};
use crate::error::{Error, Result};
use crate::hybrid::Hybrid;
use crate::input::{Hedge, Input};
use crate::key::{Custody, ExportPrivateKey, Place, PrivateKey};
use crate::limits::MAX_PUBLIC_KEY;
use crate::random::Random;
use crate::secret::{MaybeSecret, Secret};
use crate::soft::hash::{Expander, sha3_256};
use crate::soft::trial::{Fixed, MESSAGE, Sent, Trial, make_and_drive, pairwise};
use crate::soft::{Component, Key, MAX_PRIVATE, SoftwareKey};

/// A hybrid key in memory: X-Wing and the CFRG hybrids from their 32-byte seed, composites from the
/// private keys of both parts. A hybrid KEM whose row says 32 bytes is of the first kind.
///
/// ```
/// use khoalai::soft::{MlKem768, SoftwareKey, X25519};
/// use khoalai::{DecapsulationKey, PublicKey, Whole, X_WING};
///
/// type XWing = Whole<MlKem768, X25519>; // no allocation: it can stand in a static
/// let mut random = getrandom::SysRng;
/// let key = DecapsulationKey::new(XWing::generate(X_WING, &mut random)?)?;
///
/// let mut public = [0; X_WING.public_key_len()];
/// let public = PublicKey::new(X_WING, key.public_key(&mut public)?)?;
/// let mut ciphertext = [0; X_WING.ciphertext_len()];
/// let sent = public.encapsulate(&mut random, &mut ciphertext)?;
/// assert!(key.decapsulate(&ciphertext, &mut random)? == sent);
/// # Ok::<(), khoalai::Error>(())
/// ```
pub struct Whole<Q: Component, C: Component> {
    seed: MaybeSecret<32>,
    hybrid: Hybrid<Key<Q>, Key<C>>,
}

impl<Q: Component, C: Component> Whole<Q, C> {
    /// `SHAKE256(seed)` gives the ML-KEM seed `d ‖ z`, then the classical scalar
    /// (X-Wing §5.2, draft-irtf-cfrg-concrete-hybrid-kems-04 §4).
    // Ways to make a key stay apart, so that each has only its own copies of it on the stack; and the
    // large half is made last.
    #[inline(never)]
    fn from_seed(
        algorithm: Algorithm,
        pq: Algorithm,
        classical: Algorithm,
        seed: Secret<32>,
    ) -> Result<Self> {
        let mut expander = Expander::new(seed.expose());
        let mut private = Secret::<MAX_PRIVATE>::zero();
        let private = room(private.expose_mut(), Q::PRIVATE)?;
        Q::draw(&mut expander, private)?;
        let classical = Key::make(classical, &mut expander).map_err(|error| match error {
            Error::RandomFailed => Error::BadPrivateKey, // no window held a scalar
            other => other,
        })?;
        Ok(Self {
            hybrid: Hybrid::of_halves(algorithm, Key::import(pq, private)?, classical),
            seed: MaybeSecret::some(seed),
        })
    }

    #[inline(never)]
    fn from_parts(algorithm: Algorithm, pq: Algorithm, classical: Algorithm, parts: &[u8]) -> Result<Self> {
        let (pq_part, classical_part) = split(parts, Q::PRIVATE)?;
        let classical = Key::import_part(classical, classical_part)?;
        let pq = Key::import_part(pq, pq_part)?;
        Ok(Self { seed: MaybeSecret::none(), hybrid: Hybrid::of_halves(algorithm, pq, classical) })
    }

    #[inline(never)]
    fn make_parts(
        algorithm: Algorithm,
        pq: Algorithm,
        classical: Algorithm,
        random: &mut dyn Random,
    ) -> Result<Self> {
        let (pq, classical) = (Key::make(pq, random)?, Key::make(classical, random)?);
        Ok(Self { seed: MaybeSecret::none(), hybrid: Hybrid::of_halves(algorithm, pq, classical) })
    }

    fn write(&self, out: &mut [u8]) -> Result<usize> {
        if let Some(seed) = self.seed.get() {
            return put(out, seed.expose()).map(|written| written.len());
        }
        let (pq, classical) = self.hybrid.halves();
        let (pq_part, classical_part) = split_mut(out, Q::PRIVATE)?;
        Ok(pq.write_part(pq_part)? + classical.write_part(classical_part)?)
    }
}

impl<Q: Component, C: Component> SoftwareKey for Whole<Q, C> {
    fn custody_of(algorithm: Algorithm) -> Result<Custody> {
        let (pq, classical) = fits::<Q, C>(algorithm)?;
        let (pq, classical) = (Key::<Q>::custody_of(pq)?.pq, Key::<C>::custody_of(classical)?.classical);
        Ok(Custody { pq, classical, combined: Place::Memory })
    }

    fn generate(algorithm: Algorithm, random: &mut dyn Random) -> Result<Self> {
        fits::<Q, C>(algorithm)?;
        Burn::moving::<Self>().after(|| {
            let made = Self::make(algorithm, random);
            made.as_ref().map_or(Ok(()), |key| pairwise(key))?;
            made
        })
    }

    fn import(algorithm: Algorithm, private_key: &[u8]) -> Result<Self> {
        let (pq, classical) = fits::<Q, C>(algorithm)?;
        algorithm.ready()?;
        if !algorithm.is_private_key_len(private_key.len()) {
            return Err(Error::Malformed);
        }
        Burn::moving::<Self>().after(|| {
            if is_seeded(algorithm) {
                let mut seed = Secret::zero();
                *seed.expose_mut() = *array(private_key)?;
                return Self::from_seed(algorithm, pq, classical, seed);
            }
            Self::from_parts(algorithm, pq, classical, private_key)
        })
    }
}

impl<Q: Component, C: Component> Trial for Whole<Q, C> {
    fn make(algorithm: Algorithm, random: &mut dyn Random) -> Result<Self> {
        let (pq, classical) = algorithm.checked_halves()?;
        algorithm.ready()?;
        Burn::moving::<Self>().after(|| {
            if is_seeded(algorithm) {
                let mut seed = Secret::zero();
                random.fill(seed.expose_mut())?;
                return Self::from_seed(algorithm, pq, classical, seed);
            }
            Self::make_parts(algorithm, pq, classical, random)
        })
    }

    fn answer(algorithm: Algorithm, random: &mut dyn Random) -> Result<[u8; 32]> {
        match C::FIXED {
            None => make_and_drive::<Self>(algorithm, random),
            Some(fixed) => own_layer::<Q>(algorithm, &fixed, random),
        }
    }
}

/// The known answer of a hybrid whose classical half has a fixed key: what is neither half's own,
/// since both have a test. That is M′ of a composite signature, or an encapsulation.
fn own_layer<Q: Component>(algorithm: Algorithm, fixed: &Fixed, random: &mut dyn Random) -> Result<[u8; 32]> {
    let mut public = [0; MAX_PUBLIC_KEY];
    let (pq, _) = algorithm.checked_halves()?;
    let (pk_pq, pk_t) = split_mut(&mut public, pq.public_key_len())?;
    let len = Key::<Q>::make(pq, random)?.public_key(pk_pq)?.len() + put(pk_t, fixed.public)?.len();
    let (public, _) = split(&public, len)?;
    algorithm.check_public_key(public)?;
    if algorithm.kind() != Kind::Signature {
        return Sent::new().send(algorithm, public, random);
    }
    let representative = Representative::new(&Parts::of(algorithm)?, MESSAGE, b"context")?;
    let mut answer = [0; 32];
    sha3_256(&[public, representative.get()], &mut answer);
    Ok(answer)
}

/// Whether private keys are seeds that both halves come from.
fn is_seeded(algorithm: Algorithm) -> bool {
    matches!(algorithm.row().construction, Construction::HybridKem { .. })
        && algorithm.private_key_len() == 32
}

/// The halves of `algorithm`, if its private keys are what this type writes.
fn fits<Q: Component, C: Component>(algorithm: Algorithm) -> Result<(Algorithm, Algorithm)> {
    let whole = match algorithm.row().construction {
        _ if is_seeded(algorithm) => 32,
        Construction::HybridKem { .. } | Construction::Composite { .. } => Q::PRIVATE + C::PART,
        Construction::PostQuantum | Construction::Classical => return Err(Error::WrongAlgorithm),
    };
    match algorithm.private_key_len() {
        0 if C::PLACE.is_none() => Err(Error::DeviceOnly),
        0 => Err(Error::Unsupported),
        len if len == whole => algorithm.checked_halves(),
        _ => Err(Error::WrongAlgorithm),
    }
}

impl<Q: Component, C: Component> PrivateKey for Whole<Q, C> {
    fn algorithm(&self) -> Algorithm {
        self.hybrid.algorithm()
    }

    fn custody(&self) -> Custody {
        self.hybrid.custody()
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
        self.hybrid.public_key(out)
    }

    // What a key of this type never does is not compiled in: a `dyn PrivateKey` would keep all of it.
    fn decapsulate(&self, ciphertext: &[u8], random: &mut dyn Random, secret: &mut [u8]) -> Result<()> {
        if Q::SECRET == 0 {
            return zero_unless_ok(Err(Error::Unsupported), secret);
        }
        self.hybrid.decapsulate(ciphertext, random, secret)
    }

    fn sign<'o>(
        &self,
        input: Input<'_>,
        context: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &'o mut [u8],
    ) -> Result<&'o [u8]> {
        if Q::SIGNATURE == 0 {
            return zero_unless_ok(Err(Error::Unsupported), out);
        }
        self.hybrid.sign(input, context, hedge, random, out)
    }
}

impl<Q: Component, C: Component> ExportPrivateKey for Whole<Q, C> {
    fn expose_private_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
        clear(out, self.algorithm().private_key_len());
        let out = room(out, self.algorithm().private_key_len())?;
        let len = zero_unless_ok(Burn::ENCODINGS.after(|| self.write(out)), out)?;
        out.get(..len).ok_or(Error::BufferTooSmall)
    }
}
