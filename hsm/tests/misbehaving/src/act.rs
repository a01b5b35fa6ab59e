//! What can go wrong at a call, and the calls at which it does.

use crate::exit;
use crate::lists::real;
use crate::state::{CHANGED, lock, with};
use cryptoki_sys::*;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// The call is not made, and this is its code.
    Return(CK_RV),
    /// The call is made, and this is its code all the same.
    Then(CK_RV),
    /// The call comes back late.
    Hang(Duration),
    /// The real module takes so long.
    Slow(Duration),
    /// Before the call.
    Event(Event),
    /// What comes out is not what it should be.
    Spoil(Spoil),
}

/// What somebody else does to the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Remove,
    Insert,
    Logout,
    CloseAll,
    /// Out, and into another slot.
    Move,
    Finalize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spoil {
    /// Longer than there is room.
    Longer,
    Shorter,
    Empty,
    Flip,
    Zeros,
    Value(Vec<u8>),
}

/// Read while a call is in the real module. Nobody else does anything to it meanwhile: what happens when
/// it is finalised then, no standard says, and a logout among other calls has stopped kryoptic for good.
static GATE: RwLock<()> = RwLock::new(());

/// How far the other slot's number is off.
const SHIFT: CK_SLOT_ID = 1 << 30;

impl Event {
    pub(crate) fn happen(self) {
        let _alone = GATE.write().unwrap_or_else(PoisonError::into_inner);
        let sessions = with(|state| state.sessions.clone());
        let real = real();
        // SAFETY: numbers, and the pointer that C_Finalize wants to be null.
        unsafe {
            match self {
                Self::Insert => with(|state| state.removed = false),
                Self::Logout => {
                    if let Some(session) = sessions.keys().next() {
                        real.C_Logout.unwrap()(*session);
                    }
                    with(|state| state.known.clear());
                }
                // Whoever takes a token out ends its sessions.
                Self::Remove | Self::CloseAll | Self::Move => {
                    with(|state| {
                        state.removed |= self == Self::Remove;
                        if self == Self::Move {
                            state.shift = SHIFT - state.shift;
                        }
                        state.sessions.clear();
                        state.known.clear();
                    });
                    for slot in sessions.values().collect::<std::collections::BTreeSet<_>>() {
                        real.C_CloseAllSessions.unwrap()(*slot);
                    }
                }
                Self::Finalize => {
                    with(|state| {
                        state.sessions.clear();
                        state.known.clear();
                    });
                    real.C_Finalize.unwrap()(std::ptr::null_mut());
                }
            }
        }
    }
}

impl Spoil {
    /// Spoils `len` bytes at `out`, where there is room for `room`.
    pub(crate) unsafe fn apply(&self, out: *mut u8, len: &mut CK_ULONG, room: CK_ULONG) {
        let now = usize::try_from(*len).unwrap();
        // SAFETY: the module has just written so many bytes there.
        let bytes = unsafe { std::slice::from_raw_parts_mut(out, now) };
        match self {
            Self::Longer => *len = room + 1,
            Self::Shorter => *len = len.saturating_sub(1),
            Self::Empty => *len = 0,
            Self::Flip => bytes.iter_mut().last().into_iter().for_each(|byte| *byte ^= 1),
            Self::Zeros => bytes.fill(0),
            Self::Value(value) => {
                assert!(value.len() <= usize::try_from(room).unwrap(), "no room for that value");
                // SAFETY: there is room.
                unsafe { out.copy_from_nonoverlapping(value.as_ptr(), value.len()) };
                *len = CK_ULONG::try_from(value.len()).unwrap();
            }
        }
    }
}

/// One call, from its beginning to its end.
pub(crate) struct Call {
    line: String,
    instead: Option<CK_RV>,
    then: Option<CK_RV>,
    slow: Duration,
    spoils: Vec<Spoil>,
    out: Option<(*mut u8, *mut CK_ULONG, CK_ULONG)>,
    new: Vec<*mut CK_OBJECT_HANDLE>,
}

/// What a removed device still answers: those are the module's own.
const ALWAYS: [&str; 3] = ["C_Initialize", "C_Finalize", "C_GetInfo"];

impl Call {
    pub(crate) fn begin(name: &'static str) -> Self {
        let mut call = Self {
            line: name.into(),
            instead: None,
            then: None,
            slow: Duration::ZERO,
            spoils: Vec::new(),
            out: None,
            new: Vec::new(),
        };
        let acts = with(|state| {
            *state.counts.entry(name.into()).or_default() += 1;
            state.fired(name)
        });
        for act in acts {
            match act {
                Act::Return(rv) => call.instead = Some(rv),
                Act::Then(rv) => call.then = Some(rv),
                Act::Hang(time) => hang(time),
                Act::Slow(time) => call.slow = time,
                Act::Event(event) => event.happen(),
                Act::Spoil(spoil) => call.spoils.push(spoil),
            }
        }
        if with(|state| state.removed) && !ALWAYS.contains(&name) {
            call.instead = Some(CKR_DEVICE_REMOVED);
        }
        call
    }

    /// A word more about it, for the trace.
    pub(crate) fn word(&mut self, word: &str) {
        self.line = format!("{} {word}", self.line);
    }

    pub(crate) fn refuse(&mut self, rv: CK_RV) {
        self.instead.get_or_insert(rv);
    }

    pub(crate) fn mechanism(&mut self, mechanism: *const CK_MECHANISM) {
        // SAFETY: null, or the caller's own.
        if let Some(mechanism) = unsafe { mechanism.as_ref() } {
            self.word(&format!("{:#x}", { mechanism.mechanism }));
        }
    }

    /// The object that has this number.
    pub(crate) fn uses(&mut self, object: CK_OBJECT_HANDLE) -> CK_OBJECT_HANDLE {
        self.word(&object.to_string());
        if with(|state| state.stale && !state.known.contains(&object)) {
            self.refuse(CKR_OBJECT_HANDLE_INVALID);
        }
        with(|state| state.renumbered.get(&object).copied()).unwrap_or(object)
    }

    pub(crate) fn gives(&mut self, object: *mut CK_OBJECT_HANDLE) {
        self.new.push(object);
    }

    pub(crate) fn out(&mut self, out: *mut u8, len: *mut CK_ULONG) {
        // SAFETY: null, or the caller's own.
        let Some(room) = (unsafe { len.as_mut() }) else { return };
        if !out.is_null() {
            self.out = Some((out, len, *room));
        } else if with(|state| state.query_zero) {
            *room = 0;
            self.refuse(CKR_OK);
        }
    }

    pub(crate) fn make(&self, function: Option<impl FnOnce() -> CK_RV>) -> CK_RV {
        self.instead.unwrap_or_else(|| {
            let _inside = GATE.read().unwrap_or_else(PoisonError::into_inner);
            self.enter(function)
        })
    }

    /// The same while nobody else is in the module: SoftHSM has hung for good when it was initialised
    /// beside other calls, and no standard says what happens then.
    pub(crate) fn make_alone(&self, function: Option<impl FnOnce() -> CK_RV>) -> CK_RV {
        self.instead.unwrap_or_else(|| {
            let _alone = GATE.write().unwrap_or_else(PoisonError::into_inner);
            self.enter(function)
        })
    }

    fn enter(&self, function: Option<impl FnOnce() -> CK_RV>) -> CK_RV {
        let _counted = exit::Inside::enter();
        with(|state| {
            state.calling += 1;
            state.most_calling = state.most_calling.max(state.calling);
        });
        std::thread::sleep(self.slow);
        let rv = function.map_or(CKR_FUNCTION_NOT_SUPPORTED, |function| function());
        with(|state| state.calling -= 1);
        rv
    }

    pub(crate) fn end(mut self, rv: CK_RV) -> CK_RV {
        if rv == CKR_OK && self.instead.is_none() {
            // SAFETY: the caller's own pointers, which the module has filled.
            unsafe {
                for new in std::mem::take(&mut self.new) {
                    self.word(&format!("-> {}", *new));
                    with(|state| state.known.insert(*new));
                }
                if let Some((out, len, room)) = self.out {
                    self.spoils.iter().for_each(|spoil| spoil.apply(out, &mut *len, room));
                }
            }
        }
        let rv = self.then.unwrap_or(rv);
        self.word(&format!("= {rv:#x}"));
        with(|state| state.trace.as_mut().map(|trace| trace.push(std::mem::take(&mut self.line))));
        rv
    }

    /// Whether what comes out of it is to be spoilt, somehow.
    pub(crate) const fn spoils(&self) -> bool {
        !self.spoils.is_empty()
    }
}

fn hang(time: Duration) {
    let (until, mut state) = (Instant::now() + time, lock());
    let seen = state.as_ref().unwrap().released;
    state.as_mut().unwrap().hanging += 1;
    while state.as_ref().unwrap().released == seen {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        state = CHANGED.wait_timeout(state, left).unwrap().0;
    }
    state.as_mut().unwrap().hanging -= 1;
}
