//! A PKCS#11 module, loaded once for the whole process.

use crate::error::{Error, Problem, Result};
use crate::exit;
use crate::lane::{Done, Fault, apart};
use crate::raw::{Cause, Raw, Rv};
use crate::slot::{Identity, Options, Slot};
use crate::uri::{LibraryFields, SlotFields, TokenFields, Uri};
use alloc::ffi::CString;
use alloc::sync::Arc;
use core::mem::ManuallyDrop;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use core::time::Duration;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Info, Pkcs11};
use cryptoki::session::Session;
use cryptoki::slot::{Slot as Number, TokenInfo};
use cryptoki_sys::{CKR_ARGUMENTS_BAD, CKR_FUNCTION_NOT_SUPPORTED, CKR_SESSION_READ_WRITE_SO_EXISTS};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

/// What a module is told when it is initialised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Initialization {
    /// The module must not make threads of its own (X-Road calls this `library_cant_create_os_threads`).
    pub library_cant_create_os_threads: bool,
    /// The module may lock by the system's means (X-Road's name). If not, as drivers want it that answer
    /// `CKR_CANT_LOCK`, one call at a time is made to it.
    pub os_locking_ok: bool,
    /// Text that some modules want in `pReserved`, NSS for one: its directories.
    pub reserved: Option<CString>,
}

impl Default for Initialization {
    fn default() -> Self {
        Self { library_cant_create_os_threads: false, os_locking_ok: true, reserved: None }
    }
}

/// A loaded module. It is never unloaded and never finalised: drivers hang when they are, and others in
/// this process may use it too.
pub(crate) struct Library {
    path: PathBuf,
    pub(crate) pkcs11: Pkcs11,
    pub(crate) raw: Raw,
    initialization: Initialization,
    process: u32,
    /// Counts initialisations by us. Sessions of an earlier one are no more, and their numbers may be
    /// those of others now: nothing is done in them, and they are not closed.
    generation: AtomicU64,
    /// For modules that do not lock: whoever calls them.
    caller: Mutex<()>,
    /// Written to while it is initialised, read while sessions are opened and closed.
    initializing: RwLock<()>,
    /// The slots that somebody opened: their sessions and their login are for all.
    slots: Mutex<Vec<Arc<Slot>>>,
}

// PKCS#11 keeps its state for the process: one library, one login for each slot. So its users have to
// find one another, and this list is where.
static LOADED: Mutex<Vec<Arc<Library>>> = Mutex::new(Vec::new());
/// The process that fills the list. A lock may be held for ever in a forked child, an atomic not.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// How modules refuse a session that only reads because they have none.
const WANTS_WRITERS: [Rv; 3] =
    [Rv(CKR_SESSION_READ_WRITE_SO_EXISTS), Rv(CKR_ARGUMENTS_BAD), Rv(CKR_FUNCTION_NOT_SUPPORTED)];

impl Library {
    /// Loads and initialises the module at `path`, which the caller has allowed, unless it is loaded already.
    pub(crate) fn load(path: &Path, options: &Options) -> Result<Arc<Self>> {
        let process = std::process::id();
        let first = PROCESS.compare_exchange(0, process, Ordering::AcqRel, Ordering::Acquire);
        if first.is_err_and(|owner| owner != process) {
            return Err(khoalai::Error::Forked.into());
        }
        let (path, initialization) = (path.to_owned(), options.initialization.clone());
        Ok(apart(options.limits.timeout, move || Ok(Self::load_now(&path, &initialization)?))?)
    }

    fn load_now(path: &Path, initialization: &Initialization) -> Result<Arc<Self>> {
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(module) = loaded.iter().find(|module| module.path == path) {
            return Ok(Arc::clone(module));
        }
        let raw = Raw::load(path)?;
        let unloadable = || Error::from(Problem::ModuleUnloadable).about(path.display().to_string());
        let pkcs11 = Pkcs11::new(path).map_err(|_| unloadable())?;
        let module = Arc::new(Self {
            path: path.into(),
            pkcs11,
            raw,
            initialization: initialization.clone(),
            process: std::process::id(),
            generation: AtomicU64::new(0),
            caller: Mutex::default(),
            initializing: RwLock::default(),
            slots: Mutex::default(),
        });
        module.initialize(0).map_err(|rv| match rv.cause() {
            Cause::Threads => Error::from(rv),
            _ => unloadable().because(rv),
        })?;
        exit::watch();
        loaded.push(Arc::clone(&module));
        Ok(module)
    }

    /// Which initialisation this is.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// The turn to call a module that does not lock.
    pub(crate) fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        let alone = !self.initialization.os_locking_ok;
        alone.then(|| self.caller.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Initialises it, unless that was done since `generation`. Returns whether it was not initialised:
    /// softokn does not say so, it has no slots then.
    fn initialize(&self, generation: u64) -> core::result::Result<bool, Rv> {
        let _turn = self.initializing.write().unwrap_or_else(PoisonError::into_inner);
        if self.generation() != generation {
            return Ok(true);
        }
        // First, so that nothing is believed that is done meanwhile.
        self.generation.store(generation + 1, Ordering::Release);
        let outcome = self.initialize_now();
        if outcome == Ok(false) {
            self.generation.store(generation, Ordering::Release);
        }
        outcome
    }

    fn initialize_now(&self) -> core::result::Result<bool, Rv> {
        let mut flags = CInitializeFlags::empty();
        flags.set(CInitializeFlags::OS_LOCKING_OK, self.initialization.os_locking_ok);
        flags.set(
            CInitializeFlags::LIBRARY_CANT_CREATE_OS_THREADS,
            self.initialization.library_cant_create_os_threads,
        );
        let reserved =
            self.initialization.reserved.as_ref().and_then(|text| NonNull::new(text.as_ptr().cast_mut()));
        let arguments = match reserved {
            Some(reserved) => crate::raw::with_reserved(flags, reserved),
            None => CInitializeArgs::new(flags),
        };
        match self.pkcs11.initialize(arguments).map_err(Rv::from) {
            Err(rv) if rv.cause() == Cause::Initialized => Ok(false),
            outcome => outcome.map(|()| true),
        }
    }

    /// Opens a session, and says of which initialisation it is. Some modules have only one kind, so it may
    /// be of the other one: what is refused then is refused when it is done.
    pub(crate) fn open_session(&self, slot: Number, write: bool) -> Done<(Session, u64)> {
        let _turn = self.initializing.read().unwrap_or_else(PoisonError::into_inner);
        let open = |write| {
            let opened =
                if write { self.pkcs11.open_rw_session(slot) } else { self.pkcs11.open_ro_session(slot) };
            opened.map_err(Rv::from)
        };
        let session = match open(write) {
            // A token that nobody may write to is still read and used.
            Err(rv) if write && rv.cause() == Cause::ReadOnly => open(false),
            Err(rv) if !write && (rv.cause() == Cause::ReadOnly || WANTS_WRITERS.contains(&rv)) => open(true),
            opened => opened,
        }?;
        Ok((session, self.generation()))
    }

    /// Closes it, unless it is no more.
    pub(crate) fn close_session(&self, session: ManuallyDrop<Session>, generation: u64) {
        let _turn = self.initializing.read().unwrap_or_else(PoisonError::into_inner);
        if generation == self.generation() {
            drop(ManuallyDrop::into_inner(session));
        }
    }

    /// Initialises it once more, if somebody in this process has finalised it; returns whether.
    pub(crate) fn restore(self: &Arc<Self>, generation: u64, timeout: Duration) -> bool {
        let me = Arc::clone(self);
        let work = move || {
            let _turn = me.turn();
            Ok(me.initialize(generation)?)
        };
        apart(timeout, work).unwrap_or(false)
    }

    /// Refuses a forked child: drivers do not survive it, and neither do this crate's threads.
    pub(crate) fn check_process(&self) -> Result<()> {
        if self.process == std::process::id() { Ok(()) } else { Err(khoalai::Error::Forked.into()) }
    }

    /// Looks at the module, in a thread of its own. If somebody has finalised it, as a code or an `odd`
    /// answer lets suppose, it is initialised and looked at once more.
    fn look<T: Send + 'static>(
        self: &Arc<Self>,
        timeout: Duration,
        odd: fn(&T) -> bool,
        look: impl Fn(&Arc<Self>) -> Done<T> + Send + 'static,
    ) -> Result<T> {
        self.check_process()?;
        let me = Arc::clone(self);
        Ok(apart(timeout, move || {
            let _turn = me.turn();
            let generation = me.generation();
            let seen = look(&me);
            let finalized = match &seen {
                Err(Fault::Device(rv)) => rv.cause() == Cause::Finalized,
                seen => seen.as_ref().is_ok_and(odd),
            };
            if finalized && me.initialize(generation)? { look(&me) } else { seen }
        })?)
    }

    /// What the module says of itself.
    pub(crate) fn info(self: &Arc<Self>, timeout: Duration) -> Result<Info> {
        self.look(timeout, |_| false, |me| Ok(me.pkcs11.get_library_info()?))
    }

    /// The slots whose token fits `uri`.
    pub(crate) fn slots(self: &Arc<Self>, uri: &Uri, options: &Options) -> Result<Vec<Arc<Slot>>> {
        let (uri, options) = (uri.clone(), options.clone());
        self.look(options.limits.timeout, Vec::is_empty, move |me| me.slots_now(&uri, &options))
    }

    fn slots_now(self: &Arc<Self>, uri: &Uri, options: &Options) -> Done<Vec<Arc<Slot>>> {
        let info = self.pkcs11.get_library_info().map_err(Rv::from)?;
        let mut fitting = Vec::new();
        let version = info.library_version();
        let library = LibraryFields {
            manufacturer: info.manufacturer_id(),
            description: info.library_description(),
            version: (version.major(), version.minor()),
        };
        if !uri.matches_library(&library) {
            return Ok(fitting);
        }
        let there = self.tokens_now()?;
        for (number, token) in &there {
            let number = *number;
            let slot = self.pkcs11.get_slot_info(number).map_err(Rv::from)?;
            let of_slot = SlotFields {
                id: number.id(),
                manufacturer: slot.manufacturer_id(),
                description: slot.slot_description(),
            };
            let of_token = TokenFields {
                label: token.label(),
                manufacturer: token.manufacturer_id(),
                model: token.model(),
                serial: token.serial_number(),
            };
            if uri.matches_slot(&of_slot) && uri.matches_token(&of_token) {
                fitting.push(self.slot(number, token, &there, options)?);
            }
        }
        Ok(fitting)
    }

    /// The tokens that are there. One that is just being taken out is not.
    fn tokens_now(&self) -> Done<Vec<(Number, TokenInfo)>> {
        let mut there = Vec::new();
        for number in self.raw.slots()? {
            let number = Number::try_from(number)?;
            there.extend(self.pkcs11.get_token_info(number).ok().map(|token| (number, token)));
        }
        Ok(there)
    }

    /// The slot in which the one token of this identity is now. Not of several: serial numbers of some makers
    /// are all the same, and none is guessed.
    pub(crate) fn whereabouts(self: &Arc<Self>, identity: &Identity, timeout: Duration) -> Option<Number> {
        let (me, wanted) = (Arc::clone(self), identity.clone());
        let look = move || {
            let _turn = me.turn();
            me.tokens_now()
        };
        let there = apart(timeout, look).ok()?;
        let mut fitting = there.into_iter().filter(|(_, token)| Identity::from(token) == wanted);
        let (number, _) = fitting.next()?;
        fitting.next().is_none().then_some(number)
    }

    /// The slot as somebody opened it before, if it still holds that token, or if that token is here now.
    fn slot(
        self: &Arc<Self>,
        number: Number,
        token: &TokenInfo,
        there: &[(Number, TokenInfo)],
        options: &Options,
    ) -> Result<Arc<Slot>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let identity = Identity::from(token);
        if let Some(slot) = slots.iter().find(|slot| slot.number() == number && slot.identity == identity) {
            return Ok(Arc::clone(slot));
        }
        let alone = there.iter().filter(|(_, token)| Identity::from(token) == identity).count() == 1;
        if let Some(slot) = slots.iter().find(|slot| alone && slot.identity == identity) {
            slot.is_now_in(number);
            return Ok(Arc::clone(slot));
        }
        // That of another token stays: it may come back, and what is known of it (a PIN that it refused) with it.
        let slot = Slot::new(Arc::clone(self), number, token, options.limits, options.auditor.clone())?;
        slots.push(Arc::clone(&slot));
        Ok(slot)
    }
}
