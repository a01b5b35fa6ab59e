//! The functions that are more than passed on.

use crate::act::{Act, Call};
use crate::lists::real;
use crate::state::{Search, with};
use cryptoki_sys::*;
use std::ffi::c_void;

pub(crate) fn fill(list: &mut CK_FUNCTION_LIST_3_2) {
    list.C_Initialize = Some(C_Initialize);
    list.C_GetSlotList = Some(C_GetSlotList);
    list.C_GetSlotInfo = Some(C_GetSlotInfo);
    list.C_FindObjectsInit = Some(C_FindObjectsInit);
    list.C_Finalize = Some(C_Finalize);
    list.C_OpenSession = Some(C_OpenSession);
    list.C_CloseSession = Some(C_CloseSession);
    list.C_CloseAllSessions = Some(C_CloseAllSessions);
    list.C_Login = Some(C_Login);
    list.C_Logout = Some(C_Logout);
    list.C_GetTokenInfo = Some(C_GetTokenInfo);
    list.C_GetAttributeValue = Some(C_GetAttributeValue);
    list.C_FindObjects = Some(C_FindObjects);
}

/// Calls the real function.
macro_rules! pass {
    ($call:ident, $name:ident($($argument:expr),+)) => {
        // SAFETY: the caller's own arguments, passed on.
        $call.make(real().$name.map(|function| move || unsafe { function($($argument),+) }))
    };
}

unsafe extern "C" fn C_Finalize(reserved: *mut c_void) -> CK_RV {
    let call = Call::begin("C_Finalize");
    let rv = pass!(call, C_Finalize(reserved));
    with(|state| state.sessions.clear());
    call.end(rv)
}

unsafe extern "C" fn C_Initialize(arguments: *mut c_void) -> CK_RV {
    let mut call = Call::begin("C_Initialize");
    // SAFETY: null, or the caller's own.
    let flags = unsafe { arguments.cast::<CK_C_INITIALIZE_ARGS>().as_ref() }.map_or(0, |told| told.flags);
    let (cannot_lock, needs_threads) = with(|state| (state.cannot_lock, state.needs_threads));
    if cannot_lock && flags & CKF_OS_LOCKING_OK != 0 {
        call.refuse(CKR_CANT_LOCK);
    }
    if needs_threads && flags & CKF_LIBRARY_CANT_CREATE_OS_THREADS != 0 {
        call.refuse(CKR_NEED_TO_CREATE_THREADS);
    }
    // SAFETY: the caller's own arguments, passed on.
    let function = real().C_Initialize.map(|function| move || unsafe { function(arguments) });
    let rv = call.make_alone(function);
    call.end(rv)
}

/// The real module's number of a slot; a call for one that is empty now is refused.
fn real_slot(call: &mut Call, slot: CK_SLOT_ID) -> CK_SLOT_ID {
    with(|state| state.real_slot(slot)).unwrap_or_else(|| {
        call.refuse(CKR_TOKEN_NOT_PRESENT);
        slot
    })
}

unsafe extern "C" fn C_GetSlotList(present: CK_BBOOL, list: *mut CK_SLOT_ID, count: *mut CK_ULONG) -> CK_RV {
    let call = Call::begin("C_GetSlotList");
    let rv = pass!(call, C_GetSlotList(present, list, count));
    if rv == CKR_OK && !list.is_null() {
        // SAFETY: the module has just written so many.
        let slots = unsafe { std::slice::from_raw_parts_mut(list, usize::try_from(*count).unwrap()) };
        let shift = with(|state| state.shift);
        slots.iter_mut().for_each(|slot| *slot += shift);
    }
    call.end(rv)
}

unsafe extern "C" fn C_GetSlotInfo(slot: CK_SLOT_ID, info: *mut CK_SLOT_INFO) -> CK_RV {
    let mut call = Call::begin("C_GetSlotInfo");
    let slot = real_slot(&mut call, slot);
    let rv = pass!(call, C_GetSlotInfo(slot, info));
    call.end(rv)
}

unsafe extern "C" fn C_FindObjectsInit(
    session: CK_SESSION_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    let call = Call::begin("C_FindObjectsInit");
    let rv = pass!(call, C_FindObjectsInit(session, template, count));
    // By class, and that it stays.
    let search = Search { is_for_all: count == 2, ..Search::default() };
    with(|state| state.searches.insert(session, search));
    call.end(rv)
}

unsafe extern "C" fn C_OpenSession(
    slot: CK_SLOT_ID,
    flags: CK_FLAGS,
    application: *mut c_void,
    notify: CK_NOTIFY,
    session: *mut CK_SESSION_HANDLE,
) -> CK_RV {
    let mut call = Call::begin("C_OpenSession");
    call.word(if flags & CKF_RW_SESSION == 0 { "reads" } else { "writes" });
    let slot = real_slot(&mut call, slot);
    if with(|state| state.writers_only) && flags & CKF_RW_SESSION == 0 {
        call.refuse(CKR_SESSION_READ_WRITE_SO_EXISTS);
    }
    if with(|state| state.most_sessions.is_some_and(|most| state.sessions.len() >= most)) {
        call.refuse(CKR_SESSION_COUNT);
    }
    let rv = pass!(call, C_OpenSession(slot, flags, application, notify, session));
    if rv == CKR_OK {
        with(|state| {
            // SAFETY: the module has just written it.
            state.sessions.insert(unsafe { *session }, slot);
            state.peak = state.peak.max(state.sessions.len());
        });
    }
    call.end(rv)
}

unsafe extern "C" fn C_CloseSession(session: CK_SESSION_HANDLE) -> CK_RV {
    let call = Call::begin("C_CloseSession");
    let rv = pass!(call, C_CloseSession(session));
    if rv == CKR_OK {
        with(|state| state.sessions.remove(&session));
    }
    call.end(rv)
}

unsafe extern "C" fn C_CloseAllSessions(slot: CK_SLOT_ID) -> CK_RV {
    let mut call = Call::begin("C_CloseAllSessions");
    let slot = real_slot(&mut call, slot);
    let rv = pass!(call, C_CloseAllSessions(slot));
    with(|state| state.sessions.retain(|_, of| *of != slot));
    call.end(rv)
}

unsafe extern "C" fn C_Login(
    session: CK_SESSION_HANDLE,
    user: CK_USER_TYPE,
    pin: *mut CK_UTF8CHAR,
    len: CK_ULONG,
) -> CK_RV {
    let mut call = Call::begin("C_Login");
    call.word(&user.to_string());
    call.word(if pin.is_null() { "no-pin" } else { "pin" });
    let typed = with(|state| state.keypad.clone()).filter(|_| pin.is_null());
    let (pin, len) = match &typed {
        Some(typed) => (typed.as_ptr().cast_mut(), CK_ULONG::try_from(typed.len()).unwrap()),
        None => (pin, len),
    };
    let wanted = with(|state| state.context_pin.clone()).filter(|_| user == CKU_CONTEXT_SPECIFIC);
    if with(|state| state.tries.is_some_and(|tries| state.wrong >= tries)) {
        call.refuse(CKR_PIN_LOCKED);
    }
    let rv = match wanted {
        Some(wanted) => {
            // SAFETY: the caller's own PIN.
            let given = unsafe { std::slice::from_raw_parts(pin, usize::try_from(len).unwrap()) };
            call.make(Some(|| if given == wanted.as_bytes() { CKR_OK } else { CKR_PIN_INCORRECT }))
        }
        None => pass!(call, C_Login(session, user, pin, len)),
    };
    with(|state| match rv {
        CKR_OK => state.wrong = 0,
        CKR_PIN_INCORRECT => state.wrong += 1,
        _ => {}
    });
    call.end(rv)
}

unsafe extern "C" fn C_Logout(session: CK_SESSION_HANDLE) -> CK_RV {
    let call = Call::begin("C_Logout");
    let rv = pass!(call, C_Logout(session));
    with(|state| state.known.clear());
    call.end(rv)
}

unsafe extern "C" fn C_GetTokenInfo(slot: CK_SLOT_ID, info: *mut CK_TOKEN_INFO) -> CK_RV {
    let mut call = Call::begin("C_GetTokenInfo");
    let slot = real_slot(&mut call, slot);
    let rv = pass!(call, C_GetTokenInfo(slot, info));
    let (wrong, tries, another) = with(|state| (state.wrong, state.tries, state.another));
    if rv == CKR_OK && another {
        // SAFETY: the module has just written it.
        unsafe { (*info).serialNumber = *b"TEST ONLY other " };
    }
    if rv == CKR_OK && with(|state| state.keypad.is_some()) {
        // SAFETY: the module has just written it.
        unsafe { (*info).flags |= CKF_PROTECTED_AUTHENTICATION_PATH };
    }
    if let Some(tries) = tries.filter(|_| rv == CKR_OK) {
        let flags = [
            (wrong > 0, CKF_USER_PIN_COUNT_LOW),
            (wrong + 1 == tries, CKF_USER_PIN_FINAL_TRY),
            (wrong >= tries, CKF_USER_PIN_LOCKED),
        ];
        for (_, flag) in flags.into_iter().filter(|(set, _)| *set) {
            // SAFETY: the module has just written it.
            unsafe { (*info).flags |= flag };
        }
    }
    call.end(rv)
}

unsafe extern "C" fn C_GetAttributeValue(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    let mut call = Call::begin("C_GetAttributeValue");
    let object = call.uses(object);
    // SAFETY: the caller's own template.
    let template_now = unsafe { std::slice::from_raw_parts_mut(template, usize::try_from(count).unwrap()) };
    let before: Vec<_> = template_now.iter().map(|attribute| attribute.ulValueLen).collect();
    for attribute in template_now.iter() {
        call.word(&format!("{:#x}", { attribute.type_ }));
    }
    let mut rv = pass!(call, C_GetAttributeValue(session, object, template, count));
    for (attribute, room) in template_now.iter_mut().zip(before) {
        let acts = with(|state| state.fired(&format!("CKA {:#x}", { attribute.type_ })));
        for act in acts {
            let Act::Spoil(spoil) = act else { continue };
            // An object can lie about what it does not have.
            if matches!(spoil, crate::act::Spoil::Value(_)) && rv == CKR_ATTRIBUTE_TYPE_INVALID {
                (rv, attribute.ulValueLen) = (CKR_OK, 0);
            }
            if rv == CKR_OK && !attribute.pValue.is_null() {
                // SAFETY: the module has just written so many bytes there.
                unsafe { spoil.apply(attribute.pValue.cast(), &mut attribute.ulValueLen, room) };
            }
        }
    }
    call.end(rv)
}

/// Has the search find its first object again and again.
unsafe fn repeat(
    session: CK_SESSION_HANDLE,
    objects: *mut CK_OBJECT_HANDLE,
    most: CK_ULONG,
    count: *mut CK_ULONG,
) {
    with(|state| {
        let Some(times) = state.repeat else { return };
        let Some(search) = state.searches.get_mut(&session).filter(|search| search.is_for_all) else {
            return;
        };
        // SAFETY: the caller's own pointers, with room for `most`.
        unsafe {
            if search.first.is_none() && *count > 0 {
                search.first = Some(*objects);
            }
            let Some(first) = search.first else { return };
            let now = usize::try_from(most).unwrap().min(times - search.given);
            std::slice::from_raw_parts_mut(objects, now).fill(first);
            (*count, search.given) = (CK_ULONG::try_from(now).unwrap(), search.given + now);
        }
    });
}

unsafe extern "C" fn C_FindObjects(
    session: CK_SESSION_HANDLE,
    objects: *mut CK_OBJECT_HANDLE,
    most: CK_ULONG,
    count: *mut CK_ULONG,
) -> CK_RV {
    let mut call = Call::begin("C_FindObjects");
    let rv = pass!(call, C_FindObjects(session, objects, most, count));
    if rv == CKR_OK {
        // SAFETY: the module has just written so many, and there is room for `most`.
        unsafe { repeat(session, objects, most, count) };
        // SAFETY: the module has just written so many.
        let found = unsafe { std::slice::from_raw_parts(objects, usize::try_from(*count).unwrap()) };
        if call.spoils() {
            // SAFETY: as above.
            unsafe { *count = most + 1 };
        }
        for object in found {
            call.word(&format!("-> {object}"));
        }
        with(|state| state.known.extend(found));
    }
    call.end(rv)
}
