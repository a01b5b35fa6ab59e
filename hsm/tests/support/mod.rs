//! What the tests on tokens share.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "every test uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    reason = "a test may stop anywhere, and has the whole of std"
)]

pub mod alone;
pub mod foreign;
pub mod forge;
pub mod open;
pub mod secrets;
pub mod suites;
pub mod tokens;
