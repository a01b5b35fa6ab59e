//! What the benches share: keys of every algorithm, TEST ONLY, the same each time.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng;
use khoalai::{Algorithm, BoxedKey, ExportPrivateKey, PrivateKey};

/// A generator that gives the same each time: what the operating system's takes is not what is measured.
pub fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(6)
}

/// Every algorithm whose private keys this build makes, and that needs nobody's permission.
pub fn algorithms() -> impl Iterator<Item = Algorithm> {
    let made = |algorithm: &Algorithm| {
        !algorithm.is_legacy() && !algorithm.is_classical() && khoalai::custody_of(*algorithm).is_ok()
    };
    Algorithm::ALL.iter().copied().filter(made)
}

/// A key, and the bytes of its public key.
pub fn key(algorithm: Algorithm) -> (BoxedKey, Vec<u8>) {
    let key = khoalai::generate(algorithm, &mut rng()).unwrap();
    let mut public = vec![0; algorithm.public_key_len()];
    let len = key.public_key(&mut public).unwrap().len();
    public.truncate(len);
    (key, public)
}

/// The bytes of a private key.
pub fn private(key: &BoxedKey) -> Vec<u8> {
    let mut out = vec![0; key.algorithm().private_key_len()];
    let len = key.expose_private_key(&mut out).unwrap().len();
    out.truncate(len);
    out
}
