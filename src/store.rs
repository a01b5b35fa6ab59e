//! Where keys come from. Not needed to use one.

use crate::algorithm::Algorithm;
use crate::error::{Error, Result};
use crate::key::PrivateKey;
use crate::random::Random;
use crate::soft::{Component, Key, SoftwareKey};
use core::marker::PhantomData;

/// A place that makes and keeps component keys: memory, a token, a chip.
pub trait Store {
    /// What the store gives out.
    type Key: PrivateKey;

    /// Makes a fresh key called `name`.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for an algorithm the store does not have, [`Error::StoreFull`],
    /// [`Error::RandomFailed`], or what keeps the device from answering.
    fn generate(&mut self, algorithm: Algorithm, name: &str, random: &mut dyn Random) -> Result<Self::Key>;

    /// Takes in a raw private key under `name`.
    ///
    /// # Errors
    /// As [`generate`](Self::generate), and [`Error::BadPrivateKey`].
    fn import(&mut self, algorithm: Algorithm, name: &str, private_key: &[u8]) -> Result<Self::Key>;

    /// Finds the key called `name`.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what keeps the device from answering.
    fn open(&mut self, name: &str) -> Result<Self::Key>;

    /// Destroys a key. There is no way back.
    ///
    /// # Errors
    /// What keeps the device from answering; the key then still exists.
    fn destroy(&mut self, key: Self::Key) -> Result<()>;

    /// Remembers that the component key with this fingerprint now serves `hybrid`, and refuses it a
    /// second time. It stops mistakes, not somebody who is logged in to the device.
    ///
    /// # Errors
    /// [`Error::KeyReused`]; [`Error::StoreFull`] if nothing more can be remembered.
    fn claim(&mut self, fingerprint: &[u8; 32], hybrid: Algorithm) -> Result<()>;

    /// As [`claim`](Self::claim), of a key that was there before the hybrid: for stores that keep a record.
    ///
    /// # Errors
    /// As [`claim`](Self::claim).
    fn adopt(&mut self, key: &Self::Key, fingerprint: &[u8; 32], hybrid: Algorithm) -> Result<()> {
        let _ = key;
        self.claim(fingerprint, hybrid)
    }

    /// Whether the component key with this fingerprint was claimed for `hybrid`, so that it may be
    /// opened as its half again.
    ///
    /// # Errors
    /// What keeps the device from answering.
    fn is_claimed(&mut self, fingerprint: &[u8; 32], hybrid: Algorithm) -> Result<bool>;
}

/// Component keys in memory. It holds no keys itself (they are the caller's, and wiped when
/// dropped) but remembers the last word on up to `N` of them.
pub struct Memory<C, const N: usize = 64> {
    claimed: [Option<([u8; 32], Algorithm)>; N],
    component: PhantomData<fn() -> C>,
}

impl<C: Component, const N: usize> Memory<C, N> {
    /// An empty store.
    #[must_use]
    pub const fn new() -> Self {
        Self { claimed: [None; N], component: PhantomData }
    }
}

impl<C: Component, const N: usize> Default for Memory<C, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C: Component, const N: usize> Store for Memory<C, N> {
    type Key = Key<C>;

    fn generate(&mut self, algorithm: Algorithm, _name: &str, random: &mut dyn Random) -> Result<Key<C>> {
        Key::generate(algorithm, random)
    }

    fn import(&mut self, algorithm: Algorithm, _name: &str, private_key: &[u8]) -> Result<Key<C>> {
        Key::import(algorithm, private_key)
    }

    /// Memory keeps no keys: always [`Error::NotFound`].
    fn open(&mut self, _name: &str) -> Result<Key<C>> {
        Err(Error::NotFound)
    }

    fn destroy(&mut self, key: Key<C>) -> Result<()> {
        drop(key);
        Ok(())
    }

    fn claim(&mut self, fingerprint: &[u8; 32], hybrid: Algorithm) -> Result<()> {
        if self.claimed.iter().flatten().any(|(claimed, _)| claimed == fingerprint) {
            return Err(Error::KeyReused);
        }
        let free = self.claimed.iter_mut().find(|claimed| claimed.is_none()).ok_or(Error::StoreFull)?;
        *free = Some((*fingerprint, hybrid));
        Ok(())
    }

    fn is_claimed(&mut self, fingerprint: &[u8; 32], hybrid: Algorithm) -> Result<bool> {
        Ok(self.claimed.contains(&Some((*fingerprint, hybrid))))
    }
}
