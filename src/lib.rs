//! Hybrid classical and post-quantum keys behind one trait: start with [`DecapsulationKey`],
//! [`SigningKey`] and [`PublicKey`]; the trait is [`PrivateKey`], the algorithms are
//! [`Algorithm::ALL`]. What is not promised is in `README.md` and `SECURITY.md`.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;

// Each room imports only rooms of its own floor or below; `scripts/floors` checks it.

// Floor 1: what there is to talk about.
pub mod algorithm;
mod burn;
mod bytes;
mod digest;
mod error;
mod gate;
mod input;
pub mod limits;
mod random;
mod secret;
mod software;

// Floor 2: keys, and the one place that names an implementation crate.
mod behind;
mod key;
pub mod soft;
mod store;

// Floor 3: pure constructions, and the one place where two keys meet.
pub mod combine;
pub mod composite;
mod half;
mod hybrid;
#[cfg(feature = "alloc")]
mod maker;
#[cfg(feature = "alloc")]
mod prepared;
mod send;
mod whole;

// Floor 4: our algorithms, and what reads and writes their keys.
#[cfg(feature = "alloc")]
mod boxed;
pub mod encode;
mod public;
mod share;
mod table;
mod view;

// Floor 5: over all of that.
pub mod batch;
mod policy;
pub mod selftest;
pub mod ssh;
mod stream;
pub mod tls;

pub use algorithm::Algorithm;
#[cfg(feature = "alloc")]
pub use boxed::{BoxedKey, custody_of, generate, import, import_form};
pub use burn::wipe_stack_after;
pub use digest::DigestAlgorithm;
pub use error::{Class, Error, Language, Result};
pub use gate::{Gate, State};
pub use half::{Adoption, Half, Side};
pub use hybrid::Hybrid;
pub use input::{Hedge, Input};
pub use key::{Custody, ExportPrivateKey, Place, PrivateKey};
pub use policy::Policy;
#[cfg(feature = "alloc")]
pub use public::PreparedPublicKey;
pub use public::PublicKey;
pub use random::Random;
#[cfg(feature = "getrandom")]
pub use random::SystemRandom;
pub use secret::Secret;
pub use store::{Memory, Store};
pub use stream::MessageStream;
pub use table::*;
pub use view::{DecapsulationKey, SharedSecret, SigningKey};
pub use whole::Whole;

/// The README's example, so that it is compiled and run.
#[cfg(all(doctest, feature = "alloc", feature = "getrandom"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// The same in Vietnamese.
#[cfg(all(doctest, feature = "alloc", feature = "getrandom"))]
#[doc = include_str!("../README.vi.md")]
struct ReadmeVi;
