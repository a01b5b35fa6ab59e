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
        let short = if E::ETA == 2 { 96 } else { 128 };
        let (rho, rest) = split(expanded, 32)?;
        let (_k, rest) = split(rest, 32)?;
        let (tr, rest) = split(rest, 64)?;
        let (s1, rest) = split(rest, E::L * short)?;
        let (s2, t0) = split(rest, E::K * short)?;
        if t0.len() == E::K * T0 { Ok(Self { rho, tr, s1, s2, t0 }) } else { Err(Error::Malformed) }
    }
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
    let (bits, eta) = (if E::ETA == 2 { 3 } else { 4 }, E::ETA);
    let mut wrong = beyond(parts.s1, bits, eta) | beyond(parts.s2, bits, eta);

    let public = room(public, E::PUBLIC)?;
    let (rho, t1) = split_mut(public, 32)?;
    rho.copy_from_slice(parts.rho);
    let rows = parts.s2.chunks_exact(parts.s2.len() / E::K).zip(parts.t0.chunks_exact(T0));
    for (row, ((s2, t0), t1)) in (0..).zip(rows.zip(t1.chunks_exact_mut(T1))) {
        let mut t = Polynomial::new([0; 256]);
        for (column, s1) in (0..).zip(parts.s1.chunks_exact(parts.s1.len() / E::L)) {
            let mut s1 = short(s1, bits, eta);
            ntt(&mut s1);
            add_product(parts.rho, row, column, &s1, &mut t);
        }
        inverse_ntt(&mut t);
        t.iter_mut().zip(short(s2, bits, eta).iter()).for_each(|(t, s2)| *t = add(*t, *s2));
        wrong |= halves(&t, t0, t1);
    }
    // The public key is public, and so is its hash.
    if wrong == 0 && hash::tr(public)[..] == *parts.tr { Ok(()) } else { Err(Error::BadPrivateKey) }
}

/// A polynomial of `s1` or `s2`, which is packed as η − coefficient (FIPS 204 alg. 17).
fn short(packed: &[u8], bits: u32, eta: u64) -> Polynomial {
    let mut polynomial = Polynomial::new([0; 256]);
    // What is beyond 2η is refused in the end; until then it has to be some number below q.
    polynomial.iter_mut().zip(unpack(packed, bits)).for_each(|(to, field)| *to = sub(eta, field));
    polynomial
}

/// Not 0 if a field holds more than 2η: then the key is not well-formed (FIPS 204 alg. 25).
fn beyond(packed: &[u8], bits: u32, eta: u64) -> u64 {
    unpack(packed, bits).fold(0, |beyond, field| beyond | (2 * eta).wrapping_sub(field) >> 63)
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
