//! The handles that keys were found under in one session, so that they are not searched for at each use.

use alloc::collections::BTreeMap;
use core::time::Duration;
use cryptoki_sys::CK_OBJECT_HANDLE;
use std::time::Instant;

/// Which key it is, among those that were opened in a slot. No two have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark(pub(crate) u64);

/// For how long a handle is believed. Others can destroy a key, or end the login that it was found in. So short
/// that this is missed soon, and long enough that the search costs nothing among the uses. That another object
/// may have the number by then is no matter of time: [`TokenKey`](crate::TokenKey) says whose are remembered.
const BELIEVED: Duration = Duration::from_millis(100);
/// Handles that are remembered at most: a program that opens keys without end does not fill the memory.
const MOST: usize = 1024;

/// What a session remembers.
#[derive(Default)]
pub(crate) struct Handles {
    age: u64,
    found: BTreeMap<Mark, (CK_OBJECT_HANDLE, Instant)>,
    /// Whether the job that is done now was given one of them.
    believed: bool,
}

impl Handles {
    /// A job begins. Forgets what was found before `age`: something was lost since, or written to the token.
    pub(crate) fn begin(&mut self, age: u64) {
        self.believed = false;
        if self.age != age {
            self.found.clear();
            self.age = age;
        }
    }

    /// The handle that this key had a moment ago.
    pub(crate) fn get(&mut self, mark: Mark) -> Option<CK_OBJECT_HANDLE> {
        let (handle, since) = self.found.get(&mark)?;
        let handle = (since.elapsed() < BELIEVED).then_some(*handle)?;
        self.believed = true;
        Some(handle)
    }

    /// Whether this job was given a handle that an earlier one found.
    pub(crate) const fn believed(&self) -> bool {
        self.believed
    }

    pub(crate) fn remember(&mut self, mark: Mark, handle: CK_OBJECT_HANDLE) {
        if self.found.len() >= MOST {
            self.found.clear();
        }
        self.found.insert(mark, (handle, Instant::now()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_is_not_believed() {
        let mut handles = Handles::default();
        handles.remember(Mark(1), 7);
        handles.begin(0);
        assert_eq!((handles.get(Mark(2)), handles.believed()), (None, false));
        assert_eq!((handles.get(Mark(1)), handles.believed()), (Some(7), true));
        handles.begin(1);
        assert_eq!((handles.get(Mark(1)), handles.believed()), (None, false));
        handles.remember(Mark(1), 8);
        handles.begin(1);
        assert_eq!(handles.get(Mark(1)), Some(8));
        handles.begin(1);
        assert!(!handles.believed());
        if let Some((_, since)) = handles.found.get_mut(&Mark(1)) {
            *since = since.checked_sub(BELIEVED).unwrap_or(*since);
        }
        assert_eq!(handles.get(Mark(1)), None);
    }

    #[test]
    fn there_is_an_end_to_what_is_remembered() {
        let mut handles = Handles::default();
        for number in 0..3000 {
            handles.remember(Mark(number), number);
            assert_eq!(handles.get(Mark(number)), Some(number));
        }
        assert!(handles.found.len() <= MOST);
    }
}
