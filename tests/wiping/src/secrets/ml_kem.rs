//! FIPS 203.

use crate::needles::Needles;
use khoalai::Algorithm;
#[allow(deprecated, reason = "the form of the standard")]
use ml_kem::ExpandedKeyEncoding;
use sha3::{Digest, Sha3_256, Sha3_512};

/// k, and the private key as FIPS 203 writes it.
#[allow(deprecated, reason = "the form of the standard")]
pub(super) fn expanded(row: Algorithm, seed: &[u8]) -> (u8, Vec<u8>) {
    let seed: [u8; 64] = seed.try_into().expect("a seed");
    match row.name() {
        "ML-KEM-512" => {
            (2, ml_kem::ml_kem_512::DecapsulationKey::from_seed(seed.into()).to_expanded_bytes().to_vec())
        }
        "ML-KEM-768" => {
            (3, ml_kem::ml_kem_768::DecapsulationKey::from_seed(seed.into()).to_expanded_bytes().to_vec())
        }
        "ML-KEM-1024" => {
            (4, ml_kem::ml_kem_1024::DecapsulationKey::from_seed(seed.into()).to_expanded_bytes().to_vec())
        }
        name => panic!("{name} is new here"),
    }
}

pub(super) fn expand(row: Algorithm, seed: &[u8], needles: &mut Needles) {
    let (d, z) = seed.split_at(32);
    needles.add(&format!("{row}: d"), d);
    needles.add(&format!("{row}: z"), z);
    let (k, expanded) = expanded(row, seed);
    // (rho, sigma) = G(d ‖ k) (alg. 13 step 1)
    needles
        .add(&format!("{row}: sigma"), &Sha3_512::new().chain_update(d).chain_update([k]).finalize()[32..]);
    // dk = dk_PKE ‖ ek ‖ H(ek) ‖ z (alg. 16 step 3)
    let dk_pke = &expanded[..usize::from(k) * 384];
    needles.add_in_windows(&format!("{row}: dk_PKE"), dk_pke, 16);
    let coefficients = dk_pke.chunks(3).flat_map(|three| {
        let low = u16::from(three[0]) | u16::from(three[1] & 15) << 8;
        let high = u16::from(three[1] >> 4) | u16::from(three[2]) << 4;
        [low, high].map(u16::to_le_bytes).into_iter().flatten()
    });
    needles.add_in_windows(&format!("{row}: s"), &coefficients.collect::<Vec<u8>>(), 16);
}

/// (K, r) = G(m ‖ H(ek)) (alg. 17 step 1), which decapsulation works out again.
pub(super) fn encapsulation(row: Algorithm, ek: &[u8], m: &[u8], needles: &mut Needles) {
    let made = Sha3_512::new().chain_update(m).chain_update(Sha3_256::digest(ek)).finalize();
    needles.add(&format!("{row}: m"), m);
    needles.add(&format!("{row}: K"), &made[..32]);
    needles.add(&format!("{row}: r"), &made[32..]);
}
