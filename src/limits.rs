//! Every resource limit of the crate, in one place. Lengths are in bytes.

/// The largest shared secret that a half may give (P-521 has 66).
pub const MAX_HALF_SECRET: usize = 96;
/// The largest public key of a classical half (an RSA-4096 key has 526).
pub const MAX_CLASSICAL_PUBLIC_KEY: usize = 640;
/// The longest application context of a signature (FIPS 204 alg. 2 step 1).
pub const MAX_CONTEXT: usize = 255;
/// The longest label of a composite signature.
pub const MAX_LABEL: usize = 64;
/// The longest raw private key of a row of this crate (a composite with P-384, or SLH-DSA).
pub const MAX_PRIVATE_KEY: usize = if cfg!(feature = "slh-dsa") { 128 } else { 96 };
/// The longest public key of a row of this crate.
pub const MAX_PUBLIC_KEY: usize = 2720;
/// The longest ciphertext of a row of this crate.
pub const MAX_CIPHERTEXT: usize = 1704;
/// The longest signature of a row of this crate other than SLH-DSA.
pub const MAX_LATTICE_SIGNATURE: usize = 4768;
/// The longest signature of a row of this crate.
pub const MAX_SIGNATURE: usize = if cfg!(feature = "slh-dsa") { 49856 } else { MAX_LATTICE_SIGNATURE };
/// The longest DER document that is read: a key of any kind, or a certificate around one.
pub const MAX_DER: usize = 48 * 1024;
/// The longest PEM document that is read.
pub const MAX_PEM: usize = 64 * 1024;
