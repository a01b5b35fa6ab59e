//! Writing: whole or not at all, secrets for their owner only, nothing secret to a terminal.

use crate::failure::{Failure, Problem};
use crate::input::is_stream;
use crate::keys;
use crate::session::Session;
use crate::system::{access, devices, identity, streams};
use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// What is written, which decides who may read it and where it may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A private key: for its owner only, never to a terminal, over an existing file only if `replace`.
    PrivateKey {
        /// The user said so.
        replace: bool,
    },
    /// What is left of the reference of a key that is gone: as a private key, and over another reference
    /// at most.
    Reference,
    /// A shared secret: for its owner only, never to a terminal.
    Secret,
    /// Ciphertexts, signatures, DER: nothing that a terminal could show.
    Bytes,
    /// Text for anybody.
    Text,
}

impl Sort {
    const fn is_key(self) -> bool {
        matches!(self, Self::PrivateKey { .. } | Self::Reference)
    }

    const fn is_secret(self) -> bool {
        self.is_key() || matches!(self, Self::Secret)
    }
}

/// The places a command writes to, checked before it does any work.
pub(crate) struct Plan {
    places: Vec<(PathBuf, Sort)>,
}

impl Plan {
    /// Checks the places against each other, against the files that are read, and against what is there,
    /// and whether they can be written: a key that is made in a token for nothing stays there.
    pub(crate) fn new(
        session: &Session,
        inputs: &[&Path],
        places: &[(&Path, Sort)],
    ) -> Result<Self, Failure> {
        if places.iter().any(|(path, _)| is_stream(path)) {
            session.reserve_stdout();
        }
        distinct(inputs, places)?;
        for (path, sort) in places {
            check(path, *sort).map_err(|problem| Failure::from(problem).about(path))?;
        }
        for (path, sort) in places {
            attempt(path, *sort)
                .map_err(|error| Failure::from(Problem::WriteFailed).about(path).system(error))?;
        }
        Ok(Self { places: places.iter().map(|(path, sort)| ((*path).to_owned(), *sort)).collect() })
    }

    /// Writes one content to each place, in the order of the places. If one fails, no file is
    /// left half-written and no new file is left at all.
    pub(crate) fn write(self, contents: &[&[u8]]) -> Result<(), Failure> {
        let mut staged = Vec::new();
        let mut streams = Vec::new();
        for ((path, sort), content) in self.places.iter().zip(contents) {
            let failed = |error| Failure::from(Problem::WriteFailed).about(path).system(error);
            if let Some(stream) = open_stream(path).map_err(failed)? {
                if *sort != Sort::Text && stream.is_terminal() {
                    return Err(Failure::from(Problem::Terminal).about(path));
                }
                streams.push((path, stream, content));
            } else {
                staged.push((path, *sort, stage(path, *sort, content).map_err(failed)?));
            }
        }
        // Streams first: they can fail late and cannot be taken back, while a rename can.
        for (path, mut stream, content) in streams {
            let written = stream.write_all(content).and_then(|()| stream.flush());
            written.map_err(|error| Failure::from(Problem::WriteFailed).about(path).system(error))?;
        }
        // A private key last: where it takes the place of another, that one is gone. The reference of a
        // lost key after the new key's: it is of no use without it.
        staged.sort_by_key(|(_, sort, _)| (sort.is_key(), *sort == Sort::Reference));
        let mut created = Vec::new();
        for (path, sort, (file, target)) in staged {
            let is_new = !target.exists();
            if let Err(failure) = persist(file, &target, sort) {
                for new in created {
                    let _ = std::fs::remove_file(new);
                }
                return Err(failure.about(path));
            }
            if is_new {
                created.push(target);
            }
        }
        Ok(())
    }
}

/// Nothing may be named twice: not stdin, and not a file that is written.
fn distinct(inputs: &[&Path], places: &[(&Path, Sort)]) -> Result<(), Failure> {
    let same = |path: &Path| Err(Failure::from(Problem::SameFile).about(path));
    let mut from_stdin = inputs.iter().filter(|path| is_stream(path));
    if from_stdin.next().is_some() && from_stdin.next().is_some() {
        return same(Path::new("-"));
    }
    for (index, (path, _)) in places.iter().enumerate() {
        let earlier = places.iter().take(index).map(|(path, _)| *path);
        if earlier.clone().any(|other| is_stream(path) && is_stream(other)) {
            return same(path);
        }
        if inputs.iter().copied().chain(earlier).any(|other| is_same_file(path, other)) {
            return same(path);
        }
    }
    Ok(())
}

/// Whether two paths lead to one regular file, or would if it existed.
pub(crate) fn is_same_file(one: &Path, other: &Path) -> bool {
    if is_stream(one) || is_stream(other) {
        return false;
    }
    match (one.metadata(), other.metadata()) {
        (Ok(this), Ok(that)) => {
            let same = (identity::of(one, &this), identity::of(other, &that));
            this.is_file() && matches!(same, (Ok(one), Ok(other)) if one == other)
        }
        (Err(_), Err(_)) => {
            matches!((target(one), target(other)), (Ok(one), Ok(other)) if identity::is_one_name(&one, &other))
        }
        _ => false,
    }
}

/// The path to write to: what a symbolic link leads to, so that the link stays.
fn target(path: &Path) -> io::Result<PathBuf> {
    if path.exists() {
        return path.canonicalize();
    }
    let path = identity::spelled(path)?;
    let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?;
    Ok(directory(&path).canonicalize()?.join(name))
}

fn directory(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn check(path: &Path, sort: Sort) -> Result<(), Problem> {
    if is_stream(path) {
        let shows = io::stdout().is_terminal();
        return if shows && sort != Sort::Text { Err(Problem::Terminal) } else { Ok(()) };
    }
    if devices::is_reserved(path) {
        return Err(Problem::DeviceName);
    }
    // A link that leads nowhere is there, too.
    let is_there = || path.symlink_metadata().is_ok() && !devices::is_device(path);
    let refused = match sort {
        Sort::PrivateKey { replace } => !replace && is_there(),
        Sort::Reference => is_there() && !keys::is_reference_alone(path),
        // A slip of the keyboard must not cost a private key.
        _ => keys::is_private_key_file(path),
    };
    if refused { Err(Problem::WouldOverwrite) } else { Ok(()) }
}

/// Opens what cannot be replaced by a file: stdout, a pipe, a device.
fn open_stream(path: &Path) -> io::Result<Option<File>> {
    if is_stream(path) {
        return streams::stdout().map(Some);
    }
    if devices::is_device(path) { OpenOptions::new().write(true).open(path).map(Some) } else { Ok(None) }
}

/// Finds out whether the place can be written, as it will be. What is written into is not tried: a pipe
/// would notice.
fn attempt(path: &Path, sort: Sort) -> io::Result<()> {
    if is_stream(path) || devices::is_device(path) {
        return Ok(());
    }
    let (_, target) = beside(path, sort)?;
    // A name that the file system does not take, too.
    match target.symlink_metadata() {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A new file beside its place.
fn beside(path: &Path, sort: Sort) -> io::Result<(NamedTempFile, PathBuf)> {
    let target = target(path)?;
    if target.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".khoalai-");
    access::restrict(&mut builder, sort.is_secret());
    Ok((builder.tempfile_in(directory(&target))?, target))
}

/// Writes the content to a new file beside its place.
fn stage(path: &Path, sort: Sort, content: &[u8]) -> io::Result<(NamedTempFile, PathBuf)> {
    let (mut file, target) = beside(path, sort)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok((file, target))
}

/// Moves the file to its place in one step.
fn persist(file: NamedTempFile, target: &Path, sort: Sort) -> Result<(), Failure> {
    // Asked again, in the same step where that can be: somebody may have written there since.
    if sort == Sort::Reference {
        check(target, sort)?;
    }
    let is_new = sort == Sort::Reference && target.symlink_metadata().is_err();
    let moved = if is_new || sort == (Sort::PrivateKey { replace: false }) {
        file.persist_noclobber(target)
    } else {
        file.persist(target)
    };
    moved.map(|_| ()).map_err(|error| {
        if error.error.kind() == io::ErrorKind::AlreadyExists {
            Problem::WouldOverwrite.into()
        } else {
            Failure::from(Problem::WriteFailed).system(error.error)
        }
    })
}
