//! A pretend chip: slots behind one bus, a log of what was asked, and faults to switch on.
//!
//! Its arithmetic is this library's; what is pretended is where the keys are and how it answers.

use khoalai::{Algorithm, BoxedKey, Custody, Error, Hedge, Input, Place, PrivateKey, Random, Result, Store};
use std::sync::{Arc, Mutex, MutexGuard};

/// What the chip was asked, and for which slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    PublicKey(usize),
    Decapsulate(usize),
    Sign(usize),
}

/// How a slot answers when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Fails and leaves the output alone.
    Answer(Error),
    /// Writes half of the right answer, then fails.
    Dirty(Error),
    /// Answers with zeros, and is happy.
    Zeros,
    /// Answers with this many bytes.
    Length(usize),
    /// Answers with bytes that are not in the caller's buffer, and more of them.
    Elsewhere,
    /// Answers with as many bytes as are right, which are not in the caller's buffer.
    Beside,
}

static ELSEWHERE: [u8; 10_000] = [0x77; 10_000];

struct Slot {
    name: String,
    key: Option<BoxedKey>,
    fault: Option<Fault>,
    public_fault: Option<Fault>,
}

struct Bus {
    slots: Vec<Slot>,
    capacity: usize,
    claimed: Vec<([u8; 32], Algorithm)>,
    calls: Vec<Call>,
}

/// The chip. Clones are the same chip.
#[derive(Clone)]
pub struct Chip(Arc<Mutex<Bus>>);

impl Chip {
    pub fn new(capacity: usize) -> Self {
        Self(Arc::new(Mutex::new(Bus { slots: vec![], capacity, claimed: vec![], calls: vec![] })))
    }

    fn bus(&self) -> MutexGuard<'_, Bus> {
        self.0.lock().unwrap()
    }

    /// Sets how `slot` answers from now on.
    pub fn fault(&self, slot: usize, fault: Option<Fault>) {
        self.bus().slots[slot].fault = fault;
    }

    /// Sets what `slot` answers when asked for its public key.
    pub fn public_fault(&self, slot: usize, fault: Option<Fault>) {
        self.bus().slots[slot].public_fault = fault;
    }

    /// What was asked since the last time.
    pub fn calls(&self) -> Vec<Call> {
        core::mem::take(&mut self.bus().calls)
    }

    fn keep(&self, algorithm: Algorithm, name: &str, key: BoxedKey) -> Result<ChipKey> {
        let mut bus = self.bus();
        if bus.slots.len() == bus.capacity {
            return Err(Error::StoreFull);
        }
        bus.slots.push(Slot { name: name.to_owned(), key: Some(key), fault: None, public_fault: None });
        Ok(ChipKey { chip: self.clone(), slot: bus.slots.len() - 1, algorithm })
    }
}

impl Store for Chip {
    type Key = ChipKey;

    fn generate(&mut self, algorithm: Algorithm, name: &str, random: &mut dyn Random) -> Result<ChipKey> {
        self.keep(algorithm, name, khoalai::generate(algorithm, random)?)
    }

    fn import(&mut self, algorithm: Algorithm, name: &str, private_key: &[u8]) -> Result<ChipKey> {
        self.keep(algorithm, name, khoalai::import(algorithm, private_key)?)
    }

    fn open(&mut self, name: &str) -> Result<ChipKey> {
        let bus = self.bus();
        let slot = bus.slots.iter().position(|slot| slot.name == name).ok_or(Error::NotFound)?;
        let key = bus.slots[slot].key.as_ref().ok_or(Error::NotFound)?;
        Ok(ChipKey { chip: self.clone(), slot, algorithm: key.algorithm() })
    }

    fn destroy(&mut self, key: ChipKey) -> Result<()> {
        self.bus().slots[key.slot].key = None;
        Ok(())
    }

    fn claim(&mut self, fingerprint: &[u8; 32], hybrid: Algorithm) -> Result<()> {
        let mut bus = self.bus();
        if bus.claimed.iter().any(|(claimed, _)| claimed == fingerprint) {
            return Err(Error::KeyReused);
        }
        bus.claimed.push((*fingerprint, hybrid));
        Ok(())
    }

    fn is_claimed(&mut self, fingerprint: &[u8; 32], hybrid: Algorithm) -> Result<bool> {
        Ok(self.bus().claimed.contains(&(*fingerprint, hybrid)))
    }
}

/// A key in a slot of the chip.
pub struct ChipKey {
    chip: Chip,
    pub slot: usize,
    algorithm: Algorithm,
}

impl PrivateKey for ChipKey {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn custody(&self) -> Custody {
        Custody::component(self.algorithm, Place::Device)
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
        let mut bus = self.chip.bus();
        bus.calls.push(Call::PublicKey(self.slot));
        let slot = &bus.slots[self.slot];
        let key = slot.key.as_ref().ok_or(Error::NotFound)?;
        match slot.public_fault {
            Some(Fault::Answer(error)) => Err(error),
            Some(Fault::Dirty(error)) => {
                key.public_key(out)?;
                Err(error)
            }
            Some(Fault::Zeros) => {
                out.fill(0);
                Ok(out)
            }
            Some(Fault::Length(len)) => Ok(&key.public_key(out)?[..len]),
            Some(Fault::Elsewhere) => Ok(&ELSEWHERE),
            Some(Fault::Beside) => Ok(&ELSEWHERE[..key.algorithm().public_key_len()]),
            None => key.public_key(out),
        }
    }

    fn decapsulate(&self, ciphertext: &[u8], random: &mut dyn Random, secret: &mut [u8]) -> Result<()> {
        let mut bus = self.chip.bus();
        bus.calls.push(Call::Decapsulate(self.slot));
        let slot = &bus.slots[self.slot];
        let key = slot.key.as_ref().ok_or(Error::NotFound)?;
        match slot.fault {
            Some(Fault::Answer(error)) => Err(error),
            Some(Fault::Dirty(error)) => {
                let _ = key.decapsulate(ciphertext, random, secret);
                let half = secret.len() / 2;
                secret[half..].fill(0x99);
                Err(error)
            }
            Some(Fault::Zeros) => {
                secret.fill(0);
                Ok(())
            }
            Some(Fault::Length(_) | Fault::Elsewhere | Fault::Beside) | None => {
                key.decapsulate(ciphertext, random, secret)
            }
        }
    }

    fn sign<'o>(
        &self,
        input: Input<'_>,
        context: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &'o mut [u8],
    ) -> Result<&'o [u8]> {
        let mut bus = self.chip.bus();
        bus.calls.push(Call::Sign(self.slot));
        let slot = &bus.slots[self.slot];
        let key = slot.key.as_ref().ok_or(Error::NotFound)?;
        match slot.fault {
            Some(Fault::Answer(error)) => Err(error),
            Some(Fault::Dirty(error)) => {
                let _ = key.sign(input, context, hedge, random, out);
                let half = out.len() / 2;
                out[half..].fill(0x99);
                Err(error)
            }
            Some(Fault::Zeros) => {
                out.fill(0);
                Ok(&*out)
            }
            Some(Fault::Length(len)) => {
                key.sign(input, context, hedge, random, out)?;
                Ok(&out[..len])
            }
            Some(Fault::Elsewhere) => Ok(&ELSEWHERE),
            Some(Fault::Beside) => Ok(&ELSEWHERE[..key.algorithm().signature_len()]),
            None => key.sign(input, context, hedge, random, out),
        }
    }
}
