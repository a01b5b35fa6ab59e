//! Which PKCS#11 modules may be loaded: those that the caller lists, and nobody else's.
//!
//! A module's code runs with all our rights. So nothing is looked for on the system, and what a URI
//! names only chooses among the list. A path is listed if nobody but root and the user of this process
//! can put other code behind it: the file and every directory above it belong to one of the two, and
//! none is writable for everybody. One exception: a directory like `/tmp`, writable for everybody but
//! sticky, may stand above, because there nobody can rename or delete what belongs to others, and what
//! is below it belongs to us by the same rule. A directory may be writable for its group (Debian's
//! `/usr/local/lib` is): whoever put people into that group has trusted them with it.
//!
//! Owners are not looked at on Windows, where only calls tell them that are not safe Rust.
#![forbid(unsafe_code)]

mod header;
mod owner;

use crate::error::{Error, Problem, Result};
use crate::uri::Uri;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf, Prefix};

/// A module that may be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    path: PathBuf,
    as_listed: PathBuf,
}

impl Module {
    /// Its canonical path, which is what is loaded.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its name as `module-name` has it (RFC 7512 section 2.4): without `lib` and without `.so`,
    /// `.dll` or `.dylib` and what follows. Of the path as it was listed, which may be a link with a
    /// better name than its target.
    #[must_use]
    pub fn name(&self) -> String {
        name_of(&self.as_listed)
    }

    /// To be called right before it is loaded: whether it still is what may be listed, and whether
    /// this process can load it.
    ///
    /// # Errors
    ///
    /// [`Problem::ModuleUnsafe`], [`Problem::ModuleUnreadable`], [`Problem::ModuleNotLibrary`], or
    /// [`Problem::ModuleForeign`], which says what it is and what this process is.
    pub fn check(&self) -> Result<()> {
        check_owners(&self.path)?;
        let mut file = File::open(&self.path).map_err(|_| self.is(Problem::ModuleUnreadable))?;
        let mut start = Vec::new();
        let read = Read::by_ref(&mut file).take(header::START).read_to_end(&mut start);
        read.map_err(|_| self.is(Problem::ModuleUnreadable))?;
        match header::library(&start) {
            None => Err(self.is(Problem::ModuleNotLibrary)),
            Some(binary) => match header::process() {
                Some(process) if process != binary => {
                    let name = file_name(&self.path);
                    let detail = format!("{name}: {binary} (khoalai: {process})");
                    Err(Error::from(Problem::ModuleForeign).about(detail))
                }
                _ => Ok(()),
            },
        }
    }

    /// The SHA-256 of the file, by which a quirk profile knows the module.
    ///
    /// # Errors
    ///
    /// [`Problem::ModuleUnreadable`].
    pub fn sha256(&self) -> Result<[u8; 32]> {
        let mut file = File::open(&self.path).map_err(|_| self.is(Problem::ModuleUnreadable))?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(hash.finalize().into()),
                Ok(read) => hash.update(buffer.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(self.is(Problem::ModuleUnreadable)),
            }
        }
    }

    fn is(&self, problem: Problem) -> Error {
        about(problem, &self.path)
    }
}

/// The caller's own list of modules that may be loaded. It starts empty.
#[derive(Clone, Debug, Default)]
pub struct Modules(Vec<Module>);

impl Modules {
    /// No module at all.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Lists the module at this path. Listed twice it counts once.
    ///
    /// # Errors
    ///
    /// [`Problem::ModuleUnreadable`] if it is not there, [`Problem::ModuleUnsafe`] if others could put
    /// their own code there.
    pub fn allow(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let as_listed = path.as_ref().to_owned();
        let path = fs::canonicalize(&as_listed).map_err(|_| about(Problem::ModuleUnreadable, &as_listed))?;
        check_owners(&path)?;
        if !self.0.iter().any(|module| module.path == path) {
            self.0.push(Module { path, as_listed });
        }
        Ok(())
    }

    /// What is listed, in the order in which it was.
    #[must_use]
    pub fn all(&self) -> &[Module] {
        &self.0
    }

    /// The modules that a URI may mean, in the order of the list: by `module-path`, which is a
    /// module's or its directory's, and by `module-name` (RFC 7512 section 2.4). Without either it may
    /// mean all.
    ///
    /// # Errors
    ///
    /// [`Problem::ModuleNotAllowed`] if none is left. Which one was meant is not told: it is somebody
    /// else's text.
    pub fn find(&self, uri: &Uri) -> Result<Vec<&Module>> {
        let mut found: Vec<_> = self.0.iter().collect();
        if let Some(path) = uri.module_path() {
            let path = Path::new(path);
            let canonical = if is_here(path) { fs::canonicalize(path).ok() } else { None };
            found.retain(|module| {
                canonical
                    .as_deref()
                    .is_some_and(|path| module.path == path || module.path.parent() == Some(path))
            });
        }
        if let Some(name) = uri.module_name() {
            // Module names have no case.
            let name = name.to_lowercase();
            found.retain(|module| {
                module.name().to_lowercase() == name || name_of(&module.path).to_lowercase() == name
            });
        }
        if found.is_empty() { Err(Problem::ModuleNotAllowed.into()) } else { Ok(found) }
    }
}

/// Whether a path of a URI may be looked at: an absolute one, and no host of a network, to which
/// Windows would introduce itself with the user's credentials.
fn is_here(path: &Path) -> bool {
    let on_a_disk = match path.components().next() {
        Some(Component::Prefix(prefix)) => {
            matches!(prefix.kind(), Prefix::Disk(_) | Prefix::VerbatimDisk(_))
        }
        _ => true,
    };
    path.is_absolute() && on_a_disk
}

fn check_owners(path: &Path) -> Result<()> {
    match owner::is_ours(path) {
        Ok(true) => Ok(()),
        Ok(false) => Err(about(Problem::ModuleUnsafe, path)),
        Err(_) => Err(about(Problem::ModuleUnreadable, path)),
    }
}

fn about(problem: Problem, path: &Path) -> Error {
    Error::from(problem).about(path.display().to_string())
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn name_of(path: &Path) -> String {
    let name = file_name(path);
    // Lower case has the same length in ASCII, which is all that is cut off.
    let lower = name.to_ascii_lowercase();
    let end = [".so", ".dll", ".dylib"].into_iter().filter_map(|suffix| {
        // `libx.so.1.2` as well as `libx.so`, but not `x.soft`.
        lower.rmatch_indices(suffix).map(|(place, _)| place).find(|place| {
            let after = lower.get(place + suffix.len()..).unwrap_or_default();
            after.is_empty() || (suffix == ".so" && after.starts_with('.'))
        })
    });
    let stem = name.get(..end.min().unwrap_or(name.len())).unwrap_or(&name);
    let bare = match stem.split_at_checked(3) {
        Some((lib, rest)) if lib.eq_ignore_ascii_case("lib") && !rest.is_empty() => rest,
        _ => stem,
    };
    bare.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_no_prefix_and_no_suffix() {
        for (file, name) in [
            ("libsofthsm2.so", "softhsm2"),
            ("libckteec.so.0.1.0", "ckteec"),
            ("opensc-pkcs11.so", "opensc-pkcs11"),
            ("viettel-ca_v6.dll", "viettel-ca_v6"),
            ("LIBX.DLL", "X"),
            ("libykcs11.2.dylib", "ykcs11.2"),
            ("module.software", "module.software"),
            ("lib.so", "lib"),
            ("bộ.so", "bộ"),
            ("no-suffix", "no-suffix"),
        ] {
            assert_eq!(name_of(&Path::new("/usr/lib").join(file)), name, "{file}");
        }
    }
}
