//! The one trait: a private key, wherever it lives.

use crate::algorithm::Algorithm;
use crate::bytes::zero_unless_ok;
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
use crate::random::Random;

/// A private key, wherever it lives: in memory, in a token, in a chip, or half here and half there.
///
/// No key bytes, no allocation, object-safe: a token's key, a chip's key and a hybrid of two others
/// are all the same to the caller. Application code meets it through the checked views
/// [`DecapsulationKey`](crate::DecapsulationKey) and [`SigningKey`](crate::SigningKey).
///
/// # For implementors
/// Write to the front of `out` and return that part. On failure nothing may stay in it. An outcome that depends on the ciphertext or message
/// is [`Error::DecapsulationFailed`] or [`Error::SigningFailed`] and nothing finer; one that does
/// not (absent, locked, busy) keeps its own code ([`Error::class`]).
pub trait PrivateKey {
    /// The algorithm this is a key of.
    fn algorithm(&self) -> Algorithm;

    /// Where each secret is held and where the halves are combined.
    fn custody(&self) -> Custody;

    /// A number that all keys of one device share in this process, and no others. Two halves of a KEM in
    /// one device are the device's to combine.
    fn device(&self) -> Option<usize> {
        None
    }

    /// Writes the public key and returns the part written. `out` has to have room for
    /// [`Algorithm::public_key_len`] bytes, which are written, or fewer where lengths vary.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`], or what keeps the device from answering.
    fn public_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]>;

    /// Recovers the shared secret: `ciphertext` and `secret` have exactly the algorithm's lengths.
    /// For a Diffie–Hellman or RSA half the "ciphertext" is the peer's share. `random` serves blinding. What needs
    /// no key to be refused is refused first ([`Algorithm::check_ciphertext`]): a device is not asked about it.
    ///
    /// # Errors
    /// [`Error::Unsupported`] unless overridden; [`Error::Malformed`] for a wrong length or an encoding that no key
    /// opens;
    /// [`Error::DecapsulationFailed`], or what keeps the device from answering. `secret` is then zeroed.
    fn decapsulate(&self, ciphertext: &[u8], random: &mut dyn Random, secret: &mut [u8]) -> Result<()> {
        let _ = (ciphertext, random);
        zero_unless_ok(Err(Error::Unsupported), secret)
    }

    /// Signs `input` under `context` and returns the part of `out` written: at most
    /// [`Algorithm::signature_len`] bytes, which `out` must have room for.
    ///
    /// # Errors
    /// [`Error::Unsupported`] unless overridden; [`Error::BadContext`]; [`Error::BufferTooSmall`];
    /// [`Error::SigningFailed`], or what keeps the device from answering. `out` is then zeroed.
    fn sign<'o>(
        &self,
        input: Input<'_>,
        context: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &'o mut [u8],
    ) -> Result<&'o [u8]> {
        let _ = (input, context, hedge, random);
        zero_unless_ok(Err(Error::Unsupported), out)
    }
}

/// A key that software holds whole and may write out.
pub trait ExportPrivateKey: PrivateKey {
    /// Writes the raw private key ([`Algorithm::private_key_len`] bytes, fewer where lengths vary):
    /// the seed, or the parts of a composite. What is written is the caller's to protect and to wipe.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`]; [`Error::NotExportable`] if the key was read without its seed.
    fn expose_private_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]>;
}

/// Where the secrets of a key are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Custody {
    /// Where the post-quantum secret is; `None` if there is none.
    pub pq: Option<Place>,
    /// Where the classical secret is; `None` if there is none.
    pub classical: Option<Place>,
    /// Where shared secrets are combined, or come out.
    pub combined: Place,
}

impl Custody {
    /// The custody of a component that is wholly in one place.
    #[must_use]
    pub const fn component(algorithm: Algorithm, place: Place) -> Self {
        if algorithm.is_classical() {
            Self { pq: None, classical: Some(place), combined: place }
        } else {
            Self { pq: Some(place), classical: None, combined: place }
        }
    }

    /// Whether any of it is [`Place::LeakyMemory`].
    #[must_use]
    pub fn is_leaky(self) -> bool {
        [self.pq, self.classical, Some(self.combined)].contains(&Some(Place::LeakyMemory))
    }

    /// The custody of a hybrid with its halves in these places, combined in a third.
    #[must_use]
    pub const fn hybrid(pq: Place, classical: Place, combined: Place) -> Self {
        Self { pq: Some(pq), classical: Some(classical), combined }
    }
}

/// A place that holds secrets, from the least to the most guarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Place {
    /// The memory of this process, used by code whose timing is known to leak. Refused unless a
    /// [`Policy`](crate::Policy) permits it.
    LeakyMemory = 5,
    /// The memory of this process; between uses a file whose only lock is classical: whoever keeps it
    /// can open it with a quantum computer.
    WrappedClassically = 7,
    /// The memory of this process.
    Memory = 10,
    /// The memory of this process, during use only; between uses a file that a device has to open.
    Sealed = 30,
    /// A token or chip that lets it out, to whoever is logged in.
    OpenDevice = 60,
    /// A token or chip that does not let it out.
    Device = 90,
}
