//! The DER of a key reference. Field by field as `REFERENCE.md` has it.
#![allow(clippy::unnested_or_patterns, reason = "what der derives")]

use crate::error::{Error, Problem, Result};
use core::time::Duration;
use der::asn1::{Any, GeneralizedTime, Null, OctetString};
use der::{Choice, Decode, Encode, Enumerated, Reader, Sequence, SliceReader, Tag, Tagged};
use sha3::{Digest, Sha3_256};

/// The version that is written, and the only one that is read.
pub(super) const VERSION: u8 = 1;
/// The longest file in DER: what a key of any algorithm needs, with room.
pub(super) const MAX_DER: usize = 32 * 1024;
const CHECK: &[u8] = b"khoalai key reference v1 check";

/// The whole.
#[derive(Sequence)]
pub(super) struct File {
    pub(super) header: Header,
    /// What is sealed, or what vouches for the header, or nothing.
    pub(super) body: OctetString,
    check: OctetString,
}

/// What everybody may read, and nobody may change.
#[derive(Clone, Sequence)]
pub(super) struct Header {
    pub(super) version: u8,
    pub(super) algorithm: String,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) oid: Option<Any>,
    pub(super) purpose: String,
    pub(super) name: String,
    pub(super) state: StateCode,
    pub(super) created: GeneralizedTime,
    pub(super) pq_public: OctetString,
    pub(super) classical_public: OctetString,
    pub(super) pq: Location,
    pub(super) classical: Location,
    pub(super) custody: Custody,
    /// A `SubjectPublicKeyInfo`, or NULL.
    pub(super) recovery: Any,
    /// What vouches for the header where no half is in the file: nothing, sealed.
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub(super) guard: Option<Sealed>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumerated)]
#[repr(u8)]
pub(super) enum StateCode {
    Active = 0,
    Retired = 1,
    Destroyed = 2,
}

/// Where a half is.
#[derive(Clone, Choice)]
#[asn1(tag_mode = "IMPLICIT")]
pub(super) enum Location {
    #[asn1(context_specific = "0", constructed = "true")]
    Token(InToken),
    #[asn1(context_specific = "1", constructed = "true")]
    Sealed(Sealed),
    /// An `EncryptedPrivateKeyInfo`.
    #[asn1(context_specific = "2")]
    Software(OctetString),
    #[asn1(context_specific = "3")]
    Gone(Null),
    /// As `Token`, of a key that was there before the hybrid.
    #[asn1(context_specific = "4", constructed = "true")]
    Adopted(InToken),
}

impl Location {
    /// The object of a token that the half is, made for the hybrid or adopted into it.
    pub(super) const fn in_token(&self) -> Option<&InToken> {
        match self {
            Self::Token(place) | Self::Adopted(place) => Some(place),
            Self::Sealed(_) | Self::Software(_) | Self::Gone(_) => None,
        }
    }
}

/// An object of a token.
#[derive(Clone, Sequence)]
pub(super) struct InToken {
    pub(super) uri: String,
    pub(super) serial: String,
    pub(super) id: OctetString,
}

/// What opens a sealed half.
#[derive(Clone, Sequence)]
pub(super) struct Sealed {
    pub(super) wrapping_key: InToken,
    pub(super) mechanism: String,
    #[asn1(optional = "true")]
    pub(super) factor: Option<Factor>,
    pub(super) wrapped: OctetString,
}

/// The second factor, with its salt.
#[derive(Clone, Choice)]
#[asn1(tag_mode = "IMPLICIT")]
pub(super) enum Factor {
    #[asn1(context_specific = "0")]
    Passphrase(OctetString),
    #[asn1(context_specific = "1")]
    KeyFile(OctetString),
}

/// The numbers of the library's places.
#[derive(Clone, Copy, PartialEq, Eq, Sequence)]
pub(super) struct Custody {
    pub(super) pq: u8,
    pub(super) classical: u8,
    pub(super) combined: u8,
}

/// What goes wrong while writing: a length that nothing of ours has.
pub(super) fn unwritable<E>(_: E) -> Error {
    Problem::ReferenceUnfit.into()
}

fn octets(bytes: &[u8]) -> Result<OctetString> {
    OctetString::new(bytes).map_err(unwritable)
}

impl Header {
    pub(super) fn to_der(&self) -> Result<Vec<u8>> {
        Encode::to_der(self).map_err(unwritable)
    }
}

impl File {
    pub(super) fn new(header: Header, body: &[u8]) -> Result<Self> {
        let check = octets(&check(&header.to_der()?, body))?;
        Ok(Self { header, body: octets(body)?, check })
    }

    pub(super) fn to_der(&self) -> Result<Vec<u8>> {
        Encode::to_der(self).map_err(unwritable)
    }

    /// Reads what re-encodes to the same bytes, and looks at version and checksum. What it says is not
    /// looked at yet.
    pub(super) fn from_der(der: &[u8]) -> Result<Self> {
        if der.len() > MAX_DER {
            return Err(Problem::ReferenceMalformed.into());
        }
        let file = <Self as Decode>::from_der(der).map_err(|_| match version(der) {
            Some(version) if version != u32::from(VERSION) => Problem::ReferenceVersion,
            _ => Problem::ReferenceMalformed,
        })?;
        if file.header.version != VERSION {
            return Err(Problem::ReferenceVersion.into());
        }
        if file.to_der()? != der {
            return Err(Problem::ReferenceMalformed.into());
        }
        if file.check.as_bytes() != check(&file.header.to_der()?, file.body.as_bytes()) {
            return Err(Problem::ReferenceDamaged.into());
        }
        Ok(file)
    }
}

/// The version of a file that may have other fields than this one.
fn version(der: &[u8]) -> Option<u32> {
    let file = Any::from_der(der).ok()?;
    let header: Any = SliceReader::new(file.value()).ok()?.decode().ok()?;
    let version = SliceReader::new(header.value()).ok()?.decode().ok()?;
    ((file.tag(), header.tag()) == (Tag::Sequence, Tag::Sequence)).then_some(version)
}

/// Tells damage from a change, not a change from the truth: anybody can compute it.
fn check(header: &[u8], body: &[u8]) -> [u8; 32] {
    Sha3_256::new().chain_update(CHECK).chain_update(header).chain_update(body).finalize().into()
}

/// A time in whole seconds since 1970.
pub(super) fn time(seconds: u64) -> Result<GeneralizedTime> {
    GeneralizedTime::from_unix_duration(Duration::from_secs(seconds)).map_err(unwritable)
}
