//! Known-answer tests: what came of them, and running them on demand.
//!
//! Each algorithm of this library is tested before its first use in a process, and again whenever
//! [`run`] is called: a key from a fixed stream, its public key, an encapsulation, its opening and the
//! rejection of another ciphertext (or a deterministic signature, its verification and the refusal of
//! another message), all condensed and compared with what official vectors confirmed. Where a build
//! has two crates for ML-KEM and ML-DSA, both have to give that answer, the second also over an
//! external μ; where a faster way signs Ed25519, so does what signs messages in several pieces. Of RSA, and of hybrids with RSA, only what needs no private key is tried in a build
//! without private RSA: of a composite signature that is what it signs.
//!
//! A new key is tried out the same way. An algorithm that failed refuses everything until the process
//! ends, and so does every hybrid that is built on it, even one that had passed; the others go on.

use crate::algorithm::Algorithm;
use crate::error::{Error, Result};
use crate::gate::{Gate, State};

/// Runs the known-answer test of an algorithm now.
///
/// ```
/// for algorithm in khoalai::Algorithm::ALL {
///     khoalai::selftest::run(*algorithm)?;
/// }
/// # Ok::<(), khoalai::Error>(())
/// ```
///
/// # Errors
/// [`Error::SelfTestFailed`]: do not use this algorithm on this machine; also if an earlier test
/// failed. [`Error::UnknownAlgorithm`] if the row has no test: a third party's.
pub fn run(algorithm: Algorithm) -> Result<()> {
    let gate = algorithm.row().gate.ok_or(Error::UnknownAlgorithm)?;
    algorithm.halves_first(gate);
    gate.run()
}

/// What is known of an algorithm so far. Nothing is run.
#[must_use]
pub fn state(algorithm: Algorithm) -> State {
    let own = |algorithm: Algorithm| algorithm.row().gate.map_or(State::Untested, Gate::state);
    let halves = algorithm.halves().map_or([State::Untested; 2], |(pq, classical)| [own(pq), own(classical)]);
    if halves.contains(&State::Failed) { State::Failed } else { own(algorithm) }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use crate::algorithm::Algorithm;
    use crate::gate::Gate;
    use std::prelude::rust_2024::*;

    /// Prints what belongs into the table where it says something else. First let official vectors
    /// confirm the algorithm.
    #[test]
    fn answers_are_those_of_the_table() {
        let differs = |row: &Algorithm| match row.row().gate.map(Gate::answers) {
            Some((Ok(answer), expected)) if answer.starts_with(&expected.to_be_bytes()) => None,
            other => Some(std::format!("{row}: {other:02x?}")),
        };
        // On two threads, each taking what is next: SLH-DSA takes its time.
        let rows = std::sync::Mutex::new(Algorithm::ALL.iter());
        let next = || rows.lock().unwrap().next();
        let share = || core::iter::from_fn(next).filter_map(differs).collect::<Vec<_>>();
        let differ = std::thread::scope(|scope| {
            [scope.spawn(share), scope.spawn(share)].map(|share| share.join().unwrap())
        });
        assert_eq!(differ, [const { Vec::<String>::new() }; 2]);
    }
}
