//! What the tests on tokens share.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "every test uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop anywhere")]

pub mod alone;
pub mod open;
pub mod tokens;
