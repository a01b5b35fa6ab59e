//! Which modules may be loaded. Owners and permissions are those of Unix.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop anywhere")]

use khoalai_hsm::{Modules, Problem, Uri};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn file(path: PathBuf) -> PathBuf {
    fs::write(&path, "abc").unwrap();
    set_mode(&path, 0o755);
    path
}

fn refused(path: &Path) -> Option<Problem> {
    Modules::new().allow(path).err().and_then(|error| error.problem())
}

#[test]
fn what_others_could_replace_is_not_listed() {
    let directory = TempDir::new().unwrap();
    let (above, below) = (directory.path().join("above"), directory.path().join("above/below"));
    fs::create_dir_all(&below).unwrap();
    let module = file(below.join("libx.so"));
    assert_eq!(refused(&module), None);
    for mode in [0o757, 0o777, 0o1777] {
        set_mode(&module, mode);
        assert_eq!(refused(&module), Some(Problem::ModuleUnsafe), "{mode:o}");
    }
    set_mode(&module, 0o775);
    assert_eq!(refused(&module), None);
    for directory in [&below, &above] {
        for (mode, expected) in [(0o777, Some(Problem::ModuleUnsafe)), (0o1777, None), (0o2775, None)] {
            set_mode(directory, mode);
            assert_eq!(refused(&module), expected, "{mode:o}");
        }
        set_mode(directory, 0o755);
    }
    // Only root can give files away.
    for path in [&module, &below, &above] {
        if chown(path, Some(4242), None).is_ok() {
            assert_eq!(refused(&module), Some(Problem::ModuleUnsafe), "{}", path.display());
            chown(path, Some(0), None).unwrap();
        }
    }
    assert_eq!(refused(&module), None);
    assert_eq!(refused(&below), Some(Problem::ModuleUnsafe));
    assert_eq!(refused(Path::new("/dev/null")), Some(Problem::ModuleUnsafe));
    assert_eq!(refused(&below.join("absent.so")), Some(Problem::ModuleUnreadable));
}

#[test]
fn what_was_listed_is_looked_at_again_before_it_is_loaded() {
    let directory = TempDir::new().unwrap();
    let module = file(directory.path().join("x.so"));
    let mut modules = Modules::new();
    modules.allow(&module).unwrap();
    let listed = &modules.all()[0];
    assert_eq!(listed.check().unwrap_err(), Problem::ModuleNotLibrary);
    set_mode(&module, 0o777);
    assert_eq!(listed.check().unwrap_err(), Problem::ModuleUnsafe);
    fs::remove_file(&module).unwrap();
    assert_eq!(listed.check().unwrap_err(), Problem::ModuleUnreadable);
    assert_eq!(listed.sha256().unwrap_err(), Problem::ModuleUnreadable);
    let target = file(directory.path().join("y.so"));
    symlink(target, &module).unwrap();
    assert_eq!(listed.check().unwrap_err(), Problem::ModuleUnsafe);
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn a_library_for_another_machine_is_told_from_a_broken_one() {
    let directory = TempDir::new().unwrap();
    let module = file(directory.path().join("x.so"));
    let mut modules = Modules::new();
    modules.allow(&module).unwrap();
    let listed = &modules.all()[0];
    let mut header = [0; 64];
    header[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    (header[16], header[18]) = (3, 62);
    fs::write(&module, header).unwrap();
    listed.check().unwrap();
    (header[4], header[18]) = (1, 3);
    fs::write(&module, header).unwrap();
    let error = listed.check().unwrap_err();
    assert_eq!(error, Problem::ModuleForeign);
    assert_eq!(error.detail(), Some("x.so: ELF 32-bit x86 (khoalai: ELF 64-bit x86-64)"));
}

#[test]
fn a_uri_only_chooses_among_what_is_listed() {
    let directory = TempDir::new().unwrap();
    let directory = directory.path().canonicalize().unwrap();
    let (one, two) = (directory.join("1"), directory.join("2"));
    fs::create_dir(&one).unwrap();
    fs::create_dir(&two).unwrap();
    let first = file(one.join("libFirst.so.1.2"));
    let second = file(one.join("second-p11.so"));
    let third = file(two.join("libsecond-p11.so"));
    let other = file(two.join("other.so"));
    let link = directory.join("libalias.so");
    symlink(&first, &link).unwrap();
    let mut modules = Modules::new();
    for path in [&link, &first, &second, &third] {
        modules.allow(path).unwrap();
    }
    assert_eq!(modules.all().len(), 3, "a module and a link to it are one");

    let found = |query: &str| {
        let query = query.replace("{}", directory.to_str().unwrap());
        let found = modules.find(&Uri::parse(&format!("pkcs11:token=x?{query}")).unwrap());
        match found {
            Ok(found) => found.into_iter().map(|module| module.path().to_owned()).collect(),
            Err(error) => {
                assert_eq!((error.problem(), error.detail()), (Some(Problem::ModuleNotAllowed), None));
                Vec::new()
            }
        }
    };
    let all = [first.clone(), second.clone(), third.clone()];
    assert_eq!(found(""), all);
    assert_eq!(found("acme=1"), all);
    for query in [
        "module-name=first",
        "module-name=FIRST",
        "module-name=alias",
        "module-path={}/1/libFirst.so.1.2",
        "module-path={}/libalias.so",
        "module-path={}/1/../2/../1/libFirst.so.1.2",
        "module-path={}/1&module-name=first",
    ] {
        assert!(found(query).iter().eq([&first]), "{query}");
    }
    assert_eq!(found("module-name=second-p11"), [second.clone(), third.clone()]);
    assert_eq!(found("module-path={}/1"), [first, second.clone()]);
    assert_eq!(found("module-path={}/2&module-name=second-p11"), [third]);
    assert!(other.exists());
    for query in [
        "module-name=other",
        "module-path={}/2/other.so",
        "module-path={}",
        "module-path=other.so",
        "module-path=",
        "module-name=",
        "module-name=libfirst",
        "module-name=second-p11.so",
        "module-name=second",
        "module-path=/",
        "module-path={}/absent",
        "module-path={}/1/second-p11.so&module-name=first",
        "module-name={}/1/second-p11",
    ] {
        assert_eq!(found(query), [""; 0].map(PathBuf::from), "{query}");
    }
    assert_eq!(Modules::new().find(&Uri::new()).unwrap_err(), Problem::ModuleNotAllowed);
}

#[test]
fn a_module_is_known_by_its_hash() {
    let directory = TempDir::new().unwrap();
    let mut modules = Modules::new();
    modules.allow(file(directory.path().join("x.so"))).unwrap();
    let hash = modules.all()[0].sha256().unwrap();
    // FIPS 180-4's example: "abc".
    assert_eq!(hash[..8], [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]);
    assert_eq!(hash[24..], [0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad]);
}
