//! Holds both manuals against the command: every command, option, exit code and error is in them.

use crate::support::Dir;

const EN: &str = include_str!("../../README.md");
const VI: &str = include_str!("../../README.vi.md");

#[test]
fn every_command_and_option_is_in_both_manuals() {
    let dir = Dir::new();
    let top = dir.ok(&["--help"]);
    let commands = top.out().split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let mut count = 0;
    for command in commands.lines().map(|line| line.split_whitespace().next().unwrap()) {
        let help = dir.ok(&[command, "--help"]);
        let synopsis = help.out().lines().find_map(|line| line.strip_prefix("Usage: ")).unwrap();
        for manual in [EN, VI] {
            assert!(manual.contains(synopsis), "{synopsis}");
        }
        for option in help.out().split_whitespace().filter(|word| word.starts_with("--")) {
            let option = option.trim_matches(|c: char| !c.is_ascii_lowercase() && c != '-');
            for manual in [EN, VI] {
                assert!(
                    manual.contains(&format!("`{option}")) || manual.contains(option),
                    "{command} {option}"
                );
            }
            count += 1;
        }
    }
    assert!(count > 30);
}

#[test]
fn every_exit_code_and_error_is_in_both_manuals() {
    // The command's own errors, from where they are defined; the library's from the library.
    let own = include_str!("../../src/failure.rs").lines().filter_map(|line| {
        let (_, row) = line.trim().split_once(" = ")?;
        let mut fields = row.split(", ");
        let number = fields.next()?.parse::<u16>().ok()?;
        Some((number, fields.next()?.trim_matches('"').to_owned()))
    });
    let own: Vec<_> = own.collect();
    assert!(own.len() > 12);
    for manual in [EN, VI] {
        for (number, code) in &own {
            assert!(manual.contains(&format!("| {number} | `{code}` |")), "{number} {code}");
        }
        for code in 0..=7 {
            assert!(manual.contains(&format!("\n| {code} | ")), "{code}");
        }
        assert!(manual.contains("`-----BEGIN TEST ONLY PRIVATE KEY-----`"));
    }
}
