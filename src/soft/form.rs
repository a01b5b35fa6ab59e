//! The forms in which a private key may come.

/// A private key in one of the forms that files have. It borrows: nothing is copied.
///
/// No `Debug`: it leads to a secret.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "it leads to a secret")]
pub enum PrivateForm<'a> {
    /// The raw private key as [`SoftwareKey::import`](super::SoftwareKey::import) takes it: the
    /// seed, the scalar, or the parts of a composite.
    Raw(&'a [u8]),
    /// The expanded form of FIPS 203 or FIPS 204, without its seed.
    Expanded(&'a [u8]),
    /// The seed and the expanded form (RFC 9881 §6, RFC 9935 §6), which have to belong together.
    Both {
        /// The seed.
        seed: &'a [u8],
        /// What it should expand to.
        expanded: &'a [u8],
    },
}
