//! Two drafts in C: `pqcrypto-kyber` 0.8.1 and `pqcrypto-dilithium` 0.5.0, which bind `PQClean`'s code
//! of the initial public drafts of FIPS 203 and FIPS 204. Nobody maintains them any more
//! (RUSTSEC-2024-0381, RUSTSEC-2024-0380).
//!
//! They are here for two things, and a [`Policy`](crate::Policy) has to permit either:
//!
//! - [`Kyber512`], [`Kyber768`], [`Kyber1024`]: an independent ML-KEM to compare with. Keys come in
//!   expanded form only, because the draft made them from a seed in another way.
//! - [`Dilithium2`], [`Dilithium3`], [`Dilithium5`]: to verify what early adopters signed. It is *not*
//!   ML-DSA, although every length is the same, and has rows of its own.
//!
//! ML-KEM keys that `pqcrypto-kyber` made need none of this: every build opens them with
//! [`Key::import_expanded`](super::Key::import_expanded).

mod dilithium;
mod kyber;

pub use dilithium::{Dilithium2, Dilithium3, Dilithium5};
pub use kyber::{Kyber512, Kyber768, Kyber1024};

use core::hint::black_box;

/// Overwrites a secret in a type of these crates, which can be copied but not written into. Copies
/// that were moved around on the way are left to the burning of the stack.
fn overwrite<T: Copy>(secret: &mut T, with: T) {
    *secret = with;
    let _ = black_box(secret);
}
