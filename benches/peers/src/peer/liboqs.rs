//! liboqs by `oqs`.

use super::put;
use crate::kem::Kem;
use crate::sign::Sign;
use std::sync::LazyLock;

macro_rules! kem {
    ($name:ident) => {
        pub struct $name(oqs::kem::PublicKey, oqs::kem::SecretKey);

        impl $name {
            fn algorithm() -> &'static oqs::kem::Kem {
                static ALGORITHM: LazyLock<oqs::kem::Kem> = LazyLock::new(|| {
                    oqs::init();
                    oqs::kem::Kem::new(oqs::kem::Algorithm::$name).unwrap()
                });
                &ALGORITHM
            }
        }

        impl Kem for $name {
            const PEER: &'static str = "liboqs";
            const PREPARES: bool = false;
            type Sender = Vec<u8>;

            fn generate() -> Self {
                let (public, secret) = Self::algorithm().keypair().unwrap();
                Self(public, secret)
            }
            fn public(&self, out: &mut [u8]) -> usize {
                put(out, &[self.0.as_ref()])
            }
            fn load(public: &[u8]) -> Vec<u8> {
                public.into()
            }
            fn encapsulate(public: &Vec<u8>, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
                Self::encapsulate_to(public, ciphertext, secret)
            }
            fn encapsulate_to(public: &[u8], ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
                let algorithm = Self::algorithm();
                let public = algorithm.public_key_from_bytes(public).unwrap();
                let (ct, ss) = algorithm.encapsulate(public).unwrap();
                (put(ciphertext, &[ct.as_ref()]), put(secret, &[ss.as_ref()]))
            }
            fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
                let algorithm = Self::algorithm();
                let ciphertext = algorithm.ciphertext_from_bytes(ciphertext).unwrap();
                put(secret, &[algorithm.decapsulate(&self.1, ciphertext).unwrap().as_ref()])
            }
        }
    };
}

kem!(MlKem768);
kem!(MlKem1024);

pub struct MlDsa65(oqs::sig::PublicKey, oqs::sig::SecretKey);

impl MlDsa65 {
    fn algorithm() -> &'static oqs::sig::Sig {
        static ALGORITHM: LazyLock<oqs::sig::Sig> = LazyLock::new(|| {
            oqs::init();
            oqs::sig::Sig::new(oqs::sig::Algorithm::MlDsa65).unwrap()
        });
        &ALGORITHM
    }
}

impl Sign for MlDsa65 {
    const PEER: &'static str = "liboqs";
    const PREPARES: bool = false;
    type Verifier = Vec<u8>;

    fn generate() -> Self {
        let (public, secret) = Self::algorithm().keypair().unwrap();
        Self(public, secret)
    }
    fn public(&self, out: &mut [u8]) -> usize {
        put(out, &[self.0.as_ref()])
    }
    fn sign(&self, message: &[u8], out: &mut [u8]) -> usize {
        put(out, &[Self::algorithm().sign(message, &self.1).unwrap().as_ref()])
    }
    fn load(public: &[u8]) -> Vec<u8> {
        public.into()
    }
    fn verify(public: &Vec<u8>, message: &[u8], signature: &[u8]) -> bool {
        Self::verify_with(public, message, signature)
    }
    fn verify_with(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let algorithm = Self::algorithm();
        let public = algorithm.public_key_from_bytes(public).unwrap();
        let signature = algorithm.signature_from_bytes(signature).unwrap();
        algorithm.verify(message, signature, public).is_ok()
    }
}
