//! Whether an ML-DSA private key that came without its seed belongs together.
//!
//! Everything but `K` follows from `rho`, `s1` and `s2`, so everything but `K` is worked out again
//! (FIPS 204 alg. 6 steps 3 to 9). A wrong `K` changes signatures and does not make them invalid.

use super::Engine;
use super::ring::{Polynomial, add, add_product, inverse_ntt, ntt, sub, unpack};
use crate::bytes::{room, split, split_mut};
use crate::error::{Error, Result};
use crate::soft::hash;

/// The parts of an expanded key (FIPS 204 alg. 24).
struct Parts<'a> {
    rho: &'a [u8],
    tr: &'a [u8],
    s1: &'a [u8],
    s2: &'a [u8],
    t0: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of<E: Engine>(expanded: &'a [u8]) -> Result<Self> {
        let short = short_len::<E>();
        let (rho, rest) = split(expanded, 32)?;
        let (_k, rest) = split(rest, 32)?;
        let (tr, rest) = split(rest, 64)?;
        let (s1, rest) = split(rest, E::L * short)?;
        let (s2, t0) = split(rest, E::K * short)?;
        if t0.len() == E::K * T0 { Ok(Self { rho, tr, s1, s2, t0 }) } else { Err(Error::Malformed) }
    }

    /// A row of `t = A·s1 + s2` (FIPS 204 alg. 6 step 5).
    fn t<E: Engine>(&self, row: u8) -> Result<Polynomial> {
        let mut t = Polynomial::new([0; 256]);
        for (column, s1) in (0..).zip(self.s1.chunks_exact(short_len::<E>())) {
            let mut s1 = short::<E>(s1);
            ntt(&mut s1);
            add_product(self.rho, row, column, &s1, &mut t);
        }
        inverse_ntt(&mut t);
        let s2 = self.s2.chunks_exact(short_len::<E>()).nth(row.into()).ok_or(Error::Malformed)?;
        t.iter_mut().zip(short::<E>(s2).iter()).for_each(|(t, s2)| *t = add(*t, *s2));
        Ok(t)
    }
}

/// In how many bits a coefficient of `s1` and `s2` is packed, and length of a polynomial of them.
const fn short_bits<E: Engine>() -> u32 {
    if E::ETA == 2 { 3 } else { 4 }
}

const fn short_len<E: Engine>() -> usize {
    if E::ETA == 2 { 96 } else { 128 }
}

/// Length of a polynomial of `t0`, 13 bits a coefficient, and of `t1`, 10 bits.
const T0: usize = 416;
const T1: usize = 320;

/// Checks an expanded key and writes its public key to `public`.
///
/// Constant time: no branch or index depends on `s1`, `s2` or `t0`. All that can be told is that
/// something is wrong.
pub(super) fn check<E: Engine>(expanded: &[u8], public: &mut [u8]) -> Result<()> {
    let parts = Parts::of::<E>(expanded)?;
    let mut wrong = beyond::<E>(parts.s1) | beyond::<E>(parts.s2);

    let public = room(public, E::PUBLIC)?;
    let (rho, t1) = split_mut(public, 32)?;
    rho.copy_from_slice(parts.rho);
    for (row, (t0, t1)) in (0..).zip(parts.t0.chunks_exact(T0).zip(t1.chunks_exact_mut(T1))) {
        wrong |= halves(&parts.t::<E>(row)?, t0, t1);
    }
    // The public key is public, and so is its hash.
    if wrong == 0 && hash::tr(public)[..] == *parts.tr { Ok(()) } else { Err(Error::BadPrivateKey) }
}

/// A polynomial of `s1` or `s2`, which is packed as η − coefficient (FIPS 204 alg. 17).
fn short<E: Engine>(packed: &[u8]) -> Polynomial {
    let mut polynomial = Polynomial::new([0; 256]);
    // What is beyond 2η is refused in the end; until then it has to be some number below q.
    let fields = unpack(packed, short_bits::<E>());
    polynomial.iter_mut().zip(fields).for_each(|(to, field)| *to = sub(E::ETA, field));
    polynomial
}

/// Not 0 if a field holds more than 2η: then the key is not well-formed (FIPS 204 alg. 25).
fn beyond<E: Engine>(packed: &[u8]) -> u64 {
    let over = |field| (2 * E::ETA).wrapping_sub(field) >> 63;
    unpack(packed, short_bits::<E>()).fold(0, |beyond, field| beyond | over(field))
}

/// The high bits of a coefficient (FIPS 204 alg. 35).
fn high(t: u64) -> u64 {
    (t + 4095) >> 13
}

/// Writes the high bits of `t`, and returns 0 if the low ones are `t0`, packed as 2¹² − coefficient.
fn halves(t: &Polynomial, t0: &[u8], t1: &mut [u8]) -> u64 {
    for (four, five) in t.chunks_exact(4).zip(t1.chunks_exact_mut(5)) {
        let word = four.iter().rev().fold(0, |word, t| word << 10 | high(*t));
        five.iter_mut().zip(word.to_le_bytes()).for_each(|(to, byte)| *to = byte);
    }
    t.iter().zip(unpack(t0, 13)).fold(0, |differ, (t, packed)| {
        let low = t.wrapping_sub(high(*t) << 13);
        differ | (low.wrapping_add(packed) ^ 4096)
    })
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::soft::ml_dsa::{MAX_PUBLIC, chosen};
    use std::prelude::rust_2024::*;

    /// Writes the `tr` and `t0` that belong to the other parts.
    fn complete<E: Engine>(expanded: &mut [u8]) {
        let before = expanded.to_vec();
        let parts = Parts::of::<E>(&before).unwrap();
        let mut public = parts.rho.to_vec();
        let at = expanded.len() - parts.t0.len();
        for row in 0..u8::try_from(E::K).unwrap() {
            let t = parts.t::<E>(row).unwrap();
            let mut t1 = [0; T1];
            let _ = halves(&t, &[0; T0], &mut t1);
            public.extend(t1);
            let mut bits = t.iter().flat_map(|t| {
                let field = (4096 + (high(*t) << 13)).wrapping_sub(*t);
                (0..13).map(move |bit| field >> bit & 1 == 1)
            });
            for byte in &mut expanded[at + usize::from(row) * T0..][..T0] {
                *byte = (0..8).fold(0, |byte, bit| byte | u8::from(bits.next().unwrap()) << bit);
            }
        }
        expanded[64..128].copy_from_slice(&hash::tr(&public));
    }

    /// A key that holds together and has one coefficient beyond η: the implementation crates do not
    /// look, and one of them would panic.
    fn one_coefficient_beyond<E: Engine>() {
        let mut expanded = std::vec![0; E::EXPANDED];
        let mut public = [0; MAX_PUBLIC];
        // s1 and s2 are zero: each field is η.
        let (short, bits) = (short_len::<E>() * (E::K + E::L), short_bits::<E>());
        let zero = if bits == 3 { [0b1001_0010, 0b0010_0100, 0b0100_1001] } else { [0x44; 3] };
        expanded[128..128 + short].iter_mut().zip(zero.iter().cycle()).for_each(|(to, zero)| *to = *zero);
        let good = expanded.clone();
        for place in [128, 128 + short_len::<E>() * E::L] {
            for value in 0..1 << bits {
                expanded.copy_from_slice(&good);
                expanded[place] = expanded[place] >> bits << bits | value;
                complete::<E>(&mut expanded);
                let expected =
                    if u64::from(value) <= 2 * E::ETA { Ok(()) } else { Err(Error::BadPrivateKey) };
                assert_eq!(check::<E>(&expanded, &mut public), expected, "{} {value} at {place}", E::NAME);
            }
        }
    }

    #[test]
    fn coefficients() {
        one_coefficient_beyond::<chosen::Set44>();
        one_coefficient_beyond::<chosen::Set65>();
        one_coefficient_beyond::<chosen::Set87>();
    }
}
