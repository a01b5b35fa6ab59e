//! A generator that reads from a tape: no state of its own that a secret could be found in.

use crate::lab::Camera;
use chacha20::ChaCha8Rng;
use rand_core::{Rng, SeedableRng, TryCryptoRng, TryRng};

const LEN: usize = 4096;

pub(crate) struct Tape {
    bytes: Vec<u8>,
    at: usize,
    draws: usize,
    /// After so many draws it fails.
    limit: usize,
    camera: Option<Camera>,
    pub(crate) pictures: Vec<Vec<u8>>,
}

/// The generator broke.
#[derive(Debug)]
pub(crate) struct Broken;

impl core::fmt::Display for Broken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("broken")
    }
}

impl core::error::Error for Broken {}

impl Tape {
    /// The same bytes for the same seed and name.
    pub(crate) fn new(seed: u64, name: &str) -> Self {
        let mut key = [0_u8; 32];
        let source = seed.to_le_bytes().into_iter().chain(name.bytes()).enumerate();
        // Enough to tell names apart; nothing here has to be unpredictable.
        source.for_each(|(at, byte)| {
            let at = at % 32;
            key[at] = key[at].wrapping_mul(31).wrapping_add(byte);
        });
        let mut bytes = vec![0; LEN];
        ChaCha8Rng::from_seed(key).fill_bytes(&mut bytes);
        Self { bytes, at: 0, draws: 0, limit: usize::MAX, camera: None, pictures: Vec::new() }
    }

    pub(crate) fn failing_after(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Takes a picture of the stack with every draw.
    pub(crate) fn with(self, camera: Camera) -> Self {
        Self { camera: Some(camera), ..self }
    }

    /// What was drawn so far.
    pub(crate) fn drawn(&self) -> &[u8] {
        &self.bytes[..self.at]
    }

    pub(crate) fn draws(&self) -> usize {
        self.draws
    }
}

impl TryRng for Tape {
    type Error = Broken;

    fn try_next_u32(&mut self) -> Result<u32, Broken> {
        Err(Broken)
    }

    fn try_next_u64(&mut self) -> Result<u64, Broken> {
        Err(Broken)
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Broken> {
        let end = self.at + out.len();
        if self.draws == self.limit {
            // Fails in the middle of it.
            let half = out.len() / 2;
            out[..half].copy_from_slice(&self.bytes[self.at..self.at + half]);
            self.at += half;
            return Err(Broken);
        }
        out.copy_from_slice(&self.bytes[self.at..end]);
        self.at = end;
        self.draws += 1;
        if let Some(camera) = &self.camera {
            camera.take(&mut self.pictures);
        }
        Ok(())
    }
}

impl TryCryptoRng for Tape {}
