//! `pqcrypto-kyber` and `pqcrypto-dilithium`: drafts of the standards, in C, unmaintained.

use super::put;
use crate::kem::Kem;
use crate::sign::Sign;
use pqcrypto_dilithium::dilithium3;
use pqcrypto_kyber::kyber768;
use pqcrypto_traits::kem::{Ciphertext as _, PublicKey as _, SharedSecret as _};
use pqcrypto_traits::sign::{DetachedSignature as _, PublicKey as _};

pub struct Kyber768(kyber768::PublicKey, kyber768::SecretKey);

impl Kem for Kyber768 {
    const PEER: &'static str = "pqcrypto-kyber";
    const PREPARES: bool = false;
    type Sender = kyber768::PublicKey;

    fn generate() -> Self {
        let (public, secret) = kyber768::keypair();
        Self(public, secret)
    }
    fn public(&self, out: &mut [u8]) -> usize {
        put(out, &[self.0.as_bytes()])
    }
    fn load(public: &[u8]) -> Self::Sender {
        kyber768::PublicKey::from_bytes(public).unwrap()
    }
    fn encapsulate(key: &Self::Sender, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        let (ss, ct) = kyber768::encapsulate(key);
        (put(ciphertext, &[ct.as_bytes()]), put(secret, &[ss.as_bytes()]))
    }
    fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
        let ciphertext = kyber768::Ciphertext::from_bytes(ciphertext).unwrap();
        put(secret, &[kyber768::decapsulate(&ciphertext, &self.1).as_bytes()])
    }
}

pub struct Dilithium3(dilithium3::PublicKey, dilithium3::SecretKey);

impl Sign for Dilithium3 {
    const PEER: &'static str = "pqcrypto-dilithium";
    const PREPARES: bool = false;
    type Verifier = dilithium3::PublicKey;

    fn generate() -> Self {
        let (public, secret) = dilithium3::keypair();
        Self(public, secret)
    }
    fn public(&self, out: &mut [u8]) -> usize {
        put(out, &[self.0.as_bytes()])
    }
    fn sign(&self, message: &[u8], out: &mut [u8]) -> usize {
        put(out, &[dilithium3::detached_sign(message, &self.1).as_bytes()])
    }
    fn load(public: &[u8]) -> Self::Verifier {
        dilithium3::PublicKey::from_bytes(public).unwrap()
    }
    fn verify(key: &Self::Verifier, message: &[u8], signature: &[u8]) -> bool {
        let signature = dilithium3::DetachedSignature::from_bytes(signature).unwrap();
        dilithium3::verify_detached_signature(&signature, message, key).is_ok()
    }
}
