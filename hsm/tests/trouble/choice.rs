//! How two secrets are combined is found out by trying, and what fails for a while does not decide for good.

use crate::scene::{Scene, work};
use crate::support::tokens::{Kryoptic, Token};
use crate::token_test;
use khoalai::{Error, *};
use khoalai_hsm::{
    Access, Combiner, ComponentSecrets, EventKind, Home, KeyReference, NewKey, Recovery, TokenHybrid,
};

fn make(scene: &Scene<'_>, secrets: ComponentSecrets) -> khoalai_hsm::Result<TokenHybrid> {
    scene.token.generate_hybrid(MLKEM768_P256, "x", secrets, &mut SystemRandom)
}

fn passing(token: &Token) {
    use ComponentSecrets::{MayLeave, StayInside};
    let scene = Scene::new(token);
    // No room, and no random numbers: nothing is said of what it can do, whatever is permitted.
    for (code, error) in [("0x31", Error::StoreFull), ("0x121", Error::RandomFailed)] {
        for secrets in [StayInside, MayLeave] {
            for function in ["C_DeriveKey", "C_CreateObject"] {
                scene.say(&format!("on {function} 0 1 return {code}"));
                assert_eq!(make(&scene, secrets).err().unwrap(), error, "{function} {code}");
                assert_eq!(token.objects(), 0);
            }
        }
    }
    // It fails once: it is looked at twice.
    scene.say("on C_DeriveKey 0 1 return 0x30");
    let key = make(&scene, StayInside).unwrap();
    assert_eq!((key.combiner(), key.can_stay_inside()), (Combiner::KeyDerive, true));
    assert_eq!(scene.told(EventKind::Combiner).pop().unwrap(), "KEY_DERIVE");
    assert!(scene.told(EventKind::SelfTest).contains(&"KEY_DERIVE".to_owned()));
    scene.token.destroy_hybrid(key).unwrap();
    // It fails twice: another way is taken, until the better one works.
    scene.say("on C_DeriveKey 0 2 return 0x30");
    let key = make(&scene, StayInside).unwrap();
    assert_eq!((key.combiner(), key.can_stay_inside()), (Combiner::DigestKey, false));
    work(&key).unwrap();
    assert_eq!((key.combiner(), key.can_stay_inside()), (Combiner::KeyDerive, true));
    scene.token.destroy_hybrid(key).unwrap();
    // Trying again finds nothing that works: the key stays as it was, and no secret leaves, although it might.
    scene.say("on C_DeriveKey 0 2 return 0x30");
    let key = make(&scene, MayLeave).unwrap();
    assert_eq!(key.combiner(), Combiner::DigestKey);
    scene.say("on C_DeriveKey 0 2 return 0x30");
    scene.say("on C_DigestInit 0 2 return 0x30");
    work(&key).unwrap();
    assert_eq!((key.combiner(), key.custody().combined), (Combiner::DigestKey, Place::Device));
    assert_eq!(scene.told(EventKind::Combiner).pop().unwrap(), "OUTSIDE", "it was not tried");
    scene.say("reset");
    scene.token.destroy_hybrid(key).unwrap();
    // What it cannot do it is not asked for again.
    scene.say("on C_DeriveKey 0 1 return 0x70");
    let key = make(&scene, StayInside).unwrap();
    scene.say("trace");
    work(&key).unwrap();
    assert_eq!(key.combiner(), Combiner::DigestKey);
    let trace = scene.control.trace();
    assert!(!trace.iter().any(|line| line.starts_with("C_CreateObject ")), "it was tried again");
    scene.token.destroy_hybrid(key).unwrap();
    scene.has_objects(0);
}
token_test!(kryoptic, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| passing(&token));
token_test!(nss, [Token::nss().misbehaving()], |[token]| passing(&token));

/// What was combined inside is not combined outside when the token does it no more, whatever is permitted.
fn no_more(token: &Token) {
    let scene = Scene::new(token);
    let new = NewKey {
        algorithm: MLKEM768_P256,
        name: "x",
        pq: Home::Token(&scene.token),
        classical: Home::Token(&scene.token),
        recovery: Recovery::NoRecovery,
        secrets: ComponentSecrets::StayInside,
    };
    let (reference, key) = KeyReference::generate(&new, &mut SystemRandom).unwrap();
    assert_eq!(key.custody().combined, Place::Device);
    let tokens = [scene.token.clone()];
    let permitted = Access::to(&tokens).permit_secrets_outside();
    // The classical half still answers.
    scene.say("on C_DeriveKey 1 1000 return 0x70");
    scene.say("on C_DigestInit 0 1000 return 0x70");
    assert_eq!(reference.open(permitted).err().unwrap(), Error::WeakCustody);
    scene.say("reset");
    work(&reference.open(permitted).unwrap()).unwrap();
}
token_test!(no_more_kryoptic, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| no_more(&token));
token_test!(no_more_nss, [Token::nss().misbehaving()], |[token]| no_more(&token));

/// An RSA secret is nothing that a token combines: that is told before a key is made, or it is combined here.
fn rsa(token: &Token) {
    let scene = Scene::new(token);
    let new = |secrets| NewKey {
        algorithm: MLKEM768_RSA2048_SHA3_256,
        name: "rsa",
        pq: Home::Token(&scene.token),
        classical: Home::Token(&scene.token),
        recovery: Recovery::NoRecovery,
        secrets,
    };
    let random = &mut SystemRandom;
    let refused = KeyReference::generate(&new(ComponentSecrets::StayInside), random);
    assert_eq!(refused.err().unwrap(), Error::CombinerUnavailable);
    assert_eq!(scene.say("count C_GenerateKeyPair"), 0, "a key was made in vain");
    let (reference, key) = KeyReference::generate(&new(ComponentSecrets::MayLeave), random).unwrap();
    assert_eq!(key.custody().combined, Place::Memory);
    work(&key).unwrap();
    let tokens = [scene.token.clone()];
    assert_eq!(reference.open(Access::to(&tokens)).err().unwrap(), Error::CombinerUnavailable);
    work(&reference.open(Access::to(&tokens).permit_secrets_outside()).unwrap()).unwrap();
    reference.destroy(Access::to(&tokens)).unwrap();
    scene.has_objects(0);
}
token_test!(rsa_kryoptic, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| rsa(&token));
token_test!(rsa_nss, [Token::nss().misbehaving()], |[token]| rsa(&token));
