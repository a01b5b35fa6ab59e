//! How a test talks to the module: over two functions beside those of PKCS#11.

use crate::act::{Act, Event, Spoil};
use crate::state::{CHANGED, Rule, State, with};
use cryptoki_sys::CK_RV;
use libloading::{Library, Symbol};
use std::ffi::{CStr, CString, c_char};
use std::path::Path;
use std::time::Duration;

type Say = unsafe extern "C" fn(*const c_char) -> u64;
type Trace = unsafe extern "C" fn(*mut u8, usize) -> usize;

/// The module, as a test has it. It is the same one that the crate under test has loaded.
#[derive(Debug)]
pub struct Control(Library);

impl Control {
    /// Takes up the module at `path`.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        // SAFETY: our own module.
        Self(unsafe { Library::new(path) }.unwrap())
    }

    /// Tells the module something, and gives its answer, a number if it was asked for one:
    ///
    /// - `on PLACE SKIP TIMES ACT`: a number of calls go well, and then so many do not. A place is a
    ///   function, or `CKA 0x…` with an underline for the blank: an attribute that is read. Acts are
    ///   `return 0x…` and `then 0x…` (a code instead of the call, or after it), `hang MILLISECONDS`,
    ///   `slow MILLISECONDS` (in the real module), the events below, and for what comes out `longer`, `shorter`, `empty`, `flip`, `zeros`,
    ///   `value HEX`.
    /// - `remove`, `insert`, `logout`, `close-all`, `move`, `finalize`: what somebody else does.
    /// - `sessions N`, `tries N`, `context-pin PIN`, `query-zero`, `stale`, `another`: how the
    ///   device is: fewer sessions, locked after N wrong tries, a PIN for keys that want one each time, no
    ///   sizes told, handles that a logout ends, another token in the slot.
    /// - `renumber NUMBER OBJECT`: the number of an object that is gone is given to another one.
    /// - `cannot-lock`, `needs-threads`: what it is told of threads when it is initialised is refused.
    /// - `keypad PIN`, `writers-only`, `repeat N`, `interface MAJOR MINOR`: a PIN that is typed at the device, no
    ///   sessions that only read, a search for a whole class that finds the first object N times, the newest interface.
    /// - `release` lets go of what hangs; `reset` ends all misbehaviour; `trace` begins a trace.
    /// - `count FUNCTION`, `open`, `peak`, `hanging`, `at-once`: how many calls, sessions now and at most, calls that
    ///   hang, calls at once at most.
    pub fn say(&self, command: &str) -> u64 {
        let text = CString::new(command).unwrap();
        // SAFETY: our own function of this type.
        let answer = unsafe {
            let say: Symbol<'_, Say> = self.0.get(b"khoalai_misbehave").unwrap();
            say(text.as_ptr())
        };
        assert_ne!(answer, u64::MAX, "the module does not understand: {command}");
        answer
    }

    /// The calls since the trace began, one a line: the function, what it was called with, `-> ` and what
    /// it gave, `= ` and its code.
    #[must_use]
    pub fn trace(&self) -> Vec<String> {
        let mut text = Vec::new();
        // SAFETY: our own function of this type; nothing is written beyond the length that it is told.
        unsafe {
            let trace: Symbol<'_, Trace> = self.0.get(b"khoalai_misbehaved").unwrap();
            text.resize(trace(std::ptr::null_mut(), 0) + 65536, 0);
            let len = trace(text.as_mut_ptr(), text.len());
            assert!(len <= text.len(), "the trace grew while it was read");
            text.truncate(len);
        }
        String::from_utf8(text).unwrap().lines().map(ToOwned::to_owned).collect()
    }
}

/// See [`Control::say`].
///
/// # Safety
/// The command ends in zero.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn khoalai_misbehave(command: *const c_char) -> u64 {
    // SAFETY: as above.
    let command = unsafe { CStr::from_ptr(command) };
    command.to_str().ok().and_then(obey).unwrap_or(u64::MAX)
}

/// See [`Control::trace`]. Gives the length of the whole, and writes it if there is room.
///
/// # Safety
/// There are `room` bytes at `out`.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn khoalai_misbehaved(out: *mut u8, room: usize) -> usize {
    let text = with(|state| state.trace.iter().flatten().map(|line| format!("{line}\n")).collect::<String>());
    if text.len() <= room {
        // SAFETY: as above.
        unsafe { out.copy_from_nonoverlapping(text.as_ptr(), text.len()) };
    }
    text.len()
}

pub(crate) fn obey(command: &str) -> Option<u64> {
    let words: Vec<_> = command.split(' ').collect();
    if let [word] = *words
        && let Some(event) = event(word)
    {
        event.happen();
        return Some(0);
    }
    let answer = with(|state| command_of(state, &words));
    CHANGED.notify_all();
    answer
}

fn command_of(state: &mut State, words: &[&str]) -> Option<u64> {
    let count = |number: usize| u64::try_from(number).ok();
    match *words {
        ["on", at, skip, times, ref act @ ..] => state.rules.push(Rule {
            at: at.replace('_', if at.starts_with("CKA") { " " } else { "_" }),
            skip: skip.parse().ok()?,
            times: times.parse().ok()?,
            act: act_of(act)?,
        }),
        ["sessions", most] => state.most_sessions = Some(most.parse().ok()?),
        ["tries", tries] => state.tries = Some(tries.parse().ok()?),
        ["context-pin", pin] => state.context_pin = Some(pin.into()),
        ["keypad", pin] => state.keypad = Some(pin.into()),
        ["cannot-lock"] => state.cannot_lock = true,
        ["needs-threads"] => state.needs_threads = true,
        ["at-once"] => return count(state.most_calling),
        ["writers-only"] => state.writers_only = true,
        ["repeat", times] => state.repeat = Some(times.parse().ok()?),
        ["interface", major, minor] => state.newest = Some((major.parse().ok()?, minor.parse().ok()?)),
        ["query-zero"] => state.query_zero = true,
        ["another"] => state.another = true,
        ["renumber", number, object] => {
            state.renumbered.insert(number.parse().ok()?, object.parse().ok()?);
        }
        ["stale"] => state.stale = true,
        ["release"] => state.released += 1,
        ["reset"] => state.reset(),
        ["trace"] => state.trace = Some(Vec::new()),
        ["count", name] => return Some(state.counts.get(name).copied().unwrap_or(0)),
        ["open"] => return count(state.sessions.len()),
        ["peak"] => return count(state.peak),
        ["hanging"] => return Some(state.hanging),
        _ => return None,
    }
    Some(0)
}

fn event(word: &str) -> Option<Event> {
    Some(match word {
        "remove" => Event::Remove,
        "insert" => Event::Insert,
        "logout" => Event::Logout,
        "close-all" => Event::CloseAll,
        "move" => Event::Move,
        "finalize" => Event::Finalize,
        _ => return None,
    })
}

fn act_of(words: &[&str]) -> Option<Act> {
    let code = |code: &str| CK_RV::from_str_radix(code.strip_prefix("0x")?, 16).ok();
    Some(match *words {
        ["return", rv] => Act::Return(code(rv)?),
        ["then", rv] => Act::Then(code(rv)?),
        ["slow", time] => Act::Slow(Duration::from_millis(time.parse().ok()?)),
        ["hang", time] => Act::Hang(Duration::from_millis(time.parse().ok()?)),
        ["longer"] => Act::Spoil(Spoil::Longer),
        ["shorter"] => Act::Spoil(Spoil::Shorter),
        ["empty"] => Act::Spoil(Spoil::Empty),
        ["flip"] => Act::Spoil(Spoil::Flip),
        ["zeros"] => Act::Spoil(Spoil::Zeros),
        ["value", hex] => {
            let byte = |place| u8::from_str_radix(hex.get(place..place + 2)?, 16).ok();
            Act::Spoil(Spoil::Value((0..hex.len()).step_by(2).map(byte).collect::<Option<_>>()?))
        }
        [word] => Act::Event(event(word)?),
        _ => return None,
    })
}
