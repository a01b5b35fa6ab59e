//! `OneAsymmetricKey`, known as PKCS#8 (RFC 5958). Private keys are written as seeds, and read as
//! seeds, expanded, or both.

use super::asn1::{self, AlgorithmIdentifier};
pub use super::decoded::Decoded;
use crate::algorithm::{Algorithm, Wrapping};
use crate::burn::Burn;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::soft::PrivateForm;
use der::asn1::{AnyRef, BitStringRef, ContextSpecificRef, OctetStringRef};
use der::{
    DecodeValue, ErrorKind, FixedTag, Header, Reader, Sequence, SliceReader, Tag, TagMode, TagNumber, Tagged,
};

/// What is written: version, algorithm and key.
#[derive(Sequence)]
struct Written<'a> {
    version: u8,
    algorithm: AlgorithmIdentifier<'a>,
    private_key: &'a OctetStringRef,
}

/// What is read: attributes and a public key may follow.
struct OneAsymmetricKey<'a> {
    version: u8,
    algorithm: AlgorithmIdentifier<'a>,
    private_key: &'a OctetStringRef,
    public_key: Option<&'a [u8]>,
}

impl<'a> FixedTag for OneAsymmetricKey<'a> {
    const TAG: Tag = Tag::Sequence;
}

impl<'a> DecodeValue<'a> for OneAsymmetricKey<'a> {
    type Error = der::Error;

    fn decode_value<R: Reader<'a>>(reader: &mut R, _header: Header) -> der::Result<Self> {
        let (version, algorithm, private_key) = (reader.decode()?, reader.decode()?, reader.decode()?);
        let mut next: Option<AnyRef<'a>> = reader.decode()?;
        // attributes [0] IMPLICIT SET: whole values; nothing in them is used.
        if let Some(attributes) = next.filter(|field| field.tag() == ATTRIBUTES) {
            let mut inside = SliceReader::new(attributes.value())?;
            while !inside.is_finished() {
                let _: AnyRef<'_> = inside.decode()?;
            }
            next = reader.decode()?;
        }
        // publicKey [1] IMPLICIT BIT STRING: whole bytes.
        let public_key = match next.map(|field| (field.tag(), field.value().split_first())) {
            None => None,
            Some((PUBLIC_KEY, Some((0, key)))) => Some(key),
            Some(_) => return Err(ErrorKind::Failed.into()),
        };
        Ok(Self { version, algorithm, private_key, public_key })
    }
}

const ATTRIBUTES: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };
const PUBLIC_KEY: Tag = Tag::ContextSpecific { constructed: false, number: TagNumber(1) };

/// `ECPrivateKey` (RFC 5915 §3).
#[derive(Sequence)]
struct EcPrivateKey<'a> {
    version: u8,
    private_key: &'a OctetStringRef,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    parameters: Option<AnyRef<'a>>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    public_key: Option<BitStringRef<'a>>,
}

/// The `both` of RFC 9881 §6 and RFC 9935 §6.
#[derive(Sequence)]
struct Both<'a> {
    seed: &'a OctetStringRef,
    expanded_key: &'a OctetStringRef,
}

/// The longest raw private key that something is put around.
const MAX_WRAPPED: usize = 96;

/// Writes a raw private key as DER and returns the part of `out` written, at most 64 bytes more
/// than the key. `out` holds a secret then: wipe it.
///
/// # Errors
/// [`Error::Malformed`] for a wrong length; [`Error::BufferTooSmall`]; [`Error::Unsupported`] if
/// the algorithm has no object identifier.
pub fn encode<'o>(algorithm: Algorithm, private_key: &[u8], out: &'o mut [u8]) -> Result<&'o [u8]> {
    if !algorithm.is_private_key_len(private_key.len()) || private_key.is_empty() {
        return Err(Error::Malformed);
    }
    let identifier = asn1::identifier(algorithm)?;
    Burn::ENCODINGS.after(|| {
        let mut wrapped = Secret::<{ MAX_WRAPPED + 16 }>::zero();
        let wrapped = wrap(identifier.wrapping, private_key, wrapped.expose_mut())?;
        let algorithm = AlgorithmIdentifier::write(identifier)?;
        let key = Written { version: 0, algorithm, private_key: octets(wrapped)? };
        asn1::write(&key, out).map(|written| &*written)
    })
}

/// Reads a private key of one of `rows` from DER. As with public keys, the first row that fits is taken.
///
/// An expanded ML-KEM or ML-DSA key is read as it stands; [`Decoded::load`] checks it.
///
/// # Errors
/// [`Error::Malformed`]; [`Error::UnknownAlgorithm`] if it is none of `rows`, or
/// [`Error::ObsoleteAlgorithm`] if it is one of a superseded draft ([`obsolete`](super::obsolete));
/// [`Error::DeviceOnly`] if private keys of it have no form that software reads.
pub fn decode<'a>(der: &'a [u8], rows: &[Algorithm]) -> Result<Decoded<'a>> {
    Burn::HASHES.after(|| decode_in(der, rows))
}

/// Reading copies no secret on purpose; a word of one passes through registers and onto the stack.
fn decode_in<'a>(der: &'a [u8], rows: &[Algorithm]) -> Result<Decoded<'a>> {
    let key: OneAsymmetricKey<'a> = asn1::read(der)?;
    // v1 has no public key, v2 may have one (RFC 5958 §2).
    if key.version > 1 || (key.version == 0 && key.public_key.is_some()) {
        return Err(Error::Malformed);
    }
    let (algorithm, identifier) = key.algorithm.find(rows)?;
    let (form, inner_public) = unwrap(identifier.wrapping, identifier.curve, key.private_key.as_bytes())?;
    if algorithm.private_key_len() == 0 {
        return Err(Error::DeviceOnly);
    }
    let raw = match form {
        PrivateForm::Raw(raw) | PrivateForm::Both { seed: raw, .. } => Some(raw),
        PrivateForm::Expanded(_) => None,
    };
    if raw.is_some_and(|raw| !algorithm.is_private_key_len(raw.len())) {
        return Err(Error::Malformed);
    }
    if inner_public.zip(key.public_key).is_some_and(|(inner, outer)| inner != outer) {
        return Err(Error::BadPrivateKey);
    }
    Ok(Decoded { algorithm, form, public_key: key.public_key.or(inner_public) })
}

/// Puts around the raw key what its row says, in `out` if that is more than nothing.
fn wrap<'o>(wrapping: Wrapping, raw: &'o [u8], out: &'o mut [u8]) -> Result<&'o [u8]> {
    match wrapping {
        Wrapping::Raw => return Ok(raw),
        Wrapping::Seed => {
            let value = &octets(raw)?;
            let seed = ContextSpecificRef { tag_number: TagNumber(0), tag_mode: TagMode::Implicit, value };
            asn1::write(&seed, out)
        }
        Wrapping::OctetString => asn1::write(&octets(raw)?, out),
        Wrapping::EcPrivateKey => {
            let key =
                EcPrivateKey { version: 1, private_key: octets(raw)?, parameters: None, public_key: None };
            asn1::write(&key, out)
        }
    }
    .map(|written| &*written)
}

/// Takes off what [`wrap`] puts around, and reads what others write there.
fn unwrap<'a>(
    wrapping: Wrapping,
    curve: Option<&[u8]>,
    wrapped: &'a [u8],
) -> Result<(PrivateForm<'a>, Option<&'a [u8]>)> {
    let raw = match wrapping {
        Wrapping::Raw => wrapped,
        Wrapping::Seed => return Ok((choice(wrapped)?, None)),
        Wrapping::OctetString => asn1::read::<&'a OctetStringRef>(wrapped)?.as_bytes(),
        Wrapping::EcPrivateKey => {
            let key: EcPrivateKey<'a> = asn1::read(wrapped)?;
            let same_curve = key.parameters.is_none_or(|parameters| {
                parameters.tag() == Tag::ObjectIdentifier && Some(parameters.value()) == curve
            });
            if key.version != 1 || !same_curve {
                return Err(Error::Malformed);
            }
            let public_key = key.public_key.map(bits).transpose()?;
            return Ok((PrivateForm::Raw(key.private_key.as_bytes()), public_key));
        }
    };
    Ok((PrivateForm::Raw(raw), None))
}

/// The CHOICE of RFC 9881 §6 and RFC 9935 §6: seed, expandedKey, or both.
fn choice(wrapped: &[u8]) -> Result<PrivateForm<'_>> {
    let choice: AnyRef<'_> = asn1::read(wrapped)?;
    match choice.tag() {
        Tag::ContextSpecific { constructed: false, number: TagNumber(0) } => {
            Ok(PrivateForm::Raw(choice.value()))
        }
        Tag::OctetString => Ok(PrivateForm::Expanded(choice.value())),
        Tag::Sequence => {
            let both: Both<'_> = asn1::read(wrapped)?;
            Ok(PrivateForm::Both { seed: both.seed.as_bytes(), expanded: both.expanded_key.as_bytes() })
        }
        _ => Err(Error::Malformed),
    }
}

fn octets(bytes: &[u8]) -> Result<&OctetStringRef> {
    OctetStringRef::new(bytes).map_err(|_| Error::Malformed)
}

fn bits(string: BitStringRef<'_>) -> Result<&[u8]> {
    string.as_bytes().ok_or(Error::Malformed)
}
