//! Halves that take a picture of the stack when they are asked: there the other half's secret is.

use crate::lab::{Camera, Lab};
use crate::random::Tape;
use crate::secrets::Private;
use khoalai::*;
use std::cell::RefCell;
use std::rc::Rc;

struct Spy {
    key: BoxedKey,
    camera: Camera,
    pictures: Rc<RefCell<Vec<Vec<u8>>>>,
}

impl PrivateKey for Spy {
    fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    fn custody(&self) -> Custody {
        self.key.custody()
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
        self.key.public_key(out)
    }

    fn decapsulate(&self, ciphertext: &[u8], random: &mut dyn Random, secret: &mut [u8]) -> Result<()> {
        let done = self.key.decapsulate(ciphertext, random, secret);
        self.camera.take(&mut self.pictures.borrow_mut());
        done
    }
}

/// Remembers nothing.
struct Forgetful;

impl Store for Forgetful {
    type Key = Spy;

    fn generate(&mut self, _: Algorithm, _: &str, _: &mut dyn Random) -> Result<Spy> {
        Err(Error::Unsupported)
    }

    fn import(&mut self, _: Algorithm, _: &str, _: &[u8]) -> Result<Spy> {
        Err(Error::Unsupported)
    }

    fn open(&mut self, _: &str) -> Result<Spy> {
        Err(Error::NotFound)
    }

    fn destroy(&mut self, _: Spy) -> Result<()> {
        Ok(())
    }

    fn claim(&mut self, _: &[u8; 32], _: Algorithm) -> Result<()> {
        Ok(())
    }

    fn is_claimed(&mut self, _: &[u8; 32], _: Algorithm) -> Result<bool> {
        Ok(false)
    }
}

/// Sees the secrets of both halves while a hybrid of them opens `ciphertext`.
pub(crate) fn see_half_secrets(lab: &mut Lab, private: &Private, ciphertext: &[u8]) {
    let joined = if private.algorithm.row().whole_only { MLKEM768_X25519 } else { private.algorithm };
    let pictures = Rc::default();
    let mut halves = private.keys().zip([Side::PostQuantum, Side::Classical]).map(|(key, side)| {
        let spy = Spy { key, camera: lab.camera(), pictures: Rc::clone(&pictures) };
        Half::adopt(joined, side, &mut Forgetful, spy, Adoption::LosesFreshness).expect("a half")
    });
    let (pq, classical) = (halves.next().expect("a half"), halves.next().expect("a half"));
    drop(halves);
    let key = Hybrid::new(joined, pq, classical).expect("a hybrid");
    let mut secret = vec![0; joined.secret_len()];
    let (done, _) = lab.shoot("", || key.decapsulate(ciphertext, &mut Tape::new(0, ""), &mut secret).is_ok());
    assert!(done.take());
    lab.see(&pictures.take());
}
