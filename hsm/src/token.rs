//! A token that is open: where component keys are made, found and destroyed.

use crate::audit::EventKind;
use crate::claims::{self, Fingerprint, Folder};
use crate::component::{COMPONENTS, Component};
use crate::error::{Error, Problem, Result};
use crate::import;
use crate::keeper::Keeper;
use crate::key::TokenKey;
use crate::lane::{Desk, Done};
use crate::object::{self, Facts};
use crate::pin::{Pin, PinSource};
use crate::quirks::Quirks;
use crate::slot::{Identity, Slot};
use crate::templates::{self, Place};
use crate::uri::{ObjectType, Uri};
use alloc::sync::Arc;
use core::sync::atomic::AtomicBool;
use cryptoki::object::{Attribute, ObjectHandle};
use khoalai::{Algorithm, Random};
use std::path::PathBuf;

/// A token. Copies are the same token, with the same sessions.
#[derive(Clone)]
pub struct Token {
    pub(crate) slot: Arc<Slot>,
    pin: Arc<Keeper>,
    claims: Option<Arc<Folder>>,
    pub(crate) quirks: Arc<Quirks>,
    profile: Option<Arc<str>>,
}

impl Token {
    pub(crate) fn new(
        slot: Arc<Slot>,
        pin: PinSource,
        (quirks, profile): (Arc<Quirks>, Option<Arc<str>>),
        claims: Option<PathBuf>,
    ) -> Self {
        let claims = claims.map(|folder| Arc::new(Folder(folder)));
        Self { slot, pin: Arc::new(Keeper::new(pin)), claims, quirks, profile }
    }

    /// Which token it is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.slot.identity
    }

    /// The name of the profile that says how calls are made to it, if one is for its module.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// Whether its PIN is typed at the device (`CKF_PROTECTED_AUTHENTICATION_PATH`): then nobody is asked here,
    /// but a PIN that was given, or is in a file, is used.
    #[must_use]
    pub fn has_keypad(&self) -> bool {
        self.slot.has_keypad()
    }

    /// What tells this token from all others in this process.
    pub(crate) fn number(&self) -> usize {
        Arc::as_ptr(&self.slot).addr()
    }

    /// The most sessions that were open at once, and the calls that have not come back.
    #[must_use]
    pub fn usage(&self) -> (usize, usize) {
        self.slot.usage()
    }

    /// Lets PINs be tried again that the device refused: it was unlocked, or its PIN set anew.
    pub fn forget_refused_pins(&self) {
        self.slot.forget_refusals();
    }

    pub(crate) fn run<T: Send + 'static>(
        &self,
        job: impl Fn(&Desk<'_>) -> Done<T> + Send + Sync + 'static,
    ) -> Done<T> {
        self.slot.run(&self.pin, job)
    }

    /// The same for a job that writes to the token.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        job: impl Fn(&Desk<'_>) -> Done<T> + Send + Sync + 'static,
    ) -> Done<T> {
        self.slot.write(&self.pin, job)
    }

    /// The same for a job that makes a key.
    pub(crate) fn make_in<T: Send + 'static>(
        &self,
        job: impl Fn(&Desk<'_>) -> Done<T> + Send + Sync + 'static,
    ) -> Done<T> {
        self.slot.make(&self.pin, job)
    }

    /// The PIN for a key that wants it at each use.
    pub(crate) fn ask_each_time(&self) -> Result<Option<Arc<Pin>>> {
        self.slot.ask_each_time(&self.pin)
    }

    /// Makes a component key.
    pub(crate) fn make(&self, component: Component, name: &str, random: &mut dyn Random) -> Result<TokenKey> {
        let place = self.new_place(name, random)?;
        let wanted = place.clone();
        let quirks = Arc::clone(&self.quirks);
        let made = self.make_in(move |desk| make(desk, component, &wanted, &quirks));
        let key = made
            .map_err(Error::from)
            .inspect(|(.., mixed_up)| {
                if *mixed_up {
                    self.slot.meets("X25519_AS_EDWARDS");
                }
            })
            .map(|(public, facts, _)| TokenKey::new(self.clone(), component, place, public, facts));
        let key = key.and_then(|key| {
            let proved = key.prove();
            self.keep_if(key, proved)
        });
        let about = Some((name, component.algorithm.name()));
        self.slot.note(EventKind::KeyMade, about, key.as_ref().err());
        key
    }

    /// Takes in a private key that was made elsewhere.
    pub(crate) fn take_in(&self, component: Component, name: &str, private_key: &[u8]) -> Result<TokenKey> {
        let imported = Arc::new(import::read(component, private_key)?);
        let public = imported.public.clone();
        let place = self.new_place(name, &mut khoalai::SystemRandom)?;
        let (wanted, quirks) = (place.clone(), Arc::clone(&self.quirks));
        let made = self.write(move |desk| {
            object::sweep(desk, &wanted);
            let created = imported.create(desk, component, &wanted, &quirks);
            let looked = created.and_then(|()| look(desk, component, object::private(desk, &wanted)?));
            if looked.is_err() || !desk.is_awaited() {
                object::sweep(desk, &wanted);
            }
            looked.map(|(_, _, facts)| facts)
        });
        let key = made
            .map_err(Error::from)
            .map(|facts| TokenKey::new(self.clone(), component, place, public, facts));
        let key = key.and_then(|key| {
            let right = key.facts.closed && key.facts.fits && key.facts.single_use;
            let proved = if right { key.prove() } else { Err(Problem::AttributesDiffer.into()) };
            self.keep_if(key, proved)
        });
        self.slot.note(EventKind::KeyImported, Some((name, component.algorithm.name())), key.as_ref().err());
        key
    }

    pub(crate) fn new_place(&self, name: &str, random: &mut dyn Random) -> Result<Place> {
        let mut id = vec![0; 20];
        random.fill(&mut id)?;
        Ok(Place { id, label: name.into(), only_named: None })
    }

    /// A new key, or, if it is not what it should be, nothing.
    pub(crate) fn keep_if(&self, key: TokenKey, proved: Result<()>) -> Result<TokenKey> {
        match proved {
            Ok(()) => Ok(key),
            Err(error) => {
                // If that fails too, the auditor is told; the caller is told why there is no key.
                let _ = self.destroy_key(&key);
                Err(error)
            }
        }
    }

    /// A key that is there already, by its algorithm and by what `uri` says of it: its name, its
    /// identifier, or neither if it is the only one that fits. Only `object`, `id` and `type`, which has to be
    /// `private`, are looked at.
    ///
    /// To make a half of a hybrid of it, say what that costs: [`Half::adopt`](khoalai::Half::adopt).
    ///
    /// # Errors
    /// [`khoalai::Error::NotFound`]; [`Problem::KeyAmbiguous`] if more than one fits: none is guessed;
    /// [`khoalai::Error::WrongAlgorithm`]; [`Problem::KeyWithoutId`] if nothing leads from it to its public
    /// key; [`Problem::KeyFails`] if it does not give right answers.
    pub fn key(&self, algorithm: Algorithm, uri: &Uri) -> Result<TokenKey> {
        let component = Component::of(algorithm)?;
        if uri.object_type().is_some_and(|kind| kind != ObjectType::Private) {
            return Err(Error::from(khoalai::Error::NotFound).about("type"));
        }
        let (name, id) = (uri.object().map(ToOwned::to_owned), uri.id().map(<[u8]>::to_vec));
        let (place, public, facts) = self.run(move |desk| {
            let mut fitting = None;
            for key in object::meant(desk, name.as_deref(), id.as_deref())? {
                let place = object::place(desk, key)?;
                let meant = name.as_ref().is_none_or(|name| *name == place.label)
                    && id.as_ref().is_none_or(|id| *id == place.id);
                if !meant {
                    continue;
                }
                // Named, it has to fit; otherwise it is passed over.
                match look(desk, component, key) {
                    Ok(_) if fitting.is_some() => return Err(Problem::KeyAmbiguous.into()),
                    Ok(looked) => fitting = Some(looked),
                    Err(fault) if name.is_some() || id.is_some() => return Err(fault),
                    Err(_) => {}
                }
            }
            fitting.ok_or_else(|| khoalai::Error::NotFound.into())
        })?;
        let key = TokenKey::new(self.clone(), component, place, public, facts);
        key.prove()?;
        Ok(key)
    }

    /// Finds the key of this name, of this algorithm.
    pub(crate) fn find(&self, component: Component, name: &str) -> Result<TokenKey> {
        let label = name.to_owned();
        let (place, public, facts) = self.run(move |desk| {
            let key = object::named(desk, &label)?.ok_or(khoalai::Error::NotFound)?;
            look(desk, component, key)
        })?;
        let key = TokenKey::new(self.clone(), component, place, public, facts);
        key.prove()?;
        Ok(key)
    }

    /// The algorithm of the key of this name: that of the hybrid it was made for, or what its kind and
    /// use say.
    pub(crate) fn algorithm_of(&self, name: &str) -> Result<Component> {
        let label = name.to_owned();
        let fitting = self.run(move |desk| {
            let key = object::named(desk, &label)?.ok_or(khoalai::Error::NotFound)?;
            let mut fitting = Vec::new();
            for component in COMPONENTS {
                if let Ok((_, public, _)) = look(desk, *component, key) {
                    fitting.push((*component, claims::fingerprint(&public)));
                }
            }
            Ok(fitting)
        })?;
        for (component, fingerprint) in &fitting {
            let claimed = self.claimed_by(fingerprint)?;
            let hybrid = claimed.and_then(|name| Algorithm::named(&name));
            let halves = hybrid.and_then(Algorithm::halves);
            if halves.is_none_or(|(pq, classical)| [pq, classical].contains(&component.algorithm)) {
                return Ok(*component);
            }
        }
        Err(khoalai::Error::Unsupported.into())
    }

    pub(crate) fn destroy_key(&self, key: &TokenKey) -> Result<()> {
        let (place, fingerprint) = (key.place.clone(), key.fingerprint());
        let outcome = self.write(move |desk| {
            for part in object::parts(desk, &place)? {
                desk.session.destroy_object(part)?;
            }
            claims::forget(desk, &fingerprint)
        });
        let outcome = outcome
            .map_err(Error::from)
            .and_then(|()| self.claims.as_ref().map_or(Ok(()), |folder| folder.forget(&fingerprint)));
        key.note(EventKind::KeyDestroyed, outcome.as_ref().err());
        outcome
    }

    /// The hybrid that a component key serves.
    pub(crate) fn claimed_by(&self, fingerprint: &Fingerprint) -> Result<Option<String>> {
        let wanted = *fingerprint;
        let noted = self.run(move |desk| claims::read(desk, &wanted))?;
        match &self.claims {
            Some(folder) if noted.is_none() => folder.read(fingerprint),
            _ => Ok(noted),
        }
    }

    /// Notes that a component key serves this hybrid, whoever asks for it: a fresh key, or one that was there
    /// before ([`Half::adopt`](khoalai::Half::adopt)).
    pub(crate) fn claim_half(&self, fingerprint: &Fingerprint, hybrid: &'static str) -> Result<()> {
        let outcome = self.claim_now(fingerprint, hybrid);
        let note = claims::label(fingerprint);
        self.slot.note(EventKind::KeyClaimed, Some((&note, hybrid)), outcome.as_ref().err());
        outcome
    }

    fn claim_now(&self, fingerprint: &Fingerprint, hybrid: &'static str) -> Result<()> {
        if let Some(folder) = &self.claims
            && folder.read(fingerprint)?.is_some()
        {
            return Err(khoalai::Error::KeyReused.into());
        }
        let (wanted, begun) = (*fingerprint, AtomicBool::new(false));
        if self.write(move |desk| claims::write(desk, &wanted, hybrid, &begun))? {
            return Ok(());
        }
        self.slot.meets("NO_DATA_OBJECTS");
        let folder = self.claims.as_ref().ok_or(Problem::ClaimsNowhere)?;
        folder.write(fingerprint, hybrid)
    }

    /// Forgets which hybrid a component key served: it is destroyed.
    pub(crate) fn forget_claim(&self, fingerprint: &Fingerprint) -> Result<()> {
        let gone = *fingerprint;
        self.write(move |desk| claims::forget(desk, &gone))?;
        self.claims.as_ref().map_or(Ok(()), |folder| folder.forget(fingerprint))
    }

    /// Gives a key another name.
    ///
    /// # Errors
    /// [`Problem::NameTaken`]; [`Problem::ReadOnly`] if the device does not let it.
    pub fn rename(&self, key: &mut TokenKey, name: &str) -> Result<()> {
        let (place, label) = (key.place.clone(), name.to_owned());
        let outcome = self.write(move |desk| {
            let parts = object::parts(desk, &place)?;
            // Its own it may be: of an attempt that was cut off.
            if object::named(desk, &label)?.is_some_and(|named| !parts.contains(&named)) {
                return Err(Problem::NameTaken.into());
            }
            for part in parts {
                desk.session.update_attributes(part, &[Attribute::Label(label.clone().into_bytes())])?;
            }
            Ok(())
        });
        let outcome = outcome.map_err(Error::from);
        key.note(EventKind::KeyRenamed, outcome.as_ref().err());
        outcome?;
        Arc::make_mut(&mut key.place).label = name.into();
        Ok(())
    }
}

/// Makes a pair and looks at what came of it. What is not as it was asked for is destroyed again.
/// Also whether X25519 was made in the way of Ed25519.
fn make(
    desk: &Desk<'_>,
    component: Component,
    place: &Place,
    quirks: &Quirks,
) -> Done<(Vec<u8>, Facts, bool)> {
    object::sweep(desk, place);
    if object::named(desk, &place.label)?.is_some() {
        return Err(Problem::NameTaken.into());
    }
    let generate = |mixed_up| {
        let public = templates::public(component, place, mixed_up);
        let private = templates::private(component, place, mixed_up, quirks);
        let mechanism = templates::generation(component.key, mixed_up);
        desk.session.generate_key_pair(&mechanism, public.get(), private.get())
    };
    // SoftHSM 2.6 makes X25519 keys by the mechanism of Ed25519.
    let ways = if component.key.is_montgomery() { quirks.x25519_ways() } else { &[false] };
    let (mut made, mut way) = (Err(cryptoki::error::Error::NotSupported), false);
    for mixed_up in ways {
        (made, way) = (generate(*mixed_up), *mixed_up);
        if made.is_ok() {
            break;
        }
    }
    let (public, private) = made?;
    let looked = look(desk, component, private).and_then(|(_, key, facts)| {
        let right = facts.closed && facts.born_inside && facts.fits && facts.single_use;
        if right { Ok((key, facts, way)) } else { Err(Problem::AttributesDiffer.into()) }
    });
    let wanted = desk.is_awaited();
    if looked.is_err() || !wanted {
        // Both, whatever comes of the first.
        for gone in [private, public].map(|part| desk.session.destroy_object(part)) {
            gone?;
        }
    }
    looked
}

/// What is to be known of a private key.
pub(crate) fn look(
    desk: &Desk<'_>,
    component: Component,
    private: ObjectHandle,
) -> Done<(Place, Vec<u8>, Facts)> {
    let facts = object::facts(desk, component, private)?;
    let mut place = object::place(desk, private)?;
    let public = object::public_key(desk, component, &place, private)?;
    if !facts.fits {
        return Err(khoalai::Error::WrongAlgorithm.into());
    }
    let without = || {
        if place.id.is_empty() {
            Problem::KeyWithoutId.into()
        } else {
            Error::from(khoalai::Error::WrongAlgorithm)
        }
    };
    let public = public.ok_or_else(without)?;
    component.algorithm.check_public_key(&public)?;
    if place.id.is_empty() {
        place.only_named = Some((component, public.clone()));
    }
    Ok((place, public, facts))
}
