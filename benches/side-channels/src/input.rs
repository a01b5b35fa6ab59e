//! What an operation is given: secret bytes and public ones, the same for the same number.

use chacha20::ChaCha8Rng;
use core::convert::Infallible;
use core::ops::Range;
use rand_core::{SeedableRng, TryCryptoRng, TryRng};

/// What one run of an operation is given.
#[derive(Clone, Default)]
pub struct Input {
    pub secret: Vec<u8>,
    /// What of it is no secret: headers of encodings.
    pub open: Vec<Range<usize>>,
    /// Keys, ciphertexts, messages.
    pub public: Vec<Vec<u8>>,
}

impl Input {
    /// Takes over what another holds, at the same addresses if all lengths are the same.
    pub fn copy_from(&mut self, other: &Self) {
        self.secret.clone_from(&other.secret);
        self.open.clone_from(&other.open);
        self.public.clone_from(&other.public);
    }

    /// The parts of `secret` that are secret.
    pub fn hidden(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let starts = core::iter::once(0).chain(self.open.iter().map(|open| open.end));
        let ends = self.open.iter().map(|open| open.start).chain(core::iter::once(self.secret.len()));
        starts.zip(ends).map(|(start, end)| start..end)
    }
}

/// TEST ONLY: anybody can work out what this gives.
pub fn rng(number: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(number)
}

/// So many bytes of it.
pub fn bytes(number: u64, len: usize) -> Vec<u8> {
    let mut made = vec![0; len];
    let Ok(()) = rng(number).try_fill_bytes(&mut made);
    made
}

/// TEST ONLY: a generator that hands out the bytes that it was given, as they are.
pub struct Given<'a>(pub &'a [u8]);

impl TryRng for Given<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut word = [0; 4];
        self.try_fill_bytes(&mut word)?;
        Ok(u32::from_le_bytes(word))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut word = [0; 8];
        self.try_fill_bytes(&mut word)?;
        Ok(u64::from_le_bytes(word))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        let (given, rest) = self.0.split_at(out.len());
        out.copy_from_slice(given);
        self.0 = rest;
        Ok(())
    }
}

impl TryCryptoRng for Given<'_> {}
