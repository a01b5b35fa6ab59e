//! Why a command stops: an error of the library, or one of the few of its own.

use crate::exit::Exit;
use crate::text::{Text, fill};
use khoalai::{Error, Language};
use serde_json::{Map, Value, json};
use std::path::Path;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $code:literal, $exit:ident, $text:ident;)+) => {
        /// What can go wrong here that the library knows nothing of. Numbers and names are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Problem { $($(#[$doc])* $name,)+ }

        impl Problem {
            const fn row(self) -> (u16, &'static str, Exit, fn(&Text) -> &'static str) {
                match self { $(Self::$name => ($number, $code, Exit::$exit, |text| text.$text),)+ }
            }
        }
    };
}

problems! {
    /// The command line is wrong; the subject says how.
    Usage = 900, "USAGE", Usage, see_help;
    /// One file or stream is named for two things.
    SameFile = 901, "SAME_FILE", Usage, same_file;
    /// The key is encrypted and there is nobody to ask.
    PassphraseNeeded = 902, "PASSPHRASE_NEEDED", Usage, passphrase_needed;
    /// An empty passphrase.
    PassphraseEmpty = 903, "PASSPHRASE_EMPTY", Usage, passphrase_empty;
    /// The second time another one was typed.
    PassphraseDiffers = 904, "PASSPHRASE_DIFFERS", Usage, passphrase_differs;
    /// Windows takes the name for a device.
    DeviceName = 905, "DEVICE_NAME", Usage, device_name;
    /// A private key where a public one belongs.
    NotPublic = 912, "NOT_A_PUBLIC_KEY", Input, not_public;
    /// A public key or certificate where a private key belongs.
    NotPrivate = 913, "NOT_A_PRIVATE_KEY", Input, not_private;
    /// Longer than anything of its kind.
    TooLarge = 914, "TOO_LARGE", Input, too_large;
    /// The algorithm's keys are never whole.
    MadeApart = 915, "MADE_APART", Input, made_apart;
    /// A URI that names a token and no key in it.
    KeyNotNamed = 916, "KEY_NOT_NAMED", Usage, key_not_named;
    /// A decapsulation key without a word on its loss.
    RecoveryUnsaid = 917, "RECOVERY_UNSAID", Usage, recovery_unsaid;
    /// A key that was there before is to be a half, without a word on what that costs.
    AdoptionUnsaid = 918, "ADOPTION_UNSAID", Usage, adoption_unsaid;
    /// A hybrid key's name is wanted, and the URI says something else of it.
    NotByName = 919, "NOT_BY_NAME", Usage, not_by_name;
    /// A private key is there already.
    WouldOverwrite = 920, "WOULD_OVERWRITE", Policy, would_overwrite;
    /// Secrets and raw bytes are not for terminals.
    Terminal = 921, "TERMINAL", Policy, terminal;
    /// Others can read the passphrase.
    PassphraseFileOpen = 923, "PASSPHRASE_FILE_OPEN", Policy, passphrase_file_open;
    /// The system does not tell who can read the passphrase.
    PassphraseFileUnsupported = 924, "PASSPHRASE_FILE_UNSUPPORTED", Policy, passphrase_file_unsupported;
    /// Others can read the key file.
    KeyFileOpen = 925, "KEY_FILE_OPEN", Policy, key_file_open;
    /// The system does not tell who can read the key file.
    KeyFileUnsupported = 926, "KEY_FILE_UNSUPPORTED", Policy, key_file_unsupported;
    /// A file cannot be read.
    ReadFailed = 930, "READ_FAILED", File, read_failed;
    /// A file cannot be written.
    WriteFailed = 931, "WRITE_FAILED", File, write_failed;
}

#[derive(Clone, Copy, Debug)]
enum What {
    Library(Error),
    Device(khoalai_hsm::Problem),
    Own(Problem),
}

/// Why a command stops, and about what. It never holds a secret.
#[derive(Debug)]
pub(crate) struct Failure {
    what: What,
    /// The file, or what is wrong with the command line.
    subject: Option<String>,
    /// The system's error, for files.
    system: Option<std::io::Error>,
    /// A further hint on what to do.
    advice: Option<fn(&Text) -> &'static str>,
    /// What `--json` tells beside the error.
    details: Map<String, Value>,
}

impl Failure {
    fn new(what: What) -> Self {
        Self { what, subject: None, system: None, advice: None, details: Map::new() }
    }

    /// Names the file it is about, unless one is named already.
    pub(crate) fn about(mut self, path: &Path) -> Self {
        self.subject.get_or_insert_with(|| path.display().to_string());
        self
    }

    /// Says in words what it is about.
    pub(crate) fn saying(mut self, subject: String) -> Self {
        self.subject = Some(subject);
        self
    }

    pub(crate) fn system(mut self, error: std::io::Error) -> Self {
        self.system = Some(error);
        self
    }

    pub(crate) fn advice(mut self, advice: fn(&Text) -> &'static str) -> Self {
        self.advice = Some(advice);
        self
    }

    pub(crate) fn detail(mut self, name: &str, value: Value) -> Self {
        self.details.insert(name.to_owned(), value);
        self
    }

    pub(crate) fn exit(&self) -> Exit {
        match self.what {
            What::Library(error) => Exit::of(error),
            What::Device(problem) => Exit::of_device(problem),
            What::Own(problem) => problem.row().2,
        }
    }

    fn code(&self) -> (u16, &'static str) {
        match self.what {
            What::Library(error) => (error.number(), error.code()),
            What::Device(problem) => (problem.number(), problem.code()),
            What::Own(problem) => (problem.row().0, problem.row().1),
        }
    }

    /// What happened and what to do next, on one line.
    pub(crate) fn text(&self, language: Language, text: &Text) -> String {
        let mut line = match (&self.subject, self.what) {
            // Here the subject is a sentence already.
            (Some(subject), What::Own(Problem::Usage)) => format!("{subject} "),
            (Some(subject), _) => format!("{subject}: "),
            (None, _) => String::new(),
        };
        match self.what {
            What::Library(error) => line.push_str(error.text(language)),
            What::Device(problem) => line.push_str(problem.text(language)),
            What::Own(problem) => {
                let reason = self.system.as_ref().map(|error| reason(error, text)).unwrap_or_default();
                line.push_str(&fill(problem.row().3(text), &[&reason]));
            }
        }
        if let Some(advice) = self.advice {
            line.push(' ');
            line.push_str(advice(text));
        }
        line
    }

    /// The text with the stable name and number, for a person who wants to look it up.
    pub(crate) fn line(&self, language: Language, text: &Text) -> String {
        let (number, code) = self.code();
        format!("khoalai: {} [{code} {number}]", self.text(language, text))
    }

    pub(crate) fn into_json(self, language: Language, text: &Text) -> Map<String, Value> {
        let (number, code) = self.code();
        let mut object = Map::new();
        let error = json!({ "code": code, "number": number, "text": self.text(language, text) });
        object.insert("error".to_owned(), error);
        object.extend(self.details);
        object
    }
}

/// The common reasons in the reader's language; the others as the system tells them.
fn reason(error: &std::io::Error, text: &Text) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => text.io_not_found.to_owned(),
        ErrorKind::PermissionDenied => text.io_denied.to_owned(),
        ErrorKind::IsADirectory => text.io_directory.to_owned(),
        ErrorKind::NotADirectory => text.io_not_directory.to_owned(),
        ErrorKind::StorageFull => text.io_full.to_owned(),
        ErrorKind::ReadOnlyFilesystem => text.io_read_only.to_owned(),
        ErrorKind::BrokenPipe => text.io_broken_pipe.to_owned(),
        _ => error.to_string(),
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(What::Library(error))
    }
}

impl From<khoalai_hsm::Error> for Failure {
    fn from(error: khoalai_hsm::Error) -> Self {
        let what = match (error.problem(), error.library()) {
            (Some(problem), _) => What::Device(problem),
            (None, library) => What::Library(library.unwrap_or(Error::DeviceFailed)),
        };
        Self { subject: error.detail().map(str::to_owned), ..Self::new(what) }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::new(What::Own(problem))
    }
}
