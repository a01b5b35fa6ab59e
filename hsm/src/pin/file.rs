//! PINs in files: which names are taken, which files are, and what of them is the PIN.

use super::Pin;
use crate::error::{Error, Problem, Result};
use crate::uri::decode;
use std::path::{Path, PathBuf};

/// The path that a `pin-source` names: as it is, or as a URI of RFC 8089.
pub(super) fn path_of(source: &str) -> Result<PathBuf> {
    let refused = || Error::from(Problem::PinSourceRefused);
    let path = match source.split_at_checked(5) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("file:") => {
            let path = match rest.strip_prefix("//") {
                Some(rest) => rest.strip_prefix("localhost").unwrap_or(rest),
                None => rest,
            };
            let decoded = decode(path.as_bytes(), is_file_uri).map_err(|_| refused())?;
            String::from_utf8(decoded).map_err(|_| refused())?
        }
        _ => source.to_owned(),
    };
    // On Windows `/C:/…` is one. A second slash would be another host.
    if !path.starts_with('/') || path.starts_with("//") || path.contains('\0') {
        return Err(refused());
    }
    Ok(PathBuf::from(path))
}

/// RFC 3986: `pchar` and `/`, but for percent-encoding.
const fn is_file_uri(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'@' | b'/' | b'!' | b'$' | b'&' | b'\'')
        || matches!(byte, b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

/// Reads a PIN, if the file is one that others could neither have written nor read.
#[cfg(unix)]
pub(super) fn read(path: &Path) -> Result<Pin> {
    use rustix::fs::{Mode, OFlags};
    use std::fs::File;
    use std::os::unix::fs::MetadataExt;

    let about = |problem: Problem| Error::from(problem).about(path.display().to_string());
    // What is judged is what was opened. NONBLOCK: a named pipe must not keep us waiting.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let descriptor = rustix::fs::open(path, flags, Mode::empty()).map_err(|error| match error {
        // A symbolic link, on Linux and macOS and on FreeBSD.
        rustix::io::Errno::LOOP | rustix::io::Errno::MLINK => about(Problem::PinFileUnsafe),
        _ => about(Problem::PinFileUnreadable),
    })?;
    let file = File::from(descriptor);
    let metadata = file.metadata().map_err(|_| about(Problem::PinFileUnreadable))?;
    let ours = metadata.uid() == 0 || metadata.uid() == rustix::process::geteuid().as_raw();
    if !metadata.is_file() || !ours || metadata.mode() & 0o077 != 0 {
        return Err(about(Problem::PinFileUnsafe));
    }
    contents(file).ok_or_else(|| about(Problem::PinFileUnreadable))?.map_err(|error| match error.problem() {
        Some(problem) => about(problem),
        None => error,
    })
}

/// Who else may read a file, Windows tells only through calls that are not safe Rust.
#[cfg(not(unix))]
pub(super) fn read(path: &Path) -> Result<Pin> {
    Err(Error::from(Problem::PinFileUnsupported).about(path.display().to_string()))
}

/// The PIN in a file; nothing if it cannot be read. All of it goes into one buffer, which is wiped.
#[cfg(unix)]
fn contents(mut file: impl std::io::Read) -> Option<Result<Pin>> {
    use super::MAX_PIN_LEN;
    use std::io::ErrorKind::Interrupted;
    use zeroize::Zeroizing;

    // The longest PIN, its line break, and one byte by which a longer file shows.
    let mut buffer = Zeroizing::new(vec![0; MAX_PIN_LEN + 3]);
    let mut read = 0;
    while let Some(free) = buffer.get_mut(read..).filter(|free| !free.is_empty()) {
        match file.read(free) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == Interrupted => {}
            Err(_) => return None,
        }
    }
    let line = buffer.get(..read)?;
    let pin = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
    Some(Pin::from_bytes(pin.to_vec()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::pin::MAX_PIN_LEN;

    #[test]
    fn one_line_break_and_nothing_else_is_taken_away() {
        let pin = |file: &[u8]| contents(file).unwrap().ok().map(|pin| pin.expose().to_owned());
        for file in ["mã số 12", "mã số 12\n", "mã số 12\r\n"] {
            assert_eq!(pin(file.as_bytes()).as_deref(), Some("mã số 12"), "{file:?}");
        }
        assert_eq!(pin(b" 12 \t").as_deref(), Some(" 12 \t"));
        for file in [&b""[..], b"\n", b"\r\n", b"12\n\n", b"12\r", b"12\n\r", b"1\n2", b"1\x00", b"1\xff2"] {
            assert_eq!(pin(file), None, "{file:?}");
        }
        let longest = "x".repeat(MAX_PIN_LEN);
        assert_eq!(pin(longest.as_bytes()), Some(longest.clone()));
        assert_eq!(pin(format!("{longest}\r\n").as_bytes()), Some(longest.clone()));
        for more in ["x", "x\n", "x\r\n", "\n\r\n", "\r\nx", "xxxxxxxxxxxxxxxx"] {
            assert_eq!(pin(format!("{longest}{more}").as_bytes()), None, "{more:?}");
        }
    }

    #[test]
    fn only_absolute_paths_of_this_machine_are_files() {
        for (source, path) in [
            ("/etc/pin", "/etc/pin"),
            ("file:/etc/a%20pin", "/etc/a pin"),
            ("FILE:///etc/pin", "/etc/pin"),
            ("file://localhost/etc/pin", "/etc/pin"),
            ("/etc/a%20pin", "/etc/a%20pin"),
        ] {
            assert_eq!(path_of(source).unwrap(), Path::new(path), "{source}");
        }
        for source in [
            "",
            "pin",
            "./pin",
            "|cat /etc/pin",
            "file:",
            "file:pin",
            "file:|cat",
            "file://host/pin",
            "file:////host/pin",
            "//host/pin",
            "file://localhostile/pin",
            "file:/a?b",
            "file:/a#b",
            "file:/a%zz",
            "file:/a%00",
            "file:/a%ff",
            "file:/a b",
            "http://host/pin",
            "https:/pin",
            "data:,1234",
            "env:PIN",
            "fílé:/etc/pin",
            "file%3a/etc/pin",
        ] {
            assert_eq!(path_of(source).unwrap_err(), Problem::PinSourceRefused, "{source}");
        }
    }
}
