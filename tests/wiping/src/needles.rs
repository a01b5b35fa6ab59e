//! What is looked for, and looking for it.

/// A secret. It counts as found if a window of its bytes is.
struct Needle {
    name: String,
    bytes: Vec<u8>,
}

/// Secrets, ready to be looked for.
#[derive(Default)]
pub(crate) struct Needles {
    all: Vec<Needle>,
    indexes: Vec<Index>,
}

/// The windows of one length.
struct Index {
    window: usize,
    /// What each condenses to, its needle and where it is there; in order where `sorted`.
    places: Vec<(u64, usize, usize)>,
    sorted: bool,
    /// Whether any begins with the bytes of this mark, and whether any is condensed to it: most places
    /// are told from the outside.
    starts: Vec<bool>,
    wholes: Vec<bool>,
}

impl Needles {
    /// Bytes that nobody guesses: eight of them are enough to tell.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) {
        self.add_in_windows(name, bytes, 8);
    }

    /// Bytes with less in them: it takes more of them, a multiple of eight.
    pub(crate) fn add_in_windows(&mut self, name: &str, bytes: &[u8], window: usize) {
        if self.all.iter().any(|needle| needle.name == name && needle.bytes == bytes) {
            return;
        }
        let number = self.all.len();
        let index = self.index(window);
        for (at, view) in bytes.windows(window).enumerate() {
            // Nothing but a repetition is in too many places.
            if view.windows(2).filter(|pair| pair[0] != pair[1]).count() < 4 {
                continue;
            }
            index.starts[mark(first(view))] = true;
            index.wholes[mark(condense(view))] = true;
            index.places.push((condense(view), number, at));
        }
        index.sorted = false;
        self.all.push(Needle { name: name.into(), bytes: bytes.into() });
    }

    fn index(&mut self, window: usize) -> &mut Index {
        let at = self.indexes.iter().position(|index| index.window == window).unwrap_or_else(|| {
            let (starts, wholes) = (vec![false; MARKS], vec![false; MARKS]);
            self.indexes.push(Index { window, places: vec![], sorted: true, starts, wholes });
            self.indexes.len() - 1
        });
        &mut self.indexes[at]
    }

    /// Both byte orders: as the standards write numbers, and as machines hold them.
    pub(crate) fn add_number(&mut self, name: &str, big_endian: &[u8]) {
        let reversed: Vec<u8> = big_endian.iter().rev().copied().collect();
        self.add(name, big_endian);
        self.add(name, &reversed);
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|needle| needle.name.as_str())
    }

    /// The needles in `memory`, each with the first place.
    pub(crate) fn search(&mut self, memory: &[u8]) -> Vec<(&str, usize)> {
        let mut found: Vec<Option<usize>> = vec![None; self.all.len()];
        for Index { window, places, sorted, starts, wholes } in &mut self.indexes {
            if !*sorted {
                places.sort_unstable();
                *sorted = true;
            }
            for (place, view) in memory.windows(*window).enumerate() {
                if !starts[mark(first(view))] {
                    continue;
                }
                let condensed = condense(view);
                if !wholes[mark(condensed)] {
                    continue;
                }
                let start = places.partition_point(|(other, ..)| *other < condensed);
                for &(_, number, at) in places[start..].iter().take_while(|(other, ..)| *other == condensed) {
                    if found[number].is_none() && &self.all[number].bytes[at..at + *window] == view {
                        found[number] = Some(place);
                    }
                }
            }
        }
        let named = |(number, place): (usize, Option<usize>)| Some((self.all[number].name.as_str(), place?));
        found.into_iter().enumerate().filter_map(named).collect()
    }
}

fn first(view: &[u8]) -> u64 {
    u64::from_le_bytes(view[..8].try_into().expect("eight bytes"))
}

/// All of a window in one number. Two windows that share it are compared.
fn condense(view: &[u8]) -> u64 {
    view.chunks_exact(8).fold(0, |sum: u64, word| (sum ^ first(word)).wrapping_mul(MIX).rotate_left(23))
}

const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
const MARKS: usize = 1 << 22;

fn mark(first: u64) -> usize {
    usize::try_from(first.wrapping_mul(MIX) >> 42).expect("22 bits")
}
