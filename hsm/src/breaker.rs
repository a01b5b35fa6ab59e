//! Whether the device is asked at all. Only a failure that a second look confirms closes the way, and
//! that look is not the caller's to wait for.

use core::time::Duration;
use khoalai::Error;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// How often a device that failed is looked at again, and one that answers oddly at most.
const AGAIN: Duration = Duration::from_secs(2);

/// What is known of the device.
#[derive(Default)]
pub(crate) struct Breaker(Mutex<State>);

#[derive(Default)]
struct State {
    failed: Option<Error>,
    looking: bool,
    looked: Option<Instant>,
}

/// What a look at the device changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    Failed(Error),
    Back,
}

impl Breaker {
    /// Refuses at once while the device is known to fail.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.with(|state| state.failed.map_or(Ok(()), Err))
    }

    /// Whether somebody should look at the device now. If so it is up to the caller, who says
    /// [`looked`](Self::looked) at the end.
    pub(crate) fn begin(&self) -> bool {
        self.with(|state| {
            let lately = state.looked.is_some_and(|looked| looked.elapsed() < AGAIN);
            let begin = !state.looking && (!lately || state.failed.is_some());
            state.looking |= begin;
            begin
        })
    }

    /// What the look showed. Whoever looks goes on for as long as the device fails.
    pub(crate) fn looked(&self, outcome: Result<(), Error>) -> Change {
        self.with(|state| {
            let before = core::mem::replace(&mut state.failed, outcome.err());
            state.looked = Some(Instant::now());
            state.looking = state.failed.is_some();
            match (before, state.failed) {
                (None, Some(error)) => Change::Failed(error),
                (Some(_), None) => Change::Back,
                _ => Change::None,
            }
        })
    }

    /// How long to wait before the next look.
    pub(crate) const fn pause() -> Duration {
        AGAIN
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_look_opens_and_closes() {
        let breaker = Breaker::default();
        assert!(breaker.begin());
        assert!(!breaker.begin(), "one look at a time");
        assert_eq!(breaker.check(), Ok(()), "a suspicion is no failure");
        assert!(breaker.looked(Ok(())) == Change::None);
        assert!(!breaker.begin(), "not again so soon");
        assert!(breaker.looked(Err(Error::Absent)) == Change::Failed(Error::Absent));
        assert_eq!(breaker.check(), Err(Error::Absent));
        assert!(breaker.looked(Err(Error::Timeout)) == Change::None);
        assert_eq!(breaker.check(), Err(Error::Timeout));
        assert!(breaker.looked(Ok(())) == Change::Back);
        assert_eq!(breaker.check(), Ok(()));
    }
}
