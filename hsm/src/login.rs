//! Who is logged in to a slot. One thread logs in at a time, and what it learns holds for all.

use crate::error::{Error, Result};
use crate::pin::Pin;
use sha2::{Digest, Sha256};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The login of this process to one slot.
pub(crate) struct Login {
    state: Mutex<State>,
    changed: Condvar,
    /// So that a refused PIN is remembered without being kept.
    salt: [u8; 32],
}

#[derive(Default)]
struct State {
    inside: bool,
    /// Counts logins: whoever finds one lost says which one it was.
    epoch: u64,
    busy: bool,
    /// Counts attempts, and how the last one failed.
    attempts: u64,
    failure: Option<Error>,
    refused: Vec<[u8; 32]>,
}

impl Login {
    pub(crate) fn new() -> Result<Self> {
        let mut salt = [0; 32];
        khoalai::Random::fill(&mut khoalai::SystemRandom, &mut salt)?;
        Ok(Self { state: Mutex::default(), changed: Condvar::new(), salt })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which login this is.
    pub(crate) fn epoch(&self) -> u64 {
        self.lock().epoch
    }

    /// Whether somebody is thought to be logged in.
    pub(crate) fn is_inside(&self) -> bool {
        self.lock().inside
    }

    /// The login that was there at `epoch` is lost. Of another one nothing is known. Returns whether
    /// this is news.
    pub(crate) fn lost(&self, epoch: u64) -> bool {
        let mut state = self.lock();
        state.epoch == epoch && core::mem::replace(&mut state.inside, false)
    }

    /// Logs in by `attempt` unless somebody is inside. Whoever comes while another one tries waits
    /// for that one, and shares its failure: eight threads spend one try.
    pub(crate) fn ensure(&self, timeout: Duration, attempt: impl FnOnce() -> Result<()>) -> Result<()> {
        let until = Instant::now() + timeout;
        let mut state = self.lock();
        let seen = state.attempts;
        loop {
            if state.inside {
                return Ok(());
            }
            if !state.busy {
                break;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(khoalai::Error::Timeout.into());
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            if state.attempts != seen
                && !state.inside
                && let Some(failure) = &state.failure
            {
                return Err(failure.clone());
            }
        }
        state.busy = true;
        drop(state);

        let outcome = attempt();
        let mut state = self.lock();
        state.busy = false;
        state.attempts += 1;
        state.failure = outcome.as_ref().err().cloned();
        if outcome.is_ok() {
            state.inside = true;
            state.epoch += 1;
        }
        drop(state);
        self.changed.notify_all();
        outcome
    }

    fn mark(&self, pin: &Pin) -> [u8; 32] {
        Sha256::new().chain_update(self.salt).chain_update(pin.expose()).finalize().into()
    }

    /// Whether the device refused this PIN before.
    pub(crate) fn was_refused(&self, pin: &Pin) -> bool {
        let mark = self.mark(pin);
        self.lock().refused.contains(&mark)
    }

    /// From now on this PIN is not tried any more in this process.
    pub(crate) fn refuse(&self, pin: &Pin) {
        let mark = self.mark(pin);
        let mut state = self.lock();
        if !state.refused.contains(&mark) {
            state.refused.push(mark);
        }
    }

    /// Somebody has unlocked the device, or set its PIN anew: all may be tried again.
    pub(crate) fn forget_refusals(&self) {
        self.lock().refused.clear();
    }
}
