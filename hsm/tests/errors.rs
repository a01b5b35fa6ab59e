//! Errors are an interface: numbers, names and classes never change, and texts are there in both
//! languages.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

use khoalai::{Class, Language};
use khoalai_hsm::{Error, Problem};
use std::collections::BTreeSet;
use unicode_normalization::is_nfc;

/// Every problem that was ever published. Lines may be added, never changed or taken away.
const PUBLISHED: &[(u16, &str, Class)] = &[
    (600, "URI_MALFORMED", Class::Input),
    (601, "URI_TOO_LONG", Class::Input),
    (602, "URI_UNKNOWN_ATTRIBUTE", Class::Input),
    (603, "URI_DUPLICATE", Class::Input),
    (604, "URI_PIN_VALUE", Class::Input),
    (605, "URI_NOT_TEXT", Class::Input),
    (606, "URI_VALUE", Class::Input),
    (607, "PIN_MALFORMED", Class::Input),
    (608, "PIN_SOURCE_REFUSED", Class::Input),
    (609, "PIN_FILE_UNSAFE", Class::Input),
    (610, "PIN_FILE_UNREADABLE", Class::Condition),
    (611, "PIN_FILE_UNSUPPORTED", Class::Input),
    (612, "PIN_NOT_GIVEN", Class::Condition),
    (613, "MODULE_UNREADABLE", Class::Condition),
    (614, "MODULE_UNSAFE", Class::Input),
    (615, "MODULE_NOT_ALLOWED", Class::Input),
    (616, "MODULE_NOT_LIBRARY", Class::Input),
    (617, "MODULE_FOREIGN", Class::Input),
    (630, "PROFILE_MALFORMED", Class::Input),
    (631, "PROFILE_OTHER_BUILD", Class::Condition),
    (640, "MODULE_UNLOADABLE", Class::Condition),
    (641, "CALLS_STUCK", Class::Condition),
    (642, "READ_ONLY", Class::Condition),
    (643, "PIN_FEW_TRIES", Class::Condition),
    (644, "PIN_LAST_TRY", Class::Condition),
    (645, "MODULE_THREADS", Class::Condition),
    (646, "TOO_MANY_OBJECTS", Class::Condition),
    (650, "TOKEN_NOT_FOUND", Class::Condition),
    (651, "TOKEN_AMBIGUOUS", Class::Input),
    (652, "KEY_AMBIGUOUS", Class::Input),
    (653, "NAME_TAKEN", Class::Input),
    (654, "ATTRIBUTES_DIFFER", Class::Fault),
    (655, "KEY_FAILS", Class::Fault),
    (656, "CLAIMS_NOWHERE", Class::Input),
    (657, "CLAIMS_UNWRITABLE", Class::Condition),
    (658, "NOT_OFFERED", Class::Condition),
    (659, "KEY_WITHOUT_ID", Class::Input),
    (660, "REFERENCE_MALFORMED", Class::Input),
    (661, "REFERENCE_DAMAGED", Class::Input),
    (662, "REFERENCE_VERSION", Class::Input),
    (663, "REFERENCE_UNFIT", Class::Input),
    (664, "SEAL_BROKEN", Class::Refused),
    (665, "SEAL_FOREIGN", Class::Refused),
    (666, "WRAP_NOT_POST_QUANTUM", Class::Input),
    (667, "WRAP_UNAVAILABLE", Class::Condition),
    (668, "FACTOR_MISSING", Class::Input),
    (669, "FACTOR_WEAK", Class::Input),
    (670, "KEY_RETIRED", Class::Input),
    (671, "KEY_DESTROYED", Class::Input),
    (672, "RECOVERY_UNFIT", Class::Input),
    (673, "RECOVERY_FOREIGN", Class::Refused),
];

#[test]
fn numbers_names_and_classes_are_as_published() {
    let now: Vec<_> =
        Problem::ALL.iter().map(|problem| (problem.number(), problem.code(), problem.class())).collect();
    assert_eq!(now, PUBLISHED);
    // The library's errors come out of the same type, so they share one space.
    let library = khoalai::Error::ALL.iter().map(|error| (error.number(), error.code()));
    let all: Vec<_> = now.iter().map(|(number, code, _)| (*number, *code)).chain(library).collect();
    let numbers: BTreeSet<_> = all.iter().map(|(number, _)| number).collect();
    let codes: BTreeSet<_> = all.iter().map(|(_, code)| code).collect();
    assert_eq!((numbers.len(), codes.len()), (all.len(), all.len()), "used twice");
    for (_, code, _) in now {
        assert!(code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{code}");
    }
}

#[test]
fn an_error_is_its_problem_and_what_it_is_about() {
    for problem in Problem::ALL {
        let error = Error::from(*problem);
        assert_eq!(
            (error.number(), error.code(), error.class()),
            (problem.number(), problem.code(), problem.class())
        );
        assert_eq!((error.problem(), error.library(), error.detail()), (Some(*problem), None, None));
        assert_eq!(error.to_string(), problem.text(Language::En));
        assert_eq!(error.text(Language::Vi), problem.text(Language::Vi));
        let error = error.about("token").about("not this: the first is nearest to the cause");
        assert_eq!(error.detail(), Some("token"));
        assert_eq!(error.to_string(), format!("token: {}", problem.text(Language::En)));
    }
    for library in khoalai::Error::ALL {
        let error = Error::from(*library);
        assert_eq!(
            (error.number(), error.problem(), error.library()),
            (library.number(), None, Some(*library))
        );
        assert_eq!(error.text(Language::Vi), library.text(Language::Vi));
    }
}

/// What keeps a device from being asked is never taken for bad input.
#[test]
fn a_pin_is_no_input() {
    for problem in Problem::ALL {
        let told = khoalai::Error::from(Error::from(*problem));
        if problem.code().starts_with("PIN_") {
            assert_eq!(told.class(), Class::Condition, "{}", problem.code());
        }
    }
}

/// Letters that Vietnamese has and English has not.
const LETTERS: &str = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ";

#[test]
fn texts_are_there_in_both_languages() {
    let mut seen = BTreeSet::new();
    for problem in Problem::ALL {
        let (english, vietnamese) = (problem.text(Language::En), problem.text(Language::Vi));
        for text in [english, vietnamese] {
            assert!(text.len() > 20 && text.ends_with('.'), "{text}");
            assert!(text.trim() == text && !text.contains("  ") && !text.contains('\n'), "{text}");
            assert!(is_nfc(text), "not in NFC: {text}");
            assert!(seen.insert(text), "the text of two problems: {text}");
            // What happened, and what to do next.
            assert!(text.matches(['.', ':', ';']).count() >= 2, "nothing to do next: {text}");
        }
        assert!(english.is_ascii(), "{english}");
        let letters = vietnamese.to_lowercase().chars().filter(|letter| LETTERS.contains(*letter)).count();
        assert!(letters * 8 > vietnamese.chars().count(), "without its accents: {vietnamese}");
    }
    for error in khoalai::Error::ALL {
        assert!(seen.insert(error.text(Language::En)), "a text of the library: {}", error.code());
    }
}
