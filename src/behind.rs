//! A key behind a pointer is the same key.

use crate::algorithm::Algorithm;
use crate::error::Result;
use crate::input::{Hedge, Input};
use crate::key::{Custody, ExportPrivateKey, PrivateKey};
use crate::random::Random;

macro_rules! forward {
    ($($pointer:ty),+) => { $(
        impl<K: PrivateKey + ?Sized> PrivateKey for $pointer {
            fn algorithm(&self) -> Algorithm {
                (**self).algorithm()
            }
            fn custody(&self) -> Custody {
                (**self).custody()
            }
            fn device(&self) -> Option<usize> {
                (**self).device()
            }
            fn public_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
                (**self).public_key(out)
            }
            fn decapsulate(&self, ciphertext: &[u8], random: &mut dyn Random, secret: &mut [u8]) -> Result<()> {
                (**self).decapsulate(ciphertext, random, secret)
            }
            fn sign<'o>(
                &self,
                input: Input<'_>,
                context: &[u8],
                hedge: Hedge,
                random: &mut dyn Random,
                out: &'o mut [u8],
            ) -> Result<&'o [u8]> {
                (**self).sign(input, context, hedge, random, out)
            }
        }

        impl<K: ExportPrivateKey + ?Sized> ExportPrivateKey for $pointer {
            fn expose_private_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
                (**self).expose_private_key(out)
            }
        }
    )+ };
}

forward!(&K);
#[cfg(feature = "alloc")]
forward!(alloc::boxed::Box<K>, alloc::sync::Arc<K>);
