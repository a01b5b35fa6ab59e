//! khoalai's own components, called directly and combined by hand: what its hybrid layer adds is the difference.

use super::{fill, put};
use crate::kem::Kem;
use khoalai::soft::{self, Component, Key, SoftwareKey};
use khoalai::{
    Algorithm, ML_KEM_768, P256_SHARE, PreparedPublicKey, PrivateKey, PublicKey, SystemRandom, X25519_SHARE,
};
use shake::{ExtendableOutput, Shake256, Update, XofReader};
use std::marker::PhantomData;

const PQ_PUBLIC: usize = 1184;
const PQ_CIPHERTEXT: usize = 1088;

/// The classical half, and the combiner's label.
pub trait Hybrid {
    type Classical: Component;
    const CLASSICAL: Algorithm;
    const LABEL: &'static [u8];
}

pub struct XWing;
pub struct MlKem768P256;

impl Hybrid for XWing {
    type Classical = soft::X25519;
    const CLASSICAL: Algorithm = X25519_SHARE;
    const LABEL: &'static [u8] = br"\.//^\";
}

impl Hybrid for MlKem768P256 {
    type Classical = soft::P256;
    const CLASSICAL: Algorithm = P256_SHARE;
    const LABEL: &'static [u8] = b"MLKEM768-P256";
}

pub struct Parts<H: Hybrid> {
    pq: Key<soft::MlKem768>,
    classical: Key<H::Classical>,
    public: Vec<u8>,
    hybrid: PhantomData<H>,
}

fn classical<H: Hybrid>(public: &[u8], ciphertext: &mut [u8], shared: &mut [u8; 32]) -> usize {
    let len = H::CLASSICAL.ciphertext_len();
    H::CLASSICAL.encapsulate(public, &mut SystemRandom, &mut ciphertext[..len], shared).unwrap();
    len
}

fn combine<H: Hybrid>(shared: [&[u8; 32]; 2], ct_t: &[u8], pk_t: &[u8], out: &mut [u8]) -> usize {
    let mut secret = [0; 32];
    khoalai::combine::combine(shared[0], shared[1], ct_t, pk_t, H::LABEL, &mut secret);
    put(out, &[&secret])
}

impl<H: Hybrid> Kem for Parts<H> {
    const PEER: &'static str = "own parts";
    type Sender = (PreparedPublicKey, Vec<u8>);

    fn generate() -> Self {
        // From one seed, as the hybrids' standards have it.
        let (mut seed, mut pq, mut private, mut public) = ([0; 32], [0; 64], [0; 32], [0; 128]);
        fill(&mut seed);
        let mut expanded = Shake256::default().chain(seed).finalize_xof();
        expanded.read(&mut pq);
        expanded.read(&mut private);
        let classical = Key::import(H::CLASSICAL, &private).unwrap();
        let public = classical.public_key(&mut public).unwrap().to_vec();
        Self { pq: Key::import(ML_KEM_768, &pq).unwrap(), classical, public, hybrid: PhantomData }
    }
    fn public(&self, out: &mut [u8]) -> usize {
        let len = self.pq.public_key(out).unwrap().len();
        len + put(&mut out[len..], &[&self.public])
    }
    fn load(public: &[u8]) -> Self::Sender {
        let (pq, classical) = public.split_at(PQ_PUBLIC);
        (PublicKey::new(ML_KEM_768, pq).unwrap().prepare().unwrap(), classical.into())
    }
    fn encapsulate((pq, public): &Self::Sender, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        let (ct_pq, ct_t) = ciphertext.split_at_mut(PQ_CIPHERTEXT);
        let first = pq.encapsulate(&mut SystemRandom, ct_pq).unwrap();
        let mut second = [0; 32];
        let len = classical::<H>(public, ct_t, &mut second);
        (PQ_CIPHERTEXT + len, combine::<H>([first.expose(), &second], &ct_t[..len], public, secret))
    }
    fn encapsulate_to(public: &[u8], ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        let ((pq, public), (ct_pq, ct_t)) =
            (public.split_at(PQ_PUBLIC), ciphertext.split_at_mut(PQ_CIPHERTEXT));
        let (mut first, mut second) = ([0; 32], [0; 32]);
        ML_KEM_768.encapsulate(pq, &mut SystemRandom, ct_pq, &mut first).unwrap();
        let len = classical::<H>(public, ct_t, &mut second);
        (PQ_CIPHERTEXT + len, combine::<H>([&first, &second], &ct_t[..len], public, secret))
    }
    fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
        let (ct_pq, ct_t) = ciphertext.split_at(PQ_CIPHERTEXT);
        let (mut first, mut second) = ([0; 32], [0; 32]);
        self.pq.decapsulate(ct_pq, &mut SystemRandom, &mut first).unwrap();
        self.classical.decapsulate(ct_t, &mut SystemRandom, &mut second).unwrap();
        combine::<H>([&first, &second], ct_t, &self.public, secret)
    }
}
