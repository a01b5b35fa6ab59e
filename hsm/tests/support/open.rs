//! A fresh token, opened as a program does it.

use super::tokens::{Module, Token, USER_PIN};
use khoalai::{PrivateKey, PublicKey};
use khoalai_hsm::{Event, Keep, Modules, Options, Pin, PinSource, Profile, SHIPPED_PROFILES, Uri};
use std::sync::Arc;

/// What the caller of the crate says about a token.
pub fn arguments(token: &Token) -> (Uri, Modules, Options) {
    let mut modules = Modules::new();
    modules.allow(token.module()).unwrap();
    let mut options = Options::default();
    options.initialization.reserved = token.reserved().map(Into::into);
    options.claims = Some(token.directory());
    options.auditor = Some(Arc::new(|event: &Event<'_>| println!("{}", event.to_json())));
    (Uri::new().with_token(token.label()).unwrap(), modules, options)
}

/// The SHA-256 of the token's module, as profiles have it.
pub fn sha256(token: &Token) -> String {
    let (_, modules, _) = arguments(token);
    modules.all()[0].sha256().unwrap().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The shipped profile of the module below, for this very file.
pub fn shipped(token: &Token) -> Profile {
    let name = match token.kind {
        Module::Kryoptic => "kryoptic",
        Module::Nss => "nss",
        Module::SoftHsm => "softhsm",
    };
    let (_, text) = SHIPPED_PROFILES.iter().find(|(shipped, _)| *shipped == name).unwrap();
    Profile::parse(&text.replace("sha256 = [", &format!("sha256 = ['{}', ", sha256(token)))).unwrap()
}

/// The right PIN, which may be kept.
pub fn pin() -> PinSource {
    PinSource::given(Pin::new(USER_PIN.into()).unwrap()).keeping(Keep::InMemory)
}

pub fn open(token: &Token) -> khoalai_hsm::Token {
    let (uri, modules, options) = arguments(token);
    khoalai_hsm::Token::open(&uri, &modules, pin(), &options).unwrap()
}

pub fn public_of(key: &impl PrivateKey) -> PublicKey<Vec<u8>> {
    let mut public = vec![0; key.algorithm().public_key_len()];
    let len = key.public_key(&mut public).unwrap().len();
    public.truncate(len);
    PublicKey::new(key.algorithm(), public).unwrap()
}
