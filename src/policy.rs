//! What is permitted where: a value that the caller makes and passes on.

use crate::algorithm::Algorithm;
use crate::error::{Error, Result};
use crate::key::{Custody, Place, PrivateKey};
use crate::public::PublicKey;
use crate::view::{DecapsulationKey, SigningKey, not_leaky, not_legacy};

/// Which keys and algorithms are accepted, beyond those that always are. A value, not a setting: it
/// holds where it is asked and nowhere else.
///
/// [`STRICT`](Self::STRICT) permits nothing further; it is what [`DecapsulationKey::new`],
/// [`SigningKey::new`] and [`PublicKey::new`] go by. A policy that permits more, or demands more
/// guarded keys, makes these views itself:
///
/// ```
/// use khoalai::{Custody, Error, Place, Policy, X_WING};
/// # #[cfg(feature = "alloc")] {
/// // The classical half of every private key has to be in a device.
/// let demand = Custody::hybrid(Place::Memory, Place::Device, Place::Memory);
/// let policy = Policy::STRICT.demand(demand);
///
/// let in_memory = khoalai::generate(X_WING, &mut getrandom::SysRng)?;
/// assert_eq!(policy.decapsulation_key(in_memory).err(), Some(Error::WeakCustody));
/// # }
/// # Ok::<(), Error>(())
/// ```
///
/// What a policy permits is not made safe by it: a legacy signature proves
/// what it proved when it was made, and a key that leaks goes on leaking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    test_keys: bool,
    legacy: bool,
    hazmat: bool,
    least: Custody,
}

impl Policy {
    /// No TEST ONLY keys, no legacy algorithms, no code that is known to leak; secrets may be in
    /// memory. The default everywhere.
    pub const STRICT: Self = Self {
        test_keys: false,
        legacy: false,
        hazmat: false,
        least: Custody::hybrid(Place::Memory, Place::Memory, Place::Memory),
    };

    /// Permits keys that are marked TEST ONLY ([`encode::pem`](crate::encode::pem)): anybody may
    /// know them.
    #[must_use]
    pub const fn permit_test_keys(self) -> Self {
        Self { test_keys: true, ..self }
    }

    /// Permits algorithms that only serve to read what is left of early days
    /// ([`Status::Legacy`](crate::algorithm::Status::Legacy)).
    #[must_use]
    pub const fn permit_legacy(self) -> Self {
        Self { legacy: true, ..self }
    }

    /// Permits private keys in [`Place::LeakyMemory`], which then counts as [`Place::Memory`]: whoever
    /// can time their use may learn them. Only where nobody can.
    #[must_use]
    pub const fn permit_hazmat(self) -> Self {
        Self { hazmat: true, ..self }
    }

    /// Demands that each secret is in a place at least as guarded as the one named here; `None`
    /// demands nothing of a half. A demand replaces the one before.
    #[must_use]
    pub const fn demand(self, least: Custody) -> Self {
        Self { least, ..self }
    }

    /// Checks what a key file says of itself, such as [`Document::test_only`](crate::encode::pem::Document).
    ///
    /// # Errors
    /// [`Error::TestOnly`] if it is marked and test keys are not permitted.
    pub const fn check_mark(self, test_only: bool) -> Result<()> {
        if test_only && !self.test_keys { Err(Error::TestOnly) } else { Ok(()) }
    }

    /// Checks whether an algorithm is permitted.
    ///
    /// # Errors
    /// [`Error::LegacyAlgorithm`].
    pub const fn check_algorithm(self, algorithm: Algorithm) -> Result<()> {
        if self.legacy { Ok(()) } else { not_legacy(algorithm) }
    }

    /// Checks whether secrets are held as the policy wants it.
    ///
    /// # Errors
    /// [`Error::LeakyCustody`] if a place leaks and hazmat is not permitted; [`Error::WeakCustody`].
    pub fn check_custody(self, custody: Custody) -> Result<()> {
        if !self.hazmat {
            not_leaky(custody)?;
        }
        let guarded = |place: Option<Place>, least: Option<Place>| match (place, least) {
            (Some(Place::LeakyMemory), Some(least)) => Place::Memory >= least,
            (Some(place), Some(least)) => place >= least,
            _ => true,
        };
        let holds = guarded(custody.pq, self.least.pq)
            && guarded(custody.classical, self.least.classical)
            && guarded(Some(custody.combined), Some(self.least.combined));
        if holds { Ok(()) } else { Err(Error::WeakCustody) }
    }

    /// [`DecapsulationKey::new`] by this policy.
    ///
    /// # Errors
    /// As there, [`check_algorithm`](Self::check_algorithm) and [`check_custody`](Self::check_custody).
    pub fn decapsulation_key<K: PrivateKey>(self, key: K) -> Result<DecapsulationKey<K>> {
        let view = DecapsulationKey::of_kind(key)?;
        self.check(view.algorithm(), view.custody())?;
        Ok(view)
    }

    /// [`SigningKey::new`] by this policy.
    ///
    /// # Errors
    /// As there, [`check_algorithm`](Self::check_algorithm) and [`check_custody`](Self::check_custody).
    pub fn signing_key<K: PrivateKey>(self, key: K) -> Result<SigningKey<K>> {
        let view = SigningKey::of_kind(key)?;
        self.check(view.algorithm(), view.custody())?;
        Ok(view)
    }

    /// [`PublicKey::new`] by this policy.
    ///
    /// # Errors
    /// As there, and [`check_algorithm`](Self::check_algorithm).
    pub fn public_key<B: AsRef<[u8]>>(self, algorithm: Algorithm, bytes: B) -> Result<PublicKey<B>> {
        self.check_algorithm(algorithm)?;
        PublicKey::of_kind(algorithm, bytes)
    }

    fn check(self, algorithm: Algorithm, custody: Custody) -> Result<()> {
        self.check_algorithm(algorithm)?;
        self.check_custody(custody)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::STRICT
    }
}
