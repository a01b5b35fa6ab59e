//! What the integration tests share.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "every test uses a part of it")]

pub mod chip;
pub mod der;
pub mod random;
pub mod toy;

use chacha20::ChaCha8Rng;
use core::marker::PhantomData;
use khoalai::algorithm::Kind;
use khoalai::{Algorithm, BoxedKey, Error, ExportPrivateKey, Hedge, Input, Policy, PrivateKey, PublicKey};
use khoalai::{Random, Result, Store};
use rand_core::{SeedableRng, TryRng};
use std::path::Path;
use std::sync::Mutex;

/// Any key that can be used at all: RSA's leak.
pub const ANY: Policy = Policy::STRICT.permit_hazmat().permit_legacy();

/// The composite signatures.
pub fn composites() -> impl Iterator<Item = Algorithm> + Clone {
    Algorithm::ALL.iter().copied().filter(|row| row.halves().is_some() && row.kind() == Kind::Signature)
}

/// The hybrid KEMs.
pub fn hybrid_kems() -> impl Iterator<Item = Algorithm> + Clone {
    Algorithm::ALL.iter().copied().filter(|row| row.halves().is_some() && row.kind() == Kind::Kem)
}

/// The hybrid KEMs whose halves may be made apart.
pub fn split_kems() -> impl Iterator<Item = Algorithm> + Clone {
    hybrid_kems().filter(|row| !row.row().whole_only)
}

/// Every row whose keys software makes whole.
pub fn whole_rows() -> impl Iterator<Item = Algorithm> {
    Algorithm::ALL.iter().copied().filter(|row| row.private_key_len() > 0)
}

/// Those of them that have a name in files.
pub fn named_rows() -> impl Iterator<Item = Algorithm> {
    quick_rows().filter(|row| row.row().identifier.is_some())
}

/// Whether it is RSA, or has it as a half: private operations blind, leak and take their time.
pub fn is_rsa(algorithm: Algorithm) -> bool {
    algorithm.halves().map_or(algorithm, |(_, classical)| classical).name().starts_with("RSA")
}

/// The same, and of SLH-DSA only the quickest set of each hash. One signature of the others takes
/// up to seconds; the vectors and the encodings go through them all.
pub fn quick_rows() -> impl Iterator<Item = Algorithm> {
    whole_rows().filter(|row| is_quick(*row))
}

/// Whether a signature of it takes no longer than everybody else's.
pub fn is_quick(row: Algorithm) -> bool {
    !row.name().starts_with("SLH-DSA") || row.name().ends_with("-128f")
}

/// Calls `check` with every one of `rows`, on all processors: the slowest rows take as long as all others.
pub fn side_by_side(rows: impl Iterator<Item = Algorithm> + Send, check: impl Fn(Algorithm) + Sync) {
    let rows = Mutex::new(rows);
    let next = || rows.lock().unwrap().next();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| core::iter::from_fn(next).for_each(&check));
        }
    });
}

/// A generator for tests: fast, and the same every time.
pub fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// A software key, always the same one for one row and `seed`. RSA keys take long to make: there are
/// two of each size, for even seeds and for odd ones.
pub fn key(algorithm: Algorithm, seed: u64) -> BoxedKey {
    let half = algorithm.halves().map_or(algorithm, |(_, classical)| classical);
    let Some(bits) = half.name().strip_prefix("RSA").and_then(|name| name.get(..4)) else {
        return khoalai::generate(algorithm, &mut rng(seed)).unwrap();
    };
    let folder = if seed.is_multiple_of(2) { "src/soft/rsa" } else { "tests/data/rsa" };
    let name = format!("{folder}/test-only-{bits}.private");
    let rsa = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let mut pq = vec![0; algorithm.halves().map_or(0, |(pq, _)| pq.private_key_len())];
    rng(seed).try_fill_bytes(&mut pq).unwrap();
    khoalai::import(algorithm, &[pq, rsa].concat()).unwrap()
}

pub fn public(key: &dyn PrivateKey) -> Vec<u8> {
    let mut out = vec![0; key.algorithm().public_key_len()];
    key.public_key(&mut out).unwrap().to_vec()
}

pub fn export(key: &dyn ExportPrivateKey) -> Vec<u8> {
    let mut out = vec![0; key.algorithm().private_key_len()];
    key.expose_private_key(&mut out).unwrap().to_vec()
}

/// Signs without randomness, so that tests repeat.
pub fn sign(key: &dyn PrivateKey, message: &[u8], context: &[u8]) -> Vec<u8> {
    let mut out = vec![0; key.algorithm().signature_len()];
    let input = Input::Message(&[message]);
    key.sign(input, context, Hedge::Deterministic, &mut random::Dead::new(), &mut out).unwrap().to_vec()
}

pub fn verify(
    algorithm: Algorithm,
    public: &[u8],
    message: &[u8],
    context: &[u8],
    signature: &[u8],
) -> Result<()> {
    PublicKey::new(algorithm, public)?.verify(message, context, signature)
}

/// A ciphertext for `public`, and its secret.
pub fn encapsulate(algorithm: Algorithm, public: &[u8], seed: u64) -> Result<(Vec<u8>, [u8; 32])> {
    let mut ciphertext = vec![0; algorithm.ciphertext_len()];
    let secret = PublicKey::new(algorithm, public)?.encapsulate(&mut rng(seed), &mut ciphertext)?;
    Ok((ciphertext, *secret.expose()))
}

/// Through the checked view, as an application does it.
pub fn decapsulate(key: &dyn PrivateKey, ciphertext: &[u8]) -> Result<[u8; 32]> {
    let secret = ANY.decapsulation_key(key)?.decapsulate(ciphertext, &mut rng(0))?;
    Ok(*secret.expose())
}

/// Where the post-quantum part of a hybrid's public key, ciphertext and signature ends.
pub fn pq_lens(algorithm: Algorithm) -> (usize, usize, usize) {
    let (pq, _) = algorithm.halves().unwrap();
    (pq.public_key_len(), pq.ciphertext_len(), pq.signature_len())
}

/// A store of keys of any kind, that makes none and forgets every claim.
pub struct NoStore<K>(PhantomData<K>);

impl<K> NoStore<K> {
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<K: PrivateKey> Store for NoStore<K> {
    type Key = K;

    fn generate(&mut self, _: Algorithm, _: &str, _: &mut dyn Random) -> Result<K> {
        Err(Error::Unsupported)
    }

    fn import(&mut self, _: Algorithm, _: &str, _: &[u8]) -> Result<K> {
        Err(Error::Unsupported)
    }

    fn open(&mut self, _: &str) -> Result<K> {
        Err(Error::NotFound)
    }

    fn destroy(&mut self, _: K) -> Result<()> {
        Ok(())
    }

    fn claim(&mut self, _: &[u8; 32], _: Algorithm) -> Result<()> {
        Ok(())
    }

    fn is_claimed(&mut self, _: &[u8; 32], _: Algorithm) -> Result<bool> {
        Ok(false)
    }
}
