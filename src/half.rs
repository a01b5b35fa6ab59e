//! What a hybrid is made of: a component key that was made for one named hybrid and nothing else.

use crate::algorithm::Algorithm;
use crate::burn::Burn;
use crate::error::{Error, Result};
use crate::key::PrivateKey;
use crate::limits::MAX_PUBLIC_KEY;
use crate::random::Random;
use crate::soft::hash::sha3_256;
use crate::store::Store;

/// Which half of a hybrid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The post-quantum half.
    PostQuantum,
    /// The classical half.
    Classical,
}

impl Side {
    /// The component algorithm that stands on this side of `hybrid`.
    ///
    /// # Errors
    /// [`Error::HalvesMismatch`] if `hybrid` is none, does not hold together
    /// ([`Algorithm::checked_halves`]), or has keys that are only ever made whole.
    pub fn of(self, hybrid: Algorithm) -> Result<Algorithm> {
        let (pq, classical) = hybrid.checked_halves()?;
        match self {
            _ if hybrid.row().whole_only => Err(Error::HalvesMismatch),
            Self::PostQuantum => Ok(pq),
            Self::Classical => Ok(classical),
        }
    }
}

/// What [`Half::adopt`] asks the caller to say out loud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adoption {
    /// The key existed before and may have been used elsewhere. The drafts forbid that for
    /// components (MUST NOT): the hybrid's security proof no longer covers this key, and whoever
    /// used it before can still use it.
    LosesFreshness,
}

/// One half of a hybrid: a fresh component key, bound to the hybrid it was made for.
///
/// It is not a [`PrivateKey`], not `Clone`, cannot be taken apart, and is used up by
/// [`Hybrid::new`](crate::Hybrid::new). That keeps a component from also serving on its own or in
/// a second hybrid.
///
/// ```compile_fail
/// # use khoalai::{Half, Side, MLKEM768_P256};
/// # fn twice<Q: khoalai::PrivateKey, C: khoalai::PrivateKey>(pq: Half<Q>, a: Half<C>, b: Half<C>) {
/// let _first = khoalai::Hybrid::new(MLKEM768_P256, pq, a);
/// let _second = khoalai::Hybrid::new(MLKEM768_P256, pq, b); // used after move
/// # }
/// ```
/// ```compile_fail
/// # fn copy<K: khoalai::PrivateKey>(half: khoalai::Half<K>) {
/// let _again = half.clone(); // not Clone
/// # }
/// ```
/// ```compile_fail
/// # fn bare<K: khoalai::PrivateKey>(half: khoalai::Half<K>) {
/// let _custody = khoalai::PrivateKey::custody(&half); // not a PrivateKey
/// # }
/// ```
/// ```compile_fail
/// # fn forge<K: khoalai::PrivateKey>(key: K) -> khoalai::Half<K> {
/// khoalai::Half { key, hybrid: khoalai::X_WING, side: khoalai::Side::Classical } // private fields
/// # }
/// ```
pub struct Half<K> {
    key: K,
    hybrid: Algorithm,
    side: Side,
}

impl<K: PrivateKey> Half<K> {
    /// Makes a fresh component key in `store` for one side of `hybrid`. If it cannot be claimed for
    /// that, it is destroyed again.
    ///
    /// # Errors
    /// [`Error::HalvesMismatch`], also for a hybrid whose keys are only ever made whole; and
    /// whatever the store answers.
    pub fn generate<S: Store<Key = K> + ?Sized>(
        hybrid: Algorithm,
        side: Side,
        store: &mut S,
        name: &str,
        random: &mut dyn Random,
    ) -> Result<Self> {
        let component = side.of(hybrid)?;
        Burn::moving::<K>().after(|| {
            let key = store.generate(component, name, random)?;
            Self::claimed(hybrid, side, store, key)
        })
    }

    /// Takes a raw private key into `store` for one side of `hybrid`: one that was generated for
    /// this, elsewhere, and comes from its backup. If it cannot be claimed for that, the store's new
    /// copy is destroyed again.
    ///
    /// # Errors
    /// [`Error::KeyReused`] if the store has seen it in a hybrid before; as
    /// [`generate`](Self::generate) otherwise.
    pub fn import<S: Store<Key = K> + ?Sized>(
        hybrid: Algorithm,
        side: Side,
        store: &mut S,
        name: &str,
        private_key: &[u8],
    ) -> Result<Self> {
        let component = side.of(hybrid)?;
        Burn::moving::<K>().after(|| {
            let key = store.import(component, name, private_key)?;
            Self::claimed(hybrid, side, store, key)
        })
    }

    /// Claims a key that has just come into `store`, or destroys it again.
    fn claimed<S: Store<Key = K> + ?Sized>(
        hybrid: Algorithm,
        side: Side,
        store: &mut S,
        key: K,
    ) -> Result<Self> {
        match claim(hybrid, side, store, &key) {
            Ok(()) => Ok(Self { key, hybrid, side }),
            Err(error) => {
                store.destroy(key)?;
                Err(error)
            }
        }
    }

    /// Opens a half that `store` keeps under `name`, after a restart say. It must have been made for
    /// this side of this hybrid; join it with its own partner again.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::HalvesMismatch`] if the key was not made for this hybrid; and
    /// whatever the store answers.
    pub fn open<S: Store<Key = K> + ?Sized>(
        hybrid: Algorithm,
        side: Side,
        store: &mut S,
        name: &str,
    ) -> Result<Self> {
        let key = store.open(name)?;
        let fingerprint = fingerprint(hybrid, side, &key)?;
        if store.is_claimed(&fingerprint, hybrid)? {
            Ok(Self { key, hybrid, side })
        } else {
            Err(Error::HalvesMismatch)
        }
    }

    /// Uses a key that already exists. `accept` says what that costs.
    ///
    /// `K` should be the only way to the key: with a shared pointer the rule holds per store only.
    ///
    /// # Errors
    /// [`Error::HalvesMismatch`] if the key is of another algorithm; [`Error::KeyReused`].
    pub fn adopt<S: Store<Key = K> + ?Sized>(
        hybrid: Algorithm,
        side: Side,
        store: &mut S,
        key: K,
        accept: Adoption,
    ) -> Result<Self> {
        let Adoption::LosesFreshness = accept;
        store.adopt(&key, &fingerprint(hybrid, side, &key)?, hybrid)?;
        Ok(Self { key, hybrid, side })
    }

    /// The hybrid this half was made for.
    #[must_use]
    pub const fn hybrid(&self) -> Algorithm {
        self.hybrid
    }

    /// Which half it is.
    #[must_use]
    pub const fn side(&self) -> Side {
        self.side
    }

    /// The same half behind a pointer, so that halves of different kinds have one type.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn boxed<'k>(self) -> Half<alloc::boxed::Box<dyn PrivateKey + Send + Sync + 'k>>
    where
        K: Send + Sync + 'k,
    {
        Half { key: alloc::boxed::Box::new(self.key), hybrid: self.hybrid, side: self.side }
    }

    pub(crate) fn take(self, hybrid: Algorithm, side: Side) -> Result<K> {
        if self.hybrid == hybrid && self.side == side { Ok(self.key) } else { Err(Error::HalvesMismatch) }
    }
}

fn claim<S: Store + ?Sized>(hybrid: Algorithm, side: Side, store: &mut S, key: &S::Key) -> Result<()> {
    store.claim(&fingerprint(hybrid, side, key)?, hybrid)
}

/// The hash of the public key, if the key fits this side of the hybrid. The public key alone, so that
/// one point cannot serve ECDH here and ECDSA there.
fn fingerprint(hybrid: Algorithm, side: Side, key: &impl PrivateKey) -> Result<[u8; 32]> {
    let component = side.of(hybrid)?;
    let custody = key.custody();
    let held = if side == Side::PostQuantum { custody.pq } else { custody.classical };
    if key.algorithm() != component || held.is_none() {
        return Err(Error::HalvesMismatch);
    }
    let mut public = [0; MAX_PUBLIC_KEY];
    let len = component.ask_public_key(&mut public, |public| key.public_key(public))?;
    let public = public.get(..len).unwrap_or_default();
    component.check_public_key(public)?;
    let mut fingerprint = [0; 32];
    sha3_256(&[public], &mut fingerprint);
    Ok(fingerprint)
}
