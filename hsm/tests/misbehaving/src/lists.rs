//! The real module's functions, and ours in their place.

use crate::state::with;
use crate::{OVER, SAY, control, functions, special};
use cryptoki_sys::*;
use std::ptr::{copy_nonoverlapping, null_mut};
use std::sync::OnceLock;

/// One version of one module's functions, as the longest list there is.
#[derive(Clone, Copy)]
struct List(CK_FUNCTION_LIST_3_2);

/// A list, and the interface that leads to it. Both live as long as the process.
struct Offer {
    list: *mut CK_FUNCTION_LIST_3_2,
    interface: *mut CK_INTERFACE,
}

struct Lists {
    real: List,
    offers: Vec<Offer>,
}

// SAFETY: function pointers and what they are in, which nobody changes after they are made.
unsafe impl Send for Lists {}
// SAFETY: as above.
unsafe impl Sync for Lists {}

static LISTS: OnceLock<Lists> = OnceLock::new();
const NAME: &[u8; 8] = b"PKCS 11\0";

/// The functions of the module that does the work.
pub(crate) fn real() -> &'static CK_FUNCTION_LIST_3_2 {
    &lists().real.0
}

/// Reads a list, whose version says how long it is.
unsafe fn read(list: *const CK_FUNCTION_LIST) -> List {
    // SAFETY: every list begins with its version, and is as long as that of its version.
    unsafe {
        let version = (*list).version;
        let len = match (version.major, version.minor) {
            (..=2, _) => size_of::<CK_FUNCTION_LIST>(),
            (3, ..=1) => size_of::<CK_FUNCTION_LIST_3_0>(),
            _ => size_of::<CK_FUNCTION_LIST_3_2>(),
        };
        let mut whole: CK_FUNCTION_LIST_3_2 = std::mem::zeroed();
        copy_nonoverlapping(list.cast::<u8>(), (&raw mut whole).cast::<u8>(), len);
        List(whole)
    }
}

/// The list of the real module's interface of this version.
fn of_version(library: &Pkcs11, minor: u8) -> Option<List> {
    library.C_GetInterface.as_ref().ok()?;
    let (mut name, mut version) = (*NAME, CK_VERSION { major: 3, minor });
    let mut interface: *mut CK_INTERFACE = null_mut();
    // SAFETY: all pointers live until the call returns, and a list is where the module says.
    unsafe {
        let rv = library.C_GetInterface(name.as_mut_ptr(), &raw mut version, &raw mut interface, 0);
        (rv == CKR_OK).then(|| read((*interface).pFunctionList.cast()))
    }
}

fn load() -> Lists {
    let over = std::env::var_os(OVER).unwrap_or_else(|| panic!("{OVER} names no module"));
    // SAFETY: a module that the test chose; it is never unloaded.
    let library = Box::leak(Box::new(unsafe { Pkcs11::new(over) }.unwrap()));
    let mut list = null_mut();
    // SAFETY: every module has this function, which gives its list of 2.40.
    let oldest = unsafe {
        assert_eq!(library.C_GetFunctionList(&raw mut list), CKR_OK);
        read(list)
    };
    for command in std::env::var(SAY).iter().flat_map(|commands| commands.split(';')) {
        assert_ne!(control::obey(command), None, "{command}");
    }
    let mut versions = vec![oldest];
    versions.extend([0, 2].into_iter().filter_map(|minor| of_version(library, minor)));
    let offers = versions.iter().map(|real| offer(&real.0)).collect();
    Lists { real: versions[versions.len() - 1], offers }
}

/// Our own list of the version of this one.
fn offer(real: &CK_FUNCTION_LIST_3_2) -> Offer {
    let mut ours = *real;
    functions::fill(&mut ours);
    special::fill(&mut ours);
    ours.C_GetFunctionList = Some(C_GetFunctionList);
    ours.C_GetInterface = Some(C_GetInterface);
    ours.C_GetInterfaceList = Some(C_GetInterfaceList);
    let list = Box::into_raw(Box::new(ours));
    let interface = CK_INTERFACE {
        pInterfaceName: Box::leak(Box::new(*NAME)).as_mut_ptr().cast(),
        pFunctionList: list.cast(),
        flags: 0,
    };
    Offer { list, interface: Box::into_raw(Box::new(interface)) }
}

fn lists() -> &'static Lists {
    LISTS.get_or_init(load)
}

/// The list of 2.40.
///
/// # Safety
/// As PKCS#11 says.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn C_GetFunctionList(list: *mut *mut CK_FUNCTION_LIST) -> CK_RV {
    // SAFETY: the caller's own pointer.
    unsafe { *list = lists().offers[0].list.cast() };
    CKR_OK
}

/// An interface: the newest one, or that of a version.
///
/// # Safety
/// As PKCS#11 says.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn C_GetInterface(
    name: *mut CK_UTF8CHAR,
    version: *mut CK_VERSION,
    interface: *mut *mut CK_INTERFACE,
    _flags: CK_FLAGS,
) -> CK_RV {
    // SAFETY: the caller's own pointers: a text that ends in zero, a version, and room for the answer.
    unsafe {
        if !name.is_null() && std::ffi::CStr::from_ptr(name.cast()).to_bytes_with_nul() != NAME {
            return CKR_ARGUMENTS_BAD;
        }
        let fits = |offer: &&Offer| {
            let has = (*offer.list).version;
            let newest = with(|state| state.newest).unwrap_or((u8::MAX, 0));
            (has.major, has.minor) <= newest
                && (version.is_null() || (has.major, has.minor) == ((*version).major, (*version).minor))
        };
        let Some(offer) = lists().offers.iter().rev().find(fits) else { return CKR_ARGUMENTS_BAD };
        *interface = offer.interface;
    }
    CKR_OK
}

/// How many interfaces there are, and which.
///
/// # Safety
/// As PKCS#11 says.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn C_GetInterfaceList(list: *mut CK_INTERFACE, count: *mut CK_ULONG) -> CK_RV {
    let offers = &lists().offers;
    // SAFETY: the caller's own pointers, with the room that the count says.
    unsafe {
        let room = usize::try_from(*count).unwrap();
        *count = CK_ULONG::try_from(offers.len()).unwrap();
        if list.is_null() {
            return CKR_OK;
        }
        if room < offers.len() {
            return CKR_BUFFER_TOO_SMALL;
        }
        for (place, offer) in offers.iter().enumerate() {
            list.add(place).write(*offer.interface);
        }
    }
    CKR_OK
}
