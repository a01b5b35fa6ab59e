//! The proof that khoalai needs no standard library, no libc and no allocator, and that it does the
//! same on every machine.
//!
//! `scripts/freestanding` builds this program for Linux, `scripts/bare-metal` for two chips, each
//! with `--cfg khoalai_freestanding`: no `std`, no `main`, its own start, nothing to link against, a
//! panic handler and **no** global allocator. So it links only if nothing under khoalai asks for
//! `std` or `alloc`; `cargo check` of a library would show neither. Then it runs: every step has to
//! end in `ok`, and every line of `cases` has to be the same everywhere.
//!
//! Any other build (a plain `cargo build --workspace`) gets the stub at the end of this file.
//!
//! | file | what |
//! |---|---|
//! | `machine/` | the machines |
//! | `suites.rs` | every suite with the type of its key |
//! | `generator.rs` | a generator that draws the same on every machine |
//! | `chip.rs` | a pretend chip that keeps its keys |
//! | `steps.rs` | what is tried once |
//! | `cases.rs` | what is tried fifty times and condensed |
//! | `residue.rs` | what secrets leave on the stack |
//! | `measure.rs` | another program: what one suite takes of flash, stack and instructions |
#![cfg_attr(khoalai_freestanding, no_std, no_main)]

#[cfg(khoalai_freestanding)]
mod cases;
#[cfg(khoalai_freestanding)]
mod chip;
#[cfg(khoalai_freestanding)]
mod generator;
#[cfg(khoalai_freestanding)]
mod residue;
#[cfg(khoalai_freestanding)]
mod steps;
#[cfg(khoalai_freestanding)]
mod suites;

#[cfg(khoalai_freestanding)]
fn run() -> khoalai::Result<()> {
    steps::run()?;
    residue::run()?;
    cases::run()
}

#[cfg(khoalai_freestanding)]
machine::start!(run);

#[cfg(not(khoalai_freestanding))]
fn main() {
    println!("This is only the stub. scripts/freestanding and scripts/bare-metal build the program itself.");
}
