//! Key references: what is kept of a hybrid key whose halves live apart.
//!
//! A reference says where each half is and what the whole is; it holds no secret that its token, its
//! passphrase or both do not open. `REFERENCE.md` describes the form. Reading one loads nothing and asks
//! nobody: tokens are opened by the caller, from its own list of modules, and given to
//! [`KeyReference::open`].

mod change;
mod form;
mod join;
mod make;
mod open;
mod stored;
mod validate;

use crate::error::{Error, Problem, Result};
use crate::factor::FactorKind;
use crate::wrapping::WrapMechanism;
use der::Encode;
use form::{File, Header, Location, StateCode};
use khoalai::algorithm::Kind;
use khoalai::{Algorithm, Custody, PublicKey, Side};
use pem_rfc7468::LineEnding;

pub use change::Rotation;
pub use join::{HybridHalf, HybridKey};
pub use make::{Home, NewKey, Sealing};
pub use open::{Access, Needs};

/// The label of a reference in PEM.
pub const PEM_LABEL: &str = "KHOALAI KEY REFERENCE";
/// The longest name of a key, in bytes.
pub const MAX_NAME: usize = 128;

/// What may be done with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Everything.
    Active,
    /// It opens what was sent to it. It does not sign, and is not offered to senders.
    Retired,
    /// Nothing: its secrets are destroyed, or lost.
    Destroyed,
}

/// Where a half is, as a reference says it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhereHalf {
    /// In a token.
    Token {
        /// The serial number of the token.
        serial: String,
        /// The RFC 7512 URI of the key.
        uri: String,
    },
    /// In a token, where it was before: another program may use it, and it may have been elsewhere.
    Adopted {
        /// The serial number of the token.
        serial: String,
        /// The RFC 7512 URI of the key.
        uri: String,
    },
    /// In this file, sealed under a key of a token.
    Sealed {
        /// The serial number of the token.
        serial: String,
        /// The RFC 7512 URI of the wrapping key.
        uri: String,
        /// How the file key is wrapped.
        mechanism: WrapMechanism,
        /// What it takes beside the token.
        factor: Option<FactorKind>,
    },
    /// In this file, under a passphrase.
    Software,
    /// Nowhere any more.
    Gone,
}

/// What is kept of a hybrid key whose halves live apart.
#[derive(Clone)]
pub struct KeyReference {
    algorithm: Algorithm,
    custody: Custody,
    header: Header,
    /// What is sealed, or what vouches for the header, or nothing.
    body: Vec<u8>,
}

impl KeyReference {
    /// Puts a reference together, and reads it as anybody will.
    fn new(header: Header, body: &[u8]) -> Result<Self> {
        Self::from_der(&File::new(header, body)?.to_der()?)
    }

    /// Reads a reference in DER, as a data object of a token has it.
    ///
    /// # Errors
    /// [`Problem::ReferenceMalformed`] for whatever is not the one encoding of a reference,
    /// [`Problem::ReferenceVersion`], [`Problem::ReferenceDamaged`], [`Problem::ReferenceUnfit`].
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let file = File::from_der(der)?;
        let (algorithm, custody) = validate::header(&file.header)?;
        validate::body(&file.header, file.body.as_bytes())?;
        Ok(Self { algorithm, custody, header: file.header, body: file.body.as_bytes().to_vec() })
    }

    /// Reads a reference in PEM. Nothing may stand before or behind it, and lines end in LF.
    ///
    /// # Errors
    /// As [`from_der`](Self::from_der).
    pub fn from_pem(pem: &str) -> Result<Self> {
        let malformed = || Error::from(Problem::ReferenceMalformed);
        if pem.len() > 2 * form::MAX_DER {
            return Err(malformed());
        }
        let (label, der) = pem_rfc7468::decode_vec(pem.as_bytes()).map_err(|_| malformed())?;
        if label != PEM_LABEL {
            return Err(malformed());
        }
        let reference = Self::from_der(&der)?;
        if reference.to_pem()? == pem { Ok(reference) } else { Err(malformed()) }
    }

    /// Whether this looks like a reference from outside.
    #[must_use]
    pub fn is_one(content: &[u8]) -> bool {
        let begin = b"-----BEGIN KHOALAI KEY REFERENCE-----";
        content.windows(begin.len()).any(|window| window == begin)
    }

    /// As DER.
    ///
    /// # Errors
    /// None that a reference that was read or made can have.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        File::new(self.header.clone(), &self.body)?.to_der()
    }

    /// As PEM, to be written to a file of mode 0600.
    ///
    /// # Errors
    /// As [`to_der`](Self::to_der).
    pub fn to_pem(&self) -> Result<String> {
        pem_rfc7468::encode_string(PEM_LABEL, LineEnding::LF, &self.to_der()?).map_err(form::unwritable)
    }

    /// The hybrid algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.header.name
    }

    /// What may be done with the key.
    #[must_use]
    pub const fn state(&self) -> KeyState {
        match self.header.state {
            StateCode::Active => KeyState::Active,
            StateCode::Retired => KeyState::Retired,
            StateCode::Destroyed => KeyState::Destroyed,
        }
    }

    /// When the key was made, in seconds since 1970.
    #[must_use]
    pub fn created(&self) -> u64 {
        self.header.created.to_unix_duration().as_secs()
    }

    /// Where its secrets are when it is used. [`open`](Self::open) gives no key out of which that is not
    /// true.
    #[must_use]
    pub const fn custody(&self) -> Custody {
        self.custody
    }

    /// Where a half is.
    #[must_use]
    pub fn half(&self, side: Side) -> WhereHalf {
        match self.location(side) {
            Location::Token(place) => {
                WhereHalf::Token { serial: place.serial.clone(), uri: place.uri.clone() }
            }
            Location::Adopted(place) => {
                WhereHalf::Adopted { serial: place.serial.clone(), uri: place.uri.clone() }
            }
            Location::Sealed(sealed) => WhereHalf::Sealed {
                serial: sealed.wrapping_key.serial.clone(),
                uri: sealed.wrapping_key.uri.clone(),
                // It was read.
                mechanism: WrapMechanism::named(&sealed.mechanism).unwrap_or(WrapMechanism::EcdhP256),
                factor: sealed.factor.as_ref().map(open::factor_kind),
            },
            Location::Software(_) => WhereHalf::Software,
            Location::Gone(_) => WhereHalf::Gone,
        }
    }

    /// The public key, whatever state the key is in: for verifying, and for comparing.
    ///
    /// # Errors
    /// None that a reference that was read or made can have.
    pub fn public_key(&self) -> Result<PublicKey<Vec<u8>>> {
        let public = [self.header.pq_public.as_bytes(), self.header.classical_public.as_bytes()].concat();
        Ok(PublicKey::new(self.algorithm, public)?)
    }

    /// Whom to send to: the public key, and the recovery key if there is one, which gets every message
    /// too.
    ///
    /// # Errors
    /// [`Problem::KeyRetired`], [`Problem::KeyDestroyed`]; [`khoalai::Error::Unsupported`] for a
    /// signature key.
    pub fn recipients(&self) -> Result<Vec<PublicKey<Vec<u8>>>> {
        match self.state() {
            KeyState::Active => {}
            KeyState::Retired => return Err(Problem::KeyRetired.into()),
            KeyState::Destroyed => return Err(Problem::KeyDestroyed.into()),
        }
        if self.algorithm.kind() != Kind::Kem {
            return Err(khoalai::Error::Unsupported.into());
        }
        let mut recipients = vec![self.public_key()?];
        recipients.extend(self.recovery_key()?);
        Ok(recipients)
    }

    /// The recovery key that was recorded; `None` if it was said that there is to be none.
    ///
    /// # Errors
    /// None that a reference that was read or made can have.
    pub fn recovery_key(&self) -> Result<Option<PublicKey<Vec<u8>>>> {
        validate::recovery(&self.header.recovery)
    }

    /// The same as a SubjectPublicKeyInfo in DER, as it stands in the file.
    ///
    /// # Errors
    /// None that a reference that was read or made can have.
    pub fn recovery_spki(&self) -> Result<Option<Vec<u8>>> {
        let spki = self.header.recovery.to_der().map_err(form::unwritable)?;
        Ok(self.recovery_key()?.map(|_| spki))
    }

    fn location(&self, side: Side) -> &Location {
        match side {
            Side::PostQuantum => &self.header.pq,
            Side::Classical => &self.header.classical,
        }
    }

    fn public_of(&self, side: Side) -> &[u8] {
        match side {
            Side::PostQuantum => self.header.pq_public.as_bytes(),
            Side::Classical => self.header.classical_public.as_bytes(),
        }
    }
}

/// What the key is and where, and nothing that it takes to open it.
impl core::fmt::Debug for KeyReference {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (name, state) = (self.name(), self.state());
        f.debug_struct("KeyReference")
            .field("algorithm", &self.algorithm)
            .field("name", &name)
            .field("state", &state)
            .field("pq", &self.half(Side::PostQuantum))
            .field("classical", &self.half(Side::Classical))
            .finish_non_exhaustive()
    }
}
