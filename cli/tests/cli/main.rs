//! What the manual promises, shown on the command itself. One file per theme.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    reason = "tests"
)]

mod certificates;
mod exit_codes;
mod files;
mod json;
mod keys;
mod languages;
mod large;
mod manual;
mod openssh;
mod passphrases;
mod refusals;
mod secrecy;
mod selftest;
mod story;
mod streams;
mod support;
mod terminals;
