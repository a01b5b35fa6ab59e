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
/// The longest raw private key of a row of this crate (a composite with P-521 or with RSA-4096, or SLH-DSA).
pub const MAX_PRIVATE_KEY: usize = if cfg!(feature = "hazmat-rsa-private") {
    2416
} else if cfg!(feature = "draft-composite-kem") {
    152
} else if cfg!(feature = "slh-dsa") {
    128
} else {
    120
};
/// The longest public key of a row of this crate.
pub const MAX_PUBLIC_KEY: usize = if RSA { 3120 } else { 2728 };
/// The longest ciphertext of a row of this crate.
pub const MAX_CIPHERTEXT: usize = if RSA { 1952 } else { 1704 };
/// The longest signature of a row of this crate other than SLH-DSA.
pub const MAX_LATTICE_SIGNATURE: usize = if RSA { 5152 } else { 4768 };
/// The longest signature of a row of this crate.
pub const MAX_SIGNATURE: usize = if cfg!(feature = "slh-dsa") { 49856 } else { MAX_LATTICE_SIGNATURE };
/// The smallest public exponent of RSA (RFC 8017 §3.1). Keys made here have 65537; FIPS 186-5 §A.1.1
/// asks for at least that, the drafts recommend it and permit others, which old tokens have.
pub const MIN_RSA_EXPONENT: u32 = 3;
/// The largest: what three bytes hold, so that no key is longer than the drafts say and none makes
/// verifying slow.
pub const MAX_RSA_EXPONENT: u32 = 0x7f_ffff;
/// The longest DER document that is read: a key of any kind, or a certificate around one.
pub const MAX_DER: usize = 48 * 1024;
/// How many constructed values may be nested in a DER document (a PKCS#8 key of ours has three; what
/// is left is for attributes of others).
pub const MAX_DER_DEPTH: usize = 16;
/// The longest PEM document that is read.
pub const MAX_PEM: usize = 64 * 1024;
/// What deriving a key by scrypt may cost: 128·N·r·p in bytes, memory and work at once (RFC 7914 §2).
pub const MAX_SCRYPT_COST: u64 = 256 * 1024 * 1024;
/// The most iterations of PBKDF2.
pub const MAX_PBKDF2_ITERATIONS: u32 = 10_000_000;
/// The most rounds of bcrypt in an OpenSSH private key (`ssh-keygen -a`; it writes 24 by itself).
pub const MAX_BCRYPT_ROUNDS: u32 = 1024;
