//! Hybrid keys in PKCS#11 tokens, each half where the device allows.

// Floor 1: what there is to talk about.
mod error;
mod raw;
mod uri;

pub use error::{Error, Problem, Result};
pub use uri::Uri;
