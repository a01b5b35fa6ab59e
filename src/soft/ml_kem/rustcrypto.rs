//! ML-KEM by RustCrypto's `ml-kem`.

use super::{Draw, Engine};
use crate::burn::{Burns, burn};
use crate::bytes::array;
use crate::error::{Error, Result};
use crate::secret::Secret;
use ml_kem::kem::{Decapsulate, KeyExport};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

macro_rules! set {
    ($set:ident, $name:literal, $module:ident, $dk:literal, $ek:literal, $ct:literal, $load:expr, $encapsulate:expr, $decapsulate:expr) => {
        #[doc = $name]
        pub struct $set;

        impl $set {
            /// Parses with the modulus check of FIPS 203 §7.2.
            fn parse(public: &[u8]) -> Result<ml_kem::$module::EncapsulationKey> {
                let bytes = array::<$ek>(public)?.into();
                ml_kem::$module::EncapsulationKey::new(bytes).map_err(|_| Error::BadPublicKey)
            }
        }

        impl Engine for $set {
            const NAME: &'static str = $name;
            const IMPLEMENTATION: &'static str = "ml-kem";
            const PUBLIC: usize = $ek;
            const CIPHERTEXT: usize = $ct;
            const BURNS: Burns = Burns::exchange($load, $encapsulate, $decapsulate);
            type Expanded = ml_kem::$module::DecapsulationKey;

            fn expand(seed: &[u8; 64]) -> Result<Self::Expanded> {
                Ok(ml_kem::$module::DecapsulationKey::from_seed((*seed).into()))
            }

            #[allow(
                deprecated,
                reason = "the crate's only reader of the FIPS 203 form; it makes the §7.3 checks"
            )]
            fn read(expanded: &[u8]) -> Result<Self::Expanded> {
                let bytes = array::<$dk>(expanded)?.into();
                ml_kem::$module::DecapsulationKey::from_expanded(bytes).map_err(|_| Error::BadPrivateKey)
            }

            #[allow(deprecated, reason = "the crate's only writer of the FIPS 203 form")]
            fn is(expanded: &Self::Expanded, bytes: &[u8]) -> Result<bool> {
                use ml_kem::ExpandedKeyEncoding;
                let own = Zeroizing::new(expanded.to_expanded_bytes());
                Ok(own.as_slice().ct_eq(array::<$dk>(bytes)?).into())
            }

            #[cfg(feature = "pqclean")]
            #[allow(deprecated, reason = "the crate's only writer of the FIPS 203 form")]
            fn write(expanded: &Self::Expanded, out: &mut [u8]) -> Result<()> {
                use ml_kem::ExpandedKeyEncoding as _;
                crate::bytes::put(out, &Zeroizing::new(expanded.to_expanded_bytes())[..]).map(|_| ())
            }

            fn public(expanded: &Self::Expanded, out: &mut [u8]) -> Result<()> {
                out.copy_from_slice(&expanded.encapsulation_key().to_bytes());
                Ok(())
            }

            fn check_public(public: &[u8]) -> Result<()> {
                Self::parse(public).map(|_| ())
            }

            fn encapsulate(
                public: &[u8],
                draw: Draw<'_>,
                ciphertext: &mut [u8],
                secret: &mut [u8],
            ) -> Result<()> {
                let key = Self::parse(public)?;
                let mut m = Secret::<32>::zero();
                draw(m.expose_mut())?;
                let (made, shared) = key.encapsulate_deterministic(m.expose().into());
                let shared = Zeroizing::new(shared);
                ciphertext.copy_from_slice(&made);
                secret.copy_from_slice(&shared);
                Ok(())
            }

            fn decapsulate(expanded: &Self::Expanded, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
                let shared = expanded.decapsulate_slice(ciphertext).map_err(|_| Error::Malformed)?;
                secret.copy_from_slice(&Zeroizing::new(shared));
                Ok(())
            }
        }
    };
}

set!(
    Set512,
    "ML-KEM-512",
    ml_kem_512,
    1632,
    800,
    768,
    burn!(24576, 53248),
    burn!(22528, 28672),
    burn!(24576, 28672)
);
set!(
    Set768,
    "ML-KEM-768",
    ml_kem_768,
    2400,
    1184,
    1088,
    burn!(32768, 73728),
    burn!(29952, 36864),
    burn!(35840, 38912)
);
set!(
    Set1024,
    "ML-KEM-1024",
    ml_kem_1024,
    3168,
    1568,
    1568,
    burn!(46592, 98304),
    burn!(45056, 53248),
    burn!(48128, 52224)
);
