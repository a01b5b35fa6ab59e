//! The C interface of [`khoalai`]. `include/khoalai.h` describes it, for those who use it; here is how it
//! is made. Every function is in one of the rooms below, goes through [`boundary`], and is compared with
//! the header by `tests/header.rs`.
#![allow(non_camel_case_types, reason = "types have the names that the header gives them")]
#![allow(clippy::missing_safety_doc, reason = "what callers have to do is in the header")]
#![allow(missing_docs, clippy::missing_errors_doc, reason = "the header has it")]
#![allow(clippy::must_use_candidate, reason = "it is C that calls")]

extern crate alloc;

// What every call goes through.
pub mod boundary;
pub mod handle;
mod text;

// The functions, in the header's order.
pub mod algorithm;
pub mod error;
pub mod half;
pub mod kem;
pub mod key;
pub mod policy;
pub mod public;
pub mod selftest;
pub mod signature;
pub mod store;
pub mod stream;
pub mod token;
pub mod vendor;
pub mod version;
pub mod wipe;
