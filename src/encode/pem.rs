//! PEM (RFC 7468), and the marker of keys that are for tests only.

use super::Format;
use crate::burn::Burn;
use crate::bytes::{room, zero_unless_ok};
use crate::error::{Error, Result};
use crate::limits::MAX_PEM;
use pem_rfc7468::{Decoder, LineEnding};

pub(super) const BEGIN: &[u8] = b"-----BEGIN ";
/// How many characters a line has (RFC 7468 §2).
const WIDTH: usize = 64;

/// What stands in front of the label of a key that is for tests only:
/// `-----BEGIN TEST ONLY PRIVATE KEY-----`. Other programs do not know the label and refuse it.
pub const TEST_ONLY: &str = "TEST ONLY ";

/// What a PEM text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Label {
    /// `PUBLIC KEY`: SubjectPublicKeyInfo.
    PublicKey,
    /// `PRIVATE KEY`: PKCS#8.
    PrivateKey,
    /// `ENCRYPTED PRIVATE KEY`: encrypted PKCS#8.
    EncryptedPrivateKey,
    /// `CERTIFICATE`: X.509.
    Certificate,
    /// `OPENSSH PRIVATE KEY`: OpenSSH's own form. It has lines of 70 characters instead of 64; any
    /// one width is read, and 64 is written.
    OpensshPrivateKey,
}

impl Label {
    const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::PublicKey, "PUBLIC KEY", "TEST ONLY PUBLIC KEY"),
        (Self::PrivateKey, "PRIVATE KEY", "TEST ONLY PRIVATE KEY"),
        (Self::EncryptedPrivateKey, "ENCRYPTED PRIVATE KEY", "TEST ONLY ENCRYPTED PRIVATE KEY"),
        (Self::Certificate, "CERTIFICATE", "TEST ONLY CERTIFICATE"),
        (Self::OpensshPrivateKey, "OPENSSH PRIVATE KEY", "TEST ONLY OPENSSH PRIVATE KEY"),
    ];

    fn text(self, test_only: bool) -> &'static str {
        let [(_, first, first_test), ..] = Self::ALL;
        Self::ALL.iter().find(|(label, ..)| *label == self).map_or(
            if test_only { first_test } else { first },
            |(_, real, test)| if test_only { test } else { real },
        )
    }

    fn read(text: &str) -> Result<(Self, bool)> {
        Self::ALL
            .iter()
            .find_map(|(label, real, test)| match text {
                _ if text == *real => Some((*label, false)),
                _ if text == *test => Some((*label, true)),
                _ => None,
            })
            .ok_or(Error::Malformed)
    }
}

/// The DER inside a PEM text, and what the text says about it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Document<'a> {
    /// What it holds.
    pub label: Label,
    /// Whether it is marked TEST ONLY.
    pub test_only: bool,
    /// The content. For a private key this is a secret.
    pub der: &'a [u8],
}

/// Without the content, which may be a secret.
impl core::fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Document")
            .field("label", &self.label)
            .field("test_only", &self.test_only)
            .finish_non_exhaustive()
    }
}

/// Writes `der` as PEM and returns the part of `out` written: 4 bytes for every 3, a line end for
/// every 64, and about 100 for the frame. For a private key `out` holds a secret then: wipe it.
///
/// # Errors
/// [`Error::BufferTooSmall`].
pub fn encode<'o>(label: Label, test_only: bool, der: &[u8], out: &'o mut [u8]) -> Result<&'o str> {
    let label = label.text(test_only);
    // Known beforehand, so that no half of a secret is written where there is no room for all of it.
    let len = pem_rfc7468::encoded_len(label, LineEnding::LF, der).map_err(|_| Error::BufferTooSmall)?;
    let out = room(out, len)?;
    Burn::ENCODINGS
        .after(|| pem_rfc7468::encode(label, LineEnding::LF, der, out).map_err(|_| Error::BufferTooSmall))
}

/// Reads the one document in a PEM text. Text before it is passed over.
///
/// # Errors
/// [`Error::Malformed`], also for a label this library does not read; [`Error::BufferTooSmall`] if
/// `out` is shorter than the content. `out` is then zeroed.
pub fn decode<'o>(pem: &[u8], out: &'o mut [u8]) -> Result<Document<'o>> {
    let (label, test_only, len) = zero_unless_ok(Burn::ENCODINGS.after(|| read(pem, out)), out)?;
    Ok(Document { label, test_only, der: out.get(..len).unwrap_or_default() })
}

fn read(pem: &[u8], out: &mut [u8]) -> Result<(Label, bool, usize)> {
    // What is told to be DER by its content is not read as anything else.
    if pem.len() > MAX_PEM || Format::of(pem) != Format::Pem {
        return Err(Error::Malformed);
    }
    let label = pem_rfc7468::decode_label(pem).map_err(|_| Error::Malformed)?;
    let (label, test_only) = Label::read(label)?;
    let width = match label {
        Label::OpensshPrivateKey => {
            pem_rfc7468::detect_base64_line_width(pem).map_err(|_| Error::Malformed)?
        }
        _ => WIDTH,
    };
    let mut decoder = Decoder::new_wrapped(pem, width).map_err(|_| Error::Malformed)?;
    let content = room(out, decoder.remaining_len())?;
    let len = decoder.decode(content).map_err(|_| Error::Malformed)?.len();
    if decoder.is_finished() { Ok((label, test_only, len)) } else { Err(Error::Malformed) }
}
