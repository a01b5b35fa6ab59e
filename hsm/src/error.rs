//! Why a call failed: an error of the library, or one of those that only devices have.

use core::fmt;
use khoalai::{Class, Language};
use std::borrow::Cow;

/// What every fallible call of this crate returns.
pub type Result<T> = core::result::Result<T, Error>;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $code:literal, $class:ident, $en:literal, $vi:literal;)+) => {
        /// What can go wrong with devices that the library itself knows nothing of. Numbers and names
        /// are stable: they are never reused or renumbered.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        #[non_exhaustive]
        pub enum Problem {
            $($(#[$doc])* $name = $number,)+
        }

        impl Problem {
            /// Every problem there is, for tables and tests.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable number.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Self::$name => $number,)+ }
            }

            /// The stable ASCII name, for logs and programs.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// Which class of outcome this is.
            #[must_use]
            pub const fn class(self) -> Class {
                match self { $(Self::$name => Class::$class,)+ }
            }

            /// What happened and what to do next, for a person. UTF-8, NFC.
            #[must_use]
            pub const fn text(self, language: Language) -> &'static str {
                match language {
                    Language::Vi => match self { $(Self::$name => $vi,)+ },
                    _ => match self { $(Self::$name => $en,)+ },
                }
            }
        }
    };
}

problems! {
    /// A PKCS#11 URI that RFC 7512 does not allow.
    UriMalformed = 600, "URI_MALFORMED", Input,
        "This is not a PKCS#11 URI of RFC 7512. Compare it with: pkcs11:token=NAME;object=NAME",
        "Đây không phải URI PKCS#11 theo RFC 7512. Hãy so với mẫu: pkcs11:token=TÊN;object=TÊN";

    /// A module that the system does not load, or that is none.
    ModuleUnloadable = 640, "MODULE_UNLOADABLE", Condition,
        "This file cannot be loaded as a PKCS#11 module. Check that its driver is installed whole, with all libraries it needs.",
        "Không nạp được tệp này làm mô-đun PKCS#11. Hãy kiểm tra trình điều khiển đã cài đủ cùng mọi thư viện nó cần.";
}

/// Why a call failed. It names no secret, and nothing of a device's that depends on a ciphertext.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    what: What,
    detail: Option<Cow<'static, str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Library(khoalai::Error),
    Own(Problem),
}

impl Error {
    /// The same, saying about what: a file, a device, the device's own code.
    #[must_use]
    pub fn about(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail.get_or_insert_with(|| detail.into());
        self
    }

    /// About what, if that is known.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The stable number.
    #[must_use]
    pub const fn number(&self) -> u16 {
        match self.what {
            What::Library(error) => error.number(),
            What::Own(problem) => problem.number(),
        }
    }

    /// The stable ASCII name, for logs and programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.what {
            What::Library(error) => error.code(),
            What::Own(problem) => problem.code(),
        }
    }

    /// Which class of outcome this is.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self.what {
            What::Library(error) => error.class(),
            What::Own(problem) => problem.class(),
        }
    }

    /// What happened and what to do next, for a person. UTF-8, NFC.
    #[must_use]
    pub const fn text(&self, language: Language) -> &'static str {
        match self.what {
            What::Library(error) => error.text(language),
            What::Own(problem) => problem.text(language),
        }
    }

    /// The library's error, if it is one.
    #[must_use]
    pub const fn library(&self) -> Option<khoalai::Error> {
        match self.what {
            What::Library(error) => Some(error),
            What::Own(_) => None,
        }
    }

    /// The problem, if it is one that only devices have.
    #[must_use]
    pub const fn problem(&self) -> Option<Problem> {
        match self.what {
            What::Library(_) => None,
            What::Own(problem) => Some(problem),
        }
    }
}

impl From<khoalai::Error> for Error {
    fn from(error: khoalai::Error) -> Self {
        Self { what: What::Library(error), detail: None }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self { what: What::Own(problem), detail: None }
    }
}

impl PartialEq<Problem> for Error {
    fn eq(&self, other: &Problem) -> bool {
        self.problem() == Some(*other)
    }
}

impl PartialEq<khoalai::Error> for Error {
    fn eq(&self, other: &khoalai::Error) -> bool {
        self.library() == Some(*other)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(detail) = self.detail() {
            write!(f, "{detail}: ")?;
        }
        f.write_str(self.text(Language::En))
    }
}

impl std::error::Error for Error {}
