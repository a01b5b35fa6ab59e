//! Whether the device is asked at all: not if it is known to fail, and never on the word of bad input.

use crate::on_both;
use crate::scene::{Scene, nonsense, wait_until, work};
use crate::support::tokens::Token;
use khoalai::{Error, *};
use khoalai_hsm::EventKind;
use std::time::{Duration, Instant};

/// Anybody can send ciphertexts that do not decode. The device says that it failed, and is not believed.
fn flood(token: &Token) {
    let scene = Scene::new(token);
    let (decryptor, share) = (scene.key(RSA2048_OAEP_SHA256), scene.key(P256_SHARE));
    let logins = scene.logins();
    let derived = scene.say("count C_DeriveKey");
    let (mut secret, mut point) = ([0; 32], vec![4; P256_SHARE.ciphertext_len()]);
    for round in 0..2000 {
        assert_eq!(nonsense(&decryptor), Err(Error::DecapsulationFailed), "{round}");
        if round % 100 == 0 {
            // A point off its curve does not reach the device at all.
            point[1] ^= 1;
            assert_eq!(
                share.decapsulate(&point, &mut SystemRandom, &mut secret),
                Err(Error::Malformed),
                "{round}"
            );
            assert_eq!(scene.say("count C_DeriveKey"), derived + round / 100);
            work(&share).unwrap();
        }
    }
    work(&decryptor).unwrap();
    assert_eq!(scene.logins(), logins, "a flood causes no login");
    assert_eq!(scene.happened(EventKind::DeviceFailed), 0, "a flood opens no breaker");
    scene.has_objects(4);
}
on_both!(bad_input, flood);

/// A device that fails at everything is not asked any more, until a look shows that it works again.
fn failure(token: &Token) {
    let scene = Scene::new(token);
    let key = scene.key(ECDSA_P256_SHA256);
    // Only this: nobody believes it. Not under a remembered handle, where it would be tried once more.
    scene.forget(key.algorithm(), key.name());
    scene.say("on C_Sign 0 1 return 0x30");
    assert_eq!(work(&key), Err(Error::SigningFailed));
    work(&key).unwrap();
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(scene.happened(EventKind::DeviceFailed), 0);

    scene.say("on * 0 1000000 return 0x30");
    assert!(work(&key).is_err());
    scene.await_event(EventKind::DeviceFailed);
    let asked = || scene.say("count C_FindObjectsInit") + scene.say("count C_SignInit");
    let (calls, start) = (asked(), Instant::now());
    for _ in 0..1000 {
        assert_eq!(work(&key), Err(Error::DeviceFailed));
    }
    assert!(start.elapsed() < Duration::from_secs(5), "callers do not wait for it");
    assert_eq!(asked(), calls, "it is not asked");

    scene.say("reset");
    // By itself: nobody asks for anything.
    scene.await_event(EventKind::DeviceBack);
    work(&key).unwrap();
    scene.has_objects(2);
}
on_both!(failing, failure);

/// A device that works, and draws no random numbers, or not for everybody; or whose module somebody has
/// finalised when it is looked at. None of that closes the way.
fn healthy(token: &Token) {
    let scene = Scene::new(token);
    let key = scene.key(ECDSA_P256_SHA256);
    for odd in [
        "on C_GenerateRandom 0 9 return 0x101",
        "on C_GenerateRandom 0 9 return 0x121",
        "on C_GetSessionInfo 1 1 finalize",
        "on C_GetTokenInfo 0 1 finalize",
    ] {
        scene.forget(key.algorithm(), key.name());
        scene.say(odd);
        scene.say("on C_Sign 0 1 return 0x30");
        assert_eq!(work(&key), Err(Error::SigningFailed), "{odd}");
        // As often as there are looks, and a look may come now.
        std::thread::sleep(Duration::from_millis(2500));
        assert_eq!(scene.happened(EventKind::DeviceFailed), 0, "{odd}");
        scene.say("reset");
        work(&key).unwrap();
    }
    scene.has_objects(2);
}
on_both!(odd, healthy);

/// A device that is taken out and put back, and another one in its place meanwhile.
fn removal(token: &Token) {
    let scene = Scene::new(token);
    let key = scene.key(P256_SHARE);
    scene.say("remove");
    assert_eq!(work(&key), Err(Error::Absent));
    scene.await_event(EventKind::DeviceFailed);
    assert_eq!(work(&key), Err(Error::Absent));
    // Another one in its place is not the one that is missed.
    scene.say("another");
    scene.say("insert");
    std::thread::sleep(Duration::from_millis(4500));
    assert_eq!(work(&key), Err(Error::Absent));
    assert_eq!(scene.happened(EventKind::DeviceBack), 0);
    scene.say("reset");
    scene.await_event(EventKind::DeviceBack);
    work(&key).unwrap();

    // A try of the PIN is not spent on a token that it is not for.
    let logins = scene.logins();
    scene.say("another");
    scene.say("close-all");
    assert_eq!(work(&key), Err(Error::Absent));
    assert_eq!(scene.logins(), logins);
    scene.say("reset");
    wait_until("the right token", || work(&key).is_ok());
    scene.has_objects(2);
}
on_both!(removed, removal);
