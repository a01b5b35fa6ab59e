//! ECDSA's signatures (FIPS 186-5 §6.4.1) with nonces of RFC 6979, where something else multiplies the base
//! point faster than the curve's crate: all else is that crate's, and so are the signatures.

use crate::error::{Error, Result};
use core::marker::PhantomData;
use ecdsa::elliptic_curve::bigint::Encoding;
use ecdsa::elliptic_curve::ff::PrimeField;
use ecdsa::elliptic_curve::ops::{Invert, Reduce};
use ecdsa::elliptic_curve::{CurveArithmetic, FieldBytes, NonZeroScalar, Scalar};
use ecdsa::{EcdsaCurve, Signature};
use rfc6979::KGenerator;
use sha2::digest::{Digest, block_api::BlockSizeUser};
use zeroize::Zeroizing;

/// How many nonces are tried. That a first one is of no use is as likely as to guess the key.
const TRIES: usize = 4;

/// What is not done here: there are curves whose signatures have the smaller of s and n - s, none of ours.
struct Only<C>(PhantomData<C>);

impl<C: EcdsaCurve> Only<C> {
    const S_AS_IT_IS: () = assert!(!C::NORMALIZE_S);
}

/// Signs `digest` as `ecdsa::hazmat::sign_prehashed_rfc6979` does. `commit` writes the x-coordinate of the
/// point of a nonce.
///
/// # Errors
/// What `commit` fails with; [`Error::SigningFailed`] if no nonce is of any use, so if `commit` errs.
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
    let () = Only::<C>::S_AS_IT_IS;
    let order = C::ORDER;
    let own = Zeroizing::new(secret.to_repr());
    let mut nonces = KGenerator::<D, C::Uint>::new(&own, digest, added, &order);
    let mut nonce = Zeroizing::new(FieldBytes::<C>::default());
    for _ in 0..TRIES {
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
    Err(Error::SigningFailed)
}

/// The leftmost bits as an integer, reduced.
fn to_scalar<C: CurveArithmetic>(bytes: &[u8]) -> Scalar<C> {
    let bits = Scalar::<C>::NUM_BITS;
    let len = usize::try_from(bits.div_ceil(8)).unwrap_or(usize::MAX);
    let bytes = bytes.get(..len).unwrap_or(bytes);
    <Scalar<C> as Reduce<C::Uint>>::reduce(&C::Uint::from_be_slice_truncated(bytes, bits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;
    use ecdsa::elliptic_curve::ProjectivePoint;
    use ecdsa::elliptic_curve::group::{Curve as _, Group};
    use ecdsa::elliptic_curve::point::AffineCoordinates;
    use ecdsa::hazmat::{sign_prehashed, sign_prehashed_rfc6979};
    use sha2::{Sha256, Sha384, Sha512};

    const DIGEST: &[u8] = &[0xe7; 48];

    /// The x-coordinate of a nonce's point, by the curve's own crate.
    fn by_crate<C: EcdsaCurve + CurveArithmetic>(nonce: &[u8], x: &mut [u8]) -> Result<()> {
        let nonce = FieldBytes::<C>::try_from(nonce).map_err(|_| Error::SigningFailed)?;
        let nonce = Scalar::<C>::from_repr(nonce).into_option().ok_or(Error::SigningFailed)?;
        x.copy_from_slice(&ProjectivePoint::<C>::mul_by_generator(&nonce).to_affine().x());
        Ok(())
    }

    fn key<C: CurveArithmetic>(number: u64) -> NonZeroScalar<C> {
        NonZeroScalar::new(Scalar::<C>::from(number).invert().unwrap()).unwrap()
    }

    /// The order of the curve and a little more: what a coordinate may be, and a scalar not.
    fn order_and<C: EcdsaCurve + CurveArithmetic>(more: u8) -> FieldBytes<C> {
        let mut bytes = (-Scalar::<C>::from(1)).to_repr();
        *bytes.last_mut().unwrap() += 1 + more;
        bytes
    }

    fn is_the_crates<C: EcdsaCurve + CurveArithmetic, D: Digest + BlockSizeUser>() {
        for (number, len) in (2..).zip([1, 20, 31, 32, 33, 47, 48, 49, 64, 65, 66, 67, 80]) {
            let (secret, digest) = (key::<C>(number), &[0xe7; 80][..len]);
            for added in [&[][..], &[1; 32]] {
                let signature = sign::<C, D>(&secret, digest, added, by_crate::<C>).unwrap();
                let expected = sign_prehashed_rfc6979::<C, D>(&secret, digest, added).0;
                assert_eq!(signature.to_bytes(), expected.to_bytes(), "{len} bytes");
            }
        }
    }

    /// Also on curves that are not faster, and whose order is no whole number of bytes.
    #[test]
    fn signatures_are_those_of_the_crate() {
        is_the_crates::<p256::NistP256, Sha256>();
        is_the_crates::<p384::NistP384, Sha384>();
        is_the_crates::<p521::NistP521, Sha512>();
        is_the_crates::<bp256::BrainpoolP256r1, Sha256>();
        is_the_crates::<bp384::BrainpoolP384r1, Sha384>();
    }

    fn is_reduced<C: EcdsaCurve + CurveArithmetic, D: Digest + BlockSizeUser>() {
        let by = |x: FieldBytes<C>| {
            let commit = move |_: &[u8], out: &mut [u8]| {
                out.copy_from_slice(&x);
                Ok(())
            };
            sign::<C, D>(&key::<C>(7), DIGEST, b"", commit).unwrap()
        };
        let signature = by(order_and::<C>(5));
        assert_eq!(signature.r().to_repr(), Scalar::<C>::from(5).to_repr());
        assert_eq!(signature.to_bytes(), by(Scalar::<C>::from(5).to_repr()).to_bytes());
    }

    #[test]
    fn coordinates_above_the_order_are_reduced() {
        is_reduced::<p256::NistP256, Sha256>();
        is_reduced::<p384::NistP384, Sha384>();
    }

    fn takes_the_next<C: EcdsaCurve + CurveArithmetic, D: Digest + BlockSizeUser>() {
        let secret = key::<C>(7);
        let (own, order) = (secret.to_repr(), C::ORDER);
        let mut nonces = KGenerator::<D, C::Uint>::new(&own, DIGEST, b"", &order);
        let mut second = FieldBytes::<C>::default();
        nonces.fill_next_k(&mut second);
        nonces.fill_next_k(&mut second);
        let second = NonZeroScalar::<C>::from_repr(second).unwrap();
        let expected = sign_prehashed::<C>(&secret, &second, DIGEST).unwrap().0;
        // r = 0 in both ways, and s = 0: z + r d.
        let no_s = -to_scalar::<C>(DIGEST) * *secret.invert();
        for first in [FieldBytes::<C>::default(), order_and::<C>(0), no_s.to_repr()] {
            let asked = Cell::new(0);
            let commit = |nonce: &[u8], x: &mut [u8]| {
                asked.set(asked.get() + 1);
                if asked.get() > 1 {
                    return by_crate::<C>(nonce, x);
                }
                x.copy_from_slice(&first);
                Ok(())
            };
            let signature = sign::<C, D>(&secret, DIGEST, b"", commit).unwrap();
            assert_eq!(signature.to_bytes(), expected.to_bytes());
            assert_eq!(asked.get(), 2);
        }
    }

    #[test]
    fn after_a_useless_nonce_comes_the_second_of_rfc_6979() {
        takes_the_next::<p256::NistP256, Sha256>();
        takes_the_next::<p384::NistP384, Sha384>();
    }

    #[test]
    fn it_comes_to_an_end() {
        let signed = |answer: Result<()>| {
            let asked = Cell::new(0);
            let commit = |_: &[u8], _: &mut [u8]| {
                asked.set(asked.get() + 1);
                answer
            };
            let made = sign::<p256::NistP256, Sha256>(&key(7), DIGEST, b"", commit);
            (made.err(), asked.get())
        };
        // Zero each time: nothing is written.
        assert_eq!(signed(Ok(())), (Some(Error::SigningFailed), TRIES));
        assert_eq!(signed(Err(Error::Unsupported)), (Some(Error::Unsupported), 1));
    }
}
