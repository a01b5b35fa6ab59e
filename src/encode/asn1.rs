//! The ASN.1 types that SPKI and PKCS#8 share.
//!
//! Object identifiers are kept as bytes: two of ours come from UUIDs (ITU-T X.667), whose arcs are
//! longer than the `spki` and `pkcs8` crates can hold.

use super::{depth, obsolete};
use crate::algorithm::{Algorithm, Identifier};
use crate::error::{Error, Result};
use der::asn1::AnyRef;
use der::{Decode, Encode, Reader, Sequence, SliceReader, Tag, Tagged};

/// `AlgorithmIdentifier` (RFC 5280 §4.1.1.2).
#[derive(Clone, Copy, Sequence)]
pub(super) struct AlgorithmIdentifier<'a> {
    oid: AnyRef<'a>,
    parameters: Option<AnyRef<'a>>,
}

impl AlgorithmIdentifier<'static> {
    pub(super) fn write(identifier: Identifier) -> Result<Self> {
        let parameters = identifier.curve.map(oid).transpose()?;
        Ok(Self { oid: oid(identifier.oid)?, parameters })
    }
}

impl AlgorithmIdentifier<'_> {
    /// The first of `rows` with this identifier and its identifier. Parameters must be what the
    /// row says: absent, or its curve.
    pub(super) fn find(&self, rows: &[Algorithm]) -> Result<(Algorithm, Identifier)> {
        if self.oid.tag() != Tag::ObjectIdentifier {
            return Err(Error::Malformed);
        }
        let known = |row: &&Algorithm| row.row().identifier.is_some_and(|own| own.oid == self.oid.value());
        // By its identifier alone: what such a file holds otherwise may have been encoded differently.
        if !rows.iter().any(|row| known(&row)) {
            let obsolete = obsolete::name(self.oid.value()).is_some();
            return Err(if obsolete { Error::ObsoleteAlgorithm } else { Error::UnknownAlgorithm });
        }
        let curve = match self.parameters {
            None => None,
            Some(curve) if curve.tag() == Tag::ObjectIdentifier => Some(curve.value()),
            Some(_) => return Err(Error::Malformed),
        };
        rows.iter()
            .filter_map(|row| row.row().identifier.map(|identifier| (*row, identifier)))
            .find(|(_, identifier)| identifier.oid == self.oid.value() && identifier.curve == curve)
            .ok_or(Error::UnknownAlgorithm)
    }
}

pub(super) fn oid(bytes: &'static [u8]) -> Result<AnyRef<'static>> {
    AnyRef::new(Tag::ObjectIdentifier, bytes).map_err(|_| Error::Malformed)
}

/// The row's identifier, which algorithms without one do not have.
pub(super) fn identifier(algorithm: Algorithm) -> Result<Identifier> {
    algorithm.row().identifier.ok_or(Error::Unsupported)
}

/// Reads one value that fills `der`.
pub(super) fn read<'a, T: Decode<'a>>(der: &'a [u8]) -> Result<T> {
    if der.len() > crate::limits::MAX_DER {
        return Err(Error::Malformed);
    }
    depth::check(der)?;
    T::from_der(der).map_err(|_| Error::Malformed)
}

/// The object identifier in the `AlgorithmIdentifier` that is the first field, or the second after a
/// version: public and private keys are told apart by that.
pub(super) fn named_in(der: &[u8]) -> Option<&[u8]> {
    let outer: AnyRef<'_> = read(der).ok()?;
    let mut fields = SliceReader::new(outer.value()).ok()?;
    let first: AnyRef<'_> = fields.decode().ok()?;
    let identifier = if first.tag() == Tag::Integer { fields.decode().ok()? } else { first };
    let oid: AnyRef<'_> = SliceReader::new(identifier.value()).ok()?.decode().ok()?;
    (identifier.tag() == Tag::Sequence && oid.tag() == Tag::ObjectIdentifier).then(|| oid.value())
}

/// Writes one value to the front of `out`.
pub(super) fn write<'o>(value: &impl Encode, out: &'o mut [u8]) -> Result<&'o mut [u8]> {
    let len = value.encoded_len().and_then(usize::try_from).map_err(|_| Error::Malformed)?;
    let out = crate::bytes::room(out, len)?;
    value.encode_to_slice(out).map_err(|_| Error::Malformed)?;
    Ok(out)
}

/// Whether `content` is exactly one DER SEQUENCE, by its header.
pub(super) fn is_one_sequence(content: &[u8]) -> bool {
    let Ok(mut reader) = SliceReader::new(content) else { return false };
    let Ok(header) = der::Header::decode(&mut reader) else { return false };
    header.tag() == Tag::Sequence && header.length() == reader.remaining_len()
}
