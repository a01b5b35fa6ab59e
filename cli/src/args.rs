//! The command line: what the commands share, and its complaints in the reader's language.

use crate::commands;
use crate::exit::Exit;
use crate::failure::{Failure, Problem};
use crate::language;
use crate::report;
use crate::session::Session;
use crate::text::{Text, fill};
use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What every command has is listed after its own options.
const LAST: usize = 900;

/// The whole command line.
pub(crate) fn command(text: &'static Text) -> Command {
    let after = format!("{}\n\n{}\n\n{}", text.exit_codes, text.files_help, text.notice);
    let command = Command::new("khoalai")
        .about(text.about)
        .version(env!("CARGO_PKG_VERSION"))
        .override_usage("khoalai COMMAND [...]")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .arg(
            Arg::new("json")
                .long("json")
                .display_order(LAST)
                .global(true)
                .action(ArgAction::SetTrue)
                .help(text.json_help),
        )
        .arg(
            Arg::new("lang")
                .long("lang")
                .global(true)
                .value_name("vi|en")
                .display_order(LAST)
                .hide_possible_values(true)
                .value_parser(PossibleValuesParser::new(["vi", "en"]))
                .help(text.lang_help),
        )
        .arg(
            Arg::new("version")
                .long("version")
                .short('V')
                .display_order(LAST)
                .action(ArgAction::Version)
                .help(text.version_help),
        )
        .after_help(after)
        .help_template(format!(
            "{{about}}\n\n{} {{usage}}\n\n{}\n{{subcommands}}\n\n{}\n{{options}}{{after-help}}\n",
            text.usage_heading, text.commands_heading, text.options_heading
        ));
    let command = commands::ALL.iter().fold(with_help(command, text), |command, entry| {
        command.subcommand(with_help((entry.command)(text), text))
    });
    command.disable_version_flag(true)
}

/// Help in the reader's language. `global` would give the subcommands clap's own.
pub(crate) fn with_help(command: Command, text: &'static Text) -> Command {
    command.disable_help_flag(true).arg(
        Arg::new("help")
            .long("help")
            .short('h')
            .display_order(LAST)
            .action(ArgAction::Help)
            .help(text.help_help),
    )
}

/// One command, with the frame of its help.
pub(crate) fn subcommand(
    text: &'static Text,
    name: &'static str,
    about: &'static str,
    synopsis: &'static str,
    args: impl IntoIterator<Item = Arg>,
) -> Command {
    let command = Command::new(name).about(about).override_usage(synopsis).args(args);
    let arguments = match command.get_positionals().next() {
        Some(_) => format!("{}\n{{positionals}}\n\n", text.arguments_heading),
        None => String::new(),
    };
    command.help_template(format!(
        "{{about}}\n\n{} {{usage}}\n\n{arguments}{}\n{{options}}\n\n{}\n",
        text.usage_heading, text.options_heading, text.more_help
    ))
}

/// A command that has commands below it.
pub(crate) fn family(
    text: &'static Text,
    name: &'static str,
    about: &'static str,
    synopsis: &'static str,
) -> Command {
    Command::new(name)
        .about(about)
        .override_usage(synopsis)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .help_template(format!(
            "{{about}}\n\n{} {{usage}}\n\n{}\n{{subcommands}}\n\n{}\n{{options}}\n\n{}\n",
            text.usage_heading, text.commands_heading, text.options_heading, text.more_help
        ))
}

/// An option that takes a path; `-` is a stream.
pub(crate) fn path(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).value_parser(value_parser!(PathBuf)).help(help)
}

/// The document, named last.
pub(crate) fn file(help: &'static str) -> Arg {
    Arg::new("file").value_name("FILE").value_parser(value_parser!(PathBuf)).help(help)
}

/// A switch.
pub(crate) fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

pub(crate) fn passphrase_file(text: &'static Text) -> Arg {
    path("passphrase-file", "FILE", text.passphrase_file_help)
}

/// What a sealed half takes beside its token: a passphrase, which opens other keys too, or a key file.
pub(crate) fn second_factor(text: &'static Text) -> [Arg; 2] {
    let key_file = path("key-file", "FILE", text.key_file_help).conflicts_with("passphrase-file");
    [passphrase_file(text), key_file]
}

pub(crate) fn allow_test_keys(text: &'static Text) -> Arg {
    switch("allow-test-keys", text.allow_test_keys_help)
}

pub(crate) fn context(text: &'static Text) -> Arg {
    Arg::new("context").long("context").value_name("TEXT").allow_hyphen_values(true).help(text.context_help)
}

/// A path that the command line must or may have.
pub(crate) fn get_path<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a Path> {
    matches.try_get_one::<PathBuf>(name).ok().flatten().map(PathBuf::as_path)
}

/// A path that clap has made sure of.
pub(crate) fn need_path<'a>(matches: &'a ArgMatches, name: &str) -> Result<&'a Path, Failure> {
    get_path(matches, name).ok_or_else(|| Failure::from(Problem::Usage).saying(name.to_owned()))
}

/// The files that are read beside the ones that the command is about.
pub(crate) fn read_aside(matches: &ArgMatches) -> impl Iterator<Item = &Path> {
    let names = ["passphrase-file", "key-file", "pin-file", "profile", "recovery", "recovery-key"];
    names.into_iter().filter_map(|name| get_path(matches, name))
}

/// Whether a switch is on; one that the command does not have is off.
pub(crate) fn is_on(matches: &ArgMatches, name: &str) -> bool {
    matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or_default()
}

pub(crate) fn get_context(matches: &ArgMatches) -> &[u8] {
    matches.get_one::<String>("context").map(String::as_bytes).unwrap_or_default()
}

/// Reads the command line; on help, version or a mistake tells it and says how to end.
pub(crate) fn parse(args: &[OsString]) -> Result<(Session, ArgMatches), Exit> {
    let (named, json) = language::early(args.get(1..).unwrap_or_default());
    let language = named.unwrap_or_else(|| language::of_locale(|name| std::env::var_os(name)));
    let session = Session::new(language, json);
    match command(session.text).try_get_matches_from(args) {
        Ok(matches) => Ok((session, matches)),
        Err(error) => Err(explain(&session, &error)),
    }
}

fn explain(session: &Session, error: &clap::Error) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            session.print(error.render().to_string().trim_end());
            Exit::Done
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if !session.json => {
            session.complain(error.render().to_string().trim_end());
            Exit::Usage
        }
        _ => {
            let failure = Failure::from(Problem::Usage).saying(complaint(session.text, error));
            report::finish(session, Err(failure))
        }
    }
}

/// What is wrong with the command line.
fn complaint(text: &Text, error: &clap::Error) -> String {
    let get = |kind| match error.get(kind) {
        Some(ContextValue::String(value)) => value.clone(),
        Some(ContextValue::Strings(values)) => values.join(", "),
        _ => String::new(),
    };
    let arg = get(ContextKind::InvalidArg);
    let line = match error.kind() {
        ErrorKind::UnknownArgument => fill(text.unknown_argument, &[&arg]),
        ErrorKind::InvalidSubcommand => fill(text.unknown_command, &[&get(ContextKind::InvalidSubcommand)]),
        ErrorKind::MissingRequiredArgument => fill(text.missing_argument, &[&arg]),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            text.missing_command.to_owned()
        }
        ErrorKind::ArgumentConflict => {
            let prior = get(ContextKind::PriorArg);
            if prior.is_empty() || prior == arg {
                fill(text.repeated_argument, &[&arg])
            } else {
                fill(text.conflicting_arguments, &[&arg, &prior])
            }
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match get(ContextKind::InvalidValue) {
            value if value.is_empty() => fill(text.missing_value, &[&arg]),
            value => fill(text.invalid_value, &[&value, &arg]),
        },
        ErrorKind::InvalidUtf8 => text.not_utf8.to_owned(),
        _ => text.bad_command_line.to_owned(),
    };
    let suggestions = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand].map(get);
    match suggestions.iter().find(|suggestion| !suggestion.is_empty()) {
        Some(suggestion) => format!("{line} {}", fill(text.did_you_mean, &[suggestion])),
        None => line,
    }
}
