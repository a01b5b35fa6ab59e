//! DER by hand, so that files can be wrong in every way.

use super::{export, key, public};
use khoalai::Algorithm;
use khoalai::algorithm::Wrapping;

/// One DER value.
pub fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut out = vec![tag];
    match content.len() {
        len @ 0..128 => out.push(u8::try_from(len).unwrap()),
        len @ 128..256 => out.extend([0x81, u8::try_from(len).unwrap()]),
        len => out.extend([0x82, u8::try_from(len >> 8).unwrap(), u8::try_from(len & 0xff).unwrap()]),
    }
    out.extend(content);
    out
}

/// Every row with its names: OID, parameters, public key and what is in PKCS#8.
pub fn pieces(algorithm: Algorithm) -> (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>) {
    let identifier = algorithm.row().identifier.unwrap();
    let parameters = identifier.curve.map(|curve| tlv(6, &[curve])).unwrap_or_default();
    let key = key(algorithm, 1);
    let private = export(&*key);
    let wrapped = match identifier.wrapping {
        Wrapping::Raw => private,
        Wrapping::Seed => tlv(0x80, &[&private]),
        Wrapping::OctetString => tlv(4, &[&private]),
        _ => tlv(0x30, &[&tlv(2, &[&[1]]), &tlv(4, &[&private])]),
    };
    (tlv(6, &[identifier.oid]), parameters, public(&*key), wrapped)
}

/// How many bytes the tag and length take.
pub fn header(der: &[u8]) -> usize {
    if der[1] < 0x80 { 2 } else { 2 + usize::from(der[1] & 0x7f) }
}

/// The same value with a length of one byte more than is needed: BER, not DER.
pub fn longer(der: &[u8]) -> Vec<u8> {
    let at = header(der);
    if at == 2 {
        return [&der[..1], &[0x81], &der[1..]].concat();
    }
    [&der[..1], &[der[1] + 1, 0], &der[2..]].concat()
}
