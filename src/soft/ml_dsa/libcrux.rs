//! ML-DSA by `libcrux-ml-dsa`.
//!
//! Its types do not wipe themselves: this is the one place that owns and overwrites them. It has
//! no entry for an external μ, which the second crate serves where it is built in.
//!
//! On x86-64 and `AArch64` it chooses its code at run time, by functions that return by value. Elsewhere
//! all it has is portable, and called by that name it writes in place: chips have no stack for copies.

use super::Engine;
use crate::burn::{Burns, burn};
use crate::bytes::array;
use crate::error::{Error, Result};
use crate::soft::joined::joined;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;
#[cfg(feature = "pq-rustcrypto")]
use {
    crate::algorithm::Algorithm,
    crate::soft::Key,
    crate::soft::trial::{known_answer, known_answer_by_mu, same},
};
// What its functions that sign in place take: the key, or the bytes of it.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
use {core::convert::identity, libcrux_ml_dsa::MLDSASigningKey as Signing};

macro_rules! set {
    ($set:ident, $name:literal, $module:ident, $sk:literal, $pk:literal, $sig:literal, $k:literal, $l:literal, $eta:literal, $in_place:path, $load:expr, $sign:expr) => {
        #[doc = $name]
        pub struct $set;

        impl Engine for $set {
            const NAME: &'static str = $name;
            const IMPLEMENTATION: &'static str = "libcrux-ml-dsa";
            const PUBLIC: usize = $pk;
            const SIGNATURE: usize = $sig;
            const EXPANDED: usize = $sk;
            const K: usize = $k;
            const L: usize = $l;
            const ETA: u64 = $eta;
            const TAKES_MU: bool = cfg!(feature = "pq-rustcrypto");
            const BURNS: Burns = Burns::signature($load, $sign);
            type Expanded = Owned<$sk, $pk>;

            /// It signs and verifies over an external μ, and may do all the rest.
            #[cfg(feature = "pq-rustcrypto")]
            fn check_second(algorithm: Algorithm, answer: &[u8; 32]) -> Result<()> {
                use {crate::soft::ml_dsa::MlDsa, crate::soft::ml_dsa::rustcrypto::$set as Second};
                same(known_answer::<Key<MlDsa<Second>>>(algorithm), answer)?;
                same(known_answer_by_mu::<Key<MlDsa<Self>>>(algorithm), answer)
            }

            fn expand(seed: &[u8; 32]) -> Owned<$sk, $pk> {
                let mut owned = Owned {
                    signing: libcrux_ml_dsa::MLDSASigningKey::zero(),
                    verification: libcrux_ml_dsa::MLDSAVerificationKey::zero(),
                };
                let mut pair = libcrux_ml_dsa::$module::generate_key_pair(*seed);
                owned.signing.as_ref_mut().copy_from_slice(pair.signing_key.as_slice());
                owned.verification.as_ref_mut().copy_from_slice(pair.verification_key.as_slice());
                pair.signing_key.as_mut_slice().zeroize();
                owned
            }

            fn read(expanded: &[u8], public: &[u8]) -> Result<Owned<$sk, $pk>> {
                let mut owned = Owned {
                    signing: libcrux_ml_dsa::MLDSASigningKey::zero(),
                    verification: libcrux_ml_dsa::MLDSAVerificationKey::new(*array::<$pk>(public)?),
                };
                owned.signing.as_ref_mut().copy_from_slice(array::<$sk>(expanded)?);
                Ok(owned)
            }

            fn is(expanded: &Owned<$sk, $pk>, bytes: &[u8]) -> Result<bool> {
                Ok(expanded.signing.as_slice().ct_eq(array::<$sk>(bytes)?).into())
            }

            #[cfg(feature = "pqclean")]
            fn write(expanded: &Owned<$sk, $pk>, out: &mut [u8]) -> Result<()> {
                crate::bytes::put(out, expanded.signing.as_slice()).map(|_| ())
            }

            fn public(expanded: &Owned<$sk, $pk>, out: &mut [u8]) -> Result<()> {
                out.copy_from_slice(expanded.verification.as_slice());
                Ok(())
            }

            fn sign(
                expanded: &Owned<$sk, $pk>,
                parts: &[&[u8]],
                context: &[u8],
                rnd: &[u8; 32],
                out: &mut [u8],
            ) -> Result<()> {
                #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
                let made = |message: &[u8]| {
                    let out = out.try_into().map_err(|_| Error::BufferTooSmall)?;
                    let key = $in_place(&expanded.signing);
                    libcrux_ml_dsa::$module::portable::sign_mut(key, message, context, *rnd, out)
                        .map_err(|_| Error::SigningFailed)
                };
                #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
                let made = |message: &[u8]| {
                    let signature = libcrux_ml_dsa::$module::sign(&expanded.signing, message, context, *rnd)
                        .map_err(|_| Error::SigningFailed)?;
                    out.copy_from_slice(signature.as_slice());
                    Ok(())
                };
                joined(parts, made)
            }

            fn sign_mu(
                expanded: &Owned<$sk, $pk>,
                mu: &[u8; 64],
                rnd: &[u8; 32],
                out: &mut [u8],
            ) -> Result<()> {
                #[cfg(feature = "pq-rustcrypto")]
                return {
                    use super::rustcrypto::$set as Second;
                    // Deeper than this crate goes itself.
                    let sign = || Second::sign_expanded(expanded.signing.as_ref(), mu, rnd, out);
                    Second::BURNS.sign.after(sign)
                };
                #[cfg(not(feature = "pq-rustcrypto"))]
                {
                    let _ = (expanded, mu, rnd, out);
                    Err(Error::Unsupported)
                }
            }

            fn verify(public: &[u8], parts: &[&[u8]], context: &[u8], signature: &[u8]) -> Result<()> {
                let key = libcrux_ml_dsa::MLDSAVerificationKey::new(*array::<$pk>(public)?);
                let signature = array(signature).map_err(|_| Error::VerificationFailed)?;
                let signature = libcrux_ml_dsa::MLDSASignature::new(*signature);
                joined(parts, |message| {
                    libcrux_ml_dsa::$module::verify(&key, message, context, &signature)
                        .map_err(|_| Error::VerificationFailed)
                })
            }

            fn verify_mu(public: &[u8], mu: &[u8; 64], signature: &[u8]) -> Result<()> {
                #[cfg(feature = "pq-rustcrypto")]
                return super::rustcrypto::$set::verify_mu(public, mu, signature);
                #[cfg(not(feature = "pq-rustcrypto"))]
                {
                    let _ = (public, mu, signature);
                    Err(Error::Unsupported)
                }
            }

            /// Every byte string of the right length is a public key (FIPS 204 alg. 23).
            fn check_public(public: &[u8]) -> Result<()> {
                array::<$pk>(public).map(|_| ())
            }
        }
    };
}

#[rustfmt::skip]
set!(Set44, "ML-DSA-44", ml_dsa_44, 2560, 1312, 2420, 4, 4, 2, identity, burn!(64512, 76544), burn!(89600, 96512));
#[rustfmt::skip]
set!(Set65, "ML-DSA-65", ml_dsa_65, 4032, 1952, 3309, 6, 5, 4, Signing::as_ref, burn!(95232, 111872), burn!(118784, 132864));
#[rustfmt::skip]
set!(Set87, "ML-DSA-87", ml_dsa_87, 4896, 2592, 4627, 8, 7, 2, identity, burn!(137728, 157184), burn!(177408, 189184));

/// A signing key and its public key; the former is overwritten when dropped.
pub struct Owned<const SK: usize, const PK: usize> {
    signing: libcrux_ml_dsa::MLDSASigningKey<SK>,
    verification: libcrux_ml_dsa::MLDSAVerificationKey<PK>,
}

impl<const SK: usize, const PK: usize> Drop for Owned<SK, PK> {
    fn drop(&mut self) {
        self.signing.as_mut_slice().zeroize();
    }
}
