//! ECDSA's signatures (FIPS 186-5 §6.4.1) with nonces of RFC 6979, where something else multiplies the base
//! point faster than the curve's crate: all else is that crate's, and so are the signatures.

use crate::error::Result;
use ecdsa::elliptic_curve::bigint::{BitOps, Encoding};
use ecdsa::elliptic_curve::ff::PrimeField;
use ecdsa::elliptic_curve::ops::{Invert, Reduce};
use ecdsa::elliptic_curve::{Curve, CurveArithmetic, FieldBytes, NonZeroScalar, Scalar};
use ecdsa::{EcdsaCurve, Signature};
use rfc6979::KGenerator;
use sha2::digest::{Digest, block_api::BlockSizeUser};
use zeroize::Zeroizing;

/// Signs `digest` as `ecdsa::hazmat::sign_prehashed_rfc6979` does. `commit` writes the x-coordinate of the
/// point of a nonce.
pub(super) fn sign<C, D>(
    secret: &NonZeroScalar<C>,
    digest: &[u8],
    added: &[u8],
    commit: impl Fn(&[u8], &mut [u8]) -> Result<()>,
) -> Result<Signature<C>>
where
    C: EcdsaCurve + CurveArithmetic,
    D: Digest + BlockSizeUser,
{
    let order = C::ORDER;
    let own = Zeroizing::new(secret.to_repr());
    let mut nonces = KGenerator::<D, C::Uint>::new(&own, digest, added, &order);
    let mut nonce = Zeroizing::new(FieldBytes::<C>::default());
    loop {
        nonces.fill_next_k(&mut nonce);
        let Some(k) = NonZeroScalar::<C>::from_repr(*nonce).into_option() else { continue };
        let k = Zeroizing::new(k);
        let inverse = Zeroizing::new(k.invert());
        let mut x = FieldBytes::<C>::default();
        commit(&nonce, &mut x)?;
        let r = to_scalar::<C>(&x);
        let s = **inverse * (to_scalar::<C>(digest) + r * secret.as_ref());
        // Neither may be zero: RFC 6979 §3.2 h takes the next nonce.
        if let Ok(signature) = Signature::from_scalars(r, s) {
            return Ok(signature);
        }
    }
}

/// The leftmost bits as an integer, reduced.
fn to_scalar<C: Curve + CurveArithmetic>(bytes: &[u8]) -> Scalar<C> {
    let bits = C::ORDER.bit_width();
    let len = usize::try_from(bits.div_ceil(8)).unwrap_or(usize::MAX);
    let bytes = bytes.get(..len).unwrap_or(bytes);
    <Scalar<C> as Reduce<C::Uint>>::reduce(&C::Uint::from_be_slice_truncated(bytes, bits))
}
