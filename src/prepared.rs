//! Public keys of hybrids, both halves prepared.

use crate::algorithm::{Algorithm, Prepared};
use crate::bytes::split;
use crate::composite::{Parts, Verdicts, verdicts_of};
use crate::error::{Error, Result};
use crate::input::Input;
use crate::random::Random;
use crate::send::send;
use alloc::{boxed::Box, vec::Vec};

struct Both {
    algorithm: Algorithm,
    len: usize,
    pq: Box<dyn Prepared>,
    classical: Box<dyn Prepared>,
}

impl Both {
    /// Both halves, and the bytes of the classical one.
    fn new(algorithm: Algorithm, public_key: &[u8]) -> Result<(Self, &[u8])> {
        let (pq, classical) = algorithm.checked_halves()?;
        let (pk_pq, pk_t) = split(public_key, pq.public_key_len())?;
        let half = |half: Algorithm, key| half.row().software.prepare(half, key);
        let (pq, classical) = (half(pq, pk_pq)?, half(classical, pk_t)?);
        Ok((Self { algorithm, len: public_key.len(), pq, classical }, pk_t))
    }
}

struct HybridKem {
    halves: Both,
    ek_t: Vec<u8>,
}

pub(crate) fn hybrid_kem(algorithm: Algorithm, public_key: &[u8]) -> Result<Box<dyn Prepared>> {
    let (halves, ek_t) = Both::new(algorithm, public_key)?;
    Ok(Box::new(HybridKem { halves, ek_t: ek_t.into() }))
}

impl Prepared for HybridKem {
    fn encapsulate(&self, random: &mut dyn Random, ciphertext: &mut [u8], secret: &mut [u8]) -> Result<()> {
        let Both { algorithm, pq, classical, .. } = &self.halves;
        algorithm.ready()?;
        send(
            *algorithm,
            &self.ek_t,
            random,
            (ciphertext, secret),
            |random, ct, ss| pq.encapsulate(random, ct, ss),
            |random, ct, ss| classical.encapsulate(random, ct, ss),
        )
    }
}

struct Composite(Both);

pub(crate) fn composite(algorithm: Algorithm, public_key: &[u8]) -> Result<Box<dyn Prepared>> {
    Ok(Box::new(Composite(Both::new(algorithm, public_key)?.0)))
}

impl Prepared for Composite {
    fn verify(&self, input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
        let Both { algorithm, len, pq, classical } = &self.0;
        let keys = |_: &Parts| {
            Ok((
                |message: Input<'_>, context: &[u8], part: &[u8]| pq.verify(message, context, part),
                |message: Input<'_>, context: &[u8], part: &[u8]| classical.verify(message, context, part),
            ))
        };
        match verdicts_of(*algorithm, *len, input, context, signature, keys)? {
            Verdicts { pq: true, classical: true } => Ok(()),
            _ => Err(Error::VerificationFailed),
        }
    }
}
