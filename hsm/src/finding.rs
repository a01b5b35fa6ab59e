//! Which tokens there are, and opening one.

use crate::audit::EventKind;
use crate::error::{Error, Problem, Result};
use crate::library::Library;
use crate::modules::Modules;
use crate::pin::PinSource;
use crate::profile::{Fit, ModuleFacts, Profile};
use crate::quirks::Quirks;
use crate::slot::{Identity, Options, Slot};
use crate::token::Token;
use crate::uri::Uri;
use alloc::sync::Arc;
use std::path::PathBuf;

/// A token that is there. Nobody was logged in to find it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// Which token it is.
    pub identity: Identity,
    /// The module that knows it.
    pub module: PathBuf,
    /// The SHA-256 of the module's file, as profiles name it.
    pub module_sha256: [u8; 32],
    /// What the module calls itself, and its version, as profiles name them.
    pub library: (String, (u8, u8)),
    /// The version of PKCS#11 that it speaks.
    pub pkcs11: (u8, u8),
}

impl Found {
    /// A URI that means this token and no other.
    ///
    /// # Errors
    /// [`Problem::UriTooLong`] cannot be: these texts are short.
    pub fn uri(&self) -> Result<Uri> {
        let Identity { label, manufacturer, model, serial } = &self.identity;
        Uri::new().with_token(label)?.with_manufacturer(manufacturer)?.with_model(model)?.with_serial(serial)
    }
}

struct Candidate {
    slot: Arc<Slot>,
    chosen: Chosen,
    found: Found,
}

/// The quirks that a module is used with, and what there is to tell of profiles.
#[derive(Clone)]
struct Chosen {
    quirks: Arc<Quirks>,
    /// Whose they are.
    profile: Option<Arc<str>>,
    told: Option<Result<()>>,
}

/// The tokens that `uri` means, in the modules that the caller allows.
///
/// # Errors
/// What is wrong with a module. No token at all is no error.
pub fn tokens(uri: &Uri, modules: &Modules, options: &Options) -> Result<Vec<Found>> {
    Ok(candidates(uri, modules, options)?.into_iter().map(|candidate| candidate.found).collect())
}

impl Token {
    /// Opens the token that `uri` names, in one of the modules that the caller allows.
    ///
    /// # Errors
    /// [`Problem::TokenNotFound`], [`Problem::TokenAmbiguous`], and what is wrong with the module or the
    /// device. Nobody is logged in yet: the PIN is asked for when it is needed.
    pub fn open(uri: &Uri, modules: &Modules, pin: PinSource, options: &Options) -> Result<Self> {
        let mut candidates = candidates(uri, modules, options)?;
        let Candidate { slot, chosen, .. } = candidates.pop().ok_or(Problem::TokenNotFound)?;
        if !candidates.is_empty() {
            return Err(Problem::TokenAmbiguous.into());
        }
        slot.note(EventKind::TokenOpened, None, None);
        if let Some(told) = &chosen.told {
            slot.note(EventKind::Profile, None, told.as_ref().err());
        }
        Ok(Self::new(slot, pin, (chosen.quirks, chosen.profile), options.claims.clone()))
    }
}

fn candidates(uri: &Uri, modules: &Modules, options: &Options) -> Result<Vec<Candidate>> {
    let mut candidates = Vec::new();
    for module in modules.find(uri)? {
        module.check()?;
        let sha256 = module.sha256()?;
        let mut options = options.clone();
        let known = options.profiles.iter().find(|profile| profile.is_of(&sha256));
        if let Some(quirks) = known.map(Profile::quirks) {
            let told = &mut options.initialization;
            told.library_cant_create_os_threads |= quirks.library_cant_create_os_threads == Some(true);
            told.os_locking_ok &= quirks.os_locking_ok != Some(false);
        }
        let library = Library::load(module.path(), &options)?;
        let facts = facts(&library, sha256, &options)?;
        let chosen = choose(&facts, &options.profiles);
        options.limits = options.limits.under(&chosen.quirks);
        for slot in library.slots(uri, &options)? {
            let found = Found {
                identity: slot.identity.clone(),
                module: module.path().into(),
                module_sha256: sha256,
                library: (facts.description.clone(), facts.version),
                pkcs11: library.raw.version(),
            };
            candidates.push(Candidate { slot, chosen: chosen.clone(), found });
        }
    }
    Ok(candidates)
}

fn facts(library: &Arc<Library>, sha256: [u8; 32], options: &Options) -> Result<ModuleFacts> {
    let info = library.info(options.limits.timeout)?;
    let version = info.library_version();
    let description = info.library_description().to_owned();
    Ok(ModuleFacts { description, version: (version.major(), version.minor()), sha256 })
}

/// The profile of this very module; one of another build is ignored, and that is told.
fn choose(facts: &ModuleFacts, profiles: &[Profile]) -> Chosen {
    let mut chosen = Chosen { quirks: Arc::default(), profile: None, told: None };
    for profile in profiles {
        match profile.fits(facts) {
            Fit::Yes => {
                let quirks = Arc::new(profile.quirks().clone());
                return Chosen { quirks, profile: Some(profile.name().into()), told: Some(Ok(())) };
            }
            Fit::OtherBuild => {
                let warning = Error::from(Problem::ProfileOtherBuild).about(profile.name().to_owned());
                chosen.told = Some(Err(warning));
            }
            Fit::No => {}
        }
    }
    chosen
}
