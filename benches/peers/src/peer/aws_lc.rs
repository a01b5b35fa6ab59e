//! AWS-LC by `aws-lc-rs`. It has no whole hybrids: they are put together of its parts, with its SHA3-256.

use super::put;
use crate::kem::Kem;
use crate::sign::Sign;
use aws_lc_rs::agreement::{self, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::digest::{Context, SHA3_256, SHA512, digest};
use aws_lc_rs::kem::{self, Ciphertext, DecapsulationKey, EncapsulationKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, ML_DSA_65, ML_DSA_65_SIGNING, ParsedPublicKey, PqdsaKeyPair,
    UnparsedPublicKey as UnparsedVerifyingKey, VerificationAlgorithm,
};

macro_rules! ml_kem {
    ($name:ident, $algorithm:ident) => {
        pub struct $name(DecapsulationKey);

        impl Kem for $name {
            const PEER: &'static str = "aws-lc";
            type Sender = EncapsulationKey;

            fn generate() -> Self {
                Self(DecapsulationKey::generate(&kem::$algorithm).unwrap())
            }
            fn public(&self, out: &mut [u8]) -> usize {
                put(out, &[self.0.encapsulation_key().unwrap().key_bytes().unwrap().as_ref()])
            }
            fn load(public: &[u8]) -> EncapsulationKey {
                EncapsulationKey::new(&kem::$algorithm, public).unwrap()
            }
            fn encapsulate(
                key: &EncapsulationKey,
                ciphertext: &mut [u8],
                secret: &mut [u8],
            ) -> (usize, usize) {
                let (ct, ss) = key.encapsulate().unwrap();
                (put(ciphertext, &[ct.as_ref()]), put(secret, &[ss.as_ref()]))
            }
            fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
                put(secret, &[self.0.decapsulate(Ciphertext::from(ciphertext)).unwrap().as_ref()])
            }
        }
    };
}

ml_kem!(MlKem768, ML_KEM_768);
ml_kem!(MlKem1024, ML_KEM_1024);

macro_rules! share {
    ($name:ident, $algorithm:ident) => {
        pub struct $name(PrivateKey);

        impl Kem for $name {
            const PEER: &'static str = "aws-lc";
            const PREPARES: bool = false;
            type Sender = Vec<u8>;

            fn generate() -> Self {
                Self(PrivateKey::generate(&agreement::$algorithm).unwrap())
            }
            fn public(&self, out: &mut [u8]) -> usize {
                put(out, &[self.0.compute_public_key().unwrap().as_ref()])
            }
            fn load(public: &[u8]) -> Vec<u8> {
                public.into()
            }
            fn encapsulate(public: &Vec<u8>, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
                Self::encapsulate_to(public, ciphertext, secret)
            }
            fn encapsulate_to(public: &[u8], ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
                let ephemeral = Self::generate();
                (ephemeral.public(ciphertext), ephemeral.decapsulate(public, secret))
            }
            fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
                let peer = UnparsedPublicKey::new(&agreement::$algorithm, ciphertext);
                agree(&self.0, peer, (), |shared| Ok(put(secret, &[shared]))).unwrap()
            }
        }
    };
}

share!(X25519, X25519);
share!(P256, ECDH_P256);
share!(P384, ECDH_P384);

/// Which parts, and how they are put together.
pub trait Hybrid {
    type Pq: Kem;
    type Classical: Kem;
    const PQ_PUBLIC: usize;
    const PQ_CIPHERTEXT: usize;
    /// Of the combiner; without one, the secrets are put next to each other, as TLS has them.
    const LABEL: Option<&'static [u8]>;
}

macro_rules! hybrid {
    ($name:ident, $pq:ident, $classical:ident, $pk:literal, $ct:literal, $label:expr) => {
        pub struct $name;

        impl Hybrid for $name {
            type Pq = $pq;
            type Classical = $classical;
            const PQ_PUBLIC: usize = $pk;
            const PQ_CIPHERTEXT: usize = $ct;
            const LABEL: Option<&'static [u8]> = $label;
        }
    };
}

hybrid!(XWing, MlKem768, X25519, 1184, 1088, Some(br"\.//^\"));
hybrid!(X25519MlKem768, MlKem768, X25519, 1184, 1088, None);
hybrid!(MlKem768P256, MlKem768, P256, 1184, 1088, Some(b"MLKEM768-P256"));
hybrid!(MlKem1024P384, MlKem1024, P384, 1568, 1568, Some(b"MLKEM1024-P384"));

pub struct Parts<H: Hybrid> {
    pq: H::Pq,
    classical: H::Classical,
    /// Of the classical half: the combiner reads it.
    public: Vec<u8>,
}

impl<H: Hybrid> Parts<H> {
    fn combine(parts: [&[u8]; 2], ct_t: &[u8], pk_t: &[u8], out: &mut [u8]) -> usize {
        let Some(label) = H::LABEL else { return put(out, &parts) };
        let mut context = Context::new(&SHA3_256);
        [parts[0], parts[1], ct_t, pk_t, label].iter().for_each(|part| context.update(part));
        put(out, &[context.finish().as_ref()])
    }
}

impl<H: Hybrid> Kem for Parts<H> {
    const PEER: &'static str = "aws-lc parts";
    const ONCE: bool = H::LABEL.is_none();
    type Sender = (<H::Pq as Kem>::Sender, Vec<u8>);

    fn generate() -> Self {
        let classical = H::Classical::generate();
        let mut public = [0; 128];
        let len = classical.public(&mut public);
        Self { pq: H::Pq::generate(), classical, public: public[..len].into() }
    }
    fn public(&self, out: &mut [u8]) -> usize {
        let len = self.pq.public(out);
        len + put(&mut out[len..], &[&self.public])
    }
    fn load(public: &[u8]) -> Self::Sender {
        let (pq, classical) = public.split_at(H::PQ_PUBLIC);
        (H::Pq::load(pq), classical.into())
    }
    fn encapsulate((pq, public): &Self::Sender, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        let (ct_pq, ct_t) = ciphertext.split_at_mut(H::PQ_CIPHERTEXT);
        let (mut one, mut other) = ([0; 64], [0; 64]);
        let (_, first) = H::Pq::encapsulate(pq, ct_pq, &mut one);
        let (len, second) = H::Classical::encapsulate_to(public, ct_t, &mut other);
        let made = Self::combine([&one[..first], &other[..second]], &ct_t[..len], public, secret);
        (H::PQ_CIPHERTEXT + len, made)
    }
    fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
        let (ct_pq, ct_t) = ciphertext.split_at(H::PQ_CIPHERTEXT);
        let (mut one, mut other) = ([0; 64], [0; 64]);
        let first = self.pq.decapsulate(ct_pq, &mut one);
        let second = self.classical.decapsulate(ct_t, &mut other);
        Self::combine([&one[..first], &other[..second]], ct_t, &self.public, secret)
    }
}

fn verified(
    algorithm: &'static dyn VerificationAlgorithm,
    public: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    UnparsedVerifyingKey::new(algorithm, public).verify(message, signature).is_ok()
}

pub struct MlDsa65(PqdsaKeyPair);

impl Sign for MlDsa65 {
    const PEER: &'static str = "aws-lc";
    type Verifier = ParsedPublicKey;

    fn generate() -> Self {
        Self(PqdsaKeyPair::generate(&ML_DSA_65_SIGNING).unwrap())
    }
    fn public(&self, out: &mut [u8]) -> usize {
        put(out, &[self.0.public_key().as_ref()])
    }
    fn sign(&self, message: &[u8], out: &mut [u8]) -> usize {
        self.0.sign(message, out).unwrap()
    }
    fn load(public: &[u8]) -> ParsedPublicKey {
        ParsedPublicKey::new(&ML_DSA_65, public).unwrap()
    }
    fn verify(key: &ParsedPublicKey, message: &[u8], signature: &[u8]) -> bool {
        key.verify_sig(message, signature).is_ok()
    }
    fn verify_with(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
        verified(&ML_DSA_65, public, message, signature)
    }
}

pub struct Ed25519(Ed25519KeyPair);

impl Sign for Ed25519 {
    const PEER: &'static str = "aws-lc";
    const BY_CHANCE: bool = false;
    type Verifier = ParsedPublicKey;

    fn generate() -> Self {
        Self(Ed25519KeyPair::generate().unwrap())
    }
    fn public(&self, out: &mut [u8]) -> usize {
        put(out, &[self.0.public_key().as_ref()])
    }
    fn sign(&self, message: &[u8], out: &mut [u8]) -> usize {
        put(out, &[self.0.sign(message).as_ref()])
    }
    fn load(public: &[u8]) -> ParsedPublicKey {
        ParsedPublicKey::new(&signature::ED25519, public).unwrap()
    }
    fn verify(key: &ParsedPublicKey, message: &[u8], signature: &[u8]) -> bool {
        key.verify_sig(message, signature).is_ok()
    }
    fn verify_with(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
        verified(&signature::ED25519, public, message, signature)
    }
}

pub struct EcdsaP256(EcdsaKeyPair);

impl Sign for EcdsaP256 {
    const PEER: &'static str = "aws-lc";
    const BY_CHANCE: bool = false;
    type Verifier = ParsedPublicKey;

    fn generate() -> Self {
        Self(EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }
    fn public(&self, out: &mut [u8]) -> usize {
        put(out, &[self.0.public_key().as_ref()])
    }
    fn sign(&self, message: &[u8], out: &mut [u8]) -> usize {
        put(out, &[self.0.sign(&SystemRandom::new(), message).unwrap().as_ref()])
    }
    fn load(public: &[u8]) -> ParsedPublicKey {
        ParsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, public).unwrap()
    }
    fn verify(key: &ParsedPublicKey, message: &[u8], signature: &[u8]) -> bool {
        key.verify_sig(message, signature).is_ok()
    }
    fn verify_with(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
        verified(&signature::ECDSA_P256_SHA256_ASN1, public, message, signature)
    }
}

/// Both halves over what a composite signs. Its ML-DSA takes no context, so nobody else reads these.
pub struct Composite<C> {
    pq: MlDsa65,
    classical: C,
}

const PQ_PUBLIC: usize = 1952;
const PQ_SIGNATURE: usize = 3309;

/// As long as M' with these labels.
fn representative(message: &[u8]) -> [u8; 128] {
    let mut out = [0; 128];
    let len = put(&mut out, &[b"CompositeAlgorithmSignatures2025", b"COMPSIG-MLDSA65-Ed25519-SHA512", &[0]]);
    put(&mut out[len..], &[digest(&SHA512, message).as_ref()]);
    out
}

impl<C: Sign> Sign for Composite<C> {
    const PEER: &'static str = "aws-lc parts";
    type Verifier = (ParsedPublicKey, C::Verifier);

    fn generate() -> Self {
        Self { pq: MlDsa65::generate(), classical: C::generate() }
    }
    fn public(&self, out: &mut [u8]) -> usize {
        let len = self.pq.public(out);
        len + self.classical.public(&mut out[len..])
    }
    fn sign(&self, message: &[u8], out: &mut [u8]) -> usize {
        let message = representative(message);
        let len = self.pq.sign(&message, out);
        len + self.classical.sign(&message, &mut out[len..])
    }
    fn load(public: &[u8]) -> Self::Verifier {
        let (pq, classical) = public.split_at(PQ_PUBLIC);
        (MlDsa65::load(pq), C::load(classical))
    }
    fn verify((pq, classical): &Self::Verifier, message: &[u8], signature: &[u8]) -> bool {
        let (message, (first, second)) = (representative(message), signature.split_at(PQ_SIGNATURE));
        MlDsa65::verify(pq, &message, first) & C::verify(classical, &message, second)
    }
    fn verify_with(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let (pq, classical) = public.split_at(PQ_PUBLIC);
        let (message, (first, second)) = (representative(message), signature.split_at(PQ_SIGNATURE));
        MlDsa65::verify_with(pq, &message, first) & C::verify_with(classical, &message, second)
    }
}
