//! Hybrid keys in PKCS#11 tokens, each half where the device allows.
//!
//! [`Uri`] names a library, slot, token or object (RFC 7512); [`Modules`] is the caller's own list of
//! what may be loaded; [`PinSource`] is where a [`Pin`] comes from when a token asks for one. With these
//! a [`Token`] is opened, which is a [`Store`](khoalai::Store) of component keys: a [`TokenKey`] is a
//! [`PrivateKey`](khoalai::PrivateKey) like any other. An [`Error`] has a stable number, a class and a
//! text in English and Vietnamese that says what to do next.
//!
//! ```
//! use khoalai_hsm::{Modules, Problem, Uri};
//!
//! let uri: Uri = "pkcs11:token=Kho%20kh%C3%B3a;object=server?module-name=softhsm2".parse()?;
//! assert_eq!(uri.token(), Some("Kho khóa"));
//! assert_eq!(uri.to_string(), "pkcs11:token=Kho%20kh%C3%B3a;object=server");
//! // Nothing is loaded on a URI's word: the list is the caller's, and still empty.
//! assert_eq!(Modules::new().find(&uri).unwrap_err(), Problem::ModuleNotAllowed);
//! # Ok::<(), khoalai_hsm::Error>(())
//! ```

extern crate alloc;

// Each room imports only rooms of its own floor or below; `scripts/floors` checks it.

// Floor 1: what there is to talk about, and the C functions of a module.
mod audit;
mod error;
mod keeper;
mod modules;
mod pin;
mod profile;
mod quirks;
mod raw;
mod uri;

// Floor 2: sessions and who is logged in.
mod breaker;
mod exit;
mod handles;
mod lane;
mod library;
mod login;
mod pool;
mod refusals;
mod slot;
mod turns;

// Floor 3: keys as objects.
mod claims;
mod combiner;
mod component;
mod factor;
mod import;
mod oaep;
mod object;
mod public_key;
mod seal;
mod signing;
mod templates;

// Floor 4: keys as the library has them.
mod finding;
mod inside;
mod key;
mod listing;
mod probe;
mod store;
mod token;
mod whole;
mod wrapping;

// Floor 5: hybrid keys whose halves live apart, and what becomes of them.
mod recovery;
mod reference;

pub use audit::{Auditor, Event, EventKind};
pub use combiner::Combiner;
pub use error::{Error, Problem, Result};
pub use factor::{FactorKind, MAX_KEY_FILE, MIN_KEY_FILE, SecondFactor};
pub use finding::{Found, tokens};
pub use inside::{DecapsulateInside, InsideTask};
pub use key::TokenKey;
pub use library::Initialization;
pub use listing::Listed;
pub use modules::{Module, Modules};
pub use pin::{Answer, Keep, MAX_PIN_LEN, Pin, PinFor, PinPrompt, PinSource, TriesLeft};
pub use probe::{Probe, Share};
pub use profile::{Profile, SHIPPED as SHIPPED_PROFILES};
pub use quirks::Quirks;
pub use recovery::{Recovery, RecoveryFile};
pub use reference::{
    Access, Home, HybridHalf, HybridKey, KeyReference, KeyState, MAX_NAME, Needs, NewKey, PEM_LABEL,
    Rotation, Sealing, WhereHalf,
};
pub use slot::{Identity, Limits, Options};
pub use store::Telling;
pub use token::Token;
pub use uri::{LibraryFields, MAX_URI_LEN, ObjectType, SlotFields, TokenFields, Uri};
pub use whole::{ComponentSecrets, TokenHybrid};
pub use wrapping::WrapMechanism;

/// The README's example, so that it is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
