//! Keys of known types, on the stack or wherever their owner puts them: what firmware has. Among
//! them the second implementation.

use crate::lab::Lab;
use crate::rows::{Typed, subject};
#[cfg(all(feature = "pq-libcrux", feature = "pq-rustcrypto"))]
use khoalai::soft::second;
use khoalai::soft::{self, Key};
use khoalai::*;

macro_rules! keys {
    ($lab:ident: $($name:literal $type:ty = $algorithm:expr;)+) => {
        $(subject::<Typed<$type>>($lab, $name, $algorithm);)+
    };
}

pub(crate) fn drive(lab: &mut Lab) {
    keys! { lab:
        "Key<MlKem512>" Key<soft::MlKem512> = ML_KEM_512;
        "Key<MlKem768>" Key<soft::MlKem768> = ML_KEM_768;
        "Key<MlKem1024>" Key<soft::MlKem1024> = ML_KEM_1024;
        "Key<MlDsa44>" Key<soft::MlDsa44> = ML_DSA_44;
        "Key<MlDsa65>" Key<soft::MlDsa65> = ML_DSA_65;
        "Key<MlDsa87>" Key<soft::MlDsa87> = ML_DSA_87;
        "Key<X25519>" Key<soft::X25519> = X25519_SHARE;
        "Key<P256>" Key<soft::P256> = P256_SHARE;
        "Key<P384>" Key<soft::P384> = P384_SHARE;
        "Key<P521>" Key<soft::P521> = P521_SHARE;
        "Key<Ed25519>" Key<soft::Ed25519> = ED25519;
        "Key<EcdsaP256>" Key<soft::EcdsaP256> = ECDSA_P256_SHA256;
        "Key<EcdsaP384>" Key<soft::EcdsaP384> = ECDSA_P384_SHA384;
        "Key<EcdsaP521>" Key<soft::EcdsaP521> = ECDSA_P521_SHA512;
        "Whole<MlKem768, X25519>" Whole<soft::MlKem768, soft::X25519> = X_WING;
        "Whole<MlKem1024, P384>" Whole<soft::MlKem1024, soft::P384> = MLKEM1024_P384;
        "Whole<MlDsa65, EcdsaP256>" Whole<soft::MlDsa65, soft::EcdsaP256> = MLDSA65_ECDSA_P256_SHA512;
    }
    #[cfg(all(feature = "pq-libcrux", feature = "pq-rustcrypto"))]
    keys! { lab:
        "Key<second::MlKem512>" Key<second::MlKem512> = ML_KEM_512;
        "Key<second::MlKem768>" Key<second::MlKem768> = ML_KEM_768;
        "Key<second::MlKem1024>" Key<second::MlKem1024> = ML_KEM_1024;
        "Key<second::MlDsa44>" Key<second::MlDsa44> = ML_DSA_44;
        "Key<second::MlDsa65>" Key<second::MlDsa65> = ML_DSA_65;
        "Key<second::MlDsa87>" Key<second::MlDsa87> = ML_DSA_87;
        "Whole<second::MlKem768, X25519>" Whole<second::MlKem768, soft::X25519> = X_WING;
        "Whole<second::MlKem1024, P384>" Whole<second::MlKem1024, soft::P384> = MLKEM1024_P384;
        "Whole<second::MlDsa44, Ed25519>" Whole<second::MlDsa44, soft::Ed25519> = MLDSA44_ED25519_SHA512;
    }
}
