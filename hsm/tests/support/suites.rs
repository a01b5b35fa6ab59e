//! Which suites a token can carry, by the library's own table.

use super::tokens::Module;
use khoalai::{Algorithm, Side};

/// Whether keys of this component can be in tokens of this module. `tokens.rs` has each of them tried.
fn holds(module: Module, component: Algorithm) -> bool {
    let name = component.name().to_lowercase();
    let is_known = !["448", "slh-dsa"].iter().any(|other| name.contains(other));
    is_known
        && match module {
            Module::SoftHsm => component.is_classical(),
            Module::Kryoptic | Module::Nss => !name.contains("brainpool"),
        }
}

/// The suites of which the token can hold this half, and software the other one.
pub fn suites(module: Module, inside: Side) -> Vec<Algorithm> {
    let fits = |algorithm: &Algorithm| {
        let Some((pq, classical)) = algorithm.halves().filter(|_| !algorithm.row().whole_only) else {
            return false;
        };
        let (there, here) = if inside == Side::Classical { (classical, pq) } else { (pq, classical) };
        // Software has no RSA private keys.
        holds(module, there) && !here.name().contains("RSA")
    };
    Algorithm::ALL.iter().copied().filter(fits).collect()
}

/// The suites of which the token can hold both halves.
pub fn whole_suites(module: Module) -> Vec<Algorithm> {
    let fits = |algorithm: &Algorithm| {
        let halves = algorithm.halves().filter(|_| !algorithm.row().whole_only);
        halves.is_some_and(|(pq, classical)| holds(module, pq) && holds(module, classical))
    };
    Algorithm::ALL.iter().copied().filter(fits).collect()
}
