//! Every function that is passed on, with what of its arguments matters here.

use crate::act::Call;
use crate::lists::real;
use cryptoki_sys::*;
use std::ffi::c_void;

type Session = CK_SESSION_HANDLE;
type Object = CK_OBJECT_HANDLE;
type NewObject = *mut CK_OBJECT_HANDLE;
type Mechanism = *mut CK_MECHANISM;
type Template = *mut CK_ATTRIBUTE;
type Bytes = *mut CK_BYTE;
type Text = *mut CK_UTF8CHAR;
type Len = CK_ULONG;
type Count = *mut CK_ULONG;
type SlotId = CK_SLOT_ID;
type Any = *mut c_void;
type Flags = CK_FLAGS;

macro_rules! functions {
    ($(
        $name:ident($($argument:ident: $kind:ty),+)
        $(mechanism($mechanism:ident))? $(uses($($object:ident),+))? $(gives($($new:ident),+))?
        $(out($out:ident, $len:ident))?;
    )+) => {
        $(
            #[allow(clippy::too_many_arguments, reason = "PKCS#11's")]
            unsafe extern "C" fn $name($($argument: $kind),+) -> CK_RV {
                #[allow(unused_mut, reason = "of some calls nothing matters")]
                let mut call = Call::begin(stringify!($name));
                $(call.mechanism($mechanism);)?
                $($(let $object = call.uses($object);)+)?
                $($(call.gives($new);)+)?
                $(call.out($out, $len);)?
                // SAFETY: the caller's own arguments, passed on.
                let rv = call.make(real().$name.map(|function| move || unsafe { function($($argument),+) }));
                call.end(rv)
            }
        )+

        /// Puts these functions into a list.
        pub(crate) fn fill(list: &mut CK_FUNCTION_LIST_3_2) {
            $(list.$name = Some($name);)+
        }
    };
}

functions! {
    C_Initialize(a: Any);
    C_GetInfo(a: *mut CK_INFO);
    C_GetSlotList(a: CK_BBOOL, b: *mut CK_SLOT_ID, c: Count);
    C_GetSlotInfo(a: SlotId, b: *mut CK_SLOT_INFO);
    C_GetMechanismList(a: SlotId, b: *mut CK_MECHANISM_TYPE, c: Count);
    C_GetMechanismInfo(a: SlotId, b: CK_MECHANISM_TYPE, c: *mut CK_MECHANISM_INFO);
    C_InitToken(a: SlotId, b: Text, c: Len, d: Text);
    C_InitPIN(a: Session, b: Text, c: Len);
    C_SetPIN(a: Session, b: Text, c: Len, d: Text, e: Len);
    C_GetSessionInfo(a: Session, b: *mut CK_SESSION_INFO);
    C_GetOperationState(a: Session, b: Bytes, c: Count) out(b, c);
    C_SetOperationState(a: Session, b: Bytes, c: Len, d: Object, e: Object) uses(d, e);
    C_CreateObject(a: Session, b: Template, c: Len, d: NewObject) gives(d);
    C_CopyObject(a: Session, b: Object, c: Template, d: Len, e: NewObject) uses(b) gives(e);
    C_DestroyObject(a: Session, b: Object) uses(b);
    C_GetObjectSize(a: Session, b: Object, c: Count) uses(b);
    C_SetAttributeValue(a: Session, b: Object, c: Template, d: Len) uses(b);
    C_FindObjectsInit(a: Session, b: Template, c: Len);
    C_FindObjectsFinal(a: Session);
    C_EncryptInit(a: Session, b: Mechanism, c: Object) mechanism(b) uses(c);
    C_Encrypt(a: Session, b: Bytes, c: Len, d: Bytes, e: Count) out(d, e);
    C_EncryptUpdate(a: Session, b: Bytes, c: Len, d: Bytes, e: Count) out(d, e);
    C_EncryptFinal(a: Session, b: Bytes, c: Count) out(b, c);
    C_DecryptInit(a: Session, b: Mechanism, c: Object) mechanism(b) uses(c);
    C_Decrypt(a: Session, b: Bytes, c: Len, d: Bytes, e: Count) out(d, e);
    C_DecryptUpdate(a: Session, b: Bytes, c: Len, d: Bytes, e: Count) out(d, e);
    C_DecryptFinal(a: Session, b: Bytes, c: Count) out(b, c);
    C_DigestInit(a: Session, b: Mechanism) mechanism(b);
    C_Digest(a: Session, b: Bytes, c: Len, d: Bytes, e: Count) out(d, e);
    C_DigestUpdate(a: Session, b: Bytes, c: Len);
    C_DigestKey(a: Session, b: Object) uses(b);
    C_DigestFinal(a: Session, b: Bytes, c: Count) out(b, c);
    C_SignInit(a: Session, b: Mechanism, c: Object) mechanism(b) uses(c);
    C_Sign(a: Session, b: Bytes, c: Len, d: Bytes, e: Count) out(d, e);
    C_SignUpdate(a: Session, b: Bytes, c: Len);
    C_SignFinal(a: Session, b: Bytes, c: Count) out(b, c);
    C_SignRecoverInit(a: Session, b: Mechanism, c: Object) mechanism(b) uses(c);
    C_SignRecover(a: Session, b: Bytes, c: Len, d: Bytes, e: Count) out(d, e);
    C_VerifyInit(a: Session, b: Mechanism, c: Object) mechanism(b) uses(c);
    C_Verify(a: Session, b: Bytes, c: Len, d: Bytes, e: Len);
    C_VerifyUpdate(a: Session, b: Bytes, c: Len);
    C_VerifyFinal(a: Session, b: Bytes, c: Len);
    C_VerifyRecoverInit(a: Session, b: Mechanism, c: Object) mechanism(b) uses(c);
    C_VerifyRecover(a: Session, b: Bytes, c: Len, d: Bytes, e: Count) out(d, e);
    C_DigestEncryptUpdate(a: Session, b: Bytes, c: Len, d: Bytes, e: Count) out(d, e);
    C_DecryptDigestUpdate(a: Session, b: Bytes, c: Len, d: Bytes, e: Count) out(d, e);
    C_SignEncryptUpdate(a: Session, b: Bytes, c: Len, d: Bytes, e: Count) out(d, e);
    C_DecryptVerifyUpdate(a: Session, b: Bytes, c: Len, d: Bytes, e: Count) out(d, e);
    C_GenerateKey(a: Session, b: Mechanism, c: Template, d: Len, e: NewObject) mechanism(b) gives(e);
    C_GenerateKeyPair(a: Session, b: Mechanism, c: Template, d: Len, e: Template, f: Len, g: NewObject, h: NewObject)
        mechanism(b) gives(g, h);
    C_WrapKey(a: Session, b: Mechanism, c: Object, d: Object, e: Bytes, f: Count)
        mechanism(b) uses(c, d) out(e, f);
    C_UnwrapKey(a: Session, b: Mechanism, c: Object, d: Bytes, e: Len, f: Template, g: Len, h: NewObject)
        mechanism(b) uses(c) gives(h);
    C_DeriveKey(a: Session, b: Mechanism, c: Object, d: Template, e: Len, f: NewObject)
        mechanism(b) uses(c) gives(f);
    C_SeedRandom(a: Session, b: Bytes, c: Len);
    C_GenerateRandom(a: Session, b: Bytes, c: Len);
    C_GetFunctionStatus(a: Session);
    C_CancelFunction(a: Session);
    C_WaitForSlotEvent(a: Flags, b: *mut CK_SLOT_ID, c: Any);
    C_LoginUser(a: Session, b: CK_USER_TYPE, c: Text, d: Len, e: Text, f: Len);
    C_SessionCancel(a: Session, b: Flags);
    C_MessageEncryptInit(a: Session, b: Mechanism, c: Object) mechanism(b) uses(c);
    C_EncryptMessage(a: Session, b: Any, c: Len, d: Bytes, e: Len, f: Bytes, g: Len, h: Bytes, i: Count)
        out(h, i);
    C_EncryptMessageBegin(a: Session, b: Any, c: Len, d: Bytes, e: Len);
    C_EncryptMessageNext(a: Session, b: Any, c: Len, d: Bytes, e: Len, f: Bytes, g: Count, h: Flags)
        out(f, g);
    C_MessageEncryptFinal(a: Session);
    C_MessageDecryptInit(a: Session, b: Mechanism, c: Object) mechanism(b) uses(c);
    C_DecryptMessage(a: Session, b: Any, c: Len, d: Bytes, e: Len, f: Bytes, g: Len, h: Bytes, i: Count)
        out(h, i);
    C_DecryptMessageBegin(a: Session, b: Any, c: Len, d: Bytes, e: Len);
    C_DecryptMessageNext(a: Session, b: Any, c: Len, d: Bytes, e: Len, f: Bytes, g: Count, h: Flags)
        out(f, g);
    C_MessageDecryptFinal(a: Session);
    C_MessageSignInit(a: Session, b: Mechanism, c: Object) mechanism(b) uses(c);
    C_SignMessage(a: Session, b: Any, c: Len, d: Bytes, e: Len, f: Bytes, g: Count) out(f, g);
    C_SignMessageBegin(a: Session, b: Any, c: Len);
    C_SignMessageNext(a: Session, b: Any, c: Len, d: Bytes, e: Len, f: Bytes, g: Count) out(f, g);
    C_MessageSignFinal(a: Session);
    C_MessageVerifyInit(a: Session, b: Mechanism, c: Object) mechanism(b) uses(c);
    C_VerifyMessage(a: Session, b: Any, c: Len, d: Bytes, e: Len, f: Bytes, g: Len);
    C_VerifyMessageBegin(a: Session, b: Any, c: Len);
    C_VerifyMessageNext(a: Session, b: Any, c: Len, d: Bytes, e: Len, f: Bytes, g: Len);
    C_MessageVerifyFinal(a: Session);
    C_EncapsulateKey(a: Session, b: Mechanism, c: Object, d: Template, e: Len, f: Bytes, g: Count, h: NewObject)
        mechanism(b) uses(c) gives(h) out(f, g);
    C_DecapsulateKey(a: Session, b: Mechanism, c: Object, d: Template, e: Len, f: Bytes, g: Len, h: NewObject)
        mechanism(b) uses(c) gives(h);
    C_VerifySignatureInit(a: Session, b: Mechanism, c: Object, d: Bytes, e: Len) mechanism(b) uses(c);
    C_VerifySignature(a: Session, b: Bytes, c: Len);
    C_VerifySignatureUpdate(a: Session, b: Bytes, c: Len);
    C_VerifySignatureFinal(a: Session);
    C_GetSessionValidationFlags(a: Session, b: CK_SESSION_VALIDATION_FLAGS_TYPE, c: *mut CK_FLAGS);
    C_AsyncComplete(a: Session, b: Text, c: *mut CK_ASYNC_DATA);
    C_AsyncGetID(a: Session, b: Text, c: Count);
    C_AsyncJoin(a: Session, b: Text, c: Len, d: Bytes, e: Len);
    C_WrapKeyAuthenticated(a: Session, b: Mechanism, c: Object, d: Object, e: Bytes, f: Len, g: Bytes, h: Count)
        mechanism(b) uses(c, d) out(g, h);
    C_UnwrapKeyAuthenticated(a: Session, b: Mechanism, c: Object, d: Bytes, e: Len, f: Template, g: Len, h: Bytes, i: Len, j: NewObject)
        mechanism(b) uses(c) gives(j);
}
