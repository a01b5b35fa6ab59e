//! Keys by their URI, profiles, and where a PIN comes from.

use crate::shell::Shell;
use crate::support::alone::token_test;
use crate::support::open::arguments;
use crate::support::tokens::{Kryoptic, Token, USER_PIN};
use khoalai_misbehaving::SAY;

/// Public key and signature of a key that is whole in the token, by its URI alone.
fn by_uri([token]: [Token; 1]) {
    let shell = &Shell::new(&token);
    let uri = &shell.listed(&token, "uri");
    let sign = &format!("{uri};object=sign");
    shell.ok(&["hsm", "keygen", "MLDSA65-ECDSA-P256-SHA512", sign, "-o", "sign.ref", "--public", "sign.pub"]);
    std::fs::write(shell.folder.join("document"), "TEST ONLY").unwrap();
    shell.ok(&["sign", "--key", sign, "-o", "signature", "document"]);
    shell.ok(&["verify", "--key", "sign.pub", "--signature", "signature", "document"]);
    shell.ok(&["public", "--key", sign, "-o", "again.pub"]);
    assert_eq!(shell.read("sign.pub"), shell.read("again.pub"));
    let private = &format!("{sign};type=private");
    shell.ok(&["sign", "--key", private, "-o", "signature2", "document"]);
    shell.ok(&["verify", "--key", "sign.pub", "--signature", "signature2", "document"]);
    // What says something else of it is not passed over.
    for other in [format!("{sign};id=%01"), format!("{uri};id=%01"), format!("{sign};type=public")] {
        shell.fails(&["sign", "--key", &other, "-o", "x", "document"], 2, "NOT_BY_NAME");
        shell.fails(&["public", "--key", &other, "-o", "x"], 2, "NOT_BY_NAME");
        let new = ["hsm", "keygen", "MLDSA65-ECDSA-P256-SHA512", &other, "-o", "x.ref"];
        shell.fails(&new, 2, "NOT_BY_NAME");
    }
    shell.fails(&["sign", "--key", &format!("{uri};object=none"), "-o", "x", "document"], 6, "NOT_FOUND");
}
token_test!(by_uri_kryoptic, [Token::kryoptic(Kryoptic::WHOLE)], by_uri);
token_test!(by_uri_nss, [Token::nss()], by_uri);

/// What a token can do, and what a profile for it begins with: that profile is taken then.
fn probed(token: &Token, works: usize, combiner: Option<&str>) {
    let shell = &Shell::new(token);
    let uri = &shell.listed(token, "uri");
    let probe = shell.ok(&["hsm", "probe", uri]);
    let components = probe["components"].as_array().unwrap();
    assert_eq!(components.iter().filter(|component| component["works"] == true).count(), works);
    assert_eq!(components.len(), 27);
    assert_eq!(probe["combiner"].as_str(), combiner);
    assert_eq!(probe["secrets_stay_inside"], combiner.is_some());
    let profile = probe["profile"].as_str().unwrap();
    let warned = |name: &str, text: &str| {
        std::fs::write(shell.folder.join(name), text).unwrap();
        let listed = shell.ok(&["hsm", "list", uri, "--profile", name]);
        let warnings = listed["warnings"].as_array().unwrap();
        warnings.iter().map(|warning| warning["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(warned("right.toml", &format!("{profile}\n[calls]\nsessions = 2\n")).is_empty());
    // Another build, and another driver: it is ignored, and that is told.
    let (_, modules, _) = arguments(token);
    let hash: String = modules.all()[0].sha256().unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    let other = "0".repeat(64);
    assert_eq!(warned("build.toml", &profile.replace(&hash, &other)), ["PROFILE_IGNORED"]);
    let other = profile.replace("library_description = \"", "library_description = \"Not ");
    assert_eq!(warned("driver.toml", &other), ["PROFILE_IGNORED"]);
    std::fs::write(shell.folder.join("wrong.toml"), format!("{profile}\n[calls]\nbelieve = true\n")).unwrap();
    shell.fails(&["hsm", "list", uri, "--profile", "wrong.toml"], 3, "PROFILE_MALFORMED");
}
// Without RSA, which takes long; `inside.rs` has all of it probed on every token.
token_test!(probed_kryoptic, [Token::kryoptic(Kryoptic::NO_RSA)], |[token]| probed(
    &token,
    14,
    Some("KeyDerive")
));

/// The PIN from a file that the URI names, from the device's own keypad, or from nowhere.
fn pins([token]: [Token; 1]) {
    let mut shell = Shell::new(&token);
    let uri = shell.listed(&token, "uri");
    let pin_file = shell.folder.join("pin");
    let place = shell.device.iter().position(|word| word == "--pin-file").unwrap();
    shell.device.drain(place..place + 2);
    let keygen = |uri: &str, name: &str| {
        let key = match uri.split_once('?') {
            None => format!("{uri};object={name}"),
            Some((path, query)) => format!("{path};object={name}?{query}"),
        };
        ["hsm", "keygen", "MLKEM768-P256", &key, "--no-recovery", "-o", name].map(ToOwned::to_owned)
    };
    let run = |arguments: &[String]| shell.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let (code, object) = run(&keygen(&uri, "none"));
    assert_eq!(
        (code, object["error"]["code"].as_str()),
        (6, Some("PIN_NOT_GIVEN")),
        "nobody is there to ask"
    );
    let source = format!("{uri}?pin-source=file:{}", pin_file.display());
    assert_eq!(run(&keygen(&source, "by-file")).0, 0);
    let missing = format!("{uri}?pin-source=file:{}-not", pin_file.display());
    assert_eq!(run(&keygen(&missing, "missing")).1["error"]["code"], "PIN_FILE_UNREADABLE");
    // SAFETY: no other thread of this process reads or writes the environment now.
    unsafe { std::env::set_var(SAY, format!("keypad {USER_PIN}")) };
    let (code, object) = run(&keygen(&uri, "by-keypad"));
    assert_eq!(code, 0, "{object}");
}
token_test!(pins_softhsm, [Token::softhsm().misbehaving()], pins);
