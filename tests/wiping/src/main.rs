//! Finds secrets in memory, and finds them gone.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop anywhere")]

mod halves;
mod heap;
mod lab;
mod needles;
mod protocols;
mod random;
mod report;
mod rows;
mod sampler;
mod secrets;
mod spy;
mod stack;
mod typed;

use khoalai::Algorithm;
use lab::Lab;
use rows::Boxed;

#[global_allocator]
static ALLOCATOR: heap::Allocator = heap::Allocator;

fn main() {
    let mut lab = Lab::new(std::env::args().nth(1).unwrap_or_default());
    for &algorithm in Algorithm::ALL {
        khoalai::selftest::run(algorithm).expect("a good self-test");
    }
    for &algorithm in Algorithm::ALL.iter().filter(|algorithm| algorithm.private_key_len() > 0) {
        rows::subject::<Boxed>(&mut lab, algorithm.name(), algorithm);
    }
    typed::drive(&mut lab);
    halves::drive(&mut lab);
    protocols::drive(&mut lab);
    lab.report.print();
}
