//! Errors are an interface: numbers, names and classes never change, texts are there in both
//! languages, and none carries data.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

use khoalai::{Class, Error, Language};
use std::collections::BTreeSet;
use unicode_normalization::is_nfc;

/// Every error that was ever published. Lines may be added, never changed or taken away.
const PUBLISHED: &[(u16, &str, Class)] = &[
    (100, "MALFORMED", Class::Input),
    (101, "BUFFER_TOO_SMALL", Class::Input),
    (102, "UNKNOWN_ALGORITHM", Class::Input),
    (103, "WRONG_ALGORITHM", Class::Input),
    (104, "UNSUPPORTED", Class::Input),
    (105, "CLASSICAL_ONLY", Class::Input),
    (106, "BAD_CONTEXT", Class::Input),
    (107, "BAD_PUBLIC_KEY", Class::Input),
    (108, "BAD_PRIVATE_KEY", Class::Input),
    (109, "TEST_ONLY", Class::Input),
    (110, "NOT_EXPORTABLE", Class::Input),
    (111, "SEED_REQUIRED", Class::Input),
    (112, "WRONG_KEY", Class::Input),
    (113, "LEGACY_ALGORITHM", Class::Input),
    (114, "LEAKY_CUSTODY", Class::Input),
    (115, "WEAK_CUSTODY", Class::Input),
    (116, "OBSOLETE_ALGORITHM", Class::Input),
    (117, "UNKNOWN_ENCRYPTION", Class::Input),
    (118, "PASSPHRASE_WRONG", Class::Input),
    (119, "TOO_COSTLY", Class::Input),
    (130, "DEVICE_ONLY", Class::Input),
    (200, "DECAPSULATION_FAILED", Class::Refused),
    (201, "VERIFICATION_FAILED", Class::Refused),
    (202, "SIGNING_FAILED", Class::Refused),
    (300, "HALVES_MISMATCH", Class::Input),
    (301, "KEY_REUSED", Class::Input),
    (302, "STORE_FULL", Class::Condition),
    (303, "NOT_FOUND", Class::Condition),
    (304, "SAME_DEVICE", Class::Input),
    (400, "RANDOM_FAILED", Class::Condition),
    (401, "ABSENT", Class::Condition),
    (402, "LOGIN_REQUIRED", Class::Condition),
    (403, "PIN_REFUSED", Class::Condition),
    (404, "BUSY", Class::Condition),
    (405, "TIMEOUT", Class::Condition),
    (406, "FORKED", Class::Condition),
    (407, "DEVICE_FAILED", Class::Condition),
    (408, "PIN_LOCKED", Class::Condition),
    (409, "COMBINER_UNAVAILABLE", Class::Condition),
    (500, "SELF_TEST_FAILED", Class::Fault),
];

#[test]
fn numbers_names_and_classes_are_as_published() {
    let now: Vec<_> = Error::ALL.iter().map(|error| (error.number(), error.code(), error.class())).collect();
    assert_eq!(now, PUBLISHED);
    let numbers: BTreeSet<_> = now.iter().map(|(number, ..)| number).collect();
    let codes: BTreeSet<_> = now.iter().map(|(_, code, _)| code).collect();
    assert_eq!((numbers.len(), codes.len()), (now.len(), now.len()), "used twice");
    for code in codes {
        assert!(code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{code}");
    }
}

#[test]
fn an_error_carries_nothing() {
    assert_eq!(size_of::<Error>(), 2, "there is room for its number and no more");
    for error in Error::ALL {
        assert_eq!(error.to_string(), error.text(Language::En));
        let name: String = format!("{error:?}");
        assert!(name.chars().all(|letter| letter.is_ascii_alphabetic()), "{name}");
        assert!(core::error::Error::source(error).is_none());
    }
}

/// Letters that Vietnamese has and English has not.
const LETTERS: &str = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ";

#[test]
fn texts_are_there_in_both_languages() {
    let mut seen = BTreeSet::new();
    for error in Error::ALL {
        let (english, vietnamese) = (error.text(Language::En), error.text(Language::Vi));
        for text in [english, vietnamese] {
            assert!(text.len() > 20 && text.ends_with('.'), "{text}");
            assert!(text.trim() == text && !text.contains("  ") && !text.contains('\n'), "{text}");
            assert!(is_nfc(text), "not in NFC: {text}");
            assert!(seen.insert(text), "the text of two errors: {text}");
            // What happened, and what to do next.
            assert!(text.matches(['.', ':', ';']).count() >= 2, "nothing to do next: {text}");
        }
        assert!(english.is_ascii(), "{english}");
        let letters = vietnamese.to_lowercase().chars().filter(|letter| LETTERS.contains(*letter)).count();
        assert!(letters * 8 > vietnamese.chars().count(), "without its accents: {vietnamese}");
    }
    assert_eq!(Language::default(), Language::En);
}
