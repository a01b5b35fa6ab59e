//! FIPS 204.

use super::shake256;
use crate::needles::Needles;
use khoalai::Algorithm;

const Q: i32 = 8_380_417;

struct Set {
    k: u8,
    l: u8,
    eta: i32,
    /// Bits of a coefficient of y: gamma1 is 2 to the power of one less.
    bits: usize,
}

fn set(row: Algorithm) -> Set {
    match row.name() {
        "ML-DSA-44" => Set { k: 4, l: 4, eta: 2, bits: 18 },
        "ML-DSA-65" => Set { k: 6, l: 5, eta: 4, bits: 20 },
        "ML-DSA-87" => Set { k: 8, l: 7, eta: 2, bits: 20 },
        name => panic!("{name} is new here"),
    }
}

/// Little-endian numbers of `bits` each.
fn unpack(bytes: &[u8], bits: usize) -> Vec<i32> {
    let bit = |at: usize| i32::from(bytes[at / 8] >> (at % 8) & 1);
    (0..bytes.len() * 8 / bits).map(|n| (0..bits).map(|b| bit(n * bits + b) << b).sum()).collect()
}

/// As 32-bit integers, signed and modulo q.
fn add_integers(name: &str, numbers: &[i32], window: usize, needles: &mut Needles) {
    let signed = numbers.iter().flat_map(|number| number.to_le_bytes());
    let reduced = numbers.iter().flat_map(|number| number.rem_euclid(Q).to_le_bytes());
    needles.add_in_windows(name, &signed.collect::<Vec<u8>>(), window);
    needles.add_in_windows(name, &reduced.collect::<Vec<u8>>(), window);
}

#[allow(deprecated, reason = "the form of the standard")]
pub(super) fn expanded(row: Algorithm, seed: &[u8]) -> Vec<u8> {
    use ml_dsa::{ExpandedSigningKey as Key, MlDsa44, MlDsa65, MlDsa87};
    let seed: [u8; 32] = seed.try_into().expect("a seed");
    let seed = &seed.into();
    match row.name() {
        "ML-DSA-44" => Key::<MlDsa44>::from_seed(seed).to_expanded().to_vec(),
        "ML-DSA-65" => Key::<MlDsa65>::from_seed(seed).to_expanded().to_vec(),
        _ => Key::<MlDsa87>::from_seed(seed).to_expanded().to_vec(),
    }
}

pub(super) fn expand(row: Algorithm, seed: &[u8], needles: &mut Needles) {
    let Set { k, l, eta, .. } = set(row);
    needles.add(&format!("{row}: xi"), seed);
    // (rho, rho', K) = H(xi ‖ k ‖ l, 128) (alg. 6 step 1)
    let made = shake256(&[seed, &[k, l]], 128);
    needles.add(&format!("{row}: rho'"), &made[32..96]);
    needles.add(&format!("{row}: K"), &made[96..]);

    // sk = rho ‖ K ‖ tr ‖ s1 ‖ s2 ‖ t0 (alg. 24)
    let sk = expanded(row, seed);
    let bits = if eta == 2 { 3 } else { 4 };
    let (k, l) = (usize::from(k), usize::from(l));
    let (s, t0) = sk[128..].split_at((k + l) * 32 * bits);
    needles.add_in_windows(&format!("{row}: s1, s2 as written"), s, 16);
    needles.add_in_windows(&format!("{row}: t0 as written"), t0, 16);
    let small: Vec<i32> = unpack(s, bits).iter().map(|number| eta - number).collect();
    add_integers(&format!("{row}: s1, s2"), &small, 128, needles);
    let t0: Vec<i32> = unpack(t0, 13).iter().map(|number| (1 << 12) - number).collect();
    add_integers(&format!("{row}: t0"), &t0, 16, needles);
}

/// rho'' and y of a signature over the message representative `mu` (alg. 7 steps 7 and 11).
pub(super) fn masks(row: Algorithm, seed: &[u8], rnd: &[u8], mu: &[u8], needles: &mut Needles) {
    let Set { k, l, bits, .. } = set(row);
    let key = shake256(&[seed, &[k, l]], 128);
    let rho = shake256(&[&key[96..], rnd, mu], 64);
    needles.add(&format!("{row}: rho''"), &rho);
    // The number of attempts is not known; a few more than most signatures take.
    for kappa in 0..u16::from(l) * 12 {
        let packed = shake256(&[&rho, &kappa.to_le_bytes()], 32 * bits);
        needles.add_in_windows(&format!("{row}: y as drawn"), &packed[..48], 16);
        let y: Vec<i32> =
            unpack(&packed[..5 * bits], bits).iter().map(|number| (1 << (bits - 1)) - number).collect();
        add_integers(&format!("{row}: y"), &y, 16, needles);
    }
}
