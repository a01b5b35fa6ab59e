//! A device that keeps its private key in static memory: no heap, no `Box`, no `unsafe`.
//!
//! ```sh
//! cargo run --example static_key   # here
//! scripts/bare-metal               # this very file, on a Cortex-M4
//! ```
#![cfg_attr(khoalai_freestanding, no_std, no_main)]

use core::convert::Infallible;
use khoalai::soft::{MlKem768, SoftwareKey, X25519};
use khoalai::{DecapsulationKey, Error, PublicKey, Result, SharedSecret, Whole, X_WING};
use rand_core::{TryCryptoRng, TryRng};

/// The device's key. All of it stands here, expanded and ready for use.
static KEY: spin::Once<DecapsulationKey<Whole<MlKem768, X25519>>> = spin::Once::new();

/// The stored seed. TEST ONLY: a device reads its own from where it keeps secrets.
const SEED: [u8; 32] = [7; 32];

/// At the device's start: loads the key from its seed.
fn start() -> Result<()> {
    KEY.try_call_once(|| DecapsulationKey::new(Whole::import(X_WING, &SEED)?))?;
    Ok(())
}

/// From then on, anywhere in the program: opens what was sent to this device.
fn open(ciphertext: &[u8]) -> Result<SharedSecret> {
    KEY.get().ok_or(Error::NotFound)?.decapsulate(ciphertext, &mut Noise(2))
}

#[cfg_attr(khoalai_freestanding, allow(dead_code, reason = "there `start!` names it"))]
fn main() -> Result<()> {
    start()?;
    // Somebody else has only the public key.
    let mut public = [0; X_WING.public_key_len()];
    KEY.get().ok_or(Error::NotFound)?.public_key(&mut public)?;
    let mut ciphertext = [0; X_WING.ciphertext_len()];
    let sent = PublicKey::new(X_WING, &public)?.encapsulate(&mut Noise(1), &mut ciphertext)?;
    if open(&ciphertext)? == sent { Ok(()) } else { Err(Error::DecapsulationFailed) }
}

#[cfg(khoalai_freestanding)]
machine::start!(main);

/// Stands for the device's generator. TEST ONLY: it counts, and anybody can guess what comes.
struct Noise(u8);

impl TryRng for Noise {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> core::result::Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> core::result::Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> core::result::Result<(), Infallible> {
        for byte in out {
            self.0 = self.0.wrapping_mul(5).wrapping_add(1);
            *byte = self.0;
        }
        Ok(())
    }
}

impl TryCryptoRng for Noise {}
