//! PINs that the device refused. None of them is tried again in this process: a few more tries, and the
//! device locks itself.

use crate::error::Result;
use crate::pin::Pin;
use crate::raw::{Cause, Rv};
use cryptoki_sys::CKR_PIN_INCORRECT;
use sha2::{Digest, Sha256};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is remembered of refused PINs: hashes, under a salt of this process.
pub(crate) struct Refusals {
    salt: [u8; 32],
    marks: Mutex<Vec<[u8; 32]>>,
    /// Whose try it is.
    turn: Mutex<()>,
}

impl Refusals {
    pub(crate) fn new() -> Result<Self> {
        let mut salt = [0; 32];
        khoalai::Random::fill(&mut khoalai::SystemRandom, &mut salt)?;
        Ok(Self { salt, marks: Mutex::default(), turn: Mutex::default() })
    }

    fn mark(&self, pin: &Pin) -> [u8; 32] {
        Sha256::new().chain_update(self.salt).chain_update(pin.expose()).finalize().into()
    }

    fn marks(&self) -> MutexGuard<'_, Vec<[u8; 32]>> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tries the PIN by `login`, unless it was refused before. One after the other: any number of threads
    /// that come with one wrong PIN spend one try.
    pub(crate) fn attempt(
        &self,
        pin: &Pin,
        login: impl FnOnce() -> core::result::Result<(), Rv>,
    ) -> core::result::Result<(), Rv> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if self.contains(pin) {
            return Err(Rv(CKR_PIN_INCORRECT));
        }
        let outcome = login();
        if outcome.is_err_and(|rv| matches!(rv.cause(), Cause::Pin | Cause::PinLocked)) {
            let mark = self.mark(pin);
            self.marks().push(mark);
        }
        outcome
    }

    /// Whether the device refused this PIN before.
    pub(crate) fn contains(&self, pin: &Pin) -> bool {
        let mark = self.mark(pin);
        self.marks().contains(&mark)
    }

    /// Somebody has unlocked the device, or set its PIN anew: all may be tried again.
    pub(crate) fn forget(&self) {
        self.marks().clear();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop anywhere")]
mod tests {
    use super::*;
    use cryptoki_sys::{CKR_DEVICE_ERROR, CKR_PIN_LOCKED};

    fn pin(text: &str) -> Pin {
        Pin::new(text.into()).unwrap()
    }

    #[test]
    fn a_refused_pin_is_tried_once() {
        let refusals = Refusals::new().unwrap();
        for code in [CKR_PIN_INCORRECT, CKR_PIN_LOCKED] {
            let wrong = pin(&format!("TEST ONLY {code}"));
            assert_eq!(refusals.attempt(&wrong, || Err(Rv(code))), Err(Rv(code)));
            let mut tried = false;
            let again = refusals.attempt(&wrong, || {
                tried = true;
                Ok(())
            });
            assert_eq!((again, tried), (Err(Rv(CKR_PIN_INCORRECT)), false));
        }
        // A device that fails says nothing of the PIN.
        let other = pin("TEST ONLY other");
        assert_eq!(refusals.attempt(&other, || Err(Rv(CKR_DEVICE_ERROR))), Err(Rv(CKR_DEVICE_ERROR)));
        assert_eq!(refusals.attempt(&other, || Ok(())), Ok(()));
        refusals.forget();
        assert!(!refusals.contains(&pin(&format!("TEST ONLY {CKR_PIN_LOCKED}"))));
    }
}
