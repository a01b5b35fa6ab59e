//! English and Vietnamese: help, results, errors, and which one is taken.

use crate::support::{Dir, KHOALAI, Run};
use unicode_normalization::is_nfc;

const COMMANDS: [&str; 9] =
    ["algorithms", "keygen", "public", "encapsulate", "decapsulate", "sign", "verify", "selftest", "demo"];

#[test]
fn help_speaks_both_languages() {
    let dir = Dir::new();
    let top = dir.ok(&["--help", "--lang", "vi"]);
    for part in ["Cách dùng:", "Các lệnh:", "Tùy chọn:", "Mã thoát:", "Các loại tệp:", "chưa được kiểm định"]
    {
        assert!(top.out().contains(part), "{part}");
    }
    let english = dir.ok(&["--help"]);
    for part in
        ["Usage:", "Commands:", "Options:", "Exit codes:", "Files:", "neither evaluated nor certified"]
    {
        assert!(english.out().contains(part), "{part}");
    }
    for command in COMMANDS {
        assert!(
            top.out().contains(&format!("\n  {command} "))
                && english.out().contains(&format!("\n  {command} "))
        );
        let (en, vi) = (dir.ok(&[command, "-h"]), dir.ok(&[command, "--help", "--lang=vi"]));
        for text in [en.out(), vi.out()] {
            assert!(is_nfc(text) && text.contains(&format!("khoalai {command}")), "{command}");
        }
        // The same lines in both, and none of the frame in the wrong language.
        assert_eq!(en.out().lines().count(), vi.out().lines().count(), "{command}");
        for english in ["Usage", "Options", "Arguments", "Print", "default", "possible"] {
            assert!(!vi.out().contains(english), "{command}: {english}");
        }
    }
    assert!(is_nfc(top.out()) && is_nfc(english.out()));
}

/// The exit codes are in the help of both languages, each on a line of its own.
#[test]
fn help_lists_every_exit_code() {
    let dir = Dir::new();
    for language in ["en", "vi"] {
        let help = dir.ok(&["--help", "--lang", language]);
        for code in 0..=7 {
            assert_eq!(help.out().lines().filter(|line| line.starts_with(&format!("  {code}  "))).count(), 1);
        }
        assert!(help.out().contains("TEST ONLY PRIVATE KEY") && help.out().contains("0600"));
    }
}

#[test]
fn results_and_errors_speak_vietnamese() {
    let dir = Dir::new();
    let vietnamese = |args: &[&str]| {
        let run = dir.run(&[args, &["--lang", "vi"]].concat());
        let all = format!("{}{}", run.out(), run.err());
        assert!(is_nfc(&all));
        all
    };
    assert!(
        vietnamese(&["keygen", "ML-DSA-44", "-o", "key", "--public", "pub"]).contains("đã ghi khóa bí mật")
    );
    assert!(vietnamese(&["sign", "--key", "key", "-o", "sig", "pub"]).contains("đã ký"));
    assert!(vietnamese(&["verify", "--key", "pub", "--signature", "sig", "pub"]).starts_with("HỢP LỆ"));
    let refused = vietnamese(&["verify", "--key", "pub", "--signature", "sig", "key"]);
    assert!(refused.contains("Chữ ký KHÔNG hợp lệ") && refused.contains("[VERIFICATION_FAILED 201]"));
    assert!(vietnamese(&["public", "--key", "nothing"]).contains("không đọc được: không có tệp"));
    // Mistakes on the command line, each in words of its own.
    for (args, part) in [
        (&["sing"][..], "không có lệnh 'sing'. Có phải ý bạn là 'sign'?"),
        (&["sign", "--kee"], "không có tham số '--kee'. Có phải ý bạn là '--key'?"),
        (&["sign", "--key", "key", "-o", "x"], "còn thiếu: <FILE>"),
        (&["sign", "--key"], "'--key <KEY>' cần một giá trị"),
        (&["sign", "--key", "a", "--key", "b", "-o", "x", "y"], "'--key <KEY>' được nêu nhiều lần"),
        (&["keygen", "X-Wing", "-o", "x", "--der", "--test-only"], "không dùng '"),
        (&["keygen", "X-Wing", "-o", "x", "--lang=xx"], "giá trị 'xx' không dùng được"),
    ] {
        let told = vietnamese(args);
        if !args.contains(&"--lang=xx") {
            assert!(told.contains(part), "{args:?}: {told}");
        }
        assert!(told.contains("[USAGE 900]"), "{told}");
    }
}

#[test]
fn a_language_that_is_not_there_is_a_mistake() {
    let dir = Dir::new();
    let run = dir.run(&["algorithms", "--lang", "fr"]);
    run.fails(2, "USAGE");
    assert!(run.err().contains("'fr' is not possible for '--lang <vi|en>'"));
}

#[test]
fn the_locale_decides_unless_told_otherwise() {
    let dir = Dir::new();
    let heading = |locale: &[(&str, &str)], args: &[&str]| {
        let mut command = dir.command(KHOALAI);
        command.env_remove("LC_ALL").envs(locale.iter().copied()).arg("algorithms").args(args);
        Run::of(command, b"").out().split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(heading(&[], &[]), "Name");
    assert_eq!(heading(&[("LANG", "vi_VN.UTF-8")], &[]), "Tên");
    assert_eq!(heading(&[("LANG", "vi_VN.UTF-8"), ("LC_MESSAGES", "en_US.UTF-8")], &[]), "Name");
    assert_eq!(heading(&[("LANG", "en"), ("LC_MESSAGES", "vi_VN")], &[]), "Tên");
    assert_eq!(heading(&[("LC_ALL", "vi"), ("LC_MESSAGES", "en"), ("LANG", "en")], &[]), "Tên");
    assert_eq!(heading(&[("LC_ALL", ""), ("LANG", "vi_VN")], &[]), "Tên");
    assert_eq!(heading(&[("LANG", "vi_VN.UTF-8")], &["--lang", "en"]), "Name");
    assert_eq!(heading(&[("LC_ALL", "C")], &["--lang", "vi"]), "Tên");
}
