//! A pretend chip: it makes keys, uses them, and never lets them out. It can be pulled out.

use core::cell::Cell;
use khoalai::soft::{Component, Key, SoftwareKey};
use khoalai::{Algorithm, Custody, Error, Hedge, Input, Memory, Place, PrivateKey, Random, Result, Store};

/// The chip. Keys refer to it, as handles do.
pub(crate) struct Chip {
    plugged: Cell<bool>,
}

impl Chip {
    pub(crate) const fn new() -> Self {
        Self { plugged: Cell::new(true) }
    }

    pub(crate) fn pull_out(&self) {
        self.plugged.set(false);
    }

    fn answers(&self) -> Result<()> {
        if self.plugged.get() { Ok(()) } else { Err(Error::Absent) }
    }
}

/// A key in the chip. The inner key stands for silicon: nothing here can export it.
pub(crate) struct ChipKey<'c, C: Component> {
    chip: &'c Chip,
    silicon: Key<C>,
}

impl<C: Component> PrivateKey for ChipKey<'_, C> {
    fn algorithm(&self) -> Algorithm {
        self.silicon.algorithm()
    }

    fn custody(&self) -> Custody {
        Custody::component(self.algorithm(), Place::Device)
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
        self.chip.answers()?;
        self.silicon.public_key(out)
    }

    fn decapsulate(&self, ciphertext: &[u8], random: &mut dyn Random, secret: &mut [u8]) -> Result<()> {
        self.chip.answers()?;
        self.silicon.decapsulate(ciphertext, random, secret)
    }

    fn sign<'o>(
        &self,
        input: Input<'_>,
        context: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &'o mut [u8],
    ) -> Result<&'o [u8]> {
        self.chip.answers()?;
        self.silicon.sign(input, context, hedge, random, out)
    }
}

/// Where the chip's keys come from.
pub(crate) struct ChipStore<'c, C: Component> {
    chip: &'c Chip,
    claimed: Memory<C, 4>,
}

impl<'c, C: Component> ChipStore<'c, C> {
    pub(crate) const fn new(chip: &'c Chip) -> Self {
        Self { chip, claimed: Memory::new() }
    }
}

impl<'c, C: Component> Store for ChipStore<'c, C> {
    type Key = ChipKey<'c, C>;

    fn generate(&mut self, algorithm: Algorithm, _name: &str, random: &mut dyn Random) -> Result<Self::Key> {
        self.chip.answers()?;
        Ok(ChipKey { chip: self.chip, silicon: Key::generate(algorithm, random)? })
    }

    /// This chip makes its keys itself.
    fn import(&mut self, _algorithm: Algorithm, _name: &str, _private_key: &[u8]) -> Result<Self::Key> {
        Err(Error::Unsupported)
    }

    /// It keeps no directory.
    fn open(&mut self, _name: &str) -> Result<Self::Key> {
        Err(Error::NotFound)
    }

    fn destroy(&mut self, key: Self::Key) -> Result<()> {
        self.chip.answers()?;
        drop(key);
        Ok(())
    }

    fn claim(&mut self, fingerprint: &[u8; 32], hybrid: Algorithm) -> Result<()> {
        self.claimed.claim(fingerprint, hybrid)
    }

    fn is_claimed(&mut self, fingerprint: &[u8; 32], hybrid: Algorithm) -> Result<bool> {
        self.claimed.is_claimed(fingerprint, hybrid)
    }
}
