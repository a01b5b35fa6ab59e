//! The exit codes that scripts rely on, and which error gives which.

use khoalai::{Class, Error};
use khoalai_hsm::Problem;

/// How the command ends. The numbers are stable; `khoalai --help` and README.md list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// A signature or ciphertext was refused.
    Refused = 1,
    /// The command line is wrong.
    Usage = 2,
    /// An input is malformed, a key is the wrong one, or an algorithm is unknown.
    Input = 3,
    /// Asked for something that is not done: TEST ONLY key, classical only, overwriting, terminal.
    Policy = 4,
    /// A file or the system failed.
    File = 5,
    /// The random source failed, or the key's device cannot answer now.
    Condition = 6,
    /// A self-test failed.
    SelfTest = 7,
}

impl Exit {
    /// The one table from the library's errors to exit codes: a few by name, the rest by class.
    pub(crate) const fn of(error: Error) -> Self {
        match error {
            Error::TestOnly
            | Error::ClassicalOnly
            | Error::LegacyAlgorithm
            | Error::LeakyCustody
            | Error::WeakCustody
            | Error::TooCostly => Self::Policy,
            // The context comes from the command line.
            Error::BadContext => Self::Usage,
            // The key did not answer; no signature or ciphertext of anybody was refused.
            Error::SigningFailed => Self::Condition,
            _ => match error.class() {
                Class::Input => Self::Input,
                Class::Refused => Self::Refused,
                Class::Condition => Self::Condition,
                Class::Fault => Self::SelfTest,
            },
        }
    }

    /// The same for what only devices have.
    pub(crate) const fn of_device(problem: Problem) -> Self {
        match problem {
            Problem::UriPinValue
            | Problem::PinSourceRefused
            | Problem::PinFileUnsafe
            | Problem::ModuleUnsafe
            | Problem::ModuleNotAllowed => Self::Policy,
            _ => match problem.class() {
                Class::Input => Self::Input,
                Class::Refused => Self::Refused,
                Class::Condition => Self::Condition,
                Class::Fault => Self::SelfTest,
            },
        }
    }

    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Input => 3,
            Self::Policy => 4,
            Self::File => 5,
            Self::Condition => 6,
            Self::SelfTest => 7,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        exit.number().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table as README.md promises it, written out: a new error of the library must be put here by hand.
    #[test]
    fn every_error_has_its_promised_exit_code() {
        let expected = |number| match number {
            200 | 201 => 1,
            106 => 2,
            100..=104 | 107 | 108 | 110..=112 | 116..=118 | 130 | 300 | 301 | 304 => 3,
            105 | 109 | 113..=115 | 119 => 4,
            202 | 302 | 303 | 400..=409 => 6,
            500 => 7,
            _ => u8::MAX,
        };
        for error in Error::ALL {
            assert_eq!(Exit::of(*error).number(), expected(error.number()), "{}", error.code());
        }
    }
}
