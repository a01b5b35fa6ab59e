//! What a token can do, found out by having it do that.

use crate::combiner::{self, Combiner};
use crate::component::COMPONENTS;
use crate::error::{Error, Result};
use crate::token::Token;
use crate::whole::{Ability, keeps_from_trying};
use khoalai::{Algorithm, Random};

/// What a token can do. Every line of it was tried.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Probe {
    /// Every component algorithm that this crate knows: `None` if the token made a key that gave right
    /// answers, otherwise why not.
    pub components: Vec<(Algorithm, Option<Error>)>,
    /// How it combines two secrets inside, if it can.
    pub combiner: Option<Combiner>,
    /// Whether the combined secret can stay inside as a key.
    pub stays_inside: bool,
}

impl Probe {
    /// Whether the token can hold keys of this component.
    #[must_use]
    pub fn holds(&self, component: Algorithm) -> bool {
        self.components.iter().any(|(algorithm, error)| *algorithm == component && error.is_none())
    }

    /// How much of each hybrid the token can hold.
    #[must_use]
    pub fn hybrids(&self) -> Vec<(Algorithm, Share)> {
        let all = Algorithm::ALL.iter().copied();
        all.filter_map(|hybrid| {
            // Keys that are only ever made whole have no halves to put into a token.
            let (pq, classical) = hybrid.halves().filter(|_| !hybrid.row().whole_only)?;
            let share = match (self.holds(pq), self.holds(classical)) {
                (true, true) => Share::Both,
                (false, true) => Share::Classical,
                (true, false) => Share::PostQuantum,
                (false, false) => return None,
            };
            Some((hybrid, share))
        })
        .collect()
    }
}

/// Which halves of a hybrid a token can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Both.
    Both,
    /// The classical one: the post-quantum half is in software, or sealed.
    Classical,
    /// The post-quantum one.
    PostQuantum,
}

/// How the names of keys begin that are made on trial. They are destroyed again.
const NAME: &str = "khoalai probe";

impl Token {
    /// Makes a key of every component, has it do what it is for, and destroys it. That takes as long as
    /// the token takes to make RSA keys. Nothing else in the token is touched.
    ///
    /// # Errors
    /// What keeps the device from answering at all: what it cannot do is in the result.
    pub fn probe(&self, random: &mut dyn Random) -> Result<Probe> {
        let mut components = Vec::new();
        // Each time another name: one that was cut off may have left its key.
        let mut number = [0; 8];
        random.fill(&mut number)?;
        let name = format!("{NAME} {:016x}", u64::from_be_bytes(number));
        for component in COMPONENTS {
            let error = match self.make(*component, &name, random) {
                Ok(key) => {
                    self.destroy_key(&key)?;
                    None
                }
                Err(error) if keeps_from_trying(&error) => return Err(error),
                Err(error) => Some(error),
            };
            components.push((component.algorithm, error));
        }
        let mut combiner = None;
        for way in Combiner::INSIDE {
            if combiner.is_none()
                && self.can(way.code(), move |desk| combiner::probe(desk, way))? == Ability::Yes
            {
                combiner = Some(way);
            }
        }
        let stays_inside = combiner == Some(Combiner::KeyDerive)
            && self.can("INSIDE", combiner::probe_inside)? == Ability::Yes;
        Ok(Probe { components, combiner, stays_inside })
    }
}
