//! Devices: the modules that the command line lists, and the PIN.

use crate::args;
use crate::failure::Failure;
use crate::session::Session;
use crate::system::terminal;
use crate::text::{Text, fill};
use alloc::ffi::CString;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use khoalai_hsm::{
    Keep, Modules, Options, Pin, PinFor, PinPrompt, PinSource, Profile, Token, TriesLeft, Uri,
};
use std::path::{Path, PathBuf};

/// What begins a key that is in a device.
const SCHEME: &str = "pkcs11:";

/// Whether KEY is a URI and not a file.
pub(crate) fn uri(key: &Path) -> Option<Result<Uri, Failure>> {
    let text = key.to_str()?;
    text.starts_with(SCHEME).then(|| Ok(Uri::parse(text)?))
}

/// What is said of devices.
pub(crate) fn arguments(text: &'static Text) -> [Arg; 5] {
    [
        Arg::new("module")
            .long("module")
            .value_name("FILE")
            .action(ArgAction::Append)
            .value_parser(value_parser!(PathBuf))
            .help(text.module_help),
        args::path("profile", "FILE", text.profile_help),
        args::path("pin-file", "FILE", text.pin_file_help),
        args::path("claims", "FOLDER", text.claims_help),
        Arg::new("module-parameters")
            .long("module-parameters")
            .value_name("TEXT")
            .value_parser(|text: &str| CString::new(text))
            .help(text.module_parameters_help),
    ]
}

/// The devices that the command line allows.
pub(crate) struct Devices {
    modules: Modules,
    options: Options,
    pin_file: Option<PathBuf>,
    prompts: [&'static str; 3],
    /// The name of the profile that the user asks for.
    profile: Option<String>,
}

impl Devices {
    pub(crate) fn of(session: &Session, matches: &ArgMatches) -> Result<Self, Failure> {
        let mut modules = Modules::new();
        for path in matches.try_get_many::<PathBuf>("module").ok().flatten().into_iter().flatten() {
            modules.allow(path)?;
        }
        let mut profile = None;
        let mut options = Options { profiles: Profile::shipped()?, ..Options::default() };
        if let Some(path) = args::get_path(matches, "profile") {
            let text = crate::input::read(path, khoalai::limits::MAX_PEM)?;
            let text = core::str::from_utf8(&text)
                .map_err(|_| Failure::from(khoalai::Error::Malformed).about(path))?;
            let given = Profile::parse(text)?;
            profile = Some(given.name().to_owned());
            options.profiles.insert(0, given);
        }
        options.claims = args::get_path(matches, "claims").map(Path::to_owned);
        options.initialization.reserved =
            matches.try_get_one::<CString>("module-parameters").ok().flatten().cloned();
        let pin_file = args::get_path(matches, "pin-file").map(Path::to_owned);
        let text = session.text;
        Ok(Self {
            modules,
            options,
            pin_file,
            prompts: [text.pin_for, text.pin_few_tries, text.pin_last_try],
            profile,
        })
    }

    /// The tokens that are there.
    pub(crate) fn tokens(&self, uri: &Uri) -> Result<Vec<khoalai_hsm::Found>, Failure> {
        Ok(khoalai_hsm::tokens(uri, &self.modules, &self.options)?)
    }

    /// Opens a token. Its PIN comes from what the URI names, from `--pin-file`, or from who sits there.
    /// At a device with a keypad it is typed there.
    pub(crate) fn open(&self, session: &Session, uri: &Uri) -> Result<Token, Failure> {
        let (source, is_typed) = match (PinSource::from_uri(uri)?, &self.pin_file) {
            (Some(source), _) => (source, false),
            (None, Some(file)) => (PinSource::file(file), false),
            (None, None) => (self.typed(), true),
        };
        let token = Token::open(uri, &self.modules, source.keeping(Keep::InMemory), &self.options)?;
        if self.profile.is_some() && self.profile.as_deref() != token.profile() {
            session.warn("PROFILE_IGNORED", session.text.profile_ignored);
        }
        if is_typed && token.has_keypad() {
            let identity = token.identity();
            session.say(&fill(session.text.pin_at_device, &[&identity.label, &identity.serial]));
        }
        Ok(token)
    }

    fn typed(&self) -> PinSource {
        let prompts = self.prompts;
        PinSource::ask(move |prompt: &PinPrompt<'_>| {
            let [usual, few, last] = prompts;
            let question = match (prompt.pin_for, prompt.tries_left) {
                (PinFor::User, TriesLeft::Fewer) => few,
                (PinFor::User, TriesLeft::Last) => last,
                _ => usual,
            };
            let typed = terminal::ask(&fill(question, &[prompt.token, prompt.serial])).ok()?;
            Pin::new(typed).ok()
        })
    }
}
