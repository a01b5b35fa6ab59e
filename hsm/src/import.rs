//! Taking a private key into a token.

use crate::component::{Component, Family, KeyKind};
use crate::error::{Problem, Result};
use crate::lane::{Desk, Done, Fault};
use crate::object;
use crate::public_key::{self, RsaPrivateKey};
use crate::quirks::Quirks;
use crate::raw::{Cause, Template};
use crate::templates::{self, Place};
use cryptoki::object::Attribute;
use der::asn1::OctetStringRef;
use der::{Decode, Encode};
use khoalai::{ExportPrivateKey, PrivateKey};
use zeroize::Zeroizing;

/// What a token takes in: the private key as attributes, and its public key in the library's form.
pub(crate) struct Imported {
    secret: Vec<Attribute>,
    open: Vec<Attribute>,
    pub(crate) public: Vec<u8>,
}

/// Puts a raw private key in the library's form into PKCS#11's.
pub(crate) fn read(component: Component, private_key: &[u8]) -> Result<Imported> {
    if let KeyKind::Rsa { .. } = component.key {
        return rsa(component, private_key);
    }
    // In software first: a key that is none does not reach the device.
    let key = khoalai::import(component.algorithm, private_key)?;
    let mut public = vec![0; component.algorithm.public_key_len()];
    let len = key.public_key(&mut public)?.len();
    public.truncate(len);
    let mut raw = Zeroizing::new(vec![0; component.algorithm.private_key_len()]);
    let raw = key.expose_private_key(&mut raw)?.to_vec();
    let (secret, open) = match component.key {
        KeyKind::Ec { oid, .. } => {
            let point = OctetStringRef::new(&public).and_then(|point| point.to_der());
            let point = point.map_err(|_| khoalai::Error::Malformed)?;
            (vec![Attribute::EcParams(oid.to_vec()), Attribute::Value(raw)], vec![Attribute::EcPoint(point)])
        }
        KeyKind::MlKem(_) | KeyKind::MlDsa(_) => {
            let mut secret = templates::parameters(component.key);
            secret.push(Attribute::Seed(raw));
            (secret, vec![Attribute::Value(public.clone())])
        }
        KeyKind::Rsa { .. } => return Err(khoalai::Error::Unsupported.into()),
    };
    Ok(Imported { secret, open, public })
}

fn rsa(component: Component, private_key: &[u8]) -> Result<Imported> {
    let bad = khoalai::Error::BadPrivateKey;
    let key = RsaPrivateKey::from_der(private_key).map_err(|_| khoalai::Error::Malformed)?;
    let number = |number: der::asn1::UintRef<'_>| number.as_bytes().to_vec();
    let public = public_key::rsa(key.modulus.as_bytes(), key.public_exponent.as_bytes()).ok_or(bad)?;
    // The length of the modulus is this algorithm's, and the exponent is one that is accepted.
    component.algorithm.check_public_key(&public).map_err(|_| bad)?;
    let open =
        vec![Attribute::Modulus(number(key.modulus)), Attribute::PublicExponent(number(key.public_exponent))];
    let mut secret = open.clone();
    secret.extend([
        Attribute::PrivateExponent(number(key.private_exponent)),
        Attribute::Prime1(number(key.prime1)),
        Attribute::Prime2(number(key.prime2)),
        Attribute::Exponent1(number(key.exponent1)),
        Attribute::Exponent2(number(key.exponent2)),
        Attribute::Coefficient(number(key.coefficient)),
    ]);
    Ok(Imported { secret, open, public })
}

impl Imported {
    /// Makes both objects, in the first of the ways that the module takes: the key type of X25519, and
    /// whether a point is in DER, are not the same everywhere.
    pub(crate) fn create(
        &self,
        desk: &Desk<'_>,
        component: Component,
        place: &Place,
        quirks: &Quirks,
    ) -> Done<()> {
        if object::named(desk, &place.label)?.is_some() {
            return Err(Problem::NameTaken.into());
        }
        let (types, points): (&[bool], &[bool]) = match component.key {
            KeyKind::Ec { family: Family::Weierstrass, .. } => (&[false], &[true, false]),
            KeyKind::Ec { family: Family::Edwards, .. } => (&[false], &[false, true]),
            KeyKind::Ec { family: Family::Montgomery, .. } => (quirks.x25519_ways(), &[false, true]),
            KeyKind::Rsa { .. } | KeyKind::MlKem(_) | KeyKind::MlDsa(_) => (&[false], &[false]),
        };
        let ways = types.iter().flat_map(|mixed_up| points.iter().map(|in_der| (*mixed_up, *in_der)));
        let mut outcome = Err(khoalai::Error::Unsupported.into());
        for (mixed_up, in_der) in ways {
            outcome = self.create_so(desk, component, place, (mixed_up, in_der), quirks);
            match &outcome {
                Err(Fault::Device(rv)) if !matches!(rv.cause(), Cause::LoggedOut | Cause::Absent) => {
                    object::sweep(desk, place);
                }
                _ => break,
            }
        }
        outcome
    }

    fn create_so(
        &self,
        desk: &Desk<'_>,
        component: Component,
        place: &Place,
        (mixed_up, in_der): (bool, bool),
        quirks: &Quirks,
    ) -> Done<()> {
        let private = templates::private(component, place, mixed_up, quirks).with(self.secret.clone());
        desk.session.create_object(private.get())?;
        let point = |attribute: &Attribute| matches!(attribute, Attribute::EcPoint(_));
        let mut open = self.open.clone();
        if !in_der && open.iter().any(point) {
            open = vec![Attribute::EcPoint(self.public.clone())];
        }
        let public = templates::public_imported(component, place, mixed_up).with(open);
        desk.session.create_object(public.get())?;
        Ok(())
    }
}

impl Drop for Imported {
    fn drop(&mut self) {
        // As a template they wipe themselves.
        drop(Template::new(core::mem::take(&mut self.secret)));
    }
}
