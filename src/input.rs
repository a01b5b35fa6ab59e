//! What a key is asked to sign, and how.

use crate::digest::DigestAlgorithm;

/// What is signed or verified.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Input<'a> {
    /// The message itself, as parts that are read one after the other. libcrux's ML-DSA takes one
    /// piece: without `alloc`, several parts of more than 1024 bytes in all are
    /// [`Error::Unsupported`](crate::Error::Unsupported) there. SLH-DSA takes up to 13 parts.
    Message(&'a [&'a [u8]]),
    /// PH(M) of a composite signature: the message's hash, made outside (draft-ietf-lamps-pq-composite-sigs §2).
    Prehash(&'a [u8]),
    /// The digest of a message for HashML-DSA (FIPS 204 §5.4): another algorithm than pure ML-DSA,
    /// over the same keys, whose signatures pure ML-DSA refuses. Not for certificates (RFC 9881 §8).
    /// It needs what [`Mu`](Self::Mu) needs.
    Hashed {
        /// The hash function, which becomes a part of what is signed. One that is weaker than the
        /// key makes the signature so.
        hash: DigestAlgorithm,
        /// The digest, of [`DigestAlgorithm::digest_len`] bytes.
        digest: &'a [u8],
    },
    /// The 64-byte message representative μ of ML-DSA, made outside (FIPS 204 alg. 7 step 6). It
    /// already binds the public key and the context.
    Mu(&'a [u8; 64]),
}

/// Whether a signature mixes in fresh randomness (FIPS 204 §3.4; RFC 6979 §3.6 for ECDSA).
///
/// Ed25519 is deterministic by definition (RFC 8032 §5.1.6) and takes no notice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hedge {
    /// Hedged where the key can; software keys always can, and a failing generator is an error.
    #[default]
    Preferred,
    /// Hedged, or an error, wherever the algorithm has room for randomness.
    Required,
    /// The same input gives the same signature. For known answers, and for machines without a generator.
    Deterministic,
}
