//! PINs and their sources.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop anywhere")]

use khoalai_hsm::{
    Answer, Keep, MAX_PIN_LEN, Pin, PinFor, PinPrompt, PinSource, Problem, Result, TriesLeft, Uri,
};

const PROMPT: PinPrompt<'_> = PinPrompt::new("Kho khóa", "0042", PinFor::User, TriesLeft::Last);

fn pin(text: &str) -> Pin {
    Pin::new(text.to_owned()).unwrap()
}

fn answer(source: &PinSource) -> Result<Option<String>> {
    source.answer(&PROMPT).map(|answer| match answer {
        Answer::Pin(pin) => Some(pin.expose().to_owned()),
        Answer::AtTheDevice => None,
    })
}

#[test]
fn no_pin_is_empty_too_long_or_of_two_lines() {
    for good in ["1", "mã số", " 12 ", "\t", &"x".repeat(MAX_PIN_LEN)] {
        assert_eq!(pin(good).expose(), good);
        assert_eq!(Pin::from_bytes(good.as_bytes().to_vec()).unwrap().expose(), good);
    }
    for bad in ["", "1\n", "1\r\n2", "\r", "12\0", &"x".repeat(MAX_PIN_LEN + 1)] {
        assert_eq!(Pin::new(bad.to_owned()).err().unwrap(), Problem::PinMalformed, "{bad:?}");
    }
    let error = Pin::from_bytes(b"s3cr3t\xff".to_vec()).err().unwrap();
    assert_eq!(error, Problem::PinMalformed);
    assert!(!format!("{error:?} {error}").contains("s3cr3t"));
}

#[test]
fn a_given_pin_is_for_one_login() {
    let source = PinSource::given(pin("s3cr3t"));
    assert!(!format!("{source:?}").contains("s3cr3t"));
    assert_eq!(answer(&source).unwrap().as_deref(), Some("s3cr3t"));
    let error = answer(&source).unwrap_err();
    assert_eq!((error.problem(), error.detail()), (Some(Problem::PinNotGiven), Some("Kho khóa")));
}

#[test]
fn a_callback_is_told_who_asks() {
    let source = PinSource::ask(|prompt| {
        assert_eq!((prompt.token, prompt.serial), ("Kho khóa", "0042"));
        assert_eq!((prompt.pin_for, prompt.tries_left), (PinFor::User, TriesLeft::Last));
        Some(pin("s3cr3t"))
    });
    assert_eq!(answer(&source).unwrap().as_deref(), Some("s3cr3t"));
    assert_eq!(answer(&source).unwrap().as_deref(), Some("s3cr3t"));
    assert_eq!(answer(&PinSource::ask(|_| None)).unwrap_err(), Problem::PinNotGiven);
    assert_eq!(answer(&PinSource::at_the_device()).unwrap(), None);
}

#[test]
fn a_pin_is_kept_only_if_the_caller_says_so() {
    assert_eq!(PinSource::at_the_device().keep(), Keep::No);
    assert_eq!(PinSource::given(pin("1")).keeping(Keep::InMemory).keep(), Keep::InMemory);
    let uri = Uri::parse("pkcs11:?pin-source=/a").unwrap();
    assert_eq!(PinSource::from_uri(&uri).unwrap().unwrap().keep(), Keep::No);
}

#[test]
fn a_uri_names_a_file_or_nothing() {
    assert!(PinSource::from_uri(&Uri::new()).unwrap().is_none());
    for source in ["|cat%20/etc/pin", "http://host/pin", "pin", "file://host/pin", "env:PIN", ""] {
        let uri = Uri::parse(&format!("pkcs11:?pin-source={source}")).unwrap();
        assert_eq!(PinSource::from_uri(&uri).unwrap_err(), Problem::PinSourceRefused, "{source}");
    }
}

#[cfg(not(unix))]
#[test]
fn no_file_is_read_here() {
    assert_eq!(answer(&PinSource::file("C:/pin")).unwrap_err(), Problem::PinFileUnsupported);
}

#[cfg(unix)]
mod files {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, chown, symlink};
    use std::path::{Path, PathBuf};
    use tempfile::TempDir;

    fn file(directory: &TempDir, content: &str, mode: u32) -> PathBuf {
        let path = directory.path().join(format!("pin {mode:o}"));
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        path
    }

    fn problem(path: &Path) -> Option<Problem> {
        answer(&PinSource::file(path)).err().map(|error| {
            assert!(!format!("{error} {error:?}").contains("s3cr3t"));
            assert_eq!(error.detail(), path.to_str());
            error.problem().unwrap()
        })
    }

    #[test]
    fn an_owner_only_file_is_read_each_time() {
        let directory = TempDir::new().unwrap();
        let path = file(&directory, "s3cr3t\n", 0o600);
        let text = format!("pkcs11:?pin-source=file:{}", path.to_str().unwrap().replace(' ', "%2520"));
        let by_uri = PinSource::from_uri(&Uri::parse(&text).unwrap()).unwrap().unwrap();
        for source in [by_uri, PinSource::file(&path)] {
            assert_eq!(answer(&source).unwrap().as_deref(), Some("s3cr3t"));
        }
        let source = PinSource::file(&path);
        fs::write(&path, "other").unwrap();
        assert_eq!(answer(&source).unwrap().as_deref(), Some("other"));
        fs::write(&path, "s3cr3t\n\n").unwrap();
        assert_eq!(problem(&path), Some(Problem::PinMalformed));
        fs::write(&path, "s3cr3t".repeat(1000)).unwrap();
        assert_eq!(problem(&path), Some(Problem::PinMalformed));
        assert_eq!(problem(&file(&directory, "s3cr3t", 0o400)), None);
    }

    #[test]
    fn a_file_that_others_may_open_is_refused() {
        let directory = TempDir::new().unwrap();
        for bit in [0o001, 0o002, 0o004, 0o010, 0o020, 0o040] {
            assert_eq!(
                problem(&file(&directory, "s3cr3t", 0o600 | bit)),
                Some(Problem::PinFileUnsafe),
                "{bit:o}"
            );
        }
    }

    #[test]
    fn what_is_no_regular_file_is_refused() {
        let directory = TempDir::new().unwrap();
        let link = directory.path().join("link");
        symlink(file(&directory, "s3cr3t", 0o600), &link).unwrap();
        assert_eq!(problem(&link), Some(Problem::PinFileUnsafe));
        assert_eq!(problem(directory.path()), Some(Problem::PinFileUnsafe));
        assert_eq!(problem(Path::new("/dev/null")), Some(Problem::PinFileUnsafe));
        assert_eq!(problem(&directory.path().join("absent")), Some(Problem::PinFileUnreadable));
        // Nobody writes into it: opening it must not wait.
        let pipe = directory.path().join("pipe");
        let made = std::process::Command::new("mkfifo").args(["-m", "600"]).arg(&pipe).status();
        if made.is_ok_and(|status| status.success()) {
            assert_eq!(problem(&pipe), Some(Problem::PinFileUnsafe));
        }
    }

    /// Only root can give files away.
    #[test]
    fn another_user_s_file_is_refused() {
        let directory = TempDir::new().unwrap();
        let path = file(&directory, "s3cr3t", 0o600);
        if chown(&path, Some(4242), None).is_ok() {
            assert_eq!(problem(&path), Some(Problem::PinFileUnsafe));
        }
    }
}
