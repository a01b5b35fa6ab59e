//! Finds secrets in memory while they are needed, and looks for them when they are not: on the stack
//! of the operation, in blocks of the heap when they are freed, in blocks that nobody freed.
//!
//! ```text
//! wiping [--all] [--slow] [PART OF A SUBJECT'S NAME]
//! ```
//!
//! Every operation runs on a stack of its own. Two ways lead to what it left there:
//!
//! - Needles: the secrets themselves in all forms that the standards give them, in windows of 8 or
//!   16 bytes. Each has to be found somewhere first, or looking for it shows nothing.
//! - Differences: the same operations with other secrets must leave the same bytes. This finds forms
//!   that nobody thought of.
//!
//! `scripts/wiping --prove` builds the library so that it does not clean up (`--cfg
//! khoalai_fault="burn"`): then every subject leaks.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    reason = "a test may stop anywhere"
)]

mod files;
mod halves;
mod heap;
mod lab;
mod needles;
mod passphrases;
mod planted;
#[cfg(feature = "pqclean")]
mod pqclean;
mod protocols;
mod random;
mod report;
mod rows;
mod rsa;
mod sampler;
mod secrets;
mod spy;
mod stack;
mod typed;

use khoalai::Algorithm;
use lab::Lab;
use rows::Boxed;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: heap::Allocator = heap::Allocator;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let all = arguments.iter().any(|argument| argument == "--all");
    let slow = arguments.iter().any(|argument| argument == "--slow");
    let only = arguments.into_iter().find(|argument| !argument.starts_with("--")).unwrap_or_default();
    let mut lab = Lab::new(only);
    planted::drive(&mut lab);
    // SLH-DSA's small sets take minutes each, and are the same code as the fast ones.
    let is_wanted =
        |row: &&Algorithm| slow || !(row.name().starts_with("SLH-DSA") && row.name().ends_with('s'));
    // First uses run self-tests, whose keys are everybody's.
    for &algorithm in Algorithm::ALL.iter().filter(is_wanted) {
        khoalai::selftest::run(algorithm).expect("a good self-test");
    }
    let whole = |row: &&Algorithm| row.private_key_len() > 0 && !rsa::is_rsa(**row) && is_wanted(row);
    // Components first: some forms of their secrets are seen there only, when expanded keys are read, and
    // would be waited for in vain in every hybrid.
    let (hybrids, components): (Vec<_>, _) =
        Algorithm::ALL.iter().filter(whole).partition(|row| row.halves().is_some());
    for &algorithm in components.into_iter().chain(hybrids) {
        rows::subject::<Boxed>(&mut lab, algorithm.name(), algorithm);
    }
    typed::drive(&mut lab);
    halves::drive(&mut lab);
    protocols::drive(&mut lab);
    passphrases::drive(&mut lab);
    rsa::drive(&mut lab);
    #[cfg(feature = "pqclean")]
    pqclean::drive(&mut lab);
    if lab.report.print(all) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
