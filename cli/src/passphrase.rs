//! Passphrases: typed, or read from a file of the owner's. Never an argument or a variable, which others can see.

use crate::failure::{Failure, Problem};
use crate::input;
use crate::session::Session;
use crate::system::terminal;
use crate::text::fill;
use khoalai::Error;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The longest passphrase, in bytes.
const MAX_PASSPHRASE: usize = 1024;

/// A passphrase, wiped when dropped.
pub(crate) struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// For a new file: typed twice, or from the passphrase file; not empty.
    pub(crate) fn choose(session: &Session, file: Option<&Path>, key: &Path) -> Result<Self, Failure> {
        let chosen = match file {
            Some(file) => from_file(file)?,
            None => {
                let first = typed(session, session.text.passphrase_new, key)?;
                if *first != *typed(session, session.text.passphrase_again, key)? {
                    return Err(Problem::PassphraseDiffers.into());
                }
                first
            }
        };
        if chosen.is_empty() { Err(Problem::PassphraseEmpty.into()) } else { Ok(Self(chosen)) }
    }

    /// The passphrase in this file.
    pub(crate) fn of_file(file: &Path) -> Result<Self, Failure> {
        from_file(file).map(Self)
    }

    /// For an existing file.
    pub(crate) fn ask(session: &Session, file: Option<&Path>, key: &Path) -> Result<Self, Failure> {
        file.map_or_else(|| typed(session, session.text.passphrase_for, key), from_file).map(Self)
    }

    /// What is written: the composed form (NFC). Vietnamese keyboards give "ệ" as one code point or as
    /// three; to the one who types it is one passphrase.
    pub(crate) fn composed(&self) -> Zeroizing<Vec<u8>> {
        composed(&self.0)
    }

    /// Tries the composed form, and then the bytes as they came, which other programs take.
    pub(crate) fn try_each<T>(&self, mut open: impl FnMut(&[u8]) -> Result<T, Error>) -> Result<T, Error> {
        let composed = self.composed();
        match open(&composed) {
            Err(Error::PassphraseWrong) if *composed != *self.0 => open(&self.0),
            opened => opened,
        }
    }
}

fn composed(bytes: &Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    let Ok(text) = core::str::from_utf8(bytes) else { return bytes.clone() };
    // Room from the start (a code point composes from at most itself): a string that grows leaves copies behind.
    let mut composed = Zeroizing::new(Vec::with_capacity(3 * bytes.len()));
    for character in text.nfc() {
        let mut buffer = Zeroizing::new([0; 4]);
        composed.extend_from_slice(character.encode_utf8(&mut *buffer).as_bytes());
    }
    composed
}

fn typed(session: &Session, prompt: &str, key: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let prompt = fill(prompt, &[&key.display().to_string()]);
    let _ = session;
    terminal::ask(&prompt)
        .map(|typed| Zeroizing::new(typed.into_bytes()))
        .map_err(|_| Failure::from(Problem::PassphraseNeeded).about(key))
}

/// The first line of a file that only its owner can read.
fn from_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut file = input::open(path)?;
    input::only_ours(&file, path, Problem::PassphraseFileOpen, Problem::PassphraseFileUnsupported)?;
    let mut content = input::read_from(&mut file, path, MAX_PASSPHRASE)?;
    let end = content.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(content.len());
    content.truncate(end);
    Ok(content)
}
