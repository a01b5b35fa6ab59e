//! A PKCS#11 module, loaded once for the whole process.

use crate::error::{Error, Problem, Result};
use crate::raw::{Cause, Raw, Rv};
use crate::slot::{Identity, Options, Slot};
use crate::uri::{LibraryFields, SlotFields, TokenFields, Uri};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::slot::{Slot as Number, TokenInfo};
use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What a module is told when it is initialised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Initialization {
    /// The module must not make threads of its own (X-Road calls this `library_cant_create_os_threads`).
    pub library_cant_create_os_threads: bool,
    /// Text that some modules want in `pReserved`, NSS for one: its directories.
    pub reserved: Option<CString>,
}

/// A loaded module. It is never unloaded and never finalised: drivers hang when they are, and others in
/// this process may use it too.
pub(crate) struct Library {
    path: PathBuf,
    pub(crate) pkcs11: Pkcs11,
    pub(crate) raw: Raw,
    initialization: Initialization,
    process: u32,
    /// The slots that somebody opened: their sessions and their login are for all.
    slots: Mutex<Vec<Arc<Slot>>>,
}

// PKCS#11 keeps its state for the process: one library, one login for each slot. So its users have to
// find one another, and this list is where.
static LOADED: Mutex<Vec<Arc<Library>>> = Mutex::new(Vec::new());
/// The process that fills the list. A lock may be held for ever in a forked child, an atomic not.
static PROCESS: AtomicU32 = AtomicU32::new(0);

impl Library {
    /// Loads and initialises the module at `path`, which the caller has allowed, unless it is loaded already.
    pub(crate) fn load(path: &Path, initialization: &Initialization) -> Result<Arc<Self>> {
        let process = std::process::id();
        let first = PROCESS.compare_exchange(0, process, Ordering::AcqRel, Ordering::Acquire);
        if first.is_err_and(|owner| owner != process) {
            return Err(khoalai::Error::Forked.into());
        }
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
            process,
            slots: Mutex::default(),
        });
        module.initialize().map_err(|rv| unloadable().because(rv))?;
        loaded.push(Arc::clone(&module));
        Ok(module)
    }

    /// Initialises it, also once more when somebody in this process has finalised it.
    pub(crate) fn initialize(&self) -> core::result::Result<(), Rv> {
        let mut flags = CInitializeFlags::OS_LOCKING_OK;
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
            Err(rv) if rv.cause() == Cause::Initialized => Ok(()),
            outcome => outcome,
        }
    }

    /// Refuses a forked child: drivers do not survive it, and neither do this crate's threads.
    pub(crate) fn check_process(&self) -> Result<()> {
        if self.process == std::process::id() { Ok(()) } else { Err(khoalai::Error::Forked.into()) }
    }

    /// The slots whose token fits `uri`.
    pub(crate) fn slots(self: &Arc<Self>, uri: &Uri, options: &Options) -> Result<Vec<Arc<Slot>>> {
        self.check_process()?;
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
        for number in self.pkcs11.get_slots_with_token().map_err(Rv::from)? {
            let slot = self.pkcs11.get_slot_info(number).map_err(Rv::from)?;
            // A token that is just being taken out is none that fits.
            let Ok(token) = self.pkcs11.get_token_info(number) else { continue };
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
                fitting.push(self.slot(number, &token, options)?);
            }
        }
        Ok(fitting)
    }

    /// The slot as somebody opened it before, if it still holds that token.
    fn slot(self: &Arc<Self>, number: Number, token: &TokenInfo, options: &Options) -> Result<Arc<Slot>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let identity = Identity::from(token);
        if let Some(slot) = slots.iter().find(|slot| slot.number() == number && slot.identity == identity) {
            return Ok(Arc::clone(slot));
        }
        slots.retain(|slot| slot.number() != number);
        let slot = Slot::new(Arc::clone(self), number, token, options.limits, options.auditor.clone())?;
        slots.push(Arc::clone(&slot));
        Ok(slot)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}
