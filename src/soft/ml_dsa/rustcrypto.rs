//! ML-DSA by RustCrypto's `ml-dsa`.
//!
//! Its expanded keys take 65 KB, so what is held is the seed and the public key.

use super::Engine;
use crate::bytes::array;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::soft::hash::Running;
use ml_dsa::{ExpandedSigningKey, Signature, VerifyingKey};
use rand_core::{TryCryptoRng, TryRng};

macro_rules! set {
    ($set:ident, $name:literal, $parameters:ident, $pk:literal, $sig:literal) => {
        #[doc = $name]
        pub struct $set;

        impl Engine for $set {
            const NAME: &'static str = $name;
            const IMPLEMENTATION: &'static str = "ml-dsa";
            const PUBLIC: usize = $pk;
            const SIGNATURE: usize = $sig;
            const TAKES_MU: bool = true;
            type Expanded = Held<$pk>;

            fn expand(seed: &[u8; 32]) -> Held<$pk> {
                let signing = ml_dsa::SigningKey::<ml_dsa::$parameters>::from_seed(&(*seed).into());
                let public = signing.expanded_key().verifying_key().encode().into();
                Held { seed: Secret::from(*seed), public }
            }

            fn public(held: &Held<$pk>, out: &mut [u8]) -> Result<()> {
                out.copy_from_slice(&held.public);
                Ok(())
            }

            fn sign(
                held: &Held<$pk>,
                message: &[&[u8]],
                context: &[u8],
                rnd: &[u8; 32],
                out: &mut [u8],
            ) -> Result<()> {
                Self::sign_mu(held.seed.expose(), &mu(&held.public, message, context)?, rnd, out)
            }

            fn sign_mu(seed: &[u8; 32], mu: &[u8; 64], rnd: &[u8; 32], out: &mut [u8]) -> Result<()> {
                let key = ExpandedSigningKey::<ml_dsa::$parameters>::from_seed(&(*seed).into());
                let signature =
                    key.sign_mu_randomized(mu.into(), &mut Fixed(rnd)).map_err(|_| Error::SigningFailed)?;
                out.copy_from_slice(&signature.encode());
                Ok(())
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

set!(Set44, "ML-DSA-44", MlDsa44, 1312, 2420);
set!(Set65, "ML-DSA-65", MlDsa65, 1952, 3309);
set!(Set87, "ML-DSA-87", MlDsa87, 2592, 4627);

/// A seed and its public key.
pub struct Held<const PK: usize> {
    seed: Secret<32>,
    public: [u8; PK],
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
