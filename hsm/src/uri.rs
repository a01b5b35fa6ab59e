//! PKCS#11 URIs (RFC 7512): which library, slot, token and object are meant, and by which query the
//! caller would reach them.
//!
//! Stricter than the RFC where it leaves the choice: attributes are spelled in lower case, every
//! attribute stands at most once in the query as well, and a path attribute that is not known is an
//! error at once, where section 2.5 would have it match nothing. `pin-value` is refused everywhere.
#![forbid(unsafe_code)]

mod matching;
mod parse;
mod percent;

pub(crate) use percent::decode;

use crate::error::{Error, Problem, Result};
use core::{fmt, str::FromStr};

pub use matching::{LibraryFields, SlotFields, TokenFields};

/// Bytes that a URI may have, as it is read and as it is printed.
pub const MAX_URI_LEN: usize = 4096;

/// What kind of object a URI means: attribute `type`, the `CKA_CLASS` of the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectType {
    /// A public key.
    Public,
    /// A private key.
    Private,
    /// A certificate.
    Cert,
    /// A secret key.
    SecretKey,
    /// Any data.
    Data,
}

impl ObjectType {
    /// Every type there is.
    pub const ALL: [Self; 5] = [Self::Public, Self::Private, Self::Cert, Self::SecretKey, Self::Data];

    /// As it is written in a URI.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Cert => "cert",
            Self::SecretKey => "secret-key",
            Self::Data => "data",
        }
    }
}

/// A PKCS#11 URI. `Display` and `Debug` print its path in one canonical form and never its query.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Uri {
    library_manufacturer: Option<String>,
    library_description: Option<String>,
    library_version: Option<(u8, u8)>,
    slot_manufacturer: Option<String>,
    slot_description: Option<String>,
    slot_id: Option<u64>,
    model: Option<String>,
    manufacturer: Option<String>,
    serial: Option<String>,
    token: Option<String>,
    id: Option<Vec<u8>>,
    object: Option<String>,
    object_type: Option<ObjectType>,
    query: Query,
}

/// The query. What is not known there is passed over (section 2.5), so that only its name is kept.
#[derive(Clone, Default, PartialEq, Eq)]
struct Query {
    pin_source: Option<String>,
    module_name: Option<String>,
    module_path: Option<String>,
    ignored: Vec<String>,
}

macro_rules! texts {
    ($($name:ident, $with:ident, $attribute:literal, $field:literal;)+) => {
        impl Uri {
            $(
                #[doc = concat!("Attribute `", $attribute, "`: ", $field, ".")]
                #[must_use]
                pub fn $name(&self) -> Option<&str> {
                    self.$name.as_deref()
                }

                #[doc = concat!("The same URI with this attribute `", $attribute, "`.")]
                ///
                /// # Errors
                ///
                /// [`Problem::UriTooLong`] if it cannot be printed within [`MAX_URI_LEN`].
                pub fn $with(mut self, value: &str) -> Result<Self> {
                    self.$name = Some(value.to_owned());
                    self.of_fair_length()
                }
            )+
        }
    };
}

texts! {
    library_manufacturer, with_library_manufacturer, "library-manufacturer", "`manufacturerID` of `CK_INFO`";
    library_description, with_library_description, "library-description", "`libraryDescription` of `CK_INFO`";
    slot_manufacturer, with_slot_manufacturer, "slot-manufacturer", "`manufacturerID` of `CK_SLOT_INFO`";
    slot_description, with_slot_description, "slot-description", "`slotDescription` of `CK_SLOT_INFO`";
    model, with_model, "model", "`model` of `CK_TOKEN_INFO`";
    manufacturer, with_manufacturer, "manufacturer", "`manufacturerID` of `CK_TOKEN_INFO`";
    serial, with_serial, "serial", "`serialNumber` of `CK_TOKEN_INFO`";
    token, with_token, "token", "`label` of `CK_TOKEN_INFO`";
    object, with_object, "object", "`CKA_LABEL`";
}

impl Uri {
    /// The URI that means everything: `pkcs11:`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a URI.
    ///
    /// # Errors
    ///
    /// A problem of its own for each thing that RFC 7512 does not allow, said about an attribute or a
    /// byte's place in the text; never with any part of the text.
    pub fn parse(text: &str) -> Result<Self> {
        parse::uri(text.as_bytes())?.of_fair_length()
    }

    /// Attribute `library-version`: `libraryVersion` of `CK_INFO`.
    #[must_use]
    pub const fn library_version(&self) -> Option<(u8, u8)> {
        self.library_version
    }

    /// Attribute `slot-id`, which no module promises to keep from one start to the next.
    #[must_use]
    pub const fn slot_id(&self) -> Option<u64> {
        self.slot_id
    }

    /// Attribute `id`: `CKA_ID`.
    #[must_use]
    pub fn id(&self) -> Option<&[u8]> {
        self.id.as_deref()
    }

    /// Attribute `type`: `CKA_CLASS`.
    #[must_use]
    pub const fn object_type(&self) -> Option<ObjectType> {
        self.object_type
    }

    /// Query attribute `pin-source`. [`PinSource::from_uri`](crate::PinSource::from_uri) judges it.
    #[must_use]
    pub fn pin_source(&self) -> Option<&str> {
        self.query.pin_source.as_deref()
    }

    /// Query attribute `module-name`. [`Modules::find`](crate::Modules::find) judges it.
    #[must_use]
    pub fn module_name(&self) -> Option<&str> {
        self.query.module_name.as_deref()
    }

    /// Query attribute `module-path`. [`Modules::find`](crate::Modules::find) judges it.
    #[must_use]
    pub fn module_path(&self) -> Option<&str> {
        self.query.module_path.as_deref()
    }

    /// Names of query attributes that were passed over, to warn of.
    pub fn ignored(&self) -> impl Iterator<Item = &str> {
        self.query.ignored.iter().map(String::as_str)
    }

    /// Whether there is anything in the query. A key-reference file must hold none.
    #[must_use]
    pub fn has_query(&self) -> bool {
        self.query != Query::default()
    }

    /// The path alone, which is also what is printed.
    #[must_use]
    pub fn without_query(mut self) -> Self {
        self.query = Query::default();
        self
    }

    /// The same URI with this attribute `library-version`.
    ///
    /// # Errors
    ///
    /// [`Problem::UriTooLong`] if it cannot be printed within [`MAX_URI_LEN`].
    pub fn with_library_version(mut self, major: u8, minor: u8) -> Result<Self> {
        self.library_version = Some((major, minor));
        self.of_fair_length()
    }

    /// The same URI with this attribute `slot-id`.
    ///
    /// # Errors
    ///
    /// [`Problem::UriTooLong`] if it cannot be printed within [`MAX_URI_LEN`].
    pub fn with_slot_id(mut self, id: u64) -> Result<Self> {
        self.slot_id = Some(id);
        self.of_fair_length()
    }

    /// The same URI with this attribute `id`.
    ///
    /// # Errors
    ///
    /// [`Problem::UriTooLong`] if it cannot be printed within [`MAX_URI_LEN`].
    pub fn with_id(mut self, id: &[u8]) -> Result<Self> {
        self.id = Some(id.to_vec());
        self.of_fair_length()
    }

    /// The same URI with this attribute `type`.
    ///
    /// # Errors
    ///
    /// [`Problem::UriTooLong`] if it cannot be printed within [`MAX_URI_LEN`].
    pub fn with_object_type(mut self, object_type: ObjectType) -> Result<Self> {
        self.object_type = Some(object_type);
        self.of_fair_length()
    }

    /// What is printed can be read again: percent-encoding makes some texts longer.
    fn of_fair_length(self) -> Result<Self> {
        if self.to_string().len() > MAX_URI_LEN { Err(Problem::UriTooLong.into()) } else { Ok(self) }
    }
}

impl FromStr for Uri {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

/// The path. Everything but letters, digits and `-._~` is percent-encoded, and all of `id`, which is
/// no text (sections 2.3 and 2.7).
impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.library_version.map(|(major, minor)| format!("{major}.{minor}"));
        let slot_id = self.slot_id.map(|id| id.to_string());
        let text = |value: &Option<String>| value.as_deref().map(percent::encode_text);
        let attributes = [
            ("library-manufacturer", text(&self.library_manufacturer)),
            ("library-description", text(&self.library_description)),
            ("library-version", version),
            ("slot-manufacturer", text(&self.slot_manufacturer)),
            ("slot-description", text(&self.slot_description)),
            ("slot-id", slot_id),
            ("model", text(&self.model)),
            ("manufacturer", text(&self.manufacturer)),
            ("serial", text(&self.serial)),
            ("token", text(&self.token)),
            ("id", self.id.as_deref().map(percent::encode_all)),
            ("object", text(&self.object)),
            ("type", self.object_type.map(|object_type| object_type.name().to_owned())),
        ];
        f.write_str(parse::SCHEME)?;
        let present = attributes.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        for (place, (name, value)) in present.enumerate() {
            write!(f, "{}{name}={value}", if place == 0 { "" } else { ";" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uri({self})")
    }
}
