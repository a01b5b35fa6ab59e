//! What an algorithm is: a row of data, and a `Copy` reference to it.
//!
//! The library's own rows are in `src/table/`. A third party (a national algorithm,
//! say) writes a `static` row of its own and uses it everywhere an [`Algorithm`] is taken.

use crate::bytes::{is_len, room, written};
use crate::error::{Error, Result};
use crate::gate::{Gate, State};
use crate::input::Input;
use crate::limits::{MAX_CLASSICAL_PUBLIC_KEY, MAX_HALF_SECRET};
use crate::random::Random;
use crate::software::NoSoftware;
#[cfg(feature = "alloc")]
pub use crate::software::Prepared;
pub use crate::software::Software;

/// One algorithm, described. Lengths are in bytes.
#[allow(missing_debug_implementations, reason = "printed by name through `Algorithm`")]
pub struct Row {
    /// The name, in the one spelling of its standard. It never changes meaning.
    pub name: &'static str,
    /// What keys of it do.
    pub kind: Kind,
    /// How it is built.
    pub construction: Construction,
    /// The document that defines it, and whether that can still change.
    pub status: Status,
    /// NIST security category of the post-quantum part; 0 where there is none.
    pub category: u8,
    /// Length of the public key.
    pub public_key: usize,
    /// Length of the raw private key; 0 where keys have no form that may leave.
    pub private_key: usize,
    /// Length of the ciphertext, or of the peer's share; 0 for signatures.
    pub ciphertext: usize,
    /// Length of the shared secret; 0 for signatures.
    pub secret: usize,
    /// Largest length of a signature; 0 for key exchange.
    pub signature: usize,
    /// Whether the public key and the raw private key may be shorter than said above: RSA's are DER
    /// with integers in it. The classical part of a hybrid key is then what follows the other part.
    pub varies: bool,
    /// How keys are named in ASN.1, if they are.
    pub identifier: Option<Identifier>,
    /// The HPKE KEM number, if there is one.
    pub hpke: Option<u16>,
    /// Whether keys are only ever made whole, from one seed: the halves of X-Wing cannot be made apart.
    pub whole_only: bool,
    /// What software can do with a public key of it.
    pub software: &'static dyn Software,
    /// The known-answer test that has to pass before the first use; `None` where the makers of the
    /// row test it elsewhere.
    pub gate: Option<&'static Gate>,
}

impl Row {
    /// What a row says where nothing else is said: begin yours with it (`..Row::BLANK`), so that a
    /// field that comes later does not break it.
    pub const BLANK: Self = Self {
        name: "",
        kind: Kind::Signature,
        construction: Construction::Classical,
        status: Status::Private(""),
        category: 0,
        public_key: 0,
        private_key: 0,
        ciphertext: 0,
        secret: 0,
        signature: 0,
        varies: false,
        identifier: None,
        hpke: None,
        whole_only: false,
        software: &NoSoftware,
        gate: None,
    };
}

/// What keys of an algorithm do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Key encapsulation: safe to use as it is.
    Kem,
    /// A bare Diffie–Hellman share: only ever one half of something.
    Share,
    /// Signatures.
    Signature,
}

/// How an algorithm is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Construction {
    /// A post-quantum component.
    PostQuantum,
    /// A classical component.
    Classical,
    /// A hybrid KEM: `SHA3-256(ss_PQ ‖ ss_T ‖ ct_T ‖ ek_T ‖ label)`.
    HybridKem {
        /// The post-quantum half.
        pq: Algorithm,
        /// The classical half.
        classical: Algorithm,
        /// The suffix that separates this hybrid from all others.
        label: &'static [u8],
    },
    /// A composite signature over `Prefix ‖ label ‖ len(ctx) ‖ ctx ‖ PH(M)`.
    Composite {
        /// The post-quantum half.
        pq: Algorithm,
        /// The classical half.
        classical: Algorithm,
        /// The label, which is also the context of the ML-DSA half.
        label: &'static [u8],
        /// PH.
        prehash: Prehash,
    },
}

/// The hash of a message that a composite signature signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Prehash {
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-512, 64 bytes.
    Sha512,
    /// SHAKE256 with 64 bytes of output.
    Shake256,
}

/// The document that defines an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// A published standard.
    Standard(&'static str),
    /// A draft, by name and number. Its bytes may still change.
    Draft(&'static str),
    /// Not public: a third party's own.
    Private(&'static str),
    /// What early adopters used and no document kept, by the program that made it: only for reading
    /// what is left of it. Refused unless a [`Policy`](crate::Policy) permits it.
    Legacy(&'static str),
}

/// How keys of an algorithm are named and wrapped in SPKI and PKCS#8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identifier {
    /// The object identifier: DER content bytes, without tag and length.
    pub oid: &'static [u8],
    /// The named curve that stands as parameter: DER content bytes. Otherwise parameters are absent.
    pub curve: Option<&'static [u8]>,
    /// What is inside the PKCS#8 OCTET STRING.
    pub wrapping: Wrapping,
}

impl Identifier {
    /// An object identifier (DER content bytes) without parameters.
    #[must_use]
    pub const fn new(oid: &'static [u8], wrapping: Wrapping) -> Self {
        Self { oid, curve: None, wrapping }
    }

    /// The same with a named curve (DER content bytes) as parameter.
    #[must_use]
    pub const fn on_curve(self, curve: &'static [u8]) -> Self {
        Self { curve: Some(curve), ..self }
    }
}

/// What is inside the OCTET STRING of a PKCS#8 private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrapping {
    /// The raw private key, nothing around it (X-Wing, the composite drafts).
    Raw,
    /// `seed [0] IMPLICIT OCTET STRING` (RFC 9881 §6, RFC 9935 §6).
    Seed,
    /// `CurvePrivateKey ::= OCTET STRING` (RFC 8410 §7).
    OctetString,
    /// `ECPrivateKey` (RFC 5915 §3).
    EcPrivateKey,
}

/// An algorithm: a `Copy` reference to its row. Two are equal if they are the same row.
#[derive(Clone, Copy)]
pub struct Algorithm(&'static Row);

impl Algorithm {
    /// The algorithm that `row` describes. The row must be a `static`.
    #[must_use]
    pub const fn new(row: &'static Row) -> Self {
        Self(row)
    }

    /// The row itself.
    #[must_use]
    pub const fn row(self) -> &'static Row {
        self.0
    }

    /// The name, in the one spelling of its standard.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// What keys of this algorithm do.
    #[must_use]
    pub const fn kind(self) -> Kind {
        self.0.kind
    }

    /// Length of the public key in bytes; the largest, where it [varies](Row::varies).
    #[must_use]
    pub const fn public_key_len(self) -> usize {
        self.0.public_key
    }

    /// Length of the raw private key in bytes; 0 where keys have no form that may leave. The
    /// largest, where it [varies](Row::varies).
    #[must_use]
    pub const fn private_key_len(self) -> usize {
        self.0.private_key
    }

    /// Length of the ciphertext or share in bytes; 0 for signatures.
    #[must_use]
    pub const fn ciphertext_len(self) -> usize {
        self.0.ciphertext
    }

    /// Length of the shared secret in bytes; 0 for signatures.
    #[must_use]
    pub const fn secret_len(self) -> usize {
        self.0.secret
    }

    /// Largest length of a signature in bytes; 0 for key exchange. ECDSA makes it vary.
    #[must_use]
    pub const fn signature_len(self) -> usize {
        self.0.signature
    }

    /// The two halves, post-quantum first, if this is a hybrid.
    #[must_use]
    pub const fn halves(self) -> Option<(Self, Self)> {
        match self.0.construction {
            Construction::HybridKem { pq, classical, .. } | Construction::Composite { pq, classical, .. } => {
                Some((pq, classical))
            }
            Construction::PostQuantum | Construction::Classical => None,
        }
    }

    /// The two halves, if this is a hybrid whose row holds together: one post-quantum and one
    /// classical component, whose lengths add up. Rows are data, and a third party's may be wrong.
    ///
    /// # Errors
    /// [`Error::HalvesMismatch`].
    pub fn checked_halves(self) -> Result<(Self, Self)> {
        let (pq, classical) = self.halves().ok_or(Error::HalvesMismatch)?;
        let (row, q, c) = (self.0, pq.0, classical.0);
        let sides =
            matches!((q.construction, c.construction), (Construction::PostQuantum, Construction::Classical));
        let secret = |half: &Row| (1..=MAX_HALF_SECRET).contains(&half.secret);
        let lengths = match row.construction {
            Construction::HybridKem { .. } => {
                q.kind == Kind::Kem
                    && c.kind == Kind::Share
                    && Some(row.ciphertext) == q.ciphertext.checked_add(c.ciphertext)
                    && row.secret == 32
                    && secret(q)
                    && secret(c)
                    && c.public_key <= MAX_CLASSICAL_PUBLIC_KEY
            }
            _ => {
                q.kind == Kind::Signature
                    && c.kind == Kind::Signature
                    && Some(row.signature) == q.signature.checked_add(c.signature)
            }
        };
        let holds = sides
            && lengths
            && row.kind == q.kind
            && !q.varies
            && row.varies == c.varies
            && Some(row.public_key) == q.public_key.checked_add(c.public_key);
        if holds { Ok((pq, classical)) } else { Err(Error::HalvesMismatch) }
    }

    /// Checks a raw public key: its length, and what its algorithm asks.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a wrong length; [`Error::BadPublicKey`].
    pub fn check_public_key(self, public_key: &[u8]) -> Result<()> {
        if !self.is_public_key_len(public_key.len()) {
            return Err(Error::Malformed);
        }
        self.0.software.check_public_key(self, public_key)
    }

    pub(crate) const fn is_public_key_len(self, len: usize) -> bool {
        is_len(len, self.0.public_key, self.0.varies)
    }

    pub(crate) const fn is_private_key_len(self, len: usize) -> bool {
        is_len(len, self.0.private_key, self.0.varies)
    }

    /// Has a key write its public key to `out`; returns its length. Where lengths vary, it has to be valid.
    pub(crate) fn ask_public_key(
        self,
        out: &mut [u8],
        ask: impl for<'o> FnOnce(&'o mut [u8]) -> Result<&'o [u8]>,
    ) -> Result<usize> {
        let out = room(out, self.public_key_len())?;
        let len = written(out, ask)?;
        let whole = self.is_public_key_len(len)
            && (!self.0.varies || out.get(..len).is_some_and(|key| self.check_public_key(key).is_ok()));
        if whole { Ok(len) } else { Err(Error::HalvesMismatch) }
    }

    /// Passes once the algorithm's known-answer test has passed, and runs it if it has not run yet.
    /// Whoever implements [`PrivateKey`](crate::PrivateKey) asks this before each use.
    ///
    /// # Errors
    /// [`Error::SelfTestFailed`].
    pub fn ready(self) -> Result<()> {
        let Some(gate) = self.0.gate else { return Ok(()) };
        self.halves_first(gate);
        gate.pass()
    }

    /// Halves are tested from here: deep inside the hybrid's test, theirs would need the stack of both.
    /// One that fails, now or later, closes the hybrid.
    pub(crate) fn halves_first(self, gate: &Gate) {
        let fails = |half: Self| match gate.state() {
            State::Untested => half.ready().is_err(),
            _ => half.0.gate.map(Gate::state) == Some(State::Failed),
        };
        if self.halves().is_some_and(|(pq, classical)| fails(pq) || fails(classical)) {
            gate.fail();
        }
    }

    /// [`Software::check_ciphertext`] of this algorithm.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn check_ciphertext(self, ciphertext: &[u8]) -> Result<()> {
        self.0.software.check_ciphertext(self, ciphertext)
    }

    /// [`Software::encapsulate`] of this algorithm, once it is [`ready`](Self::ready).
    ///
    /// # Errors
    /// As there, and [`Error::SelfTestFailed`].
    pub fn encapsulate(
        self,
        public_key: &[u8],
        random: &mut dyn Random,
        ciphertext: &mut [u8],
        secret: &mut [u8],
    ) -> Result<()> {
        self.ready()?;
        self.0.software.encapsulate(self, public_key, random, ciphertext, secret)
    }

    /// [`Software::verify`] of this algorithm, once it is [`ready`](Self::ready).
    ///
    /// # Errors
    /// As there, and [`Error::SelfTestFailed`].
    pub fn verify(self, public_key: &[u8], input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
        self.ready()?;
        self.0.software.verify(self, public_key, input, context, signature)
    }

    /// Whether this, or a half of it, is only for reading what is left of early days
    /// ([`Status::Legacy`]).
    #[must_use]
    pub const fn is_legacy(self) -> bool {
        const fn is(row: &Row) -> bool {
            matches!(row.status, Status::Legacy(_))
        }
        // Halves have none of their own, whatever a row says.
        match self.halves() {
            Some((pq, classical)) => is(self.0) || is(pq.0) || is(classical.0),
            None => is(self.0),
        }
    }

    /// Whether this is a classical component on its own.
    #[must_use]
    pub const fn is_classical(self) -> bool {
        matches!(self.0.construction, Construction::Classical)
    }
}

impl PartialEq for Algorithm {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.0, other.0)
    }
}

impl Eq for Algorithm {}

impl core::fmt::Debug for Algorithm {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.0.name)
    }
}

impl core::fmt::Display for Algorithm {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.0.name)
    }
}
