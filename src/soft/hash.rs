//! The hash functions of the hybrid layer (FIPS 180-4, FIPS 202).

use crate::algorithm::Prehash;
use crate::bytes::put;
use crate::error::Result;
use core::convert::Infallible;
use rand_core::{TryCryptoRng, TryRng};
use sha2::Digest as _;
use shake::{ExtendableOutput, Update, XofReader};

/// SHA3-256 over the parts, one after the other.
pub(crate) fn sha3_256(parts: &[&[u8]], out: &mut [u8; 32]) {
    let mut hash = sha3::Sha3_256::new();
    for part in parts {
        sha3::Digest::update(&mut hash, part);
    }
    sha3::Digest::finalize_into(hash, out.into());
}

/// SHA-256 over the parts, one after the other.
pub(crate) fn sha256(parts: &[&[u8]], out: &mut [u8; 32]) {
    let mut hash = sha2::Sha256::new();
    for part in parts {
        sha2::Digest::update(&mut hash, part);
    }
    hash.finalize_into(out.into());
}

/// SHAKE256 as an endless stream, in the form of a generator: what a seed expands to.
pub(crate) struct Expander(shake::ShakeReader<136>);

impl Expander {
    pub(crate) fn new(seed: &[u8]) -> Self {
        let mut hash = shake::Shake256::default();
        hash.update(seed);
        Self(hash.finalize_xof())
    }
}

impl TryRng for Expander {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> core::result::Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.read(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> core::result::Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.read(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> core::result::Result<(), Infallible> {
        self.0.read(out);
        Ok(())
    }
}

impl TryCryptoRng for Expander {}

/// `tr = H(pk, 64)` of ML-DSA (FIPS 204 alg. 6 step 9).
pub(crate) fn tr(public_key: &[u8]) -> [u8; 64] {
    let mut tr = [0; 64];
    let mut hash = shake::Shake256::default();
    hash.update(public_key);
    hash.finalize_xof().read(&mut tr);
    tr
}

/// A running hash of a message.
#[derive(Clone)]
pub(crate) enum Running {
    Sha256(sha2::Sha256),
    Sha512(sha2::Sha512),
    /// SHAKE256 with 64 bytes of output: μ of ML-DSA, or PH(M).
    Shake256(shake::Shake256),
}

impl Running {
    pub(crate) fn prehash(prehash: Prehash) -> Self {
        match prehash {
            Prehash::Sha256 => Self::Sha256(sha2::Sha256::new()),
            Prehash::Sha512 => Self::Sha512(sha2::Sha512::new()),
            Prehash::Shake256 => Self::Shake256(shake::Shake256::default()),
        }
    }

    /// Starts μ of pure ML-DSA: `H(tr ‖ 0 ‖ len(ctx) ‖ ctx ‖ M, 64)` with `tr = H(pk, 64)`
    /// (FIPS 204 alg. 2, 7).
    pub(crate) fn mu(public_key: &[u8], context: &[u8], context_len: u8) -> Self {
        Self::start(public_key, 0, context, context_len)
    }

    /// Starts μ of HashML-DSA: the same with `1` for `0` and `OID ‖ PH(M)` for M (FIPS 204 alg. 4).
    pub(crate) fn hashed_mu(public_key: &[u8], context: &[u8], context_len: u8) -> Self {
        Self::start(public_key, 1, context, context_len)
    }

    fn start(public_key: &[u8], domain: u8, context: &[u8], context_len: u8) -> Self {
        let tr = tr(public_key);
        let mut hash = shake::Shake256::default();
        for part in [&tr[..], &[domain, context_len], context] {
            hash.update(part);
        }
        Self::Shake256(hash)
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hash) => sha2::Digest::update(hash, bytes),
            Self::Sha512(hash) => sha2::Digest::update(hash, bytes),
            Self::Shake256(hash) => hash.update(bytes),
        }
    }

    /// Writes the hash and returns it.
    pub(crate) fn finish(self, out: &mut [u8; 64]) -> Result<&[u8]> {
        match self {
            Self::Sha256(hash) => put(out, &hash.finalize()),
            Self::Sha512(hash) => put(out, &hash.finalize()),
            Self::Shake256(hash) => {
                hash.finalize_xof().read(out);
                Ok(&mut out[..])
            }
        }
        .map(|written| &*written)
    }
}
