//! Every template that objects are made with or looked for by. What matters of them is read back
//! (`object.rs`), and only that is believed.

use crate::component::{Component, Family, KeyKind, Task};
use crate::quirks::Quirks;
use crate::raw::Template;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, KeyType, MlDsaParameterSetType, MlKemParameterSetType, ObjectClass};
use cryptoki_sys::*;

/// How a key is found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// `CKA_ID`.
    pub(crate) id: Vec<u8>,
    /// `CKA_LABEL`.
    pub(crate) label: String,
    /// Of a key without a `CKA_ID`: its kind and public key, which are looked at each time.
    pub(crate) only_named: Option<(Component, Vec<u8>)>,
}

/// The mechanism that makes keys of this kind; `edwards_for_montgomery` for modules that mix the two up.
pub(crate) const fn generation(kind: KeyKind, edwards_for_montgomery: bool) -> Mechanism<'static> {
    match kind {
        KeyKind::Ec { family: Family::Weierstrass, .. } => Mechanism::EccKeyPairGen,
        KeyKind::Ec { family: Family::Montgomery, .. } if !edwards_for_montgomery => {
            Mechanism::EccMontgomeryKeyPairGen
        }
        KeyKind::Ec { .. } => Mechanism::EccEdwardsKeyPairGen,
        KeyKind::Rsa { .. } => Mechanism::RsaPkcsKeyPairGen,
        KeyKind::MlKem(_) => Mechanism::MlKemKeyPairGen,
        KeyKind::MlDsa(_) => Mechanism::MlDsaKeyPairGen,
    }
}

/// `CKA_KEY_TYPE`.
pub(crate) const fn key_type(kind: KeyKind, edwards_for_montgomery: bool) -> KeyType {
    match kind {
        KeyKind::Ec { family: Family::Weierstrass, .. } => KeyType::EC,
        KeyKind::Ec { family: Family::Montgomery, .. } if !edwards_for_montgomery => KeyType::EC_MONTGOMERY,
        KeyKind::Ec { .. } => KeyType::EC_EDWARDS,
        KeyKind::Rsa { .. } => KeyType::RSA,
        KeyKind::MlKem(_) => KeyType::ML_KEM,
        KeyKind::MlDsa(_) => KeyType::ML_DSA,
    }
}

impl KeyKind {
    /// Whether keys of this kind have this `CKA_KEY_TYPE`, in any module.
    pub(crate) fn is_of(self, found: CK_KEY_TYPE) -> bool {
        [true, false].into_iter().any(|mixed_up| CK_KEY_TYPE::from(key_type(self, mixed_up)) == found)
    }
}

/// What says which key of its type it is.
pub(crate) fn parameters(kind: KeyKind) -> Vec<Attribute> {
    match kind {
        KeyKind::Ec { oid, .. } => vec![Attribute::EcParams(oid.to_vec())],
        KeyKind::Rsa { bits } => {
            vec![Attribute::ModulusBits(bits.into()), Attribute::PublicExponent(vec![1, 0, 1])]
        }
        KeyKind::MlKem(set) => {
            let set = match set {
                CKP_ML_KEM_512 => MlKemParameterSetType::ML_KEM_512,
                CKP_ML_KEM_768 => MlKemParameterSetType::ML_KEM_768,
                _ => MlKemParameterSetType::ML_KEM_1024,
            };
            vec![Attribute::ParameterSet(set.into())]
        }
        KeyKind::MlDsa(set) => {
            let set = match set {
                CKP_ML_DSA_44 => MlDsaParameterSetType::ML_DSA_44,
                CKP_ML_DSA_65 => MlDsaParameterSetType::ML_DSA_65,
                _ => MlDsaParameterSetType::ML_DSA_87,
            };
            vec![Attribute::ParameterSet(set.into())]
        }
    }
}

/// What the private key may do: one thing. Some modules let keys do all that they are not told not to.
/// A profile can leave some unnamed.
fn private_uses(task: Task, quirks: &Quirks) -> Vec<Attribute> {
    let only = use_of(task);
    let mut uses = vec![
        Attribute::Derive(only == CKA_DERIVE),
        Attribute::Decrypt(only == CKA_DECRYPT),
        Attribute::Sign(only == CKA_SIGN),
        Attribute::SignRecover(false),
        Attribute::Unwrap(false),
    ];
    // Modules of 2.40 do not know this one.
    if only == CKA_DECAPSULATE {
        uses.push(Attribute::Decapsulate(true));
    }
    let unnamed = |use_: &Attribute| {
        let kind = CK_ATTRIBUTE_TYPE::from(use_.attribute_type());
        kind != only && quirks.unnamed_uses.contains(&kind)
    };
    uses.retain(|use_| !unnamed(use_));
    uses
}

/// All uses of private keys: the one that a key has, and those that a key must not have beside it.
pub(crate) const USES: [CK_ATTRIBUTE_TYPE; 6] =
    [CKA_DECAPSULATE, CKA_DERIVE, CKA_DECRYPT, CKA_SIGN, CKA_UNWRAP, CKA_SIGN_RECOVER];

/// Which of [`USES`] the private key has.
pub(crate) const fn use_of(task: Task) -> CK_ATTRIBUTE_TYPE {
    match task {
        Task::Decapsulate => CKA_DECAPSULATE,
        Task::Agree => CKA_DERIVE,
        Task::Decrypt => CKA_DECRYPT,
        Task::Ecdsa(_) | Task::Eddsa | Task::RsaPss(_) | Task::RsaPkcs15(_) | Task::MlDsa => CKA_SIGN,
    }
}

/// What the public key may do.
fn public_use(task: Task) -> Option<Attribute> {
    match task {
        Task::Decapsulate => Some(Attribute::Encapsulate(true)),
        // Public points of Diffie–Hellman do nothing by themselves.
        Task::Agree => None,
        Task::Decrypt => Some(Attribute::Encrypt(true)),
        Task::Ecdsa(_) | Task::Eddsa | Task::RsaPss(_) | Task::RsaPkcs15(_) | Task::MlDsa => {
            Some(Attribute::Verify(true))
        }
    }
}

fn named(class: ObjectClass, place: &Place) -> Vec<Attribute> {
    vec![
        Attribute::Class(class),
        Attribute::Token(true),
        Attribute::Id(place.id.clone()),
        Attribute::Label(place.label.clone().into_bytes()),
    ]
}

/// A new public key.
pub(crate) fn public(component: Component, place: &Place, edwards_for_montgomery: bool) -> Template {
    public_of(component, place, edwards_for_montgomery, parameters(component.key))
}

/// A public key that comes from elsewhere, but for its value.
pub(crate) fn public_imported(component: Component, place: &Place, edwards_for_montgomery: bool) -> Template {
    let known = match component.key {
        // The value says it.
        KeyKind::Rsa { .. } => Vec::new(),
        kind => parameters(kind),
    };
    public_of(component, place, edwards_for_montgomery, known)
}

fn public_of(
    component: Component,
    place: &Place,
    edwards_for_montgomery: bool,
    parameters: Vec<Attribute>,
) -> Template {
    Template::new(named(ObjectClass::PUBLIC_KEY, place))
        .with([
            Attribute::KeyType(key_type(component.key, edwards_for_montgomery)),
            Attribute::Private(false),
        ])
        .with(parameters)
        .with(public_use(component.task))
}

/// A new private key that never leaves.
pub(crate) fn private(
    component: Component,
    place: &Place,
    edwards_for_montgomery: bool,
    quirks: &Quirks,
) -> Template {
    Template::new(named(ObjectClass::PRIVATE_KEY, place))
        .with([
            Attribute::KeyType(key_type(component.key, edwards_for_montgomery)),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
        ])
        .with(private_uses(component.task, quirks))
}

/// How a private or public key is looked for.
pub(crate) fn search(class: ObjectClass, id: &[u8]) -> Vec<Attribute> {
    vec![Attribute::Class(class), Attribute::Token(true), Attribute::Id(id.to_vec())]
}

/// The same by name.
pub(crate) fn search_named(class: ObjectClass, label: &str) -> Vec<Attribute> {
    vec![Attribute::Class(class), Attribute::Token(true), Attribute::Label(label.as_bytes().to_vec())]
}

/// A secret key that goes with its session: it stays inside, or is there to be read and destroyed at once.
fn passing(kind: KeyType, stays: bool) -> Template {
    Template::new([
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(kind),
        Attribute::Token(false),
        Attribute::Private(true),
        Attribute::Sensitive(stays),
        Attribute::Extractable(!stays),
    ])
}

/// A shared secret of `len` bytes that is read and destroyed at once: the combiner is outside.
pub(crate) fn open_secret(len: CK_ULONG) -> Template {
    passing(KeyType::GENERIC_SECRET, false).with([Attribute::ValueLen(len.into())])
}

/// A shared secret that stays inside, to be combined there. `len` is left out where the mechanism
/// knows it better.
pub(crate) fn sealed_secret(len: Option<CK_ULONG>) -> Template {
    passing(KeyType::GENERIC_SECRET, true)
        .with([Attribute::Derive(true)])
        .with(len.map(|len| Attribute::ValueLen(len.into())))
}

/// An AES-256 key that stays inside and is used there.
pub(crate) fn sealed_aes() -> Template {
    passing(KeyType::AES, true).with([
        Attribute::Encrypt(true),
        Attribute::Decrypt(true),
        Attribute::ValueLen(32.into()),
    ])
}

/// What the uses of a secret key are, and those that a wrapping key must not have beside its own.
pub(crate) const SECRET_USES: [CK_ATTRIBUTE_TYPE; 7] =
    [CKA_WRAP, CKA_UNWRAP, CKA_ENCRYPT, CKA_DECRYPT, CKA_SIGN, CKA_VERIFY, CKA_DERIVE];

/// A new AES-256 key that wraps (or, if not `wraps`, encrypts) file keys and does nothing else.
pub(crate) fn wrapping(place: &Place, wraps: bool) -> Template {
    Template::new(named(ObjectClass::SECRET_KEY, place)).with([
        Attribute::KeyType(KeyType::AES),
        Attribute::ValueLen(32.into()),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Wrap(wraps),
        Attribute::Unwrap(wraps),
        Attribute::Encrypt(!wraps),
        Attribute::Decrypt(!wraps),
        Attribute::Sign(false),
        Attribute::Verify(false),
        Attribute::Derive(false),
    ])
}

/// A file key on its way through the token: into it with its value, or out of its wrapping without.
pub(crate) fn file_key(value: Option<&[u8; 32]>) -> Template {
    passing(KeyType::AES, false).with(value.map(|value| Attribute::Value(value.to_vec())))
}

/// TEST ONLY: a secret that anybody knows, for self-tests.
pub(crate) fn known_secret(value: &[u8; 32]) -> Template {
    sealed_secret(None).with([Attribute::Value(value.to_vec())])
}
