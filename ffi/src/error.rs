//! Codes: those of the library and of tokens, and the few that only this boundary has.

use crate::text::{self, Text};
use core::ffi::{c_char, c_int};
use khoalai::{Class, Language};

/// What every room here returns.
pub type Result<T> = core::result::Result<T, Failure>;

macro_rules! failures {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $code:literal, $class:ident, $en:literal, $vi:literal;)+) => {
        /// Why a call failed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Failure {
            $($(#[$doc])* $name,)+
            /// A code of the library, or of tokens.
            Code(u16),
        }

        /// Those of this boundary.
        pub const OWN: &[Known] = &[$(Known {
            number: $number, code: $code, class: Class::$class, texts: [$en, $vi],
        },)+];

        impl Failure {
            pub fn number(self) -> c_int {
                match self {
                    $(Self::$name => $number,)+
                    Self::Code(number) => number.into(),
                }
            }
        }
    };
}

failures! {
    /// A pointer that has to be there is NULL.
    NullArgument = 800, "NULL_ARGUMENT", Input,
        "The program passed NULL where something is needed. This is a mistake in the program: compare the call with khoalai.h.",
        "Chương trình truyền NULL ở chỗ bắt buộc phải có giá trị. Đây là lỗi của chương trình: hãy so lời gọi với khoalai.h.";
    /// A handle of another type, or none.
    WrongHandle = 801, "WRONG_HANDLE", Input,
        "The program passed a handle of another type, or one that was freed. This is a mistake in the program: compare the call with khoalai.h.",
        "Chương trình truyền handle khác loại hoặc đã được giải phóng. Đây là lỗi của chương trình: hãy so lời gọi với khoalai.h.";
    /// A number or a size that means nothing here.
    WrongValue = 802, "WRONG_VALUE", Input,
        "The program passed a number that means nothing here, or a structure whose struct_size is not set. This is a mistake in the program: compare the call with khoalai.h.",
        "Chương trình truyền một số không có nghĩa ở đây, hoặc cấu trúc chưa đặt struct_size. Đây là lỗi của chương trình: hãy so lời gọi với khoalai.h.";
    /// The library panicked.
    Internal = 803, "INTERNAL", Fault,
        "The library failed in a way that it must not. Do not trust any result; restart the program and report it.",
        "Thư viện gặp lỗi nội bộ lẽ ra không được xảy ra. Đừng tin kết quả nào; hãy khởi động lại chương trình và báo lỗi.";
    /// The file is encrypted and no passphrase was given.
    PassphraseNeeded = 804, "PASSPHRASE_NEEDED", Input,
        "The private key is encrypted. Give its passphrase and try again.",
        "Khóa bí mật đã được mã hóa. Hãy cung cấp cụm mật khẩu rồi thử lại.";
    /// Something else than a private key.
    NotPrivate = 805, "NOT_PRIVATE", Input,
        "This is not a private key. Pass the private key's own file.",
        "Đây không phải khóa bí mật. Hãy dùng đúng tệp khóa bí mật.";
    /// Something else than a public key.
    NotPublic = 806, "NOT_PUBLIC", Input,
        "This is not a public key. Pass the public key's own file; never give a private key away.",
        "Đây không phải khóa công khai. Hãy dùng đúng tệp khóa công khai; đừng bao giờ đưa khóa bí mật cho người khác.";
}

impl From<khoalai::Error> for Failure {
    fn from(error: khoalai::Error) -> Self {
        Self::Code(error.number())
    }
}

#[cfg(feature = "hsm")]
impl From<khoalai_hsm::Error> for Failure {
    fn from(error: khoalai_hsm::Error) -> Self {
        Self::Code(error.number())
    }
}

/// All that is said of one code.
#[derive(Clone, Copy)]
pub struct Known {
    pub number: c_int,
    pub code: &'static str,
    pub class: Class,
    /// English and Vietnamese.
    pub texts: [&'static str; 2],
}

/// The code of what a vendor's function or a caller says.
pub fn library_error(number: c_int) -> Option<khoalai::Error> {
    khoalai::Error::ALL.iter().copied().find(|error| c_int::from(error.number()) == number)
}

#[unsafe(no_mangle)]
pub extern "C" fn khoalai_error_name(error: c_int) -> *const c_char {
    text::of_error(error, Text::Name)
}

#[unsafe(no_mangle)]
pub extern "C" fn khoalai_error_text(error: c_int, language: c_int) -> *const c_char {
    text::of_error(
        error,
        if language == VIETNAMESE { Text::In(Language::Vi) } else { Text::In(Language::En) },
    )
}

#[unsafe(no_mangle)]
pub extern "C" fn khoalai_error_class(error: c_int) -> c_int {
    match text::class(error) {
        Some(Class::Input) => CLASS_INPUT,
        Some(Class::Refused) => CLASS_REFUSED,
        Some(Class::Condition) => CLASS_CONDITION,
        Some(Class::Fault) => CLASS_FAULT,
        None => CLASS_NONE,
    }
}

pub const ENGLISH: c_int = 0;
pub const VIETNAMESE: c_int = 1;

pub const CLASS_NONE: c_int = 0;
pub const CLASS_INPUT: c_int = 1;
pub const CLASS_REFUSED: c_int = 2;
pub const CLASS_CONDITION: c_int = 3;
pub const CLASS_FAULT: c_int = 4;
