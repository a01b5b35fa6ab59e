//! `libcrux-kem`'s X-Wing, and `libcrux-ml-kem` with unpacked public keys where they are loaded.

use super::{fill, put};
use crate::kem::Kem;
use libcrux_kem::{Algorithm, Ct, PrivateKey, PublicKey};
use libcrux_ml_kem::mlkem768::{self, MlKem768PublicKey, avx2::unpacked};

const X_WING: Algorithm = Algorithm::XWingKemDraft06;

pub struct XWing(PrivateKey, PublicKey);

impl Kem for XWing {
    const PEER: &'static str = "libcrux-kem";
    type Sender = PublicKey;

    fn generate() -> Self {
        let (private, public) = libcrux_kem::key_gen(X_WING, &mut khoalai::SystemRandom).unwrap();
        Self(private, public)
    }
    fn public(&self, out: &mut [u8]) -> usize {
        put(out, &[&self.1.encode()])
    }
    fn load(public: &[u8]) -> PublicKey {
        PublicKey::decode(X_WING, public).unwrap()
    }
    fn encapsulate(key: &PublicKey, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        let (ss, ct) = key.encapsulate(&mut khoalai::SystemRandom).unwrap();
        (put(ciphertext, &[&ct.encode()]), put(secret, &[&ss.encode()]))
    }
    fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
        let ciphertext = Ct::decode(X_WING, ciphertext).unwrap();
        put(secret, &[&ciphertext.decapsulate(&self.0).unwrap().encode()])
    }
}

pub struct MlKem768(Box<unpacked::MlKem768KeyPairUnpacked>);

impl Kem for MlKem768 {
    const PEER: &'static str = "libcrux";
    type Sender = Box<unpacked::MlKem768PublicKeyUnpacked>;

    fn generate() -> Self {
        let mut seed = [0; 64];
        fill(&mut seed);
        let mut pair = Box::new(unpacked::init_key_pair());
        unpacked::generate_key_pair_mut(seed, &mut pair);
        Self(pair)
    }
    fn public(&self, out: &mut [u8]) -> usize {
        let mut public = MlKem768PublicKey::default();
        unpacked::key_pair_serialized_public_key_mut(&self.0, &mut public);
        put(out, &[public.as_slice()])
    }
    fn load(public: &[u8]) -> Self::Sender {
        let public = public.try_into().unwrap();
        let mut key = Box::new(unpacked::init_public_key());
        assert!(mlkem768::validate_public_key(&public));
        unpacked::unpacked_public_key(&public, &mut key);
        key
    }
    fn encapsulate(key: &Self::Sender, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        let mut message = [0; 32];
        fill(&mut message);
        let (ct, ss) = unpacked::encapsulate(key, message);
        (put(ciphertext, &[ct.as_slice()]), put(secret, &[&ss]))
    }
    fn encapsulate_to(public: &[u8], ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        let key: MlKem768PublicKey = public.try_into().unwrap();
        assert!(mlkem768::validate_public_key(&key));
        let mut message = [0; 32];
        fill(&mut message);
        let (ct, ss) = mlkem768::encapsulate(&key, message);
        (put(ciphertext, &[ct.as_slice()]), put(secret, &[&ss]))
    }
    fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
        put(secret, &[&unpacked::decapsulate(&self.0, &ciphertext.try_into().unwrap())])
    }
}
