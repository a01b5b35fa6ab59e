//! Which language people are spoken to in.

use khoalai::Language;
use std::ffi::OsStr;

/// The language of `--lang`.
pub(crate) fn named(name: &str) -> Option<Language> {
    match name {
        "en" => Some(Language::En),
        "vi" => Some(Language::Vi),
        _ => None,
    }
}

/// The language that the locale asks for: the first of the three that is set and not empty, as POSIX
/// has it. What is neither Vietnamese nor English gets English.
pub(crate) fn of_locale(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()))
        .unwrap_or_default();
    let locale = locale.to_string_lossy();
    let language = locale.split(['_', '.', '@', '-']).next().unwrap_or_default();
    if language.eq_ignore_ascii_case("vi") { Language::Vi } else { Language::En }
}

/// What `--lang` and `--json` say, read before the command line is parsed, so that complaints about
/// the command line itself come out right.
pub(crate) fn early(args: &[impl AsRef<OsStr>]) -> (Option<Language>, bool) {
    let mut language = None;
    let mut json = false;
    let mut args = args.iter().map(|arg| arg.as_ref().to_string_lossy());
    while let Some(arg) = args.next() {
        match arg.as_ref() {
            "--" => break,
            "--json" => json = true,
            "--lang" => language = args.next().and_then(|name| named(&name)).or(language),
            _ => language = arg.strip_prefix("--lang=").and_then(named).or(language),
        }
    }
    (language, json)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locale(set: &[(&str, &str)]) -> Language {
        of_locale(|name| set.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn the_first_variable_that_is_set_decides() {
        assert_eq!(locale(&[]), Language::En);
        assert_eq!(locale(&[("LANG", "vi_VN.UTF-8")]), Language::Vi);
        assert_eq!(locale(&[("LANG", "vi_VN.UTF-8"), ("LC_MESSAGES", "en_US.UTF-8")]), Language::En);
        assert_eq!(locale(&[("LC_ALL", "vi"), ("LC_MESSAGES", "en_US"), ("LANG", "C")]), Language::Vi);
        assert_eq!(locale(&[("LC_ALL", ""), ("LANG", "VI_vn")]), Language::Vi);
        assert_eq!(locale(&[("LC_ALL", "C"), ("LANG", "vi_VN")]), Language::En);
        assert_eq!(locale(&[("LANG", "vie_VN")]), Language::En);
    }

    #[test]
    fn language_and_json_are_known_before_parsing() {
        assert_eq!(early(&["sign", "--lang", "vi", "--json"]), (Some(Language::Vi), true));
        assert_eq!(early(&["--lang=en"]), (Some(Language::En), false));
        assert_eq!(early(&["--lang", "xx"]), (None, false));
        assert_eq!(early(&["--", "--json", "--lang=vi"]), (None, false));
    }
}
