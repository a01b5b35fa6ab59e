//! Rounds: every operation once in each, in another order each time.

use crate::clock::now;
use crate::figures::Figures;
use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use std::time::Duration;

/// So many operations at least make up a batch of what repeats by chance.
const BATCH_OF_CHANCE: u64 = 32;

/// One operation.
pub struct Work<'a> {
    run: Box<dyn FnMut() + 'a>,
    by_chance: bool,
    batch: u64,
}

impl<'a> Work<'a> {
    pub fn new(run: impl FnMut() + 'a) -> Self {
        Self { run: Box::new(run), by_chance: false, batch: 1 }
    }

    /// One that takes another time each time, as ML-DSA's signing does: it is run more often.
    pub fn by_chance(run: impl FnMut() + 'a) -> Self {
        Self { by_chance: true, ..Self::new(run) }
    }

    /// Microseconds of each.
    fn time(&mut self) -> f64 {
        let start = now();
        for _ in 0..self.batch {
            (self.run)();
        }
        (now() - start) as f64 / 1000.0 / self.batch as f64
    }

    /// How many fit into a batch.
    fn fit(&mut self, batch: Duration) {
        self.batch = 1;
        let least = (0..5).map(|_| self.time()).fold(f64::INFINITY, f64::min);
        let fit = (batch.as_secs_f64() * 1e6 / least) as u64;
        self.batch = fit.max(if self.by_chance { BATCH_OF_CHANCE } else { 1 });
    }
}

/// How often.
#[derive(Clone, Copy)]
pub struct Plan {
    pub runs: usize,
    pub rounds: usize,
    /// How long each turn is.
    pub batch: Duration,
}

/// Measures all of them, and says so.
pub fn measure(works: &mut [Work<'_>], plan: Plan) -> Vec<Figures> {
    let mut times = vec![vec![Vec::with_capacity(plan.rounds); works.len()]; plan.runs];
    let mut order: Vec<usize> = (0..works.len()).collect();
    let mut chance = ChaCha8Rng::seed_from_u64(1);
    for run in &mut times {
        works.iter_mut().for_each(|work| work.fit(plan.batch));
        for _ in 0..plan.rounds {
            shuffle(&mut order, &mut chance);
            for &at in &order {
                run[at].push(works[at].time());
            }
        }
    }
    let of = |at: usize| Figures::of(times.iter().map(|run| &run[at][..]));
    (0..works.len()).map(of).collect()
}

fn shuffle(order: &mut [usize], chance: &mut impl Rng) {
    for at in (1..order.len()).rev() {
        order.swap(at, (chance.next_u64() % (at as u64 + 1)) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::{BATCH_OF_CHANCE, Plan, Work, measure};
    use std::cell::Cell;
    use std::time::Duration;

    #[test]
    fn everything_has_its_turn() {
        let ran = [const { Cell::new(0) }; 2];
        let count = |at: usize| {
            let ran = &ran[at];
            move || ran.set(ran.get() + 1)
        };
        let mut works = [Work::new(count(0)), Work::by_chance(count(1))];
        let plan = Plan { runs: 2, rounds: 5, batch: Duration::from_micros(1) };
        let figures = measure(&mut works, plan);
        assert!(figures.iter().all(|figures| figures.medians.len() == 2));
        assert!(ran[0].get() >= 10 && ran[1].get() >= 10 * BATCH_OF_CHANCE);
    }
}
