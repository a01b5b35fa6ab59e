//! Dilithium as `pqcrypto-dilithium` has it: the initial public draft of FIPS 204, without a context
//! and always deterministic.

use super::overwrite;
use crate::burn::{Burns, burn};
use crate::bytes::{array, room};
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
use crate::random::Random;
use crate::secret::Secret;
use crate::soft::{Component, MlDsa44, MlDsa65, MlDsa87, sealed::Sealed, whole_message};
use pqcrypto_dilithium::{dilithium2, dilithium3, dilithium5};
use pqcrypto_traits::sign::{DetachedSignature as _, PublicKey as _, SecretKey as _};

/// A key as the crate writes it, and its public key.
#[allow(missing_debug_implementations, reason = "it holds a secret")]
pub struct Loaded<const SK: usize, const PK: usize> {
    secret: Secret<SK>,
    public: [u8; PK],
}

macro_rules! set {
    (
        $(#[doc = $doc:literal])*
        $set:ident, $name:literal, $module:ident, $ml_dsa:ident, $sk:literal, $pk:literal, $sig:literal, $burn:expr
    ) => {
        $(#[doc = $doc])*
        pub struct $set;

        impl Sealed for $set {}

        impl Component for $set {
            const NAME: &'static str = $name;
            const IMPLEMENTATION: &'static str = "pqcrypto-dilithium";
            /// No form that is written out: what it makes is not for keeping.
            const PRIVATE: usize = 0;
            const PUBLIC: usize = $pk;
            const SIGNATURE: usize = $sig;
            const BURNS: Burns = Burns::signature($burn, $burn);
            type Loaded = Loaded<$sk, $pk>;

            /// For the known answer alone; there is no way to a new key. Private keys of the draft and
            /// of FIPS 204 have the same parts; only the seed gives others.
            fn make(random: &mut dyn Random) -> Result<Loaded<$sk, $pk>> {
                let (mut seed, mut secret) = (Secret::<32>::zero(), Secret::<$sk>::zero());
                random.fill(seed.expose_mut())?;
                $ml_dsa::load(seed.expose())?.write_expanded(secret.expose_mut())?;
                Self::load_expanded(secret.expose())
            }

            fn load(_private: &[u8]) -> Result<Loaded<$sk, $pk>> {
                Err(Error::Unsupported)
            }

            /// Every part is checked as in a key of ML-DSA, which has the same ones. What remains is
            /// drawn by the key itself, so that the crate's search for a signature ends.
            fn load_expanded(expanded: &[u8]) -> Result<Loaded<$sk, $pk>> {
                let mut loaded = Loaded { secret: Secret::zero(), public: [0; $pk] };
                $ml_dsa::public(&$ml_dsa::load_expanded(expanded)?, &mut loaded.public)?;
                loaded.secret.expose_mut().copy_from_slice(array::<$sk>(expanded)?);
                Ok(loaded)
            }

            fn private(_loaded: &Loaded<$sk, $pk>, _out: &mut [u8]) -> Result<()> {
                Err(Error::NotExportable)
            }

            fn public(loaded: &Loaded<$sk, $pk>, out: &mut [u8]) -> Result<()> {
                out.copy_from_slice(&loaded.public);
                Ok(())
            }

            /// Every byte string of the right length is a public key.
            fn check_public(public: &[u8]) -> Result<()> {
                array::<$pk>(public).map(|_| ())
            }

            fn sign(
                loaded: &Loaded<$sk, $pk>,
                input: Input<'_>,
                context: &[u8],
                hedge: Hedge,
                _random: &mut dyn Random,
                out: &mut [u8],
            ) -> Result<usize> {
                let message = whole_message(input, context)?.concat();
                if hedge == Hedge::Required {
                    return Err(Error::Unsupported);
                }
                let key = |bytes| $module::SecretKey::from_bytes(bytes).map_err(|_| Error::BadPrivateKey);
                let zeros = key(&[0; $sk])?;
                let mut key = key(loaded.secret.expose())?;
                let signature = $module::detached_sign(&message, &key);
                overwrite(&mut key, zeros);
                room(out, signature.as_bytes().len())?.copy_from_slice(signature.as_bytes());
                Ok(signature.as_bytes().len())
            }

            fn verify(public: &[u8], input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
                let message = whole_message(input, context)?.concat();
                let public = $module::PublicKey::from_bytes(public).map_err(|_| Error::Malformed)?;
                let signature =
                    $module::DetachedSignature::from_bytes(signature).map_err(|_| Error::Malformed)?;
                $module::verify_detached_signature(&signature, &message, &public)
                    .map_err(|_| Error::VerificationFailed)
            }
        }
    };
}

set!(
    /// Dilithium2 of the initial public draft of FIPS 204. See [`Dilithium3`].
    Dilithium2, "Dilithium2-ipd", dilithium2, MlDsa44, 2560, 1312, 2420, burn!(81_920)
);
set!(
    /// Dilithium3 of the initial public draft of FIPS 204, by `pqcrypto-dilithium` 0.5.0: signatures of
    /// early adopters, to be verified. Private keys are read in expanded form (4032 bytes), for tests;
    /// none are made.
    ///
    /// ```
    /// use khoalai::{DILITHIUM3_IPD, Error, Policy, PublicKey};
    ///
    /// fn verify(public: &[u8], message: &[u8], signature: &[u8]) -> khoalai::Result<()> {
    ///     // Somebody has to say that it may.
    ///     assert_eq!(PublicKey::new(DILITHIUM3_IPD, public).err(), Some(Error::LegacyAlgorithm));
    ///     let public = Policy::STRICT.permit_legacy().public_key(DILITHIUM3_IPD, public)?;
    ///     public.verify(message, b"", signature)
    /// }
    ///
    /// let nothing = [0; DILITHIUM3_IPD.signature_len()];
    /// let refused = verify(&[0; DILITHIUM3_IPD.public_key_len()], b"message", &nothing);
    /// assert_eq!(refused, Err(Error::VerificationFailed));
    /// ```
    Dilithium3, "Dilithium3-ipd", dilithium3, MlDsa65, 4032, 1952, 3309, burn!(114_688)
);
set!(
    /// Dilithium5 of the initial public draft of FIPS 204. See [`Dilithium3`].
    Dilithium5, "Dilithium5-ipd", dilithium5, MlDsa87, 4896, 2592, 4627, burn!(163_840)
);
