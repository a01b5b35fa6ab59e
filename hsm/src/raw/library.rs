//! A module's functions: those of PKCS#11 3.2 where it has them, of 3.0 or 2.40 otherwise.

use super::rv::Rv;
use crate::error::{Error, Problem, Result};
use core::ffi::c_char;
use core::ptr::{NonNull, null_mut};
use cryptoki::context::{CInitializeArgs, CInitializeFlags};
use cryptoki_sys::{CK_FUNCTION_LIST, CK_FUNCTION_LIST_3_2, CK_INTERFACE, CK_RV, CK_VERSION, CKR_OK, Pkcs11};
use std::path::Path;

/// The functions of a loaded module that this crate calls by itself.
pub(crate) struct Raw {
    pub(super) v2: CK_FUNCTION_LIST,
    v3_2: Option<CK_FUNCTION_LIST_3_2>,
    version: (u8, u8),
    /// What the functions are in. It is never unloaded: drivers have been seen to hang when they are.
    _library: core::mem::ManuallyDrop<Pkcs11>,
}

impl Raw {
    /// Loads the module, or takes it up where it is loaded already.
    pub(crate) fn load(path: &Path) -> Result<Self> {
        let unloadable = || Error::from(Problem::ModuleUnloadable).about(path.display().to_string());
        // SAFETY: loading runs the module's own initialisers. The caller has allowed this very module.
        let library = unsafe { Pkcs11::new(path) }.map_err(|_| unloadable())?;
        let v3_2 = interface(&library, 2).map(|list| {
            // SAFETY: the module says that this is its interface "PKCS 11" of version 3.2, which is this list.
            unsafe { list.cast::<CK_FUNCTION_LIST_3_2>().read() }
        });
        let v2 = Self::oldest(&library).ok_or_else(unloadable)?;
        let version = match v3_2 {
            Some(_) => (3, 2),
            None if interface(&library, 0).is_some() => (3, 0),
            None => (v2.version.major, v2.version.minor),
        };
        Ok(Self { v2, v3_2, version, _library: core::mem::ManuallyDrop::new(library) })
    }

    fn oldest(library: &Pkcs11) -> Option<CK_FUNCTION_LIST> {
        let mut list = null_mut();
        library.C_GetFunctionList.as_ref().ok()?;
        // SAFETY: the symbol is there (it was looked up just above) and writes one pointer.
        let rv = unsafe { library.C_GetFunctionList(&raw mut list) };
        if rv != CKR_OK || list.is_null() {
            return None;
        }
        // SAFETY: the module says that this is its list, which begins as that of 2.40 in every version.
        Some(unsafe { list.read() })
    }

    /// The highest version of PKCS#11 that it speaks.
    pub(crate) const fn version(&self) -> (u8, u8) {
        self.version
    }

    /// A function of 3.2, or why it cannot be called.
    pub(super) fn of_3_2<F>(
        &self,
        function: impl FnOnce(&CK_FUNCTION_LIST_3_2) -> Option<F>,
    ) -> core::result::Result<F, Rv> {
        self.v3_2.as_ref().and_then(function).ok_or(Rv::MISSING)
    }
}

/// The list of the interface "PKCS 11" 3.`minor`. Never that of another name, whatever its version: what
/// vendors put there need not behave as the standard says.
fn interface(library: &Pkcs11, minor: u8) -> Option<*mut core::ffi::c_void> {
    library.C_GetInterface.as_ref().ok()?;
    let mut name = *b"PKCS 11\0";
    let mut version = CK_VERSION { major: 3, minor };
    let mut interface: *mut CK_INTERFACE = null_mut();
    // SAFETY: the symbol is there; the name ends in zero, and all pointers live until the call returns.
    let rv: CK_RV =
        unsafe { library.C_GetInterface(name.as_mut_ptr(), &raw mut version, &raw mut interface, 0) };
    if rv != CKR_OK || interface.is_null() {
        return None;
    }
    // SAFETY: the module says that an interface is there.
    let list = unsafe { (*interface).pFunctionList };
    // SAFETY: every list begins with its version.
    let said = (!list.is_null()).then(|| unsafe { list.cast::<CK_VERSION>().read() })?;
    (said.major == 3 && said.minor >= minor).then_some(list)
}

// SAFETY: the lists are plain function pointers of a module that is never unloaded, and C_Initialize is
// told that several threads call it (CKF_OS_LOCKING_OK).
unsafe impl Send for Raw {}
// SAFETY: as above.
unsafe impl Sync for Raw {}

/// The arguments of `C_Initialize` with a text in `pReserved`. It has to live until the call returns.
pub(crate) fn with_reserved(flags: CInitializeFlags, text: NonNull<c_char>) -> CInitializeArgs {
    // SAFETY: the text ends in zero and is only read; the module keeps no pointer to it after C_Initialize.
    unsafe { CInitializeArgs::new_with_reserved(flags, text.cast()) }
}
