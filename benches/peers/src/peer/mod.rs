//! The peers, each by the fastest interface that it makes public.

mod aws_lc;
#[cfg(feature = "boringssl")]
mod boringssl;
mod khoalai;
mod libcrux;
#[cfg(feature = "liboqs")]
mod liboqs;
#[cfg(feature = "openssl")]
mod openssl;
mod own_parts;
#[cfg(feature = "pqclean")]
mod pqclean;
mod rust_parts;
mod rustcrypto;

use crate::result::Subject;
use crate::{kem, sign};

/// Fills `out` from the operating system, as whoever has no generator of its own does.
fn fill(out: &mut [u8]) {
    getrandom::fill(out).expect("the system has randomness");
}

/// Copies to the front of `out` and gives the length.
fn put(out: &mut [u8], parts: &[&[u8]]) -> usize {
    let mut at = 0;
    for part in parts {
        out[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
    at
}

/// Everything that is measured, a row after the other. In each, ours come first.
pub fn all<'a>() -> Vec<Subject<'a>> {
    let mut all = Vec::new();
    macro_rules! row {
        ($row:literal, $module:ident, $ours:ty $(, $(#[$on:meta])? $how:ident $peer:ty)* $(,)?) => {
            all.extend($module::alone::<$ours>($row));
            $( $(#[$on])? all.extend(row!(@ $how $row, $module, $ours, $peer)); )*
        };
        // The same bytes as ours.
        (@ same $row:literal, $module:ident, $ours:ty, $peer:ty) => { $module::subjects::<$ours, $peer>($row) };
        // Much the same, by parts or a draft that nobody else speaks.
        (@ alike $row:literal, $module:ident, $ours:ty, $peer:ty) => { $module::alone::<$peer>($row) };
    }
    row!(
        "X-Wing", kem, khoalai::XWing,
        same aws_lc::Parts<aws_lc::XWing>,
        same rust_parts::Parts<rust_parts::XWing>,
        same own_parts::Parts<own_parts::XWing>,
        same rustcrypto::XWing,
        same libcrux::XWing,
        #[cfg(feature = "boringssl")] same boringssl::XWing,
    );
    row!(
        "X25519MLKEM768", kem, khoalai::X25519MlKem768,
        same aws_lc::Parts<aws_lc::X25519MlKem768>,
        same rust_parts::Parts<rust_parts::X25519MlKem768>,
        #[cfg(feature = "openssl")] same openssl::X25519MlKem768,
    );
    row!(
        "MLKEM768-P256", kem, khoalai::MlKem768P256,
        same aws_lc::Parts<aws_lc::MlKem768P256>,
        same own_parts::Parts<own_parts::MlKem768P256>,
    );
    row!(
        "MLKEM1024-P384", kem, khoalai::MlKem1024P384,
        same aws_lc::Parts<aws_lc::MlKem1024P384>,
    );
    row!(
        "ML-KEM-768", kem, khoalai::MlKem768,
        same aws_lc::MlKem768,
        same libcrux::MlKem768,
        same rustcrypto::MlKem768,
        #[cfg(feature = "liboqs")] same liboqs::MlKem768,
        #[cfg(feature = "openssl")] same openssl::MlKem768,
        #[cfg(feature = "pqclean")] alike pqclean::Kyber768,
        #[cfg(feature = "boringssl")] same boringssl::MlKem768,
    );
    row!(
        "ML-KEM-1024", kem, khoalai::MlKem1024,
        same aws_lc::MlKem1024,
        #[cfg(feature = "liboqs")] same liboqs::MlKem1024,
        #[cfg(feature = "openssl")] same openssl::MlKem1024,
    );
    row!("X25519", kem, khoalai::X25519, same aws_lc::X25519);
    row!("P-256", kem, khoalai::P256, same aws_lc::P256);
    row!("P-384", kem, khoalai::P384, same aws_lc::P384);
    row!(
        "MLDSA65-ECDSA-P256-SHA512 (.45)", sign, khoalai::MlDsa65EcdsaP256,
        alike aws_lc::Composite<aws_lc::EcdsaP256>,
    );
    row!(
        "MLDSA65-Ed25519-SHA512 (.48)", sign, khoalai::MlDsa65Ed25519,
        alike aws_lc::Composite<aws_lc::Ed25519>,
    );
    row!(
        "ML-DSA-65", sign, khoalai::MlDsa65,
        same aws_lc::MlDsa65,
        same rustcrypto::MlDsa65,
        #[cfg(feature = "liboqs")] same liboqs::MlDsa65,
        #[cfg(feature = "openssl")] same openssl::MlDsa65,
        #[cfg(feature = "pqclean")] alike pqclean::Dilithium3,
    );
    row!("Ed25519", sign, khoalai::Ed25519, same aws_lc::Ed25519);
    row!("ECDSA-P256-SHA256", sign, khoalai::EcdsaP256, same aws_lc::EcdsaP256);
    all
}
