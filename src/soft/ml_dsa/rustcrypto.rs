//! ML-DSA by RustCrypto's `ml-dsa`.
//!
//! Its expanded keys take 65 KB, so what is held is the private key as it came, a seed or the packed
//! expanded form, and the public key.

use super::Engine;
use crate::burn::{Burns, burn};
use crate::bytes::array;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::soft::hash::Running;
use ml_dsa::{ExpandedSigningKey, Signature, VerifyingKey};
use rand_core::{TryCryptoRng, TryRng};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

macro_rules! set {
    ($set:ident, $name:literal, $parameters:ident, $sk:literal, $pk:literal, $sig:literal, $k:literal, $l:literal, $eta:literal, $load:expr, $sign:expr) => {
        #[doc = $name]
        pub struct $set;

        #[allow(
            deprecated,
            reason = "the crate's only reader and writer of the FIPS 204 form; `expanded::check` keeps out what it cannot take"
        )]
        impl $set {
            /// Signs with an expanded key that was made here or passed `expanded::check`.
            pub(super) fn sign_expanded(
                expanded: &[u8; $sk],
                mu: &[u8; 64],
                rnd: &[u8; 32],
                out: &mut [u8],
            ) -> Result<()> {
                let key = ExpandedSigningKey::<ml_dsa::$parameters>::from_expanded(expanded.into());
                Self::finish(&key, mu, rnd, out)
            }

            fn finish(
                key: &ExpandedSigningKey<ml_dsa::$parameters>,
                mu: &[u8; 64],
                rnd: &[u8; 32],
                out: &mut [u8],
            ) -> Result<()> {
                let signature =
                    key.sign_mu_randomized(mu.into(), &mut Fixed(rnd)).map_err(|_| Error::SigningFailed)?;
                out.copy_from_slice(&signature.encode());
                Ok(())
            }

            /// Whether `seed` expands to these bytes, in constant time.
            fn expands_to(seed: &[u8; 32], bytes: &[u8; $sk]) -> bool {
                let key = ExpandedSigningKey::<ml_dsa::$parameters>::from_seed(&(*seed).into());
                Zeroizing::new(key.to_expanded()).as_slice().ct_eq(bytes).into()
            }
        }

        impl Engine for $set {
            const NAME: &'static str = $name;
            const IMPLEMENTATION: &'static str = "ml-dsa";
            const PUBLIC: usize = $pk;
            const SIGNATURE: usize = $sig;
            const EXPANDED: usize = $sk;
            const K: usize = $k;
            const L: usize = $l;
            const ETA: u64 = $eta;
            const TAKES_MU: bool = true;
            const BURNS: Burns = Burns::signature($load, $sign);
            type Expanded = Held<$sk, $pk>;

            fn expand(seed: &[u8; 32]) -> Held<$sk, $pk> {
                let signing = ml_dsa::SigningKey::<ml_dsa::$parameters>::from_seed(&(*seed).into());
                let public = signing.expanded_key().verifying_key().encode().into();
                Held { private: Private::Seed(Secret::from(*seed)), public }
            }

            fn read(expanded: &[u8], public: &[u8]) -> Result<Held<$sk, $pk>> {
                let private = Private::Expanded(Secret::from(*array::<$sk>(expanded)?));
                Ok(Held { private, public: *array::<$pk>(public)? })
            }

            fn is(held: &Held<$sk, $pk>, bytes: &[u8]) -> Result<bool> {
                let bytes = array::<$sk>(bytes)?;
                Ok(match &held.private {
                    Private::Seed(seed) => Self::expands_to(seed.expose(), bytes),
                    Private::Expanded(expanded) => expanded.expose().ct_eq(bytes).into(),
                })
            }

            #[cfg(feature = "pqclean")]
            #[allow(deprecated, reason = "the crate's only writer of the FIPS 204 form")]
            fn write(held: &Held<$sk, $pk>, out: &mut [u8]) -> Result<()> {
                let Private::Seed(seed) = &held.private else { return Err(Error::Unsupported) };
                let key = ExpandedSigningKey::<ml_dsa::$parameters>::from_seed(&(*seed.expose()).into());
                crate::bytes::put(out, &Zeroizing::new(key.to_expanded())).map(|_| ())
            }

            fn public(held: &Held<$sk, $pk>, out: &mut [u8]) -> Result<()> {
                out.copy_from_slice(&held.public);
                Ok(())
            }

            fn sign(
                held: &Held<$sk, $pk>,
                message: &[&[u8]],
                context: &[u8],
                rnd: &[u8; 32],
                out: &mut [u8],
            ) -> Result<()> {
                Self::sign_mu(held, &mu(&held.public, message, context)?, rnd, out)
            }

            fn sign_mu(
                held: &Held<$sk, $pk>,
                mu: &[u8; 64],
                rnd: &[u8; 32],
                out: &mut [u8],
            ) -> Result<()> {
                match &held.private {
                    Private::Seed(seed) => {
                        let key = ExpandedSigningKey::from_seed(&(*seed.expose()).into());
                        Self::finish(&key, mu, rnd, out)
                    }
                    Private::Expanded(expanded) => Self::sign_expanded(expanded.expose(), mu, rnd, out),
                }
            }

            fn verify(public: &[u8], message: &[&[u8]], context: &[u8], signature: &[u8]) -> Result<()> {
                Self::verify_mu(public, &mu(public, message, context)?, signature)
            }

            fn verify_mu(public: &[u8], mu: &[u8; 64], signature: &[u8]) -> Result<()> {
                let key = VerifyingKey::<ml_dsa::$parameters>::decode(array::<$pk>(public)?.into());
                let signature = Signature::try_from(signature).map_err(|_| Error::VerificationFailed)?;
                if key.verify_mu(mu.into(), &signature) { Ok(()) } else { Err(Error::VerificationFailed) }
            }

            /// Every byte string of the right length is a public key (FIPS 204 alg. 23).
            fn check_public(public: &[u8]) -> Result<()> {
                array::<$pk>(public).map(|_| ())
            }
        }
    };
}

set!(Set44, "ML-DSA-44", MlDsa44, 2560, 1312, 2420, 4, 4, 2, burn!(200704, 276480), burn!(240640, 301568));
set!(Set65, "ML-DSA-65", MlDsa65, 4032, 1952, 3309, 6, 5, 4, burn!(328704, 441344), burn!(388096, 467968));
set!(Set87, "ML-DSA-87", MlDsa87, 4896, 2592, 4627, 8, 7, 2, burn!(527872, 705536), burn!(616960, 720896));

/// A private key and its public key.
pub struct Held<const SK: usize, const PK: usize> {
    private: Private<SK>,
    public: [u8; PK],
}

/// A private key as it came.
#[allow(clippy::large_enum_variant, reason = "without an allocator there is nowhere else to put it")]
enum Private<const SK: usize> {
    Seed(Secret<32>),
    Expanded(Secret<SK>),
}

fn mu(public: &[u8], message: &[&[u8]], context: &[u8]) -> Result<[u8; 64]> {
    let len = context.len().try_into().map_err(|_| Error::BadContext)?;
    let mut running = Running::mu(public, context, len);
    message.iter().for_each(|part| running.update(part));
    let mut mu = [0; 64];
    running.finish(&mut mu)?;
    Ok(mu)
}

/// Hands over the one `rnd` that was already drawn, and fails if asked for anything else.
struct Fixed<'a>(&'a [u8; 32]);

impl TryRng for Fixed<'_> {
    type Error = core::fmt::Error;

    fn try_next_u32(&mut self) -> core::result::Result<u32, Self::Error> {
        Err(core::fmt::Error)
    }

    fn try_next_u64(&mut self) -> core::result::Result<u64, Self::Error> {
        Err(core::fmt::Error)
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> core::result::Result<(), Self::Error> {
        let out: &mut [u8; 32] = out.try_into().map_err(|_| core::fmt::Error)?;
        *out = *self.0;
        Ok(())
    }
}

impl TryCryptoRng for Fixed<'_> {}
