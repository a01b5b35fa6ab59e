//! Ours, by its public interface, with the operating system's randomness.

use super::fill;
use crate::kem::Kem;
use crate::sign::Sign;
use khoalai::soft::{self, Key, SoftwareKey};
use khoalai::tls::{self, X25519MlKem768Share};
use khoalai::{
    BoxedKey, DecapsulationKey, Hedge, Input, PreparedPublicKey, PrivateKey, PublicKey, SigningKey,
    SystemRandom, Whole,
};
use std::cell::Cell;

const OURS: &str = "khoalai";

// A fresh key is made from what its private key is made of: without the check that `khoalai::generate` adds.
macro_rules! kem {
    ($name:ident, $algorithm:expr, $key:ty) => {
        pub struct $name(DecapsulationKey<$key>);

        impl Kem for $name {
            const PEER: &'static str = OURS;
            type Sender = PreparedPublicKey;

            fn generate() -> Self {
                let mut private = [0; $algorithm.private_key_len()];
                fill(&mut private);
                Self(DecapsulationKey::new(<$key>::import($algorithm, &private).unwrap()).unwrap())
            }
            fn public(&self, out: &mut [u8]) -> usize {
                self.0.public_key(out).unwrap().len()
            }
            fn load(public: &[u8]) -> PreparedPublicKey {
                PublicKey::new($algorithm, public).unwrap().prepare().unwrap()
            }
            fn encapsulate(
                key: &PreparedPublicKey,
                ciphertext: &mut [u8],
                secret: &mut [u8],
            ) -> (usize, usize) {
                let made = key.encapsulate(&mut SystemRandom, ciphertext).unwrap();
                secret[..32].copy_from_slice(made.expose());
                ($algorithm.ciphertext_len(), 32)
            }
            fn encapsulate_to(public: &[u8], ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
                let len = $algorithm.ciphertext_len();
                $algorithm
                    .encapsulate(public, &mut SystemRandom, &mut ciphertext[..len], &mut secret[..32])
                    .unwrap();
                (len, 32)
            }
            fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
                secret[..32]
                    .copy_from_slice(self.0.decapsulate(ciphertext, &mut SystemRandom).unwrap().expose());
                32
            }
        }
    };
}

kem!(XWing, khoalai::X_WING, Whole<soft::MlKem768, soft::X25519>);
kem!(MlKem768P256, khoalai::MLKEM768_P256, Whole<soft::MlKem768, soft::P256>);
kem!(MlKem1024P384, khoalai::MLKEM1024_P384, Whole<soft::MlKem1024, soft::P384>);
kem!(MlKem768, khoalai::ML_KEM_768, Key<soft::MlKem768>);
kem!(MlKem1024, khoalai::ML_KEM_1024, Key<soft::MlKem1024>);

/// The group of TLS. A client's share opens one answer.
pub struct X25519MlKem768(Cell<Option<X25519MlKem768Share>>, Vec<u8>);

const GROUP: tls::TlsGroup = tls::X25519MLKEM768;

impl Kem for X25519MlKem768 {
    const PEER: &'static str = OURS;
    const PREPARES: bool = false;
    const ONCE: bool = true;
    type Sender = Vec<u8>;

    fn generate() -> Self {
        let share = X25519MlKem768Share::generate(GROUP, &mut SystemRandom).unwrap();
        let mut public = vec![0; GROUP.client_share_len()];
        share.client_share(&mut public).unwrap();
        Self(Cell::new(Some(share)), public)
    }
    fn public(&self, out: &mut [u8]) -> usize {
        super::put(out, &[&self.1])
    }
    fn load(public: &[u8]) -> Vec<u8> {
        public.into()
    }
    fn encapsulate(public: &Vec<u8>, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        Self::encapsulate_to(public, ciphertext, secret)
    }
    fn encapsulate_to(public: &[u8], ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        let made = GROUP.respond(public, &mut SystemRandom, ciphertext).unwrap();
        (GROUP.server_share_len(), super::put(secret, &[made.expose()]))
    }
    fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
        let made = self.0.take().unwrap().finish(ciphertext, &mut SystemRandom).unwrap();
        super::put(secret, &[made.expose()])
    }
}

macro_rules! share {
    ($name:ident, $algorithm:expr, $len:literal) => {
        pub struct $name(Key<soft::$name>);

        impl Kem for $name {
            const PEER: &'static str = OURS;
            const PREPARES: bool = false;
            type Sender = Vec<u8>;

            fn generate() -> Self {
                let mut private = [0; $len];
                fill(&mut private);
                Self(Key::import($algorithm, &private).unwrap())
            }
            fn public(&self, out: &mut [u8]) -> usize {
                self.0.public_key(out).unwrap().len()
            }
            fn load(public: &[u8]) -> Vec<u8> {
                public.into()
            }
            fn encapsulate(public: &Vec<u8>, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
                Self::encapsulate_to(public, ciphertext, secret)
            }
            fn encapsulate_to(public: &[u8], ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
                let (ct, ss) = ($algorithm.ciphertext_len(), $algorithm.secret_len());
                $algorithm
                    .encapsulate(public, &mut SystemRandom, &mut ciphertext[..ct], &mut secret[..ss])
                    .unwrap();
                (ct, ss)
            }
            fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
                let len = $algorithm.secret_len();
                self.0.decapsulate(ciphertext, &mut SystemRandom, &mut secret[..len]).unwrap();
                len
            }
        }
    };
}

share!(X25519, khoalai::X25519_SHARE, 32);
share!(P256, khoalai::P256_SHARE, 32);
share!(P384, khoalai::P384_SHARE, 48);

macro_rules! sign {
    ($name:ident, $algorithm:expr) => {
        pub struct $name(SigningKey<BoxedKey>);

        impl Sign for $name {
            const PEER: &'static str = OURS;
            type Verifier = PreparedPublicKey;

            fn generate() -> Self {
                Self(SigningKey::new(khoalai::generate($algorithm, &mut SystemRandom).unwrap()).unwrap())
            }
            fn public(&self, out: &mut [u8]) -> usize {
                self.0.public_key(out).unwrap().len()
            }
            fn sign(&self, message: &[u8], out: &mut [u8]) -> usize {
                self.0.sign(message, b"", &mut SystemRandom, out).unwrap().len()
            }
            fn load(public: &[u8]) -> PreparedPublicKey {
                PublicKey::new($algorithm, public).unwrap().prepare().unwrap()
            }
            fn verify(key: &PreparedPublicKey, message: &[u8], signature: &[u8]) -> bool {
                key.verify(message, b"", signature).is_ok()
            }
            fn verify_with(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
                PublicKey::new($algorithm, public).unwrap().verify(message, b"", signature).is_ok()
            }
        }
    };
}

sign!(MlDsa65EcdsaP256, khoalai::MLDSA65_ECDSA_P256_SHA512);
sign!(MlDsa65Ed25519, khoalai::MLDSA65_ED25519_SHA512);
sign!(MlDsa65, khoalai::ML_DSA_65);

macro_rules! classical {
    ($name:ident, $algorithm:expr) => {
        pub struct $name(Key<soft::$name>);

        impl Sign for $name {
            const PEER: &'static str = OURS;
            const PREPARES: bool = false;
            const BY_CHANCE: bool = false;
            type Verifier = Vec<u8>;

            fn generate() -> Self {
                let mut private = [0; 32];
                fill(&mut private);
                Self(Key::import($algorithm, &private).unwrap())
            }
            fn public(&self, out: &mut [u8]) -> usize {
                self.0.public_key(out).unwrap().len()
            }
            fn sign(&self, message: &[u8], out: &mut [u8]) -> usize {
                let out = &mut out[..$algorithm.signature_len()];
                let input = Input::Message(&[message]);
                self.0.sign(input, b"", Hedge::Preferred, &mut SystemRandom, out).unwrap().len()
            }
            fn load(public: &[u8]) -> Vec<u8> {
                public.into()
            }
            fn verify(public: &Vec<u8>, message: &[u8], signature: &[u8]) -> bool {
                Self::verify_with(public, message, signature)
            }
            fn verify_with(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
                $algorithm.verify(public, Input::Message(&[message]), b"", signature).is_ok()
            }
        }
    };
}

classical!(Ed25519, khoalai::ED25519);
classical!(EcdsaP256, khoalai::ECDSA_P256_SHA256);
