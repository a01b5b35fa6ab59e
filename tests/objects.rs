//! One trait for keys of every kind: the same types in a static, on the heap, behind `dyn` and
//! across threads, and what secret types do not have.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use core::fmt::{Debug, Display};
use khoalai::algorithm::{Construction, Kind, Row, Status};
use khoalai::combine::HybridKem;
use khoalai::encode::pkcs8::Decoded;
use khoalai::soft::{
    BrainpoolP256, BrainpoolP384, EcdsaBrainpoolP256, EcdsaBrainpoolP384, EcdsaP256, EcdsaP384, EcdsaP521,
    Ed25519, Key, MlDsa44, MlDsa65, MlDsa87, MlKem512, MlKem768, MlKem1024, P256, P384, P521, SoftwareKey,
    X25519,
};
use khoalai::{
    Algorithm, BoxedKey, DecapsulationKey, Error, ExportPrivateKey, Half, Hybrid, MLDSA65_ED25519_SHA512,
    Memory, MessageStream, PrivateKey, PublicKey, Secret, SharedSecret, SigningKey, Whole, X_WING,
};
use std::sync::{Arc, OnceLock};
use support::chip::ChipKey;
use support::{ANY, decapsulate, encapsulate, key, public, quick_rows, rng, sign, verify};

type XWing = Whole<MlKem768, X25519>;
type Split = Hybrid<Key<MlKem768>, ChipKey>;
type AnyKey = Box<dyn PrivateKey + Send + Sync>;

/// A key that says it is of an algorithm, does nothing, and has what keys should not have.
#[derive(Clone, Debug)]
struct Named(Algorithm);

impl PrivateKey for Named {
    fn algorithm(&self) -> Algorithm {
        self.0
    }

    fn custody(&self) -> khoalai::Custody {
        khoalai::Custody::component(self.0, khoalai::Place::Memory)
    }

    fn public_key<'o>(&self, _: &'o mut [u8]) -> khoalai::Result<&'o [u8]> {
        Err(Error::Unsupported)
    }
}

const fn shared_between_threads<T: Send + Sync>() {}

macro_rules! each {
    ($check:ident: $($type:ty),+ $(,)?) => { const _: () = { $($check::<$type>();)+ }; };
}

each!(shared_between_threads: Key<MlKem512>, Key<MlKem768>, Key<MlKem1024>, Key<MlDsa44>, Key<MlDsa65>, Key<MlDsa87>,
    Key<X25519>, Key<P256>, Key<P384>, Key<Ed25519>, Key<EcdsaP256>, Key<EcdsaP384>, Key<P521>, Key<EcdsaP521>,
    Key<BrainpoolP256>, Key<BrainpoolP384>, Key<EcdsaBrainpoolP256>, Key<EcdsaBrainpoolP384>,
    XWing, Whole<MlKem768, P256>, Whole<MlKem1024, P384>, Whole<MlDsa65, EcdsaP256>,
    Whole<MlDsa65, Ed25519>, Whole<MlDsa87, EcdsaP384>, Whole<MlDsa44, EcdsaP256>, Whole<MlDsa44, Ed25519>,
    Split, AnyKey, BoxedKey, Half<AnyKey>, Half<Key<P256>>, DecapsulationKey<AnyKey>, DecapsulationKey<Split>,
    SigningKey<AnyKey>, PublicKey<Vec<u8>>, PublicKey<&'static [u8]>, SharedSecret, Secret<32>,
    Memory<MlKem768>, MessageStream, Algorithm, Error, Decoded<'static>);

/// Compiles only if the type lacks the trait: with it, `missing` would name two things.
macro_rules! lacks {
    ($trait:path: $($type:ty),+ $(,)?) => { $(const _: () = {
        trait Lacks<A> {
            fn missing() {}
        }
        impl<T: ?Sized> Lacks<()> for T {}
        struct Has;
        impl<T: ?Sized + $trait> Lacks<Has> for T {}
        let _ = <$type as Lacks<_>>::missing;
    };)+ };
}

lacks!(Debug: Secret<32>, SharedSecret, Key<MlKem768>, Key<MlDsa65>, Key<P256>, Key<X25519>, Key<Ed25519>,
    XWing, Split, AnyKey, BoxedKey, Half<Key<P256>>, DecapsulationKey<XWing>, SigningKey<BoxedKey>,
    Decoded<'static>, MessageStream);
// Whatever is inside.
lacks!(Debug: Half<Named>, Hybrid<Named, Named>, DecapsulationKey<Named>, SigningKey<Named>);
lacks!(Clone: Half<Named>, Hybrid<Named, Named>, DecapsulationKey<Named>, SigningKey<Named>);
lacks!(Display: Secret<32>, SharedSecret, Key<P256>, XWing, BoxedKey, Decoded<'static>);
lacks!(Clone: Secret<32>, SharedSecret, Key<MlKem768>, Key<Ed25519>, XWing, Split, BoxedKey,
    Half<Key<P256>>, DecapsulationKey<XWing>, SigningKey<BoxedKey>, Decoded<'static>);
lacks!(AsRef<[u8]>: Secret<32>, SharedSecret, Key<P256>, XWing, BoxedKey);
lacks!(core::ops::Deref: Secret<32>, SharedSecret, Half<Key<P256>>, DecapsulationKey<XWing>);
lacks!(core::hash::Hash: Secret<32>, SharedSecret);
lacks!(PartialOrd: Secret<32>, SharedSecret);
lacks!(PrivateKey: Half<Key<P256>>, Half<AnyKey>, DecapsulationKey<XWing>, SigningKey<BoxedKey>, Memory<P256>);
lacks!(ExportPrivateKey: Split, Hybrid<Key<MlKem768>, Key<X25519>>, AnyKey, ChipKey);

/// As a device without an allocator keeps it.
static KEPT: OnceLock<DecapsulationKey<XWing>> = OnceLock::new();

#[test]
fn a_key_in_a_static() {
    let key =
        KEPT.get_or_init(|| DecapsulationKey::new(XWing::generate(X_WING, &mut rng(1)).unwrap()).unwrap());
    let bytes = public(key.get());
    std::thread::scope(|scope| {
        for seed in 0..4 {
            let bytes = &bytes;
            scope.spawn(move || {
                let (ciphertext, sent) = encapsulate(X_WING, bytes, seed).unwrap();
                let secret = KEPT.get().unwrap().decapsulate(&ciphertext, &mut rng(0)).unwrap();
                assert!(*secret.expose() == sent);
            });
        }
    });
}

#[test]
fn one_key_in_every_form() {
    let x_wing = || XWing::generate(X_WING, &mut rng(1)).unwrap();
    let (ciphertext, sent) = encapsulate(X_WING, &public(&x_wing()), 2).unwrap();
    let opens = |key: &dyn PrivateKey| {
        assert_eq!(key.algorithm(), X_WING);
        assert!(decapsulate(key, &ciphertext).unwrap() == sent);
    };
    let by_value = x_wing();
    opens(&by_value);
    opens(&&by_value);
    let boxed: Box<XWing> = Box::new(x_wing());
    opens(&boxed);
    let any: AnyKey = Box::new(x_wing());
    opens(&any);
    opens(&*any);
    let boxed_twice: AnyKey = Box::new(any);
    opens(&boxed_twice);
    let shared: Arc<dyn PrivateKey + Send + Sync> = Arc::new(x_wing());
    opens(&Arc::clone(&shared));
    let exportable: BoxedKey = Box::new(x_wing());
    opens(&exportable);
    assert_eq!(support::export(&exportable), support::export(&x_wing()));

    // A view holds any of them, by value or by reference.
    assert!(DecapsulationKey::new(&by_value).is_ok());
    let view = DecapsulationKey::new(shared).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| assert!(*view.decapsulate(&ciphertext, &mut rng(3)).unwrap().expose() == sent));
        }
    });
    let composite = key(MLDSA65_ED25519_SHA512, 1);
    let signature = sign(&*composite, b"message", b"");
    let any: AnyKey = composite;
    let shared: Arc<dyn PrivateKey + Send + Sync> = Arc::from(any);
    let view = SigningKey::new(Arc::clone(&shared)).unwrap();
    assert!(sign(view.get(), b"message", b"") == signature);
    verify(MLDSA65_ED25519_SHA512, &public(&*shared), b"message", b"", &signature).unwrap();
}

static WIDE: Row = Row {
    name: "TEST ONLY",
    kind: Kind::Kem,
    construction: Construction::PostQuantum,
    status: Status::Private("made up for a test"),
    category: 5,
    public_key: 8,
    private_key: 0,
    ciphertext: 8,
    secret: 64,
    signature: 0,
    identifier: None,
    software: &HybridKem,
    ..Row::BLANK
};

#[test]
fn a_view_takes_its_kind_of_key_only() {
    for algorithm in quick_rows() {
        let (opens, signs) = match (algorithm.kind(), algorithm.is_classical()) {
            (Kind::Kem, false) => (None, Some(Error::Unsupported)),
            (Kind::Signature, false) => (Some(Error::Unsupported), None),
            (Kind::Signature, true) => (Some(Error::Unsupported), Some(Error::ClassicalOnly)),
            _ => (Some(Error::ClassicalOnly), Some(Error::Unsupported)),
        };
        assert_eq!(ANY.decapsulation_key(key(algorithm, 1)).err(), opens, "{algorithm}");
        assert_eq!(ANY.signing_key(key(algorithm, 1)).err(), signs, "{algorithm}");
        let bytes = public(&*key(algorithm, 1));
        let read = PublicKey::new(algorithm, &bytes[..]);
        assert_eq!(read.as_ref().err().copied(), algorithm.is_classical().then_some(Error::ClassicalOnly));
        let Ok(public) = read else { continue };
        if opens.is_some() {
            let sent = public.encapsulate(&mut rng(1), &mut [0; 8000]).err();
            assert_eq!(sent, Some(Error::Unsupported), "{algorithm}");
        } else {
            assert_eq!(public.verify(b"", b"", b""), Err(Error::Unsupported), "{algorithm}");
        }
    }
    // A secret that is not of 32 bytes has no place in a `SharedSecret`.
    let wide = DecapsulationKey::new(Named(Algorithm::new(&WIDE)));
    assert_eq!(wide.err(), Some(Error::Unsupported));
}

#[test]
fn a_trait_method_that_is_not_written_says_unsupported() {
    let key = Named(X_WING);
    assert_eq!(key.decapsulate(&[0; 1120], &mut rng(0), &mut [0; 32]), Err(Error::Unsupported));
    let mut out = [0; 10];
    let input = khoalai::Input::Message(&[]);
    let signed = key.sign(input, b"", khoalai::Hedge::Preferred, &mut rng(0), &mut out);
    assert_eq!(signed, Err(Error::Unsupported));
}
