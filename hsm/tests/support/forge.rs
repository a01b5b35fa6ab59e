//! Key references taken apart and put together again, as somebody does who can write the file.

use khoalai_hsm::KeyReference;
use sha3::{Digest, Sha3_256};

/// One DER value: its tag and its content.
pub fn split(der: &[u8]) -> (u8, &[u8], &[u8]) {
    let (len, at) = match der[1] {
        len @ 0..0x80 => (usize::from(len), 2),
        count => {
            let at = 2 + usize::from(count & 0x7f);
            (der[2..at].iter().fold(0, |len, byte| len << 8 | usize::from(*byte)), at)
        }
    };
    (der[0], &der[at..at + len], &der[at + len..])
}

pub fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    let len = match content.len() {
        0..0x80 => vec![low],
        0x80..0x100 => vec![0x81, low],
        _ => vec![0x82, high, low],
    };
    [&[tag][..], &len, content].concat()
}

/// The values inside a value, whole.
pub fn fields(mut content: &[u8]) -> Vec<Vec<u8>> {
    let mut fields = Vec::new();
    while !content.is_empty() {
        let (_, _, rest) = split(content);
        fields.push(content[..content.len() - rest.len()].to_vec());
        content = rest;
    }
    fields
}

/// A reference: the fields of its header, and its body.
#[derive(Clone)]
pub struct Forged {
    pub header: Vec<Vec<u8>>,
    pub body: Vec<u8>,
}

/// Where the fields of a header are, if it has an object identifier.
pub mod field {
    pub const NAME: usize = 4;
    pub const STATE: usize = 5;
    pub const CREATED: usize = 6;
    pub const PQ_PUBLIC: usize = 7;
    pub const CLASSICAL_PUBLIC: usize = 8;
    pub const PQ: usize = 9;
    pub const CLASSICAL: usize = 10;
    pub const RECOVERY: usize = 12;
    pub const GUARD: usize = 13;
}

impl Forged {
    pub fn of(reference: &KeyReference) -> Self {
        Self::from_der(&reference.to_der().unwrap())
    }

    pub fn from_der(der: &[u8]) -> Self {
        let parts = fields(split(der).1);
        assert_eq!(parts.len(), 3);
        Self { header: fields(split(&parts[0]).1), body: split(&parts[1]).1.to_vec() }
    }

    pub fn header_der(&self) -> Vec<u8> {
        value(0x30, &self.header.concat())
    }

    /// With the checksum that fits, which anybody can compute.
    pub fn to_der(&self) -> Vec<u8> {
        let header = self.header_der();
        let check = Sha3_256::new()
            .chain_update(b"khoalai key reference v1 check")
            .chain_update(&header)
            .chain_update(&self.body)
            .finalize();
        value(0x30, &[header, value(4, &self.body), value(4, &check)].concat())
    }

    pub fn read(&self) -> khoalai_hsm::Result<KeyReference> {
        KeyReference::from_der(&self.to_der())
    }

    /// The wrapping key's `CKA_ID` and the wrapped file key of a sealed post-quantum half.
    pub fn sealed(&self) -> (Vec<u8>, Vec<u8>) {
        let (tag, content, _) = split(&self.header[field::PQ]);
        assert_eq!(tag, 0xa1);
        let sealed = fields(content);
        let place = fields(split(&sealed[0]).1);
        (split(&place[2]).1.to_vec(), split(sealed.last().unwrap()).1.to_vec())
    }

    /// What is encrypted together with this header.
    pub fn associated(&self) -> Vec<u8> {
        [b"khoalai key reference v1 sealed half".as_slice(), &self.header_der()].concat()
    }
}
