//! What is secret about a key and its operations, worked out from the standards: in all forms that
//! memory may hold it in.

mod ml_dsa;
mod ml_kem;
mod signature;

use crate::needles::Needles;
use khoalai::algorithm::Construction;
use khoalai::{Algorithm, BoxedKey};
use shake::{ExtendableOutput, Shake256, Update, XofReader};

pub(crate) use signature::nonces;

/// Reads SHAKE256 over `parts`.
fn shake256(parts: &[&[u8]], len: usize) -> Vec<u8> {
    let mut hash = Shake256::default();
    parts.iter().for_each(|part| hash.update(part));
    let mut out = vec![0; len];
    hash.finalize_xof().read(&mut out);
    out
}

/// A private key, and what it is made of.
pub(crate) struct Private {
    pub(crate) algorithm: Algorithm,
    /// As it is exported.
    pub(crate) raw: Vec<u8>,
    /// The raw private keys of the components: one, or the two halves.
    pub(crate) components: Vec<(Algorithm, Vec<u8>)>,
}

impl Private {
    pub(crate) fn of(key: &BoxedKey) -> Self {
        let algorithm = key.algorithm();
        let mut raw = vec![0; algorithm.private_key_len()];
        key.expose_private_key(&mut raw).expect("a private key");
        let components = components(algorithm, &raw);
        Self { algorithm, raw, components }
    }

    /// The private key of each half, or of the key itself.
    pub(crate) fn keys(&self) -> impl Iterator<Item = BoxedKey> {
        self.components.iter().map(|(row, raw)| khoalai::import(*row, raw).expect("a component"))
    }

    /// Everything that is secret as long as the key lives.
    pub(crate) fn add_to(&self, needles: &mut Needles) {
        if self.components.len() > 1 && self.raw.len() == 32 {
            needles.add("the seed of the hybrid", &self.raw);
        }
        for (row, raw) in &self.components {
            let name = row.name();
            match name {
                _ if name.starts_with("ML-KEM-") => ml_kem::expand(*row, raw, needles),
                _ if name.starts_with("ML-DSA-") => ml_dsa::expand(*row, raw, needles),
                "X25519" => {
                    needles.add("X25519: the scalar", raw);
                    let mut clamped = raw.clone();
                    clamped[0] &= 0xf8;
                    clamped[31] = clamped[31] & 0x7f | 0x40;
                    needles.add("X25519: the scalar", &clamped);
                }
                // SK.seed ‖ SK.prf ‖ PK.seed ‖ PK.root
                _ if name.starts_with("SLH-DSA-") => {
                    needles.add(&format!("{row}: SK.seed, SK.prf"), &raw[..raw.len() / 2]);
                }
                "Ed25519" => signature::expand_ed25519(raw, needles),
                _ => needles.add_number(&format!("{row}: the scalar"), raw),
            }
        }
    }
}

/// The expanded form of a private key, if there is one.
pub(crate) fn expanded(row: Algorithm, raw: &[u8]) -> Option<Vec<u8>> {
    match row.name() {
        name if name.starts_with("ML-KEM-") => Some(ml_kem::expanded(row, raw).1),
        name if name.starts_with("ML-DSA-") => Some(ml_dsa::expanded(row, raw)),
        _ => None,
    }
}

/// Takes a raw private key apart.
fn components(algorithm: Algorithm, raw: &[u8]) -> Vec<(Algorithm, Vec<u8>)> {
    let Some((pq, classical)) = algorithm.halves() else { return vec![(algorithm, raw.to_vec())] };
    let (pq_len, classical_len) = (pq.private_key_len(), classical.private_key_len());
    let is_seed = matches!(algorithm.row().construction, Construction::HybridKem { .. }) && raw.len() == 32;
    let expanded = if is_seed { shake256(&[raw], pq_len + 4 * classical_len) } else { raw.to_vec() };
    // The classical part may be in DER, or behind bytes that are no scalar: the component is where
    // it loads and gives the same public key.
    let (q, part) = expanded.split_at(pq_len);
    let whole = public(&khoalai::import(algorithm, raw).expect("a key"));
    let wanted = &whole[pq.public_key_len()..];
    let c = part
        .windows(classical_len)
        .find(|candidate| khoalai::import(classical, candidate).is_ok_and(|key| public(&key) == wanted))
        .expect("the classical key in its part");
    vec![(pq, q.to_vec()), (classical, c.to_vec())]
}

pub(crate) fn public(key: &BoxedKey) -> Vec<u8> {
    let mut out = vec![0; key.algorithm().public_key_len()];
    key.public_key(&mut out).expect("a public key").to_vec()
}

/// The secret that each half gets out of `ciphertext`, or that the key itself gets.
pub(crate) fn shared_secrets(private: &Private, ciphertext: &[u8], needles: &mut Needles) {
    let mut rest = ciphertext;
    for key in private.keys() {
        let algorithm = key.algorithm();
        let (own, others) = rest.split_at(algorithm.ciphertext_len());
        rest = others;
        let mut secret = vec![0; algorithm.secret_len()];
        if key.decapsulate(own, &mut crate::random::Tape::new(0, ""), &mut secret).is_ok() {
            needles.add_number(&format!("the secret of {algorithm}"), &secret);
        }
        if algorithm.name().starts_with("ML-KEM-") {
            let raw = &private.components[0].1;
            needles
                .add(&format!("the secret of a rejection by {algorithm}"), &shake256(&[&raw[32..], own], 32));
        }
    }
}

/// What an encapsulation makes of the randomness it draws.
pub(crate) fn drawn(algorithm: Algorithm, public: &[u8], drawn: &[u8], needles: &mut Needles) {
    needles.add_number("the randomness", drawn);
    let pq = algorithm.halves().map_or(algorithm, |(pq, _)| pq);
    if pq.name().starts_with("ML-KEM-") {
        ml_kem::encapsulation(pq, &public[..pq.public_key_len()], &drawn[..32], needles);
    }
}
