//! Reading and writing keys: SubjectPublicKeyInfo, PKCS#8, encrypted or not, and PEM; reading those of
//! OpenSSH.
//!
//! What a file is gets told by its content ([`Format::of`]); which algorithm, by its identifier,
//! never by a length. Readers take the rows they may recognise, so a third party's algorithm
//! needs no registration.

mod asn1;
mod decoded;
mod depth;
#[cfg(feature = "encrypted")]
pub mod encrypted;
pub mod obsolete;
#[cfg(feature = "openssh")]
pub mod openssh;
pub mod pem;
pub mod pkcs8;
pub mod spki;

use crate::limits::MAX_DER;

/// What a key file looks like from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Text with a `-----BEGIN` line (RFC 7468).
    Pem,
    /// One DER SEQUENCE that fills the file, whatever it holds.
    Der,
    /// Anything else.
    Raw,
}

impl Format {
    /// Tells the format by content.
    ///
    /// ```
    /// use khoalai::encode::Format;
    /// assert_eq!(Format::of(b"-----BEGIN PUBLIC KEY-----\n"), Format::Pem);
    /// assert_eq!(Format::of(b"\x30\x03\x02\x01\x00"), Format::Der);
    /// assert_eq!(Format::of(b"\x30\x04\x02\x01\x00"), Format::Raw); // announces more than there is
    /// ```
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        // DER first: a name or a comment inside it may say anything.
        if content.len() <= MAX_DER && asn1::is_one_sequence(content) {
            Self::Der
        } else if content.windows(pem::BEGIN.len()).any(|window| window == pem::BEGIN) {
            Self::Pem
        } else {
            Self::Raw
        }
    }
}
