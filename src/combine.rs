//! The one combiner of hybrid KEMs. What a sender does with it is in `send.rs`.

use crate::algorithm::{Algorithm, Construction};
use crate::error::{Error, Result};
use crate::limits::MAX_HALF_SECRET;
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

/// The public operations of every hybrid KEM, as a row's [`Software`](crate::algorithm::Software); the row says which halves.
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
