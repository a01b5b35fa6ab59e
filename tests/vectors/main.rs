//! The published test vectors, through the public interface. What has to run is in
//! `test-vectors/EXPECTED.toml`.
//!
//! The same is the library of `tests/wasm`: there no test harness runs the sets, but `wasm.rs`.
#![cfg(any(test, target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::panic_in_result_fn,
    clippy::indexing_slicing,
    clippy::unwrap_in_result,
    reason = "a vector that cannot be read is a failed test"
)]
#![allow(
    clippy::std_instead_of_alloc,
    clippy::needless_pass_by_value,
    reason = "it reads more easily in a test"
)]

mod acvp;
mod cctv;
mod certificate;
mod composite;
mod composite_kem;
mod hybrid_kem;
#[cfg(test)]
mod listed;
mod ops;
mod pqclean;
#[cfg(test)]
mod protocols;
mod rfc;
mod rfc6979;
mod rsa;
mod slh_dsa;
mod support;
#[cfg(target_family = "wasm")]
mod wasm;
mod wycheproof;

/// Every set that is run.
fn sets() -> Vec<support::Runnable> {
    [
        acvp::SETS,
        cctv::SETS,
        composite::SETS,
        composite_kem::SETS,
        hybrid_kem::SETS,
        pqclean::SETS,
        rfc::SETS,
        rfc6979::SETS,
        slh_dsa::SETS,
        wycheproof::SETS,
    ]
    .concat()
}
