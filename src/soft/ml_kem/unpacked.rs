//! ML-KEM by `libcrux-ml-kem`, with loaded keys that keep their matrix and H(ek).
//!
//! The crate has these forms for each of its implementations apart: choosing between them is ours. Its
//! types do not wipe themselves: this is the one place that owns and overwrites them.

use super::libcrux::Owned;
use super::{Draw, Engine, Unpacked};
use crate::algorithm::Algorithm;
use crate::burn::{Burns, burn};
use crate::bytes::array;
use crate::error::{Error, Result};
#[cfg(not(khoalai_path = "portable"))]
use crate::soft::host;
use alloc::boxed::Box;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

macro_rules! set {
    ($set:ident, $name:literal, $module:ident, $pair:ident, $public:ident, $dk:literal, $ek:literal, $load:expr, $decapsulate:expr) => {
        #[doc = $name]
        pub struct $set;

        mod $module {
            use super::*;
            #[cfg(not(khoalai_path = "portable"))]
            use libcrux_ml_kem::$module::avx2::unpacked as avx2;
            use libcrux_ml_kem::$module::portable::unpacked as portable;

            #[doc = concat!("A key pair of ", $name, ", overwritten when dropped.")]
            pub enum Pair {
                #[doc(hidden)]
                #[cfg(not(khoalai_path = "portable"))]
                Avx2(avx2::$pair),
                #[doc(hidden)]
                Portable(portable::$pair),
            }

            impl Pair {
                /// Nothing yet, in the form for this processor. What is written into the box stays there.
                #[inline(never)]
                fn new() -> Box<Self> {
                    #[cfg(not(khoalai_path = "portable"))]
                    if host::avx2() {
                        return Box::new(Self::Avx2(avx2::init_key_pair()));
                    }
                    Box::new(Self::Portable(portable::init_key_pair()))
                }

                pub(super) fn expand(seed: &[u8; 64]) -> Box<Self> {
                    let mut made = Self::new();
                    match &mut *made {
                        #[cfg(not(khoalai_path = "portable"))]
                        Self::Avx2(pair) => avx2::generate_key_pair_mut(*seed, pair),
                        Self::Portable(pair) => portable::generate_key_pair_mut(*seed, pair),
                    }
                    made
                }

                pub(super) fn read(key: &Owned<$dk>) -> Box<Self> {
                    let mut made = Self::new();
                    match &mut *made {
                        #[cfg(not(khoalai_path = "portable"))]
                        Self::Avx2(pair) => avx2::key_pair_from_private_mut(&key.0, pair),
                        Self::Portable(pair) => portable::key_pair_from_private_mut(&key.0, pair),
                    }
                    made
                }

                pub(super) fn write(&self) -> Owned<$dk> {
                    let mut key = Owned([0; $dk].into());
                    match self {
                        #[cfg(not(khoalai_path = "portable"))]
                        Self::Avx2(pair) => avx2::key_pair_serialized_private_key_mut(pair, &mut key.0),
                        Self::Portable(pair) => {
                            portable::key_pair_serialized_private_key_mut(pair, &mut key.0)
                        }
                    }
                    key
                }

                pub(super) fn public(&self, out: &mut [u8]) -> Result<()> {
                    let mut key = [0; $ek].into();
                    match self {
                        #[cfg(not(khoalai_path = "portable"))]
                        Self::Avx2(pair) => avx2::key_pair_serialized_public_key_mut(pair, &mut key),
                        Self::Portable(pair) => portable::key_pair_serialized_public_key_mut(pair, &mut key),
                    }
                    crate::bytes::put(out, key.as_slice()).map(|_| ())
                }

                pub(super) fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
                    let ciphertext = ciphertext.try_into().map_err(|_| Error::Malformed)?;
                    let shared = Zeroizing::new(match self {
                        #[cfg(not(khoalai_path = "portable"))]
                        Self::Avx2(pair) => avx2::decapsulate(pair, &ciphertext),
                        Self::Portable(pair) => portable::decapsulate(pair, &ciphertext),
                    });
                    crate::bytes::put(secret, &shared[..]).map(|_| ())
                }
            }

            impl Drop for Pair {
                // What it writes is made on the stack first: not in the frame of whoever has the seed.
                #[inline(never)]
                fn drop(&mut self) {
                    match self {
                        #[cfg(not(khoalai_path = "portable"))]
                        Self::Avx2(pair) => *pair = avx2::init_key_pair(),
                        Self::Portable(pair) => *pair = portable::init_key_pair(),
                    }
                    // Looked at once more, or the compiler could leave the overwriting out.
                    core::hint::black_box(&*self);
                }
            }

            /// An encapsulation key. Everybody may know what is in it.
            pub(super) enum Public {
                #[cfg(not(khoalai_path = "portable"))]
                Avx2(avx2::$public),
                Portable(portable::$public),
            }

            impl Public {
                pub(super) fn read(bytes: &[u8]) -> Result<Self> {
                    let key = array::<$ek>(bytes)?.into();
                    #[cfg(not(khoalai_path = "portable"))]
                    if host::avx2() {
                        let mut made = avx2::init_public_key();
                        avx2::unpacked_public_key(&key, &mut made);
                        return Ok(Self::Avx2(made));
                    }
                    let mut made = portable::init_public_key();
                    portable::unpacked_public_key(&key, &mut made);
                    Ok(Self::Portable(made))
                }
            }

            impl Unpacked for Public {
                fn encapsulate(&self, m: &[u8; 32], ciphertext: &mut [u8], secret: &mut [u8]) -> Result<()> {
                    let (made, shared) = match self {
                        #[cfg(not(khoalai_path = "portable"))]
                        Self::Avx2(key) => avx2::encapsulate(key, *m),
                        Self::Portable(key) => portable::encapsulate(key, *m),
                    };
                    let shared = Zeroizing::new(shared);
                    crate::bytes::put(ciphertext, made.as_slice())?;
                    crate::bytes::put(secret, &shared[..]).map(|_| ())
                }
            }
        }

        impl Engine for $set {
            const NAME: &'static str = $name;
            const IMPLEMENTATION: &'static str = "libcrux-ml-kem";
            const PUBLIC: usize = $ek;
            const CIPHERTEXT: usize = <super::libcrux::$set as Engine>::CIPHERTEXT;
            const BURNS: Burns =
                Burns { load: $load, decapsulate: $decapsulate, ..<super::libcrux::$set as Engine>::BURNS };
            type Expanded = Box<$module::Pair>;

            /// The packed form, which also works here, and what is prepared.
            fn check_second(algorithm: Algorithm, answer: &[u8; 32]) -> Result<()> {
                <super::libcrux::$set as Engine>::check_second(algorithm, answer)?;
                Self::BURNS.load.after(super::prepared_sends_the_same::<Self>)?;
                Ok(())
            }

            fn expand(seed: &[u8; 64]) -> Result<Self::Expanded> {
                Ok($module::Pair::expand(seed))
            }

            fn read(expanded: &[u8]) -> Result<Self::Expanded> {
                Ok($module::Pair::read(&<super::libcrux::$set as Engine>::read(expanded)?))
            }

            fn is(expanded: &Self::Expanded, bytes: &[u8]) -> Result<bool> {
                Ok(expanded.write().0.as_slice().ct_eq(array::<$dk>(bytes)?).into())
            }

            #[cfg(feature = "pqclean")]
            fn write(expanded: &Self::Expanded, out: &mut [u8]) -> Result<()> {
                crate::bytes::put(out, expanded.write().0.as_slice()).map(|_| ())
            }

            fn public(expanded: &Self::Expanded, out: &mut [u8]) -> Result<()> {
                expanded.public(out)
            }

            fn check_public(public: &[u8]) -> Result<()> {
                <super::libcrux::$set as Engine>::check_public(public)
            }

            fn encapsulate(
                public: &[u8],
                draw: Draw<'_>,
                ciphertext: &mut [u8],
                secret: &mut [u8],
            ) -> Result<()> {
                <super::libcrux::$set as Engine>::encapsulate(public, draw, ciphertext, secret)
            }

            fn decapsulate(expanded: &Self::Expanded, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
                expanded.decapsulate(ciphertext, secret)
            }

            fn prepare(public: &[u8]) -> Result<Option<Box<dyn Unpacked>>> {
                Ok(Some(Box::new($module::Public::read(public)?)))
            }
        }
    };
}

set!(
    Set512,
    "ML-KEM-512",
    mlkem512,
    MlKem512KeyPairUnpacked,
    MlKem512PublicKeyUnpacked,
    1632,
    800,
    burn!(40960),
    burn!(32768)
);
set!(
    Set768,
    "ML-KEM-768",
    mlkem768,
    MlKem768KeyPairUnpacked,
    MlKem768PublicKeyUnpacked,
    2400,
    1184,
    burn!(57344),
    burn!(43008)
);
set!(
    Set1024,
    "ML-KEM-1024",
    mlkem1024,
    MlKem1024KeyPairUnpacked,
    MlKem1024PublicKeyUnpacked,
    3168,
    1568,
    burn!(77824),
    burn!(61440)
);
