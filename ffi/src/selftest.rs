//! Known-answer tests.

use crate::algorithm;
use crate::boundary::{guard, place};
use core::ffi::{c_int, c_uint};
use khoalai::{Algorithm, State, selftest};

pub const SELFTEST_UNTESTED: c_uint = 0;
pub const SELFTEST_PASSED: c_uint = 1;
pub const SELFTEST_FAILED: c_uint = 2;

#[unsafe(no_mangle)]
pub extern "C" fn khoalai_selftest(algorithm: c_uint) -> c_int {
    guard(|| {
        if algorithm != 0 {
            return Ok(selftest::run(algorithm::of(algorithm)?)?);
        }
        // All, whatever comes of the first.
        let mut outcome = Ok(());
        for algorithm in Algorithm::ALL {
            outcome = outcome.and(selftest::run(*algorithm));
        }
        Ok(outcome?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_selftest_state(algorithm: c_uint, state: *mut c_uint) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let to = unsafe { place(state) }?;
        *to = match selftest::state(algorithm::of(algorithm)?) {
            State::Untested => SELFTEST_UNTESTED,
            State::Passed => SELFTEST_PASSED,
            State::Failed => SELFTEST_FAILED,
        };
        Ok(())
    })
}
