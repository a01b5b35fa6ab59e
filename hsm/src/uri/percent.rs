//! Percent-encoding (RFC 3986 section 2.1) and the characters of each part of a PKCS#11 URI.

use core::fmt::Write;

/// RFC 3986 section 2.3.
const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// RFC 7512 section 2.3: `pk11-res-avail`.
const fn is_available(byte: u8) -> bool {
    is_unreserved(byte)
        || matches!(
            byte,
            b':' | b'[' | b']' | b'@' | b'!' | b'$' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b'='
        )
}

/// `pk11-pchar`, but for percent-encoding.
pub(super) const fn is_path(byte: u8) -> bool {
    is_available(byte) || byte == b'&'
}

/// `pk11-qchar`, but for percent-encoding.
pub(super) const fn is_query(byte: u8) -> bool {
    is_available(byte) || matches!(byte, b'/' | b'?' | b'|')
}

const fn nibble(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// The bytes meant, or the place of the first byte that may not stand there.
pub(crate) fn decode(text: &[u8], allowed: impl Fn(u8) -> bool) -> Result<Vec<u8>, usize> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().enumerate();
    while let Some((place, byte)) = bytes.next() {
        if byte == b'%' {
            let mut digit = || bytes.next().and_then(|(_, digit)| nibble(digit)).ok_or(place);
            let high = digit()?;
            decoded.push(high << 4 | digit()?);
        } else if allowed(byte) {
            decoded.push(byte);
        } else {
            return Err(place);
        }
    }
    Ok(decoded)
}

fn encode(bytes: &[u8], bare: fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    for &byte in bytes {
        if bare(byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}"); // a String takes everything
        }
    }
    encoded
}

pub(super) fn encode_text(text: &str) -> String {
    encode(text.as_bytes(), is_unreserved)
}

pub(super) fn encode_all(bytes: &[u8]) -> String {
    encode(bytes, |_| false)
}
