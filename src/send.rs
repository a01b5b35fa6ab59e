//! What software does with the public keys of hybrid KEMs.

#[cfg(feature = "alloc")]
use crate::algorithm::Prepared;
use crate::algorithm::{Algorithm, Software};
use crate::burn::Burn;
use crate::bytes::{split, split_mut};
use crate::combine::{HalfSecret, HybridKem, combine, parts};
use crate::error::{Error, Result};
use crate::random::Random;

impl Software for HybridKem {
    fn implementation(&self) -> &'static str {
        "khoalai"
    }

    fn check_public_key(&self, algorithm: Algorithm, public_key: &[u8]) -> Result<()> {
        let (pq, classical, _) = parts(algorithm)?;
        let (ek_pq, ek_t) = split(public_key, pq.public_key_len())?;
        pq.check_public_key(ek_pq)?;
        classical.check_public_key(ek_t)
    }

    fn check_ciphertext(&self, algorithm: Algorithm, ciphertext: &[u8]) -> Result<()> {
        let (pq, classical, _) = parts(algorithm)?;
        let (ct_pq, ct_t) = split(ciphertext, pq.ciphertext_len())?;
        pq.check_ciphertext(ct_pq)?;
        classical.check_ciphertext(ct_t)
    }

    /// Draws the post-quantum randomness first, then the classical one: the order of the drafts'
    /// derandomised encapsulation.
    fn encapsulate(
        &self,
        algorithm: Algorithm,
        public_key: &[u8],
        random: &mut dyn Random,
        ciphertext: &mut [u8],
        secret: &mut [u8],
    ) -> Result<()> {
        let (pq, classical, _) = parts(algorithm)?;
        let (ek_pq, ek_t) = split(public_key, pq.public_key_len())?;
        send(
            algorithm,
            ek_t,
            random,
            (ciphertext, secret),
            |random, ct, ss| pq.encapsulate(ek_pq, random, ct, ss),
            |random, ct, ss| classical.encapsulate(ek_t, random, ct, ss),
        )
    }

    #[cfg(feature = "alloc")]
    fn prepare(&self, algorithm: Algorithm, public_key: &[u8]) -> Result<alloc::boxed::Box<dyn Prepared>> {
        crate::prepared::hybrid_kem(algorithm, public_key)
    }
}

/// Asks both halves, the post-quantum one first, and combines what they give.
pub(crate) fn send(
    algorithm: Algorithm,
    ek_t: &[u8],
    random: &mut dyn Random,
    (ciphertext, secret): (&mut [u8], &mut [u8]),
    ask_pq: impl FnOnce(&mut dyn Random, &mut [u8], &mut [u8]) -> Result<()>,
    ask_classical: impl FnOnce(&mut dyn Random, &mut [u8], &mut [u8]) -> Result<()>,
) -> Result<()> {
    let (pq, classical, label) = parts(algorithm)?;
    let (ct_pq, ct_t) = split_mut(ciphertext, pq.ciphertext_len())?;
    let secret: &mut [u8; 32] = secret.try_into().map_err(|_| Error::BufferTooSmall)?;
    Burn::HASHES.after(|| {
        let (mut ss_pq, mut ss_t) = (HalfSecret::of(pq)?, HalfSecret::of(classical)?);
        ask_pq(random, ct_pq, ss_pq.get_mut())?;
        ask_classical(random, ct_t, ss_t.get_mut())?;
        combine(ss_pq.get(), ss_t.get(), ct_t, ek_t, label, secret);
        Ok(())
    })
}
