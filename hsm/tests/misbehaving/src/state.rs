//! What the module was told to do, and what was done with it.

use crate::act::Act;
use cryptoki_sys::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Something that happens at some calls of a function.
pub(crate) struct Rule {
    /// The function; `*` is any; `CKA 0x…` an attribute that is read.
    pub(crate) at: String,
    /// How many calls go well before.
    pub(crate) skip: u64,
    /// How many do not then.
    pub(crate) times: u64,
    pub(crate) act: Act,
}

/// A search that is going on.
#[derive(Default)]
pub(crate) struct Search {
    pub(crate) is_for_all: bool,
    pub(crate) given: usize,
    pub(crate) first: Option<CK_OBJECT_HANDLE>,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) rules: Vec<Rule>,
    pub(crate) removed: bool,
    pub(crate) query_zero: bool,
    /// Another token is in the slot.
    pub(crate) another: bool,
    /// Handles that were not given out since the last logout are not known.
    pub(crate) stale: bool,
    pub(crate) known: BTreeSet<CK_OBJECT_HANDLE>,
    /// Numbers of objects that are gone, and which objects have them now.
    pub(crate) renumbered: BTreeMap<CK_OBJECT_HANDLE, CK_OBJECT_HANDLE>,
    pub(crate) most_sessions: Option<usize>,
    /// How many wrong PINs lock the token.
    pub(crate) tries: Option<u32>,
    pub(crate) wrong: u32,
    /// The PIN of keys that want one each time.
    pub(crate) context_pin: Option<String>,
    /// How far the numbers of slots are off: the token came back in another one.
    pub(crate) shift: CK_SLOT_ID,
    /// The PIN that somebody types at the device.
    pub(crate) keypad: Option<String>,
    /// No session that only reads is opened.
    pub(crate) writers_only: bool,
    /// How often a search for all objects of a class finds the first of them.
    pub(crate) repeat: Option<usize>,
    pub(crate) searches: BTreeMap<CK_SESSION_HANDLE, Search>,
    /// The module does not lock, or needs threads of its own: what it is told of them is refused.
    pub(crate) cannot_lock: bool,
    pub(crate) needs_threads: bool,
    /// Calls that are in the real module now, and at most.
    pub(crate) calling: usize,
    pub(crate) most_calling: usize,
    /// The newest interface that is offered.
    pub(crate) newest: Option<(u8, u8)>,
    pub(crate) sessions: BTreeMap<CK_SESSION_HANDLE, CK_SLOT_ID>,
    pub(crate) peak: usize,
    pub(crate) counts: BTreeMap<String, u64>,
    pub(crate) hanging: u64,
    /// Counts the times that hanging calls were let go.
    pub(crate) released: u64,
    pub(crate) trace: Option<Vec<String>>,
}

static STATE: Mutex<Option<State>> = Mutex::new(None);
pub(crate) static CHANGED: Condvar = Condvar::new();

pub(crate) fn lock() -> MutexGuard<'static, Option<State>> {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    state.get_or_insert_default();
    state
}

pub(crate) fn with<T>(change: impl FnOnce(&mut State) -> T) -> T {
    change(lock().as_mut().unwrap())
}

impl State {
    /// Back to good behaviour. What is open, and what was counted, stays.
    pub(crate) fn reset(&mut self) {
        let Self { sessions, peak, counts, hanging, released, known, calling, .. } = std::mem::take(self);
        let released = released + 1;
        *self = Self { sessions, peak, counts, hanging, released, known, calling, ..Self::default() };
    }

    /// The real module's number of this slot, if there is a token in it.
    pub(crate) fn real_slot(&self, slot: CK_SLOT_ID) -> Option<CK_SLOT_ID> {
        slot.checked_sub(self.shift)
    }

    /// What happens at this call of `name`.
    pub(crate) fn fired(&mut self, name: &str) -> Vec<Act> {
        let mut fired = Vec::new();
        for rule in self.rules.iter_mut().filter(|rule| rule.at == name || rule.at == "*") {
            if rule.skip > 0 {
                rule.skip -= 1;
            } else if rule.times > 0 {
                rule.times -= 1;
                fired.push(rule.act.clone());
            }
        }
        fired
    }
}
