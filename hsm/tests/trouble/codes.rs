//! Every code that a call can end with, of every class: what is lost is restored once, a condition keeps
//! its name, and all that may depend on the input is one error.

use crate::on_both;
use crate::scene::{Scene, wait_until, work};
use crate::support::tokens::Token;
use cryptoki_sys::*;
use khoalai::{Error, *};
use khoalai_hsm::TokenKey;
use std::time::Duration;

/// What a code means, whichever call it comes from.
const RESTORED: [CK_RV; 10] = [
    CKR_USER_NOT_LOGGED_IN,
    CKR_SESSION_HANDLE_INVALID,
    CKR_SESSION_CLOSED,
    CKR_OPERATION_ACTIVE,
    CKR_OPERATION_NOT_INITIALIZED,
    CKR_OBJECT_HANDLE_INVALID,
    CKR_KEY_HANDLE_INVALID,
    CKR_UNWRAPPING_KEY_HANDLE_INVALID,
    CKR_WRAPPING_KEY_HANDLE_INVALID,
    CKR_CRYPTOKI_NOT_INITIALIZED,
];

const CONDITIONS: [(CK_RV, Error); 25] = [
    (CKR_DEVICE_REMOVED, Error::Absent),
    (CKR_TOKEN_NOT_PRESENT, Error::Absent),
    (CKR_TOKEN_NOT_RECOGNIZED, Error::Absent),
    (CKR_SLOT_ID_INVALID, Error::Absent),
    (CKR_CRYPTOKI_ALREADY_INITIALIZED, Error::Absent),
    (CKR_PIN_INCORRECT, Error::PinRefused),
    (CKR_PIN_INVALID, Error::PinRefused),
    (CKR_PIN_LEN_RANGE, Error::PinRefused),
    (CKR_PIN_EXPIRED, Error::PinRefused),
    (CKR_PIN_TOO_WEAK, Error::PinRefused),
    (CKR_USER_PIN_NOT_INITIALIZED, Error::PinRefused),
    (CKR_PIN_LOCKED, Error::PinLocked),
    (CKR_USER_ALREADY_LOGGED_IN, Error::Busy),
    (CKR_USER_ANOTHER_ALREADY_LOGGED_IN, Error::Busy),
    (CKR_SESSION_COUNT, Error::Busy),
    (CKR_SESSION_EXISTS, Error::Busy),
    (CKR_SESSION_READ_WRITE_SO_EXISTS, Error::Busy),
    (CKR_SESSION_READ_ONLY_EXISTS, Error::Busy),
    (CKR_USER_TOO_MANY_TYPES, Error::Busy),
    (CKR_DEVICE_MEMORY, Error::StoreFull),
    (CKR_HOST_MEMORY, Error::StoreFull),
    (CKR_RANDOM_NO_RNG, Error::RandomFailed),
    (CKR_FIPS_SELF_TEST_FAILED, Error::SelfTestFailed),
    (CKR_OBJECT_HANDLE_INVALID, Error::NotFound),
    (CKR_USER_NOT_LOGGED_IN, Error::LoginRequired),
];

/// Those that may depend on the input, one that no standard knows among them.
const REFUSED: [CK_RV; 34] = [
    CKR_FUNCTION_NOT_SUPPORTED,
    CKR_MECHANISM_INVALID,
    CKR_MECHANISM_PARAM_INVALID,
    CKR_KEY_FUNCTION_NOT_PERMITTED,
    CKR_KEY_TYPE_INCONSISTENT,
    CKR_CURVE_NOT_SUPPORTED,
    CKR_TOKEN_WRITE_PROTECTED,
    CKR_ATTRIBUTE_READ_ONLY,
    CKR_ACTION_PROHIBITED,
    CKR_TEMPLATE_INCOMPLETE,
    CKR_TEMPLATE_INCONSISTENT,
    CKR_ATTRIBUTE_TYPE_INVALID,
    CKR_ATTRIBUTE_VALUE_INVALID,
    CKR_BUFFER_TOO_SMALL,
    CKR_KEY_UNEXTRACTABLE,
    CKR_ATTRIBUTE_SENSITIVE,
    CKR_DEVICE_ERROR,
    CKR_FUNCTION_FAILED,
    CKR_GENERAL_ERROR,
    CKR_ARGUMENTS_BAD,
    CKR_DATA_INVALID,
    CKR_DATA_LEN_RANGE,
    CKR_ENCRYPTED_DATA_INVALID,
    CKR_ENCRYPTED_DATA_LEN_RANGE,
    CKR_KEY_SIZE_RANGE,
    CKR_DOMAIN_PARAMS_INVALID,
    CKR_WRAPPED_KEY_INVALID,
    CKR_WRAPPED_KEY_LEN_RANGE,
    CKR_SIGNATURE_INVALID,
    CKR_FUNCTION_REJECTED,
    CKR_FUNCTION_CANCELED,
    CKR_MUTEX_BAD,
    CKR_VENDOR_DEFINED,
    0x7fff_fff1,
];

/// What `work` ends with when one call of `function`, or every one, ends with this code.
fn outcome(scene: &Scene<'_>, key: &TokenKey, function: &str, times: u32, code: CK_RV) -> Result<()> {
    if function.starts_with("C_FindObjects") {
        scene.forget(key.algorithm(), key.name());
    }
    scene.say(&format!("on {function} 0 {times} return {code:#x}"));
    let outcome = work(key);
    scene.say("reset");
    println!("{function} {code:#x} {times}: {outcome:?}");
    outcome
}

fn every_code(token: &Token) {
    let scene = Scene::new(token);
    let (share, signer) = (scene.key(P256_SHARE), scene.key(ECDSA_P256_SHA256));
    let decryptor = scene.key(RSA2048_OAEP_SHA256);
    for (key, refused, functions) in [
        (&share, Error::DecapsulationFailed, ["C_DeriveKey", "C_GetAttributeValue", "C_DestroyObject"]),
        (&signer, Error::SigningFailed, ["C_SignInit", "C_Sign", "C_FindObjects"]),
        (&decryptor, Error::DecapsulationFailed, ["C_DecryptInit", "C_Decrypt", "C_FindObjectsInit"]),
    ] {
        for function in functions {
            for code in RESTORED {
                let once = outcome(&scene, key, function, 1, code);
                assert_eq!(once, Ok(()), "{function} {code:#x}: restored");
                let always = outcome(&scene, key, function, 1000, code).unwrap_err();
                assert_eq!(always.class(), Class::Condition, "{function} {code:#x}: only once");
            }
            for (code, error) in CONDITIONS {
                assert_eq!(outcome(&scene, key, function, 1000, code), Err(error), "{function} {code:#x}");
            }
            for code in REFUSED {
                // Every time: a key whose handle is remembered is searched for once more, and used again.
                assert_eq!(outcome(&scene, key, function, 1000, code), Err(refused), "{function} {code:#x}");
            }
        }
    }
    // None of it was a reason to log in anew with the PIN, nor to take the device for broken: what was
    // said to be lost was not.
    assert_eq!(scene.happened(khoalai_hsm::EventKind::DeviceFailed), 0);
    [share, signer, decryptor].iter().for_each(|key| work(key).unwrap());
    // Sessions of a module that says that it is not initialised are not closed.
    scene.say("close-all");
    scene.has_objects(6);
}
on_both!(whichever, every_code);

/// Before the key is asked nothing depends on the input, so nothing is called a refusal.
fn before_the_key(token: &Token) {
    let scene = Scene::new(token);
    let key = scene.key(P256_SHARE);
    let lose = || {
        let lost = outcome(&scene, &key, "C_DeriveKey", 1, CKR_DATA_INVALID);
        assert_eq!(lost, Err(Error::DecapsulationFailed));
    };
    for (code, error) in [
        (CKR_DEVICE_REMOVED, Error::Absent),
        (CKR_SESSION_COUNT, Error::Busy),
        (CKR_DEVICE_MEMORY, Error::StoreFull),
        (CKR_DEVICE_ERROR, Error::DeviceFailed),
        (CKR_VENDOR_DEFINED, Error::DeviceFailed),
    ] {
        // So that there is a session to be opened. That of whoever looks after the device may come back
        // meanwhile and do the work: then once more.
        let told = (0..20).find_map(|_| {
            lose();
            std::thread::sleep(Duration::from_millis(200));
            lose();
            outcome(&scene, &key, "C_OpenSession", 1000, code).err()
        });
        assert_eq!(told, Some(error), "{code:#x}");
        wait_until("the device's answer", || work(&key).is_ok());
    }
    lose();
    assert_eq!(outcome(&scene, &key, "C_OpenSession", 1, CKR_CRYPTOKI_NOT_INITIALIZED), Ok(()));
    scene.has_objects(2);
}
on_both!(sessions, before_the_key);
