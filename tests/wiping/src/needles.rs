//! What is looked for, and looking for it.

/// A secret. It counts as found if `window` of its bytes in a row are.
struct Needle {
    name: String,
    bytes: Vec<u8>,
    window: usize,
}

/// Secrets, ready to be looked for.
#[derive(Default)]
pub(crate) struct Needles {
    all: Vec<Needle>,
    /// The first eight bytes of each window, and where they are; in order where `sorted`.
    index: Vec<(u64, usize, usize)>,
    sorted: bool,
    /// Whether any of these begins with the bytes that [`mark`] condenses: most places are told from
    /// the outside.
    filter: Vec<bool>,
}

impl Needles {
    /// Bytes that nobody guesses: eight of them are enough to tell.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) {
        self.add_in_windows(name, bytes, 8);
    }

    /// Bytes with less in them: it takes more of them.
    pub(crate) fn add_in_windows(&mut self, name: &str, bytes: &[u8], window: usize) {
        self.filter.resize(MARKS, false);
        if self.all.iter().any(|needle| needle.name == name && needle.bytes == bytes) {
            return;
        }
        let number = self.all.len();
        for (at, view) in bytes.windows(window).enumerate() {
            let first = first(view);
            // Nothing but a repetition is in too many places.
            if view.windows(2).filter(|pair| pair[0] != pair[1]).count() < 4 {
                continue;
            }
            self.filter[mark(first)] = true;
            self.index.push((first, number, at));
        }
        self.sorted = false;
        self.all.push(Needle { name: name.into(), bytes: bytes.into(), window });
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
        if !self.sorted {
            self.index.sort_unstable();
            self.sorted = true;
        }
        let mut found: Vec<Option<usize>> = vec![None; self.all.len()];
        if self.filter.is_empty() {
            return Vec::new();
        }
        for (place, view) in memory.windows(8).enumerate() {
            let first = first(view);
            if !self.filter[mark(first)] {
                continue;
            }
            let start = self.index.partition_point(|(other, ..)| *other < first);
            for &(_, number, at) in self.index[start..].iter().take_while(|(other, ..)| *other == first) {
                let needle = &self.all[number];
                let wanted = &needle.bytes[at..at + needle.window];
                if found[number].is_none() && memory.get(place..place + needle.window) == Some(wanted) {
                    found[number] = Some(place);
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

const MARKS: usize = 1 << 22;

fn mark(first: u64) -> usize {
    let mixed = first.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 42;
    usize::try_from(mixed).expect("22 bits")
}
