//! Whoever writes to a token has it alone. Modules that say that several threads may call them fail at
//! it all the same: softokn's database has writers wait for one another for minutes, SoftHSM makes
//! broken keys while others search. Making and destroying keys is rare.

use crate::error::Result;
use core::time::Duration;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Those who use one token.
#[derive(Default)]
pub(crate) struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    readers: usize,
    writing: bool,
    /// Writers that wait: no more readers come before them.
    waiting: usize,
    /// Readers that wait.
    held: usize,
}

/// A turn. It ends when this is dropped.
pub(crate) struct Turn<'t> {
    turns: &'t Turns,
    writes: bool,
}

impl Turns {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A turn to read, among others.
    pub(crate) fn read(&self, timeout: Duration) -> Result<Turn<'_>> {
        let closed = |state: &mut State| state.writing || state.waiting > 0;
        let mut state = self.lock();
        if closed(&mut state) {
            state.held += 1;
            let waited = self.changed.wait_timeout_while(state, timeout, closed);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            state.held -= 1;
        }
        if closed(&mut state) {
            return Err(khoalai::Error::Busy.into());
        }
        state.readers += 1;
        Ok(Turn { turns: self, writes: false })
    }

    /// The turn to write, alone.
    pub(crate) fn write(&self, timeout: Duration) -> Result<Turn<'_>> {
        let taken = |state: &mut State| state.writing || state.readers > 0;
        let mut state = self.lock();
        state.waiting += 1;
        let waited = self.changed.wait_timeout_while(state, timeout, taken);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        if taken(&mut state) {
            drop(state);
            self.changed.notify_all();
            return Err(khoalai::Error::Busy.into());
        }
        state.writing = true;
        Ok(Turn { turns: self, writes: true })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.turns.lock();
        if self.writes {
            state.writing = false;
        } else {
            state.readers -= 1;
        }
        // Waking costs a call of the system, also where nobody sleeps.
        let waited_for = state.waiting + state.held > 0;
        drop(state);
        if waited_for {
            self.turns.changed.notify_all();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop anywhere")]
mod tests {
    use super::*;
    use khoalai::Error;

    const SOON: Duration = Duration::from_millis(20);

    #[test]
    fn many_read_and_one_writes() {
        let turns = Turns::default();
        let readers = [turns.read(SOON).unwrap(), turns.read(SOON).unwrap()];
        assert_eq!(turns.write(SOON).err().unwrap(), Error::Busy);
        // The writer gave up: others may come again.
        drop(turns.read(SOON).unwrap());
        drop(readers);
        let writer = turns.write(SOON).unwrap();
        assert_eq!(turns.read(SOON).err().unwrap(), Error::Busy);
        assert_eq!(turns.write(SOON).err().unwrap(), Error::Busy);
        drop(writer);
        drop(turns.read(SOON).unwrap());
    }

    #[test]
    fn a_writer_is_not_kept_waiting_by_those_who_come_later() {
        let turns = Turns::default();
        let first = turns.read(SOON).unwrap();
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| turns.write(Duration::from_secs(60)).map(drop));
            while turns.lock().waiting == 0 {
                std::thread::yield_now();
            }
            assert_eq!(turns.read(SOON).err().unwrap(), Error::Busy);
            drop(first);
            writer.join().unwrap().unwrap();
        });
        drop(turns.read(SOON).unwrap());
    }
}
