//! Every resource limit of the crate, in one place. Lengths are in bytes.

const RSA: bool = cfg!(feature = "rsa");

/// The largest shared secret that a half may give (P-521 has 66).
pub const MAX_HALF_SECRET: usize = 96;
/// The largest public key of a classical half (an RSA-4096 key has 526).
pub const MAX_CLASSICAL_PUBLIC_KEY: usize = 640;
/// The longest application context of a signature (FIPS 204 alg. 2 step 1).
pub const MAX_CONTEXT: usize = 255;
/// The longest label of a composite signature.
pub const MAX_LABEL: usize = 64;
/// The longest raw private key of a row of this crate (a composite with P-384, or with RSA-4096).
pub const MAX_PRIVATE_KEY: usize = if cfg!(feature = "hazmat-rsa-private") { 2416 } else { 96 };
/// The longest public key of a row of this crate.
pub const MAX_PUBLIC_KEY: usize = if RSA { 3120 } else { 2720 };
/// The longest ciphertext of a row of this crate.
pub const MAX_CIPHERTEXT: usize = if RSA { 1952 } else { 1704 };
/// The longest signature of a row of this crate.
pub const MAX_SIGNATURE: usize = if RSA { 5152 } else { 4768 };
/// The smallest public exponent of RSA (RFC 8017 §3.1). Keys made here have 65537; FIPS 186-5 §A.1.1
/// asks for at least that, the drafts recommend it and permit others, which old tokens have.
pub const MIN_RSA_EXPONENT: u32 = 3;
/// The largest: what three bytes hold, so that no key is longer than the drafts say and none makes
/// verifying slow.
pub const MAX_RSA_EXPONENT: u32 = 0x7f_ffff;
/// The longest DER document that is read: a key of any kind, or a certificate around one.
pub const MAX_DER: usize = 48 * 1024;
/// The longest PEM document that is read.
pub const MAX_PEM: usize = 64 * 1024;
