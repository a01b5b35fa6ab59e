//! Hybrid keys in PKCS#11 tokens, each half where the device allows.
//!
//! What there is so far says what is meant and what may be used for it, before any device is touched:
//! [`Uri`] names a library, slot, token or object (RFC 7512); [`Modules`] is the caller's own list of
//! what may be loaded, in which [`Modules::find`] looks for what a URI means; [`PinSource`] is where a
//! [`Pin`] comes from when a token asks for one. An [`Error`] has a stable number, a class and a text
//! in English and Vietnamese that says what to do next.
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

// Floor 1: what there is to talk about.
mod error;
mod modules;
mod pin;
mod uri;

pub use error::{Error, Problem, Result};
pub use modules::{Module, Modules};
pub use pin::{Answer, Keep, MAX_PIN_LEN, Pin, PinFor, PinPrompt, PinSource, TriesLeft};
pub use uri::{LibraryFields, MAX_URI_LEN, ObjectType, SlotFields, TokenFields, Uri};
