//! Modules that do not lock, or not without threads of their own, and profiles that say so.

use crate::on_both;
use crate::scene::{Scene, work};
use crate::support::open::{arguments, pin};
use crate::support::tokens::Token;
use khoalai::*;
use khoalai_hsm::{Problem, Profile};

/// A profile of this very module, with these calls.
fn profile(token: &Token, calls: &str) -> Profile {
    let (_, modules, _) = arguments(token);
    let hash: String = modules.all()[0].sha256().unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    // What it says of itself is looked at when it is loaded; what it is told before goes by the file alone.
    let text = format!(
        "[module]\nname = 'X'\nlibrary_description = 'X'\nlibrary_version = '1.0'\nsha256 = ['{hash}']\n[calls]\n{calls}\n"
    );
    Profile::parse(&text).unwrap()
}

fn no_locks(token: &Token) {
    let control = token.control();
    control.say("cannot-lock");
    let (uri, modules, mut options) = arguments(token);
    let refused = khoalai_hsm::Token::open(&uri, &modules, pin(), &options).err().unwrap();
    assert_eq!((refused.problem(), refused.detail()), (Some(Problem::ModuleThreads), Some("CKR_CANT_LOCK")));
    options.profiles = vec![profile(token, "os_locking_ok = false")];
    let scene = Scene::with(token, pin(), |told| told.profiles = options.profiles);
    let keys = [P256_SHARE, ECDSA_P256_SHA256].map(|algorithm| scene.key(algorithm));
    // Slow, so that two calls would meet.
    scene.say("on C_DeriveKey 0 8 slow 20");
    scene.say("on C_SignInit 0 8 slow 20");
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let key = &keys[thread % 2];
            scope.spawn(move || (0..4).for_each(|_| work(key).unwrap()));
        }
    });
    assert_eq!(scene.say("at-once"), 1);
    scene.has_objects(4);
}
on_both!(locks, no_locks);

/// One that needs threads works as long as nobody forbids them.
fn own_threads(token: &Token) {
    let control = token.control();
    control.say("needs-threads");
    let (uri, modules, mut options) = arguments(token);
    options.profiles = vec![profile(token, "library_cant_create_os_threads = true")];
    let refused = khoalai_hsm::Token::open(&uri, &modules, pin(), &options).err().unwrap();
    let expected = (Some(Problem::ModuleThreads), Some("CKR_NEED_TO_CREATE_THREADS"));
    assert_eq!((refused.problem(), refused.detail()), expected);
    let scene = Scene::new(token);
    work(&scene.key(P256_SHARE)).unwrap();
    scene.has_objects(2);
}
on_both!(needed, own_threads);
