//! Components of public keys that were prepared.

use super::Component;
use crate::algorithm::Algorithm;
use crate::bytes::is_len;
use crate::error::{Error, Result};
use crate::input::Input;
use crate::random::Random;
use crate::software::Prepared;
use alloc::boxed::Box;
use core::marker::PhantomData;

/// Around what a component prepared: the checks that [`Soft`](super::Soft) makes around the rest of it.
pub(super) struct Ready<C> {
    algorithm: Algorithm,
    inner: Box<dyn Prepared>,
    component: PhantomData<fn() -> C>,
}

impl<C> Ready<C> {
    pub(super) fn new(algorithm: Algorithm, inner: Box<dyn Prepared>) -> Self {
        Self { algorithm, inner, component: PhantomData }
    }
}

impl<C: Component> Prepared for Ready<C> {
    fn encapsulate(&self, random: &mut dyn Random, ciphertext: &mut [u8], secret: &mut [u8]) -> Result<()> {
        if C::CIPHERTEXT == 0 {
            return Err(Error::Unsupported);
        }
        if (ciphertext.len(), secret.len()) != (C::CIPHERTEXT, C::SECRET) {
            return Err(Error::Malformed);
        }
        self.algorithm.ready()?;
        C::BURNS.encapsulate.after(|| self.inner.encapsulate(random, ciphertext, secret))
    }

    fn verify(&self, input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
        if C::SIGNATURE == 0 {
            return Err(Error::Unsupported);
        }
        if !is_len(signature.len(), C::SIGNATURE, !C::SIGNATURE_IS_FIXED) {
            return Err(Error::Malformed);
        }
        self.algorithm.ready()?;
        self.inner.verify(input, context, signature)
    }
}
