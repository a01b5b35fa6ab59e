//! RustCrypto's crates: `x-wing`, `ml-kem`, `ml-dsa`.

use super::put;
use crate::kem::Kem;
use crate::sign::Sign;
use ml_dsa::signature::{Keypair as _, RandomizedSigner as _, SignatureEncoding as _, Verifier as _};
use ml_dsa::{Generate as _, KeyExport as _, KeyInit as _};
use x_wing::{Decapsulate as _, Encapsulate as _, TryKeyInit as _};

macro_rules! kem {
    ($name:ident, $crate_name:ident, $kem:ident, $peer:literal) => {
        pub struct $name(
            <$crate_name::$kem as x_wing::Kem>::DecapsulationKey,
            <$crate_name::$kem as x_wing::Kem>::EncapsulationKey,
        );

        impl Kem for $name {
            const PEER: &'static str = $peer;
            type Sender = <$crate_name::$kem as x_wing::Kem>::EncapsulationKey;

            fn generate() -> Self {
                let (private, public) = <$crate_name::$kem as x_wing::Kem>::generate_keypair();
                Self(private, public)
            }
            fn public(&self, out: &mut [u8]) -> usize {
                put(out, &[&self.1.to_bytes()])
            }
            fn load(public: &[u8]) -> Self::Sender {
                Self::Sender::new(public.try_into().unwrap()).unwrap()
            }
            fn encapsulate(key: &Self::Sender, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
                let (ct, ss) = key.encapsulate();
                (put(ciphertext, &[&ct]), put(secret, &[&ss]))
            }
            fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
                put(secret, &[&self.0.decapsulate(ciphertext.try_into().unwrap())])
            }
        }
    };
}

kem!(XWing, x_wing, XWingKem, "x-wing");
kem!(MlKem768, ml_kem, MlKem768, "ml-kem");

pub struct MlDsa65(ml_dsa::SigningKey<ml_dsa::MlDsa65>);

impl Sign for MlDsa65 {
    const PEER: &'static str = "ml-dsa";
    type Verifier = ml_dsa::VerifyingKey<ml_dsa::MlDsa65>;

    fn generate() -> Self {
        Self(ml_dsa::SigningKey::generate())
    }
    fn public(&self, out: &mut [u8]) -> usize {
        put(out, &[&self.0.verifying_key().to_bytes()])
    }
    fn sign(&self, message: &[u8], out: &mut [u8]) -> usize {
        let signature = self.0.expanded_key().try_sign_with_rng(&mut khoalai::SystemRandom, message).unwrap();
        put(out, &[&signature.to_bytes()])
    }
    fn load(public: &[u8]) -> Self::Verifier {
        ml_dsa::VerifyingKey::new(public.try_into().unwrap())
    }
    fn verify(key: &Self::Verifier, message: &[u8], signature: &[u8]) -> bool {
        ml_dsa::Signature::try_from(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
    }
}
