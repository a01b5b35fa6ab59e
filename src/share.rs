//! Two ephemeral halves side by side, as protocols exchange them: no combiner, the transcript binds.

use crate::algorithm::Algorithm;
use crate::burn::Burn;
use crate::bytes::{split, split_mut, written_whole};
use crate::combine::HalfSecret;
use crate::error::{Error, Result};
use crate::key::PrivateKey;
use crate::random::Random;
use crate::soft::trial::Trial;
use crate::soft::{Component, Key};

/// What a group is made of, and which half stands first in shares and secrets.
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) pq: Algorithm,
    pub(crate) classical: Algorithm,
    pub(crate) pq_first: bool,
}

/// The shared secrets of both halves.
pub(crate) struct Secrets {
    pq: HalfSecret,
    classical: HalfSecret,
}

impl Layout {
    pub(crate) const fn client_share_len(&self) -> usize {
        self.pq.public_key_len() + self.classical.public_key_len()
    }

    pub(crate) const fn server_share_len(&self) -> usize {
        self.pq.ciphertext_len() + self.classical.ciphertext_len()
    }

    pub(crate) const fn secret_len(&self) -> usize {
        self.pq.secret_len() + self.classical.secret_len()
    }

    /// Brings two things, the post-quantum one first, into the group's order. It undoes itself.
    fn ordered<T>(&self, pq: T, classical: T) -> (T, T) {
        if self.pq_first { (pq, classical) } else { (classical, pq) }
    }

    /// The parts of `share`, the post-quantum one first.
    fn parts<'a>(&self, share: &'a [u8], pq: usize, classical: usize) -> Result<(&'a [u8], &'a [u8])> {
        if Some(share.len()) != pq.checked_add(classical) {
            return Err(Error::Malformed);
        }
        let (first, _) = self.ordered(pq, classical);
        let (first, second) = split(share, first)?;
        Ok(self.ordered(first, second))
    }

    fn parts_mut<'a>(
        &self,
        share: &'a mut [u8],
        pq: usize,
        classical: usize,
    ) -> Result<(&'a mut [u8], &'a mut [u8])> {
        let (first, _) = self.ordered(pq, classical);
        let (first, second) = split_mut(share, first)?;
        Ok(self.ordered(first, second))
    }

    /// Answers a client's share. `server_share` has its exact length.
    pub(crate) fn respond(
        &self,
        client_share: &[u8],
        random: &mut dyn Random,
        server_share: &mut [u8],
    ) -> Result<Secrets> {
        let (pq, classical) = (self.pq, self.classical);
        let (ek_pq, ek_t) = self.parts(client_share, pq.public_key_len(), classical.public_key_len())?;
        pq.check_public_key(ek_pq)?;
        classical.check_public_key(ek_t)?;
        let (ct_pq, ct_t) = self.parts_mut(server_share, pq.ciphertext_len(), classical.ciphertext_len())?;
        let mut secrets = Secrets::zero(pq, classical)?;
        pq.encapsulate(ek_pq, random, ct_pq, secrets.pq.get_mut())?;
        classical.encapsulate(ek_t, random, ct_t, secrets.classical.get_mut())?;
        Ok(secrets)
    }
}

impl Secrets {
    fn zero(pq: Algorithm, classical: Algorithm) -> Result<Self> {
        Ok(Self { pq: HalfSecret::of(pq)?, classical: HalfSecret::of(classical)? })
    }

    /// Both, in the group's order.
    pub(crate) fn get(&self, layout: &Layout) -> [&[u8]; 2] {
        let (first, second) = layout.ordered(self.pq.get(), self.classical.get());
        [first, second]
    }
}

/// A client's two ephemeral keys.
pub(crate) struct Ephemeral<Q: Component, C: Component> {
    layout: Layout,
    pq: Key<Q>,
    classical: Key<C>,
}

impl<Q: Component, C: Component> Ephemeral<Q, C> {
    /// Both keys. They live for one handshake, which shows whether they fit: no pairwise check.
    pub(crate) fn make(layout: Layout, random: &mut dyn Random) -> Result<Self> {
        Burn::moving::<Self>().after(|| {
            let pq = Key::make(layout.pq, random)?;
            let classical = Key::make(layout.classical, random)?;
            Ok(Self { layout, pq, classical })
        })
    }

    pub(crate) const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Writes the client's share. `out` has its exact length.
    pub(crate) fn client_share(&self, out: &mut [u8]) -> Result<()> {
        let lens = (self.layout.pq.public_key_len(), self.layout.classical.public_key_len());
        let (pq, classical) = self.layout.parts_mut(out, lens.0, lens.1)?;
        written_whole(pq, |out| self.pq.public_key(out))?;
        written_whole(classical, |out| self.classical.public_key(out))
    }

    /// Opens the server's share. Both halves are asked, whatever the first one says.
    pub(crate) fn finish(&self, server_share: &[u8], random: &mut dyn Random) -> Result<Secrets> {
        let (pq, classical) = (self.layout.pq, self.layout.classical);
        let (ct_pq, ct_t) =
            self.layout.parts(server_share, pq.ciphertext_len(), classical.ciphertext_len())?;
        pq.check_ciphertext(ct_pq)?;
        classical.check_ciphertext(ct_t)?;
        let mut secrets = Secrets::zero(pq, classical)?;
        let asked_pq = self.pq.decapsulate(ct_pq, random, secrets.pq.get_mut());
        let asked_t = self.classical.decapsulate(ct_t, random, secrets.classical.get_mut());
        asked_pq.and(asked_t)?;
        Ok(secrets)
    }
}
