//! What opens a sealed half beside the token, and the file key that comes of both.

use crate::error::{Problem, Result};
use hkdf::Hkdf;
use khoalai::encode::encrypted;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The fewest bytes of a key file, which has to be random: 256 bits.
pub const MIN_KEY_FILE: usize = 32;
/// The most.
pub const MAX_KEY_FILE: usize = 64 * 1024;

/// A passphrase or the content of a key file: what a sealed half needs beside a token that only wraps
/// classically, and may have with any token. Wiped when dropped, never printed.
pub struct SecondFactor(Kind);

enum Kind {
    Passphrase(Zeroizing<Vec<u8>>),
    KeyFile(Zeroizing<Vec<u8>>),
}

/// Which kind of factor, as a reference records it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorKind {
    /// A passphrase, which scrypt makes a key of.
    Passphrase,
    /// A file of random bytes.
    KeyFile,
}

impl SecondFactor {
    /// This passphrase, as it is: make it NFC before.
    ///
    /// # Errors
    /// [`Problem::FactorWeak`] if it is empty.
    pub fn passphrase(passphrase: Zeroizing<Vec<u8>>) -> Result<Self> {
        if passphrase.is_empty() {
            return Err(Problem::FactorWeak.into());
        }
        Ok(Self(Kind::Passphrase(passphrase)))
    }

    /// The content of a key file.
    ///
    /// # Errors
    /// [`Problem::FactorWeak`] unless it has [`MIN_KEY_FILE`] to [`MAX_KEY_FILE`] bytes that are not all
    /// the same.
    pub fn key_file(content: Zeroizing<Vec<u8>>) -> Result<Self> {
        let fair = (MIN_KEY_FILE..=MAX_KEY_FILE).contains(&content.len());
        if !fair || content.iter().all(|byte| content.first() == Some(byte)) {
            return Err(Problem::FactorWeak.into());
        }
        Ok(Self(Kind::KeyFile(content)))
    }

    /// Which kind it is.
    #[must_use]
    pub const fn kind(&self) -> FactorKind {
        match self.0 {
            Kind::Passphrase(_) => FactorKind::Passphrase,
            Kind::KeyFile(_) => FactorKind::KeyFile,
        }
    }

    /// The passphrase, if it is one.
    pub(crate) fn expose_passphrase(&self) -> Result<&[u8]> {
        match &self.0 {
            Kind::Passphrase(passphrase) => Ok(passphrase),
            Kind::KeyFile(_) => Err(Problem::FactorMissing.into()),
        }
    }

    /// The 32 bytes that go into a file key. scrypt takes 128 MiB and a good part of a second.
    pub(crate) fn key(&self, salt: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>> {
        match &self.0 {
            Kind::Passphrase(passphrase) => {
                let mut key = Zeroizing::new([0; 32]);
                encrypted::derive_key(passphrase, salt, &mut key)?;
                Ok(key)
            }
            Kind::KeyFile(content) => hkdf(Some(salt), &[content], &[b"khoalai key reference v1 key file"]),
        }
    }
}

/// HKDF-SHA256 (RFC 5869) over the parts one after the other, 32 bytes.
fn hkdf(salt: Option<&[u8]>, secret: &[&[u8]], info: &[&[u8]]) -> Result<Zeroizing<[u8; 32]>> {
    let secret = Zeroizing::new(secret.concat());
    let mut out = Zeroizing::new([0; 32]);
    let derived = Hkdf::<Sha256>::new(salt, &secret).expand_multi_info(info, &mut *out);
    derived.map_err(|_| khoalai::Error::Malformed)?;
    Ok(out)
}

/// The file key, of the 32 bytes that the token gave and those of the factor. Whoever lacks one of the
/// two knows nothing of it.
pub(crate) fn file_key(token: &[u8; 32], factor: &[u8; 32]) -> Result<Zeroizing<[u8; 32]>> {
    hkdf(None, &[token, factor], &[b"khoalai key reference v1 file key"])
}

/// How a private key in software vouches for the reference that it stands in.
pub(crate) fn voucher(private_key: &[u8], header: &[u8]) -> Result<Zeroizing<[u8; 32]>> {
    hkdf(None, &[private_key], &[b"khoalai key reference v1 voucher", header])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop anywhere")]
mod tests {
    use super::*;

    #[test]
    fn weak_factors_are_refused() {
        let file = |content: Vec<u8>| SecondFactor::key_file(Zeroizing::new(content)).err();
        let weak = Some(Problem::FactorWeak.into());
        assert_eq!(file(vec![]), weak);
        assert_eq!(file((0..31).collect()), weak);
        assert_eq!(file(vec![7; 64]), weak);
        assert_eq!(file([vec![1; MAX_KEY_FILE], vec![2]].concat()), weak);
        assert_eq!(file((0..32).collect()), None);
        assert_eq!(SecondFactor::passphrase(Zeroizing::default()).err(), weak);
    }

    #[test]
    fn every_part_counts() {
        let key = |token, factor| *file_key(&[token; 32], &[factor; 32]).unwrap();
        assert!(key(1, 2) != key(1, 3) && key(1, 2) != key(3, 2) && key(1, 2) != key(2, 1));
        // The formula of the documentation, computed with another implementation (Python's hmac).
        let known = "bec68e26a8e0c6d04c64d04f2bbf9868fb7268abf21a42a27ef65c7af627bc0f";
        let hex: String = key(1, 2).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, known);
        let file = SecondFactor::key_file(Zeroizing::new((0..32).collect())).unwrap();
        assert!(*file.key(&[0; 16]).unwrap() != *file.key(&[1; 16]).unwrap());
        assert!(*voucher(b"key", b"one").unwrap() != *voucher(b"key", b"two").unwrap());
    }
}
