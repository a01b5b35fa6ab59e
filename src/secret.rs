//! Bytes that are wiped when dropped, compared in constant time and never printed.

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// `N` secret bytes.
///
/// No `Debug`, no `Clone`, no `AsRef`: they leave only through [`expose`](Self::expose).
pub struct Secret<const N: usize>([u8; N]);

impl<const N: usize> Secret<N> {
    /// `N` zero bytes, to be filled.
    #[must_use]
    pub const fn zero() -> Self {
        Self([0; N])
    }

    /// The secret bytes themselves. What is copied out of here is the caller's to wipe.
    #[must_use]
    pub const fn expose(&self) -> &[u8; N] {
        &self.0
    }

    /// The bytes, to be filled in place.
    pub const fn expose_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }
}

/// Takes the bytes over. A copy that the caller had elsewhere stays the caller's to wipe.
impl<const N: usize> From<[u8; N]> for Secret<N> {
    fn from(bytes: [u8; N]) -> Self {
        Self(bytes)
    }
}

impl<const N: usize> Zeroize for Secret<N> {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl<const N: usize> Drop for Secret<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<const N: usize> ZeroizeOnDrop for Secret<N> {}

/// A secret that may be absent, and is zeros then. An `Option` would hold whatever was on the stack
/// where it was made, and nobody would wipe that.
pub(crate) struct MaybeSecret<const N: usize> {
    bytes: Secret<N>,
    there: bool,
}

impl<const N: usize> MaybeSecret<N> {
    pub(crate) const fn some(bytes: Secret<N>) -> Self {
        Self { bytes, there: true }
    }

    pub(crate) const fn none() -> Self {
        Self { bytes: Secret::zero(), there: false }
    }

    pub(crate) const fn get(&self) -> Option<&Secret<N>> {
        if self.there { Some(&self.bytes) } else { None }
    }
}

/// Equality in constant time.
impl<const N: usize> PartialEq for Secret<N> {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl<const N: usize> Eq for Secret<N> {}
