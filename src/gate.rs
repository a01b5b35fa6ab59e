//! Whether an algorithm may be used: its known-answer test runs before its first use.

use crate::error::{Error, Result};
use core::sync::atomic::{AtomicU8, Ordering};

/// What is known of an algorithm on this machine, in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It was not used yet, or has no test.
    Untested,
    /// Its test passed.
    Passed,
    /// Its test failed: it refuses everything until the process ends.
    Failed,
}

// In this order: a state is only ever raised, so that no later pass hides a failure.
const UNTESTED: u8 = 0;
const PASSED: u8 = 1;
const FAILED: u8 = 2;

/// The test of one algorithm, and what came of it. It stands in the algorithm's row.
pub struct Gate {
    answer: fn() -> Result<[u8; 32]>,
    expected: u64,
    state: AtomicU8,
    /// Flipped into what is expected, where a build lets a test choose the fault.
    #[cfg(khoalai_fault = "chosen")]
    spoilt: AtomicU8,
}

impl Gate {
    /// A gate that works out `answer` before the first use and lets pass if its first 8 bytes are
    /// `expected`. The function must not use the row that the gate stands in.
    #[must_use]
    pub const fn new(answer: fn() -> Result<[u8; 32]>, expected: u64) -> Self {
        Self {
            answer,
            expected,
            state: AtomicU8::new(UNTESTED),
            #[cfg(khoalai_fault = "chosen")]
            spoilt: AtomicU8::new(0),
        }
    }

    /// TEST ONLY: from now on the known answer of this algorithm is wrong.
    #[cfg(khoalai_fault = "chosen")]
    pub fn spoil(&self) {
        self.spoilt.store(1, Ordering::Release);
    }

    fn expected(&self) -> [u8; 8] {
        #[cfg(khoalai_fault = "chosen")]
        return (self.expected ^ u64::from(self.spoilt.load(Ordering::Acquire))).to_be_bytes();
        #[cfg(not(khoalai_fault = "chosen"))]
        self.expected.to_be_bytes()
    }

    pub(crate) fn state(&self) -> State {
        match self.state.load(Ordering::Acquire) {
            UNTESTED => State::Untested,
            PASSED => State::Passed,
            _ => State::Failed,
        }
    }

    /// Passes on what is known, and finds it out if nothing is. Threads that come at once each run
    /// the test, and none waits for another.
    pub(crate) fn pass(&self) -> Result<()> {
        match self.state() {
            State::Passed => Ok(()),
            State::Failed => Err(Error::SelfTestFailed),
            State::Untested => self.run(),
        }
    }

    /// Runs the test, whatever is known. Never inlined: what a test puts on the stack must not weigh
    /// on every later use.
    #[inline(never)]
    pub(crate) fn run(&self) -> Result<()> {
        let right = (self.answer)().is_ok_and(|answer| answer.starts_with(&self.expected()));
        self.raise(if right { PASSED } else { FAILED });
        if self.state() == State::Passed { Ok(()) } else { Err(Error::SelfTestFailed) }
    }

    /// The answer as it comes out, and as it should.
    #[cfg(test)]
    pub(crate) fn answers(&self) -> (Result<[u8; 32]>, u64) {
        ((self.answer)(), self.expected)
    }

    /// Closes the gate for good.
    pub(crate) fn fail(&self) {
        self.raise(FAILED);
    }

    #[cfg(target_has_atomic = "8")]
    fn raise(&self, to: u8) {
        self.state.fetch_max(to, Ordering::AcqRel);
    }

    /// Where the machine has loads and stores only (thumbv6m), an interrupt between the two could
    /// hide a failure that it found itself, until the next test.
    #[cfg(not(target_has_atomic = "8"))]
    fn raise(&self, to: u8) {
        if self.state.load(Ordering::Acquire) < to {
            self.state.store(to, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_stays() {
        let gate = Gate::new(|| Ok([1; 32]), 0x0101_0101_0101_0101);
        assert_eq!(gate.state(), State::Untested);
        assert_eq!(gate.pass(), Ok(()));
        assert_eq!(gate.state(), State::Passed);
        gate.fail();
        assert_eq!(gate.pass(), Err(Error::SelfTestFailed));
        assert_eq!(gate.run(), Err(Error::SelfTestFailed));
    }

    #[test]
    fn a_failing_test_closes() {
        for gate in [Gate::new(|| Err(Error::Malformed), 0), Gate::new(|| Ok([0; 32]), 1)] {
            assert_eq!(gate.pass(), Err(Error::SelfTestFailed));
            assert_eq!(gate.state(), State::Failed);
        }
    }
}
