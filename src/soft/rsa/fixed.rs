//! TEST ONLY: what the known-answer tests take instead of a fresh key, which takes long to make, or
//! cannot be made here. Anybody knows these keys.

use super::encoding::public_len;
use crate::soft::trial::Fixed;

/// A key, and its signatures over the message of the known-answer test.
pub(super) struct Known {
    public: &'static [u8],
    private: &'static [u8],
    pss: &'static [u8],
    pkcs15: &'static [u8],
}

impl Known {
    /// `file` holds `RSAPublicKey`, the PSS signature and the PKCS#1 v1.5 one.
    const fn new(bits: usize, file: &'static [u8], private: &'static [u8]) -> Self {
        let (public, signatures) = file.split_at(public_len(bits));
        let (pss, pkcs15) = signatures.split_at(bits / 8);
        assert!(pkcs15.len() == bits / 8);
        Self { public, private, pss, pkcs15 }
    }

    pub(super) const fn oaep(&self) -> Fixed {
        Fixed { public: self.public, private: self.private, signature: &[] }
    }

    pub(super) const fn pss(&self) -> Fixed {
        Fixed { public: self.public, private: self.private, signature: self.pss }
    }

    pub(super) const fn pkcs15(&self) -> Fixed {
        Fixed { public: self.public, private: self.private, signature: self.pkcs15 }
    }
}

macro_rules! known {
    ($($name:ident: $bits:literal = $public:literal, $private:literal;)+) => { $(
        pub(super) const $name: Known = {
            #[cfg(feature = "hazmat-rsa-private")]
            const PRIVATE: &[u8] = include_bytes!($private);
            #[cfg(not(feature = "hazmat-rsa-private"))]
            const PRIVATE: &[u8] = &[];
            Known::new($bits, include_bytes!($public), PRIVATE)
        };
    )+ };
}

known! {
    RSA2048: 2048 = "test-only-2048.known", "test-only-2048.private";
    RSA3072: 3072 = "test-only-3072.known", "test-only-3072.private";
    RSA4096: 4096 = "test-only-4096.known", "test-only-4096.private";
}
