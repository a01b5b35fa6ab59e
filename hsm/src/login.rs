//! Who is logged in to a slot. One thread logs in at a time, and what it learns holds for all.

use crate::lane::{Done, Fault};
use alloc::sync::Arc;
use core::time::Duration;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The login of this process to one slot.
#[derive(Default)]
pub(crate) struct Login {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    inside: bool,
    /// Counts logins: whoever finds one lost says which one it was.
    epoch: u64,
    /// Somebody logs in now, or waits for a device that has not answered yet.
    busy: bool,
    /// Counts attempts, and how the last one failed.
    attempts: u64,
    failure: Option<Fault>,
    /// Who waits for how it ends.
    waiting: usize,
}

/// The turn to log in. Dropped without an end (the thread died, the question for the PIN panicked), it
/// has failed.
pub(crate) struct Attempt(Option<Arc<Login>>);

impl Attempt {
    /// How it ended.
    pub(crate) fn end(mut self, outcome: &Done<()>) {
        if let Some(login) = self.0.take() {
            login.settle(outcome.as_ref().err().cloned());
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if let Some(login) = self.0.take() {
            login.settle(Some(khoalai::Error::LoginRequired.into()));
        }
    }
}

impl Login {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which login this is.
    pub(crate) fn epoch(&self) -> u64 {
        self.lock().epoch
    }

    /// Whether nobody has found that login lost.
    pub(crate) fn is_still(&self, epoch: u64) -> bool {
        let state = self.lock();
        state.inside && state.epoch == epoch
    }

    /// The login that was there at `epoch` is lost. Of another one nothing is known. Returns whether
    /// this is news.
    pub(crate) fn lost(&self, epoch: u64) -> bool {
        let mut state = self.lock();
        state.epoch == epoch && core::mem::replace(&mut state.inside, false)
    }

    /// The turn to log in, or `None` if somebody is inside. Whoever comes while another one tries waits
    /// for that one, and shares its failure: eight threads spend one try.
    pub(crate) fn turn(self: &Arc<Self>, timeout: Duration) -> Done<Option<Attempt>> {
        let until = Instant::now() + timeout;
        let mut state = self.lock();
        let seen = state.attempts;
        loop {
            if state.inside {
                return Ok(None);
            }
            if !state.busy {
                state.busy = true;
                return Ok(Some(Attempt(Some(Arc::clone(self)))));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(khoalai::Error::Timeout.into());
            }
            state.waiting += 1;
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            state.waiting -= 1;
            if state.attempts != seen
                && !state.inside
                && let Some(failure) = &state.failure
            {
                return Err(failure.clone());
            }
        }
    }

    fn settle(&self, failure: Option<Fault>) {
        let mut state = self.lock();
        state.busy = false;
        state.attempts += 1;
        state.inside = failure.is_none();
        state.epoch += u64::from(state.inside);
        state.failure = failure;
        let waited_for = state.waiting > 0;
        drop(state);
        if waited_for {
            self.changed.notify_all();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop anywhere")]
mod tests {
    use super::*;
    use crate::error;
    use khoalai::Error;

    const SOON: Duration = Duration::from_millis(20);

    fn refused(outcome: Done<Option<Attempt>>) -> error::Error {
        outcome.err().map(error::Error::from).unwrap()
    }

    #[test]
    fn one_at_a_time_and_all_share_a_failure() {
        let login = Arc::new(Login::default());
        let attempt = login.turn(SOON).unwrap().unwrap();
        // It goes on for longer than this one waits.
        assert_eq!(refused(login.turn(SOON)), Error::Timeout);
        let others: Vec<_> = (0..4)
            .map(|_| {
                let login = Arc::clone(&login);
                std::thread::spawn(move || refused(login.turn(Duration::from_secs(60))))
            })
            .collect();
        while login.lock().waiting < others.len() {
            std::thread::yield_now();
        }
        attempt.end(&Err(Error::PinRefused.into()));
        for other in others {
            assert_eq!(other.join().unwrap(), Error::PinRefused);
        }
        // Whoever comes later has a turn of its own.
        login.turn(SOON).unwrap().unwrap().end(&Ok(()));
        assert!(login.turn(SOON).unwrap().is_none(), "inside");
    }

    #[test]
    fn an_attempt_that_died_leaves_the_next_one_its_turn() {
        let login = Arc::new(Login::default());
        drop(login.turn(SOON).unwrap().unwrap());
        assert!(login.turn(SOON).unwrap().is_some());
    }

    #[test]
    fn only_the_login_that_is_meant_is_lost() {
        let login = Arc::new(Login::default());
        login.turn(SOON).unwrap().unwrap().end(&Ok(()));
        let first = login.epoch();
        assert!(login.lost(first) && !login.lost(first), "news only once");
        login.turn(SOON).unwrap().unwrap().end(&Ok(()));
        assert!(!login.lost(first));
        assert!(login.turn(SOON).unwrap().is_none());
    }
}
