//! The one combiner of hybrid KEMs, and what a sender does with it.

use crate::algorithm::{Algorithm, Construction, Software};
use crate::burn::Burn;
use crate::bytes::{split, split_mut};
use crate::error::{Error, Result};
use crate::limits::MAX_HALF_SECRET;
use crate::random::Random;
use crate::secret::Secret;
use crate::soft::hash::sha3_256;
use subtle::ConstantTimeEq;

/// `SHA3-256(ss_PQ ‖ ss_T ‖ ct_T ‖ ek_T ‖ label)`: X-Wing, the CFRG hybrids and the LAMPS
/// composite KEMs (draft-irtf-cfrg-hybrid-kems §5, C2PRI). The ML-KEM ciphertext and key are not
/// hashed again: the ML-KEM secret binds them.
pub fn combine(
    pq_secret: &[u8],
    classical_secret: &[u8],
    classical_ciphertext: &[u8],
    classical_public_key: &[u8],
    label: &[u8],
    out: &mut [u8; 32],
) {
    sha3_256(&[pq_secret, classical_secret, classical_ciphertext, classical_public_key, label], out);
}

/// The shared secret of one half: of the half's length, wiped when dropped.
pub(crate) struct HalfSecret {
    bytes: Secret<MAX_HALF_SECRET>,
    len: usize,
}

impl HalfSecret {
    pub(crate) fn of(half: Algorithm) -> Result<Self> {
        let len = half.secret_len();
        if len == 0 || len > MAX_HALF_SECRET {
            return Err(Error::HalvesMismatch);
        }
        Ok(Self { bytes: Secret::zero(), len })
    }

    pub(crate) fn get(&self) -> &[u8] {
        self.bytes.expose().get(..self.len).unwrap_or_default()
    }

    pub(crate) fn get_mut(&mut self) -> &mut [u8] {
        self.bytes.expose_mut().get_mut(..self.len).unwrap_or_default()
    }

    /// Whether a half gave nothing but zeros: a point of low order, or a device that lies.
    pub(crate) fn is_zero(&self) -> bool {
        self.get().iter().fold(0, |all, byte| all | byte).ct_eq(&0).into()
    }
}

/// The public operations of every hybrid KEM, as a row's [`Software`]; the row says which halves.
pub struct HybridKem;

/// A row's parts, if it is a hybrid KEM and holds together. Whatever works on a hybrid KEM comes
/// through here.
pub(crate) fn parts(algorithm: Algorithm) -> Result<(Algorithm, Algorithm, &'static [u8])> {
    let Construction::HybridKem { label, .. } = algorithm.row().construction else {
        return Err(Error::Unsupported);
    };
    let (pq, classical) = algorithm.checked_halves()?;
    Ok((pq, classical, label))
}

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
        let (pq, classical, label) = parts(algorithm)?;
        let (ek_pq, ek_t) = split(public_key, pq.public_key_len())?;
        let (ct_pq, ct_t) = split_mut(ciphertext, pq.ciphertext_len())?;
        let secret: &mut [u8; 32] = secret.try_into().map_err(|_| Error::BufferTooSmall)?;
        Burn::HASHES.after(|| {
            let (mut ss_pq, mut ss_t) = (HalfSecret::of(pq)?, HalfSecret::of(classical)?);
            pq.encapsulate(ek_pq, random, ct_pq, ss_pq.get_mut())?;
            classical.encapsulate(ek_t, random, ct_t, ss_t.get_mut())?;
            combine(ss_pq.get(), ss_t.get(), ct_t, ek_t, label, secret);
            Ok(())
        })
    }
}
