//! Calls that do not come back: their callers do, in time, and what hangs is counted and bounded.

use crate::on_both;
use crate::scene::{Scene, wait_until, work};
use crate::support::open::{arguments, pin};
use crate::support::tokens::Token;
use khoalai::{Error, *};
use khoalai_hsm::{EventKind, Problem};
use std::time::{Duration, Instant};

const TIME: Duration = Duration::from_millis(800);
/// What a busy machine may add.
const SLACK: Duration = Duration::from_secs(5);

/// Runs `work`, which must not wait for a call that hangs.
fn in_time<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let outcome = work();
    assert!(start.elapsed() < 3 * TIME + SLACK, "the caller waited for {:?}", start.elapsed());
    outcome
}

/// One call hangs: its caller gets an error, the others get sessions.
fn one_call(token: &Token) {
    let scene = Scene::hasty(token, TIME);
    let key = scene.key(ECDSA_P256_SHA256);
    for function in ["C_FindObjectsInit", "C_SignInit", "C_Sign"] {
        scene.forget(key.algorithm(), key.name());
        scene.say(&format!("on {function} 0 1 hang 600000"));
        assert_eq!(in_time(|| work(&key)), Err(Error::Timeout), "{function}");
        assert_eq!(scene.token.usage().1, 1, "{function}: one call is stuck");
        // The rest of the device works, and the breaker has seen it.
        in_time(|| work(&key)).unwrap();
        scene.say("release");
        wait_until("the thread's end", || scene.token.usage().1 == 0);
    }
    assert!(scene.happened(EventKind::Timeout) == 3 && scene.happened(EventKind::DeviceFailed) == 0);
    scene.has_objects(2);
}
on_both!(one, one_call);

/// The process ends while a call is in the module. It waits for it: the module itself looks.
fn last_call(token: &Token) {
    let scene = Scene::hasty(token, TIME);
    let key = scene.key(ECDSA_P256_SHA256);
    scene.say("on C_Sign 0 1 slow 1500");
    assert_eq!(in_time(|| work(&key)), Err(Error::Timeout));
}
on_both!(last, last_call);

/// Somebody who waits for as long as there is waits for as long as a clock can tell.
fn for_ever(token: &Token) {
    let scene = Scene::with(token, pin(), |options| {
        options.limits.timeout = Duration::MAX;
        options.limits.generation_timeout = Duration::MAX;
        options.limits.login_timeout = Duration::MAX;
    });
    work(&scene.key(P256_SHARE)).unwrap();
    scene.has_objects(2);
}
on_both!(endless, for_ever);

/// Keys may take longer than anything else.
fn slow_pair(token: &Token) {
    let scene = Scene::with(token, pin(), |options| {
        options.limits.timeout = TIME;
        options.limits.generation_timeout = Duration::from_secs(60);
    });
    scene.say("on C_GenerateKeyPair 0 1 slow 2000");
    work(&scene.key(P256_SHARE)).unwrap();
    assert!(scene.happened(EventKind::Timeout) == 0);
    scene.has_objects(2);
}
on_both!(slow, slow_pair);

/// A pair that was made too late for whoever asked for it does not stay.
fn late_pair(token: &Token) {
    let scene = Scene::hasty(token, TIME);
    let key = scene.key(ECDSA_P256_SHA256);
    scene.say("on C_GenerateKeyPair 0 1 hang 600000");
    let late = scene.token.clone().generate(P256_SHARE, "late", &mut SystemRandom);
    assert_eq!(late.err(), Some(Error::Timeout));
    scene.say("release");
    wait_until("the thread's end", || scene.token.usage().1 == 0);
    work(&key).unwrap();
    scene.has_objects(2);
}
on_both!(pair, late_pair);

/// All calls hang. There are no more threads than are allowed, and all works again when they come back.
fn all_calls(token: &Token) {
    let scene = Scene::hasty(token, TIME);
    let key = scene.key(ECDSA_P256_SHA256);
    scene.say("on * 0 1000000 hang 600000");
    let mut errors = Vec::new();
    // As many as there are sessions, and those that were under way when the last of these was given up.
    let bounded = || (3..2 * 3).contains(&scene.token.usage().1);
    wait_until("the bound of stuck calls", || in_time(|| work(&key)).is_err() && bounded());
    // The breaker does not let callers wait for what is known to hang.
    scene.await_event(EventKind::DeviceFailed);
    for _ in 0..50 {
        errors.push(in_time(|| work(&key)).unwrap_err());
    }
    assert!(errors.iter().all(|error| *error == Error::Timeout), "{errors:?}");
    std::thread::sleep(Duration::from_secs(6));
    assert!(bounded(), "looks at the device are bounded as well");
    assert!(scene.say("hanging") <= 2 * 3, "as many threads as are stuck, and the anchor");

    scene.say("reset");
    scene.await_event(EventKind::DeviceBack);
    work(&key).unwrap();
    wait_until("the threads' end", || scene.token.usage().1 == 0);
    let most = scene.token.usage().0;
    assert!(most <= 4, "{most} sessions");
    scene.has_objects(2);
}
on_both!(all, all_calls);

/// So it is when a module is opened, and initialised again.
fn no_session(token: &Token) {
    let (uri, modules, mut options) = arguments(token);
    options.limits.timeout = TIME;
    let open = || khoalai_hsm::Token::open(&uri, &modules, pin(), &options);
    for function in ["C_Initialize", "C_GetSlotList", "C_GetTokenInfo"] {
        let control = token.control();
        control.say(&format!("on {function} 0 1000 hang 600000"));
        let error = in_time(open).err().unwrap();
        assert_eq!(error, Error::Timeout, "{function}");
        control.say("reset");
    }
    let control = token.control();
    control.say("on C_GetSlotList 0 1000 hang 600000");
    let errors: Vec<_> = (0..40).map(|_| in_time(open).err().unwrap()).collect();
    assert_eq!(errors[0], Error::Timeout);
    assert_eq!(errors[39], Problem::CallsStuck);
    assert!(control.say("hanging") <= 16, "{} calls hang", control.say("hanging"));
    control.say("reset");
    wait_until("the module", || open().is_ok());
}
on_both!(apart, no_session);

/// `C_Initialize` hangs after somebody has finalised the module.
fn initialisation(token: &Token) {
    let scene = Scene::hasty(token, TIME);
    let key = scene.key(ECDSA_P256_SHA256);
    scene.say("finalize");
    scene.say("on C_Initialize 0 1 hang 600000");
    assert!(in_time(|| work(&key)).is_err());
    scene.say("release");
    wait_until("the module", || work(&key).is_ok());
    scene.has_objects(2);
}
on_both!(again, initialisation);
