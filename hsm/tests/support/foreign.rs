//! Another program, which has keys of its own in a token.

use super::tokens::Token;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::Attribute;
use cryptoki::session::Session;

pub struct Program(Session);

impl Program {
    /// The module is initialised by now, and somebody is logged in.
    pub fn new(token: &Token) -> Self {
        let module = cryptoki::context::Pkcs11::new(token.module()).unwrap();
        let slot = token.slot(&module);
        Self(module.open_rw_session(slot).unwrap())
    }

    /// A P-256 key for every use, which the token keeps to itself or not.
    pub fn p256(&self, name: &str, id: Option<&[u8]>, closed: bool) {
        let p256 = Attribute::EcParams(b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07".to_vec());
        let mut public =
            vec![Attribute::Token(true), Attribute::Private(false), p256, Attribute::Verify(true)];
        let mut private = vec![
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(closed),
            Attribute::Extractable(!closed),
            Attribute::Sign(true),
            Attribute::Derive(true),
        ];
        for template in [&mut public, &mut private] {
            template.push(Attribute::Label(name.as_bytes().to_vec()));
            template.extend(id.map(|id| Attribute::Id(id.to_vec())));
        }
        self.0.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private).unwrap();
    }
}
