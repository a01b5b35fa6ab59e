//! Generators that fail, repeat or count.

use rand_core::{TryCryptoRng, TryRng};

/// The generator broke.
#[derive(Debug)]
pub struct Broken;

impl core::fmt::Display for Broken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("broken")
    }
}

impl core::error::Error for Broken {}

/// Serves some draws from `inner`, then fails; what it fails in is half filled.
pub struct Dying<R> {
    inner: R,
    left: usize,
    recovers: bool,
}

impl<R> Dying<R> {
    pub fn after(draws: usize, inner: R) -> Self {
        Self { inner, left: draws, recovers: false }
    }

    /// Fails in one draw only: nobody may carry on as if nothing had been.
    pub fn once_after(draws: usize, inner: R) -> Self {
        Self { inner, left: draws, recovers: true }
    }
}

/// Fails from the start.
pub type Dead = Dying<Constant>;

impl Dead {
    pub fn new() -> Self {
        Self::after(0, Constant(0xa5))
    }
}

impl<R: TryRng> TryRng for Dying<R> {
    type Error = Broken;

    fn try_next_u32(&mut self) -> Result<u32, Broken> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Broken> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Broken> {
        if self.left == 0 {
            self.left = if self.recovers { usize::MAX } else { 0 };
            let half = out.len().div_ceil(2);
            out[..half].fill(0x5a);
            return Err(Broken);
        }
        self.left -= 1;
        self.inner.try_fill_bytes(out).map_err(|_| Broken)
    }
}

impl<R: TryRng> TryCryptoRng for Dying<R> {}

/// Gives the same byte for ever: the worst generator that does not say so.
#[derive(Clone, Copy)]
pub struct Constant(pub u8);

impl TryRng for Constant {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from_le_bytes([self.0; 4]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(u64::from_le_bytes([self.0; 8]))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        out.fill(self.0);
        Ok(())
    }
}

impl TryCryptoRng for Constant {}
