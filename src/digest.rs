//! The hash functions that HashML-DSA names in what it signs (FIPS 204 §5.4.1).

use crate::error::{Error, Result};

macro_rules! hashes {
    ($($(#[$doc:meta])* $name:ident = $arc:literal, $length:literal;)+) => {
        /// The hash function of a message that was hashed outside.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum DigestAlgorithm {
            $($(#[$doc])* $name,)+
        }

        impl DigestAlgorithm {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Length of the digest in bytes.
            #[must_use]
            pub const fn digest_len(self) -> usize {
                match self { $(Self::$name => $length,)+ }
            }

            /// The object identifier as a whole DER value: all are 2.16.840.1.101.3.4.2.x.
            pub(crate) const fn oid(self) -> [u8; 11] {
                let last = match self { $(Self::$name => $arc,)+ };
                [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last]
            }
        }
    };
}

hashes! {
    /// SHA-224, 28 bytes.
    Sha224 = 4, 28;
    /// SHA-256, 32 bytes.
    Sha256 = 1, 32;
    /// SHA-384, 48 bytes.
    Sha384 = 2, 48;
    /// SHA-512, 64 bytes.
    Sha512 = 3, 64;
    /// SHA-512/224, 28 bytes.
    Sha512_224 = 5, 28;
    /// SHA-512/256, 32 bytes.
    Sha512_256 = 6, 32;
    /// SHA3-224, 28 bytes.
    Sha3_224 = 7, 28;
    /// SHA3-256, 32 bytes.
    Sha3_256 = 8, 32;
    /// SHA3-384, 48 bytes.
    Sha3_384 = 9, 48;
    /// SHA3-512, 64 bytes.
    Sha3_512 = 10, 64;
    /// SHAKE128 with 32 bytes of output.
    Shake128 = 11, 32;
    /// SHAKE256 with 64 bytes of output.
    Shake256 = 12, 64;
}

impl DigestAlgorithm {
    pub(crate) fn check(self, digest: &[u8]) -> Result<()> {
        if digest.len() == self.digest_len() { Ok(()) } else { Err(Error::Malformed) }
    }
}
