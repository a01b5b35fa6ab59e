//! The ring of ML-DSA, as far as the public key is worked out again from an expanded private key: no
//! implementation crate offers that together with `t0`. No branch or index depends on a coefficient,
//! and nothing is divided.
//!
//! Coefficients are 0..q. They stand in 64 bits, so that products need no other type.

use shake::{ExtendableOutput, Update, XofReader};
use zeroize::Zeroizing;

/// The modulus (FIPS 204 table 1).
const Q: u64 = 8_380_417;
/// A 512th root of unity (FIPS 204 table 1).
const ZETA: u64 = 1753;
/// 256⁻¹ (FIPS 204 alg. 42 step 21).
const N_INVERSE: u64 = 8_347_681;

/// A polynomial, wiped when dropped.
pub(super) type Polynomial = Zeroizing<[u64; 256]>;

/// `x` for an `x` below 2q.
fn once(x: u64) -> u64 {
    let less = x.wrapping_sub(Q);
    // All ones if it was below q.
    let below = 0_u64.wrapping_sub(less >> 63);
    less.wrapping_add(Q & below)
}

pub(super) fn add(a: u64, b: u64) -> u64 {
    once(a + b)
}

pub(super) fn sub(a: u64, b: u64) -> u64 {
    once(a + Q - b)
}

/// Barrett's reduction (Handbook of Applied Cryptography 14.42): products have 46 bits.
fn mul(a: u64, b: u64) -> u64 {
    const MU: u64 = (1 << 46) / Q;
    let x = a * b;
    let quotient = ((x >> 22) * MU) >> 24;
    once(once(x - quotient * Q))
}

/// ζ to the power of the bits of `m` in reverse (FIPS 204 appendix B).
fn zeta(m: u8) -> u64 {
    let exponent = m.reverse_bits();
    (0..8).rev().fold(1, |power, bit| {
        let square = mul(power, power);
        if exponent >> bit & 1 == 1 { mul(square, ZETA) } else { square }
    })
}

/// NTT (FIPS 204 alg. 41).
pub(super) fn ntt(w: &mut Polynomial) {
    let mut m = 0;
    for half in [128, 64, 32, 16, 8, 4, 2, 1] {
        for pair in w.chunks_exact_mut(2 * half) {
            m += 1;
            let z = zeta(m);
            let (low, high) = pair.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                let t = mul(z, *b);
                *b = sub(*a, t);
                *a = add(*a, t);
            }
        }
    }
}

/// The way back (FIPS 204 alg. 42).
pub(super) fn inverse_ntt(w: &mut Polynomial) {
    let mut m = 0_u8;
    for half in [1, 2, 4, 8, 16, 32, 64, 128] {
        for pair in w.chunks_exact_mut(2 * half) {
            m = m.wrapping_sub(1);
            let z = Q - zeta(m);
            let (low, high) = pair.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                let t = *a;
                *a = add(t, *b);
                *b = mul(z, sub(t, *b));
            }
        }
    }
    w.iter_mut().for_each(|a| *a = mul(*a, N_INVERSE));
}

/// Adds the product of `w` and the entry of the public matrix `A` in this row and column, in the
/// domain of the NTT (FIPS 204 alg. 30 and 32). Branches depend on the matrix only.
pub(super) fn add_product(rho: &[u8], row: u8, column: u8, w: &Polynomial, sum: &mut Polynomial) {
    let mut hash = shake::Shake128::default();
    hash.update(rho);
    hash.update(&[column, row]);
    let mut stream = hash.finalize_xof();
    for (sum, w) in sum.iter_mut().zip(w.iter()) {
        let entry = loop {
            let mut three = [0; 3];
            stream.read(&mut three);
            let entry = three.iter().rev().fold(0, |entry, byte| entry << 8 | u64::from(*byte)) & 0x7f_ffff;
            if entry < Q {
                break entry;
            }
        };
        *sum = add(*sum, mul(entry, *w));
    }
}

/// The fields of `bits` bits each that are packed in `bytes`, lowest first (FIPS 204 alg. 18, 19).
pub(super) fn unpack(bytes: &[u8], bits: u32) -> impl Iterator<Item = u64> {
    let mut bytes = bytes.iter();
    let (mut held, mut len) = (0_u64, 0);
    core::iter::from_fn(move || {
        while len < bits {
            held |= u64::from(*bytes.next()?) << len;
            len += 8;
        }
        let field = held & ((1 << bits) - 1);
        held >>= bits;
        len -= bits;
        Some(field)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> impl Iterator<Item = u64> {
        (0..Q).step_by(4099).chain([1, 2, Q / 2, Q / 2 + 1, Q - 2, Q - 1])
    }

    #[test]
    fn arithmetic_is_that_of_whole_numbers() {
        for a in some() {
            for b in some().step_by(7).chain([0, Q - 1]) {
                assert_eq!(add(a, b), (a + b) % Q);
                assert_eq!(sub(a, b), (a + Q - b) % Q);
                assert_eq!(mul(a, b), a * b % Q, "{a} {b}");
            }
        }
    }

    #[test]
    fn roots() {
        assert_eq!(zeta(0), 1);
        // FIPS 204 appendix B lists these first.
        assert_eq!([zeta(1), zeta(2), zeta(3)], [4_808_194, 3_765_607, 3_761_513]);
        assert_eq!(mul(N_INVERSE, 256), 1);
    }

    /// (a·x¹²⁸)·x¹²⁸ = −a, and the way there and back changes nothing.
    #[test]
    fn products_are_those_of_the_ring() {
        let mut shift = Polynomial::new([0; 256]);
        let mut a = Polynomial::new([0; 256]);
        a.iter_mut().zip(some()).for_each(|(a, value)| *a = value);
        let before = *a;
        if let Some(x) = shift.get_mut(128) {
            *x = 1;
        }
        ntt(&mut a);
        ntt(&mut shift);
        for _ in 0..2 {
            a.iter_mut().zip(shift.iter()).for_each(|(a, x)| *a = mul(*a, *x));
        }
        inverse_ntt(&mut a);
        assert!(a.iter().zip(before).all(|(a, before)| add(*a, before) == 0));
    }

    #[test]
    fn fields() {
        assert!(unpack(&[0b1101_0001, 0b0000_1011], 4).eq([1, 13, 11, 0]));
        assert!(unpack(&[0b1101_0001, 0b0000_1011, 0], 3).eq([1, 2, 7, 5, 0, 0, 0, 0]));
        assert!(unpack(&[0xff; 13], 13).eq([0x1fff; 8]));
    }
}
