//! The fastest parts that there are in Rust, called directly: `graviola` for X25519, ML-KEM-768 and SHA-3, and
//! for public keys that were loaded `libcrux-ml-kem`'s unpacked form. What our layer adds shows beside them.

use super::{fill, put};
use crate::kem::Kem;
use graviola::hashing::sha3::Sha3_256Context;
use graviola::key_agreement::mlkem768::{Ciphertext, DecapKey, EncapKey, Message};
use graviola::key_agreement::x25519::{PublicKey, StaticPrivateKey};
use libcrux_ml_kem::mlkem768::avx2::unpacked;
use std::marker::PhantomData;

const PQ_PUBLIC: usize = 1184;
const PQ_CIPHERTEXT: usize = 1088;

/// How both secrets become one.
pub trait Hybrid {
    const LABEL: Option<&'static [u8]>;
}

pub struct XWing;
pub struct X25519MlKem768;

impl Hybrid for XWing {
    const LABEL: Option<&'static [u8]> = Some(br"\.//^\");
}

impl Hybrid for X25519MlKem768 {
    const LABEL: Option<&'static [u8]> = None;
}

pub struct Parts<H> {
    pq: DecapKey,
    x25519: StaticPrivateKey,
    public: [u8; 32],
    hybrid: PhantomData<H>,
}

pub struct Sender {
    pq: Box<unpacked::MlKem768PublicKeyUnpacked>,
    public: [u8; 32],
}

fn combine<H: Hybrid>(pq: &[u8], x25519: &[u8], ct_t: &[u8], pk_t: &[u8], out: &mut [u8]) -> usize {
    let Some(label) = H::LABEL else { return put(out, &[pq, x25519]) };
    let mut context = Sha3_256Context::new();
    [pq, x25519, ct_t, pk_t, label].iter().for_each(|part| context.update(part));
    put(out, &[&context.finish()])
}

/// An ephemeral key, and what it and `public` share.
fn x25519(public: &[u8; 32]) -> ([u8; 32], [u8; 32]) {
    let mut private = [0; 32];
    fill(&mut private);
    let ephemeral = StaticPrivateKey::from_array(&private);
    let shared = ephemeral.diffie_hellman(&PublicKey::from_array(public)).unwrap();
    (ephemeral.public_key().as_bytes(), shared.0)
}

fn message() -> [u8; 32] {
    let mut message = [0; 32];
    fill(&mut message);
    message
}

impl<H: Hybrid> Kem for Parts<H> {
    const PEER: &'static str = "fastest Rust parts";
    const ONCE: bool = H::LABEL.is_none();
    type Sender = Sender;

    fn generate() -> Self {
        let (mut seed, mut private) = ([0; 64], [0; 32]);
        fill(&mut seed);
        fill(&mut private);
        let x25519 = StaticPrivateKey::from_array(&private);
        let public = x25519.public_key().as_bytes();
        Self { pq: DecapKey::keygen_internal(&seed), x25519, public, hybrid: PhantomData }
    }
    fn public(&self, out: &mut [u8]) -> usize {
        put(out, &[&self.pq.encapsulation_key().as_bytes(), &self.public])
    }
    fn load(public: &[u8]) -> Sender {
        let (pq, public) = public.split_at(PQ_PUBLIC);
        let mut unpacked = Box::new(unpacked::init_public_key());
        unpacked::unpacked_public_key(&pq.try_into().unwrap(), &mut unpacked);
        Sender { pq: unpacked, public: public.try_into().unwrap() }
    }
    fn encapsulate(key: &Sender, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        let (ct, ss) = unpacked::encapsulate(&key.pq, message());
        let (ct_t, ss_t) = x25519(&key.public);
        let len = put(ciphertext, &[ct.as_slice(), &ct_t]);
        (len, combine::<H>(&ss, &ss_t, &ct_t, &key.public, secret))
    }
    fn encapsulate_to(public: &[u8], ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        let (pq, public) = public.split_at(PQ_PUBLIC);
        let key = EncapKey::from_bytes(pq.try_into().unwrap()).unwrap();
        let (ss, ct) = key.encaps_internal(Message(message()));
        let (ct_t, ss_t) = x25519(public.try_into().unwrap());
        let len = put(ciphertext, &[ct.as_ref(), &ct_t]);
        (len, combine::<H>(ss.as_ref(), &ss_t, &ct_t, public, secret))
    }
    fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
        let (ct, ct_t) = ciphertext.split_at(PQ_CIPHERTEXT);
        let ct: [u8; PQ_CIPHERTEXT] = ct.try_into().unwrap();
        let ss = self.pq.decaps_internal(&Ciphertext::from(ct));
        let ss_t = self.x25519.diffie_hellman(&PublicKey::from_array(ct_t.try_into().unwrap())).unwrap();
        combine::<H>(ss.as_ref(), &ss_t.0, ct_t, &self.public, secret)
    }
}
