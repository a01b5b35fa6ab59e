//! ML-KEM by `libcrux-ml-kem`.
//!
//! Its types do not wipe themselves: this is the one place that owns and overwrites them.

use super::{Draw, Engine};
use crate::burn::{Burns, burn};
use crate::bytes::array;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::soft::hash::sha3_256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};
#[cfg(feature = "pq-rustcrypto")]
use {
    crate::algorithm::Algorithm,
    crate::soft::Key,
    crate::soft::trial::{known_answer, same},
};

macro_rules! set {
    ($set:ident, $name:literal, $module:ident, $dk:literal, $ek:literal, $at:literal, $ct:literal, $load:expr, $encapsulate:expr, $decapsulate:expr) => {
        #[doc = $name]
        pub struct $set;

        impl $set {
            /// Parses with the modulus check of FIPS 203 §7.2.
            fn parse(public: &[u8]) -> Result<libcrux_ml_kem::MlKemPublicKey<$ek>> {
                let key = array::<$ek>(public)?.into();
                if libcrux_ml_kem::$module::validate_public_key(&key) {
                    Ok(key)
                } else {
                    Err(Error::BadPublicKey)
                }
            }
        }

        impl Engine for $set {
            const NAME: &'static str = $name;
            const IMPLEMENTATION: &'static str = "libcrux-ml-kem";
            const PUBLIC: usize = $ek;
            const CIPHERTEXT: usize = $ct;
            const BURNS: Burns = Burns::exchange($load, $encapsulate, $decapsulate);
            type Expanded = Owned<$dk>;

            #[cfg(feature = "pq-rustcrypto")]
            fn check_second(algorithm: Algorithm, answer: &[u8; 32]) -> Result<()> {
                use {crate::soft::ml_kem::MlKem, crate::soft::ml_kem::rustcrypto::$set as Second};
                same(known_answer::<Key<MlKem<Second>>>(algorithm), answer)
            }

            fn expand(seed: &[u8; 64]) -> Result<Owned<$dk>> {
                // Moved, so copies stay behind: `BURNS.load` overwrites them with the rest.
                Ok(Owned(libcrux_ml_kem::$module::generate_key_pair(*seed).into_parts().0))
            }

            fn read(expanded: &[u8]) -> Result<Owned<$dk>> {
                let owned = Owned(libcrux_ml_kem::MlKemPrivateKey::from(array::<$dk>(expanded)?));
                // The hash check of §7.3; the encapsulation key inside must pass §7.2 as well.
                let mut public = [0; $ek];
                Self::public(&owned, &mut public)?;
                let mut hash = [0; 32];
                sha3_256(&[&public], &mut hash);
                if owned.0.as_slice().get($at + $ek..$at + $ek + 32) != Some(&hash[..]) {
                    return Err(Error::BadPrivateKey);
                }
                Self::check_public(&public).map_err(|_| Error::BadPrivateKey)?;
                Ok(owned)
            }

            fn is(expanded: &Owned<$dk>, bytes: &[u8]) -> Result<bool> {
                Ok(expanded.0.as_slice().ct_eq(array::<$dk>(bytes)?).into())
            }

            #[cfg(feature = "pqclean")]
            fn write(expanded: &Owned<$dk>, out: &mut [u8]) -> Result<()> {
                crate::bytes::put(out, expanded.0.as_slice()).map(|_| ())
            }

            fn public(expanded: &Owned<$dk>, out: &mut [u8]) -> Result<()> {
                // dk = dk_PKE ‖ ek ‖ H(ek) ‖ z (FIPS 203 alg. 16 step 3)
                let key = expanded.0.as_slice().get($at..$at + $ek).ok_or(Error::BadPrivateKey)?;
                out.copy_from_slice(key);
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
                let (made, shared) = libcrux_ml_kem::$module::encapsulate(&key, *m.expose());
                let shared = Zeroizing::new(shared);
                ciphertext.copy_from_slice(made.as_slice());
                secret.copy_from_slice(&shared[..]);
                Ok(())
            }

            fn decapsulate(expanded: &Owned<$dk>, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
                let ciphertext = ciphertext.try_into().map_err(|_| Error::Malformed)?;
                let shared = Zeroizing::new(libcrux_ml_kem::$module::decapsulate(&expanded.0, &ciphertext));
                secret.copy_from_slice(&shared[..]);
                Ok(())
            }
        }
    };
}

set!(
    Set512,
    "ML-KEM-512",
    mlkem512,
    1632,
    800,
    768,
    768,
    burn!(24576, 30000),
    burn!(18000, 28000),
    burn!(18000, 28000)
);
set!(
    Set768,
    "ML-KEM-768",
    mlkem768,
    2400,
    1184,
    1152,
    1088,
    burn!(34816, 42752),
    burn!(25344, 38912),
    burn!(26624, 38912)
);
set!(
    Set1024,
    "ML-KEM-1024",
    mlkem1024,
    3168,
    1568,
    1536,
    1568,
    burn!(49152, 56320),
    burn!(38912, 53504),
    burn!(40960, 53888)
);

/// A decapsulation key, overwritten when dropped.
pub struct Owned<const N: usize>(pub(super) libcrux_ml_kem::MlKemPrivateKey<N>);

impl<const N: usize> Drop for Owned<N> {
    fn drop(&mut self) {
        self.0[0..].zeroize();
    }
}
