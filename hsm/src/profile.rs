//! Profiles: which quirks which module has. A profile names the very module it was tried with, by the
//! library's own description and version and by the hash of its file. For any other it is ignored, and
//! the caller is told.

use crate::error::{Error, Problem, Result};
use crate::quirks::Quirks;
use toml::{Table, Value};

/// The profiles that come with the crate, as TOML.
pub const SHIPPED: &[(&str, &str)] = &[
    ("kryoptic", include_str!("../profiles/kryoptic.toml")),
    ("nss", include_str!("../profiles/nss.toml")),
    ("opencryptoki", include_str!("../profiles/opencryptoki.toml")),
    ("softhsm", include_str!("../profiles/softhsm.toml")),
];

/// What a module says of itself, and what its file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModuleFacts {
    pub(crate) description: String,
    pub(crate) version: (u8, u8),
    pub(crate) sha256: [u8; 32],
}

/// The quirks of one module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    name: String,
    description: String,
    version: (u8, u8),
    sha256: Vec<[u8; 32]>,
    quirks: Quirks,
}

/// Whether a profile is for a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It is for this very file.
    Yes,
    /// It is for the same library in another version or build: it is ignored with a warning.
    OtherBuild,
    /// It is for another library.
    No,
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// [`Problem::ProfileMalformed`], naming what is wrong, also for names that are not known.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = |what: &str| Error::from(Problem::ProfileMalformed).about(what.to_owned());
        let document: Table = text.parse().map_err(|_| bad("TOML"))?;
        if let Some(other) = document.keys().find(|key| !["module", "calls"].contains(&key.as_str())) {
            return Err(bad(other));
        }
        let module = document.get("module").and_then(Value::as_table).ok_or_else(|| bad("module"))?;
        let known = ["name", "library_description", "library_version", "sha256"];
        if let Some(other) = module.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(bad(other));
        }
        let text = |name: &str| module.get(name).and_then(Value::as_str).ok_or_else(|| bad(name));
        let calls = match document.get("calls") {
            None => Quirks::default(),
            Some(calls) => Quirks::read(calls.as_table().ok_or_else(|| bad("calls"))?)?,
        };
        let hashes = module.get("sha256").and_then(Value::as_array).ok_or_else(|| bad("sha256"))?;
        let sha256 = hashes.iter().map(|hash| hash.as_str().and_then(hex)).collect::<Option<Vec<_>>>();
        Ok(Self {
            name: text("name")?.to_owned(),
            description: text("library_description")?.to_owned(),
            version: version(text("library_version")?).ok_or_else(|| bad("library_version"))?,
            sha256: sha256.ok_or_else(|| bad("sha256"))?,
            quirks: calls,
        })
    }

    /// Those that come with the crate.
    ///
    /// # Errors
    /// None; a test reads all of them.
    pub fn shipped() -> Result<Vec<Self>> {
        SHIPPED.iter().map(|(_, text)| Self::parse(text)).collect()
    }

    /// Its name, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it says.
    #[must_use]
    pub const fn quirks(&self) -> &Quirks {
        &self.quirks
    }

    /// Whether it was tried with a file of this hash.
    pub(crate) fn is_of(&self, sha256: &[u8; 32]) -> bool {
        self.sha256.contains(sha256)
    }

    pub(crate) fn fits(&self, module: &ModuleFacts) -> Fit {
        if self.description != module.description {
            Fit::No
        } else if self.version == module.version && self.is_of(&module.sha256) {
            Fit::Yes
        } else {
            Fit::OtherBuild
        }
    }
}

fn version(text: &str) -> Option<(u8, u8)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn hex(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop anywhere")]
mod tests {
    use super::*;

    const HASH: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn profile(calls: &str) -> Result<Profile> {
        Profile::parse(&format!(
            "[module]\nname = 'X'\nlibrary_description = 'X lib'\nlibrary_version = '2.6'\nsha256 = ['{HASH}']\n{calls}"
        ))
    }

    #[test]
    fn every_shipped_profile_is_read() {
        let profiles = Profile::shipped().unwrap();
        assert_eq!(profiles.len(), SHIPPED.len());
        let template = include_str!("../profiles/template.toml");
        assert!(Profile::parse(template).is_ok());
    }

    #[test]
    fn no_shipped_profile_gives_a_word_that_nobody_looked_at() {
        let profiles = Profile::shipped().unwrap();
        let given = profiles.iter().filter(|profile| profile.quirks().handles_are_never_reused);
        assert_eq!(given.map(Profile::name).collect::<Vec<_>>(), ["kryoptic", "SoftHSM"]);
        assert!(!Quirks::default().handles_are_never_reused);
        // Where nobody waits, a call that hangs hangs the caller.
        let unwatched = profiles.iter().filter(|profile| profile.quirks().watched == Some(false));
        assert_eq!(unwatched.map(Profile::name).collect::<Vec<_>>(), ["kryoptic"]);
    }

    #[test]
    fn it_is_for_the_very_file_alone() {
        let profile = profile("[calls]\nx25519_as_edwards = true").unwrap();
        let this = ModuleFacts { description: "X lib".into(), version: (2, 6), sha256: hex(HASH).unwrap() };
        assert_eq!(profile.fits(&this), Fit::Yes);
        assert_eq!(profile.fits(&ModuleFacts { version: (2, 7), ..this.clone() }), Fit::OtherBuild);
        assert_eq!(profile.fits(&ModuleFacts { sha256: [0; 32], ..this.clone() }), Fit::OtherBuild);
        assert_eq!(profile.fits(&ModuleFacts { description: "Y".into(), ..this }), Fit::No);
    }

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        for (calls, name) in [
            ("[calls]\nbelieve = true", "believe"),
            ("[calls]\nskip_read_back = true", "skip_read_back"),
            ("[calls]\nsessions = 0", "sessions"),
            ("[calls]\nsessions = 'many'", "sessions"),
            ("[calls]\nunnamed_uses = ['CKA_EXTRACTABLE']", "unnamed_uses"),
            ("[calls]\nunnamed_uses = ['CKA_SENSITIVE']", "unnamed_uses"),
            ("[pin]\ntries = 9", "pin"),
            ("[calls", "TOML"),
        ] {
            let error = profile(calls).unwrap_err();
            assert_eq!(
                (error.problem(), error.detail()),
                (Some(Problem::ProfileMalformed), Some(name)),
                "{calls}"
            );
        }
    }
}
