//! One operation at a time, on a stack of its own, and what it left.

use crate::heap;
use crate::needles::Needles;
use crate::report::{Place, Report};
use crate::stack::{PAINT, Stack, here};
use std::mem::MaybeUninit;
use std::ops::Range;
use std::rc::Rc;

/// Where operations run, and what is known of what they must not leave.
pub(crate) struct Lab {
    stack: Rc<Stack>,
    desk: Rc<Stack>,
    pub(crate) needles: Needles,
    pub(crate) report: Report,
    /// What every operation of this round left below itself, in order.
    residues: Vec<Residue>,
    only: String,
}

/// How the names of secrets begin that RSA's crate leaves in freed blocks: SECURITY.md names them.
pub(crate) const RSA: &str = "RSA: ";

/// The secrets of each round: the same twice, then others.
pub(crate) const ROUNDS: [u64; 3] = [1, 1, 2];

/// What one operation left on the stack below its caller.
pub(crate) struct Residue {
    what: String,
    below: Vec<u8>,
    /// How long its outcome was.
    len: u64,
}

/// What one operation left everywhere.
#[must_use]
pub(crate) struct Shot {
    what: String,
    below: Vec<u8>,
    frame: Vec<u8>,
    freed: Vec<u8>,
    secret: bool,
    len: u64,
}

impl Shot {
    /// The outcome was so long, and everybody knows: signatures of ECDSA may be a byte shorter.
    pub(crate) fn with_len(self, len: usize) -> Self {
        Self { len: len.try_into().expect("a length"), ..self }
    }

    /// It had to do with public data only, beside what needles tell: what it left may differ from
    /// key to key.
    pub(crate) fn public(self) -> Self {
        Self { secret: false, ..self }
    }
}

/// Something that an operation made, in a watched block.
pub(crate) struct Slot<T>(Box<MaybeUninit<T>>);

impl<T> Slot<T> {
    pub(crate) fn get(&self) -> &T {
        // SAFETY: `Lab` gives it out once it is written.
        unsafe { self.0.assume_init_ref() }
    }

    /// For what is no secret by itself.
    pub(crate) fn take(self) -> T {
        // SAFETY: as above, and the slot is used up.
        unsafe { self.0.assume_init_read() }
    }
}

/// Where the stack pointer of the operation's caller is.
#[inline(never)]
fn call<T>(slot: &mut MaybeUninit<T>, work: impl FnOnce() -> T) -> usize {
    let here = here!();
    slot.write(work());
    here
}

impl Lab {
    /// `only`: a part of the names of subjects; the others are passed over.
    pub(crate) fn new(only: String) -> Self {
        Self {
            only,
            stack: Rc::new(Stack::new()),
            desk: Rc::new(Stack::new()),
            needles: Needles::default(),
            report: Report::default(),
            residues: Vec::new(),
        }
    }

    pub(crate) fn wants(&self, subject: &str) -> bool {
        subject.contains(&self.only)
    }

    /// Runs `work` and keeps what it left, for secrets that are known only from its outcome.
    pub(crate) fn shoot<T>(&mut self, what: &str, work: impl FnOnce() -> T) -> (Slot<T>, Shot) {
        let mut slot = Slot(heap::watch(Box::<T>::new_uninit));
        // SAFETY: bytes may be written where nothing is yet.
        unsafe { slot.0.as_mut_ptr().cast::<u8>().write_bytes(0, size_of::<T>()) };
        self.stack.paint();
        let (mut work, mut here) = (Some(work), 0);
        self.stack.run(|| {
            if let Some(work) = work.take() {
                heap::set(true);
                here = call(&mut slot.0, work);
                heap::set(false);
            }
        });
        let (below, all) = (self.stack.below(here), self.stack.all());
        let frame = all[below.len()..].to_vec();
        let shot = Shot { what: what.into(), below, frame, freed: heap::take_freed(), secret: true, len: 0 };
        (slot, shot)
    }

    /// Looks for what must not be there.
    pub(crate) fn check(&mut self, shot: Shot) {
        let Shot { what, below, frame, freed, secret, len } = shot;
        for (place, memory) in [(Place::Below, &below), (Place::Frame, &frame), (Place::Freed, &freed)] {
            for (needle, at) in self.needles.search(memory) {
                let is_named = place == Place::Freed && needle.starts_with(RSA);
                let place = if is_named { Place::Named } else { place };
                self.report.found(&what, place, needle, memory.len() - at);
            }
        }
        self.report.ran(&what, below.len());
        if secret {
            self.residues.push(Residue { what, below, len });
        }
    }

    /// Runs `work`, which must leave nothing.
    pub(crate) fn run<T>(&mut self, what: &str, work: impl FnOnce() -> T) -> Slot<T> {
        let (slot, shot) = self.shoot(what, work);
        self.check(shot);
        slot
    }

    /// The same for something that has to do with public data only: what it leaves may differ from
    /// key to key.
    pub(crate) fn run_public<T>(&mut self, what: &str, work: impl FnOnce() -> T) -> Slot<T> {
        let (slot, shot) = self.shoot(what, work);
        self.check(shot.public());
        slot
    }

    /// Runs something that uses up what an operation made. Moving it is this side's, so it happens
    /// in a frame of its own that is wiped.
    pub(crate) fn run_by_value<T, U>(
        &mut self,
        what: &str,
        from: Slot<T>,
        work: impl FnOnce(T) -> U,
    ) -> Slot<U> {
        let mut from = from;
        let (slot, mut shot) = self.shoot(what, || {
            // SAFETY: it was written, and is not used again.
            khoalai::wipe_stack_after::<{ 96 << 10 }, _>(|| work(unsafe { from.0.assume_init_read() }))
        });
        // SAFETY: bytes may be written where nothing is any more.
        unsafe { from.0.as_mut_ptr().cast::<u8>().write_bytes(0, size_of::<T>()) };
        // Or nobody sees the zeros, and the compiler leaves them out.
        std::hint::black_box(&mut from);
        drop(from);
        shot.freed.extend(heap::take_freed());
        self.check(shot);
        slot
    }

    /// Drops what an operation made. Afterwards its block, too, holds nothing.
    pub(crate) fn finish<T>(&mut self, what: &str, mut slot: Slot<T>) {
        // SAFETY: it was written, and nobody sees it again.
        let (_, mut shot) = self.shoot(what, || unsafe { slot.0.assume_init_drop() });
        drop(slot);
        shot.freed.extend(heap::take_freed());
        self.check(shot);
    }

    /// What is found in blocks that live: the search works, and these secrets are where they ought to be.
    pub(crate) fn see_live(&mut self) {
        self.see(&heap::live());
    }

    /// The same in a picture of the stack, taken by [`camera`](Self::camera).
    pub(crate) fn see(&mut self, pictures: &[Vec<u8>]) {
        for picture in pictures {
            for (needle, _) in self.needles.search(picture) {
                self.report.seen(needle);
            }
        }
    }

    /// Lets `work` run until every kind of secret was seen on the stack, now or before, or for long
    /// enough.
    pub(crate) fn see_at_work(&mut self, work: impl FnMut()) {
        const PICTURES: usize = 400;
        if self.needles.names().all(|needle| self.report.was_seen(needle)) {
            return;
        }
        let depth = self.report.depth() + 4096;
        let stack = Rc::clone(&self.stack);
        let mut pictures = 0;
        crate::sampler::run(&stack, depth, work, |picture| {
            for (needle, _) in self.needles.search(picture) {
                self.report.seen(needle);
            }
            pictures += 1;
            pictures >= PICTURES || self.needles.names().all(|needle| self.report.was_seen(needle))
        });
    }

    /// Takes pictures of the stack while an operation runs on it.
    pub(crate) fn camera(&self) -> Camera {
        Camera { stack: Rc::clone(&self.stack), desk: Rc::clone(&self.desk) }
    }

    /// Forgets the secrets of the last subject; returns what its operations left.
    pub(crate) fn next(&mut self) -> Vec<Residue> {
        for block in heap::live() {
            for (needle, _) in self.needles.search(&block) {
                self.report.found("the end", Place::Live, needle, 0);
            }
        }
        let names: Vec<String> = self.needles.names().map(String::from).collect();
        self.report.wanted(names);
        self.needles = Needles::default();
        std::mem::take(&mut self.residues)
    }

    /// What the same operations left in the [`ROUNDS`]: what differs was made of their secrets, unless
    /// it differs with the same secrets as well.
    pub(crate) fn compare(&mut self, rounds: &[Vec<Residue>; 3]) {
        let [one, again, other] = rounds;
        let (a, again, b) = (in_both(one, other), in_both(again, other), in_both(other, one));
        assert!(a.len() == b.len() && again.len() == b.len(), "three rounds, three courses");
        let harmless = Harmless::now();
        for ((a, again), b) in a.into_iter().zip(again).zip(b) {
            assert!(a.what == b.what && again.what == b.what, "three rounds, three courses");
            // By words from the top, which is aligned.
            let len = a.below.len().max(again.below.len()).max(b.below.len()).next_multiple_of(8);
            let [a_words, again, b_words] = [a, again, b].map(|residue| words(&residue.below, len));
            let lens = a.len.wrapping_sub(b.len);
            let differ = |at: &usize| {
                let (one, other) = (a_words[*at], b_words[*at]);
                let is_len = one.max(other) < 1 << 16 && one.wrapping_sub(other) == lens;
                let by_chance = one != again[*at] || harmless.are(one, other);
                one != other && !is_len && !by_chance
            };
            let deepest = (0..len / 8).find(differ).map_or(0, |at| len - 8 * at);
            let count = (0..len / 8).filter(differ).count() * 8;
            if (1..=64).contains(&count) {
                let pairs: Vec<_> =
                    (0..len / 8).filter(differ).map(|at| (a_words[at], b_words[at])).collect();
                eprintln!("{}: {pairs:x?}", a.what);
            }
            self.report.differs(&a.what, deepest, count);
        }
    }
}

/// The operations of `these` that `those` have as well. Nothing may be missing but failures of the
/// generator: some curves reject scalars, and the keys of one round may take a draw more.
fn in_both<'a>(these: &'a [Residue], those: &[Residue]) -> Vec<&'a Residue> {
    let (both, alone): (Vec<_>, Vec<_>) =
        these.iter().partition(|this| those.iter().any(|that| this.what == that.what));
    for Residue { what, .. } in alone {
        assert!(what.contains(", failing in draw "), "{what}: in one round and not in the other");
    }
    both
}

/// The last `len` bytes below a caller, as words, with those that were never reached.
fn words(below: &[u8], len: usize) -> Vec<u64> {
    let padded = [vec![PAINT; len - below.len()], below.to_vec()].concat();
    padded.chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes"))).collect()
}

/// What differs by chance, such as after a way through the allocator: addresses of what there is in
/// this process, flags, and what was never written.
struct Harmless(Vec<Range<u64>>);

impl Harmless {
    fn now() -> Self {
        let maps = std::fs::read_to_string("/proc/self/maps").expect("the mappings of this process");
        let number = |text: &str| u64::from_str_radix(text, 16).expect("an address");
        let range = |line: &str| {
            let (from, to) = line.split_once(' ')?.0.split_once('-')?;
            Some(number(from)..number(to))
        };
        Self(maps.lines().filter_map(range).collect())
    }

    /// Each by itself, or as addresses whose first or last two bytes were both written over with the
    /// same, and the upper half perhaps with zeros.
    fn are(&self, one: u64, other: u64) -> bool {
        let near = |word: u64| {
            self.0.iter().any(|range| {
                let (first, last) = (range.start >> 16, range.end >> 16);
                let cut = word >> 32 == 0 && ((word >> 16).wrapping_sub(first) & 0xffff) <= last - first;
                cut || (first..=last).contains(&(word >> 16))
            })
        };
        let below = |word: u64| word & 0xffff_ffff_ffff;
        let topped = one >> 48 == other >> 48 && self.is(below(one)) && self.is(below(other));
        (self.is(one) && self.is(other))
            || topped
            || (one & 0xffff == other & 0xffff && near(one) && near(other))
    }

    fn is(&self, word: u64) -> bool {
        let halves = [word >> 32, word & 0xffff_ffff];
        halves
            .iter()
            .all(|half| *half <= 1 || *half == u64::from_le_bytes([PAINT, PAINT, PAINT, PAINT, 0, 0, 0, 0]))
            || self.0.iter().any(|range| range.contains(&word))
    }
}

/// Takes a picture of the stack that it is called on.
pub(crate) struct Camera {
    stack: Rc<Stack>,
    desk: Rc<Stack>,
}

impl Camera {
    pub(crate) fn take(&self, pictures: &mut Vec<Vec<u8>>) {
        // On another stack, or the picture would show the photographer.
        self.desk.run(|| heap::look_away(|| pictures.push(self.stack.all())));
    }
}
