//! What a module's return codes mean. One table; what is not in it depends on the input (rule 3).

use core::fmt;
use cryptoki::error::RvError;
use cryptoki_sys::*;

/// A return code that is not `CKR_OK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rv(pub(crate) CK_RV);

/// What has to be done about a failed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The device is not there, or was taken out.
    Absent,
    /// Nobody is logged in any more.
    LoggedOut,
    /// The session is gone, or somebody ended what was going on in it: a logout does.
    SessionGone,
    /// The object is gone, or its handle is of an earlier login.
    ObjectGone,
    /// Somebody has finalised the module for the whole process.
    Finalized,
    /// Somebody has initialised it already.
    Initialized,
    /// The PIN was refused.
    Pin,
    /// The PIN is locked.
    PinLocked,
    /// This user is logged in already; the PIN was not looked at.
    AlreadyLoggedIn,
    /// No more sessions, or somebody else's turn.
    Busy,
    /// No room in the device or for the module.
    Full,
    /// The device cannot do that at all.
    Missing,
    /// What is written to must not be written to.
    ReadOnly,
    /// What the template asks for is not given.
    Template,
    /// The buffer was too short.
    TooShort,
    /// The value does not leave the device.
    Sensitive,
    /// The generator is broken.
    Random,
    /// The module says that its own self-test failed.
    SelfTest,
    /// The module does not lock, or not without threads of its own.
    Threads,
    /// The rest: broken devices and bad input look alike. Only a closer look can tell.
    Unclear,
}

impl Cause {
    /// Whether modules have this also for handles that a logout has ended.
    pub(crate) const fn hides_a_loss(self) -> bool {
        matches!(
            self,
            Self::ObjectGone | Self::Unclear | Self::Full | Self::Missing | Self::Template | Self::Sensitive
        )
    }
}

impl Cause {
    /// Whether a handle that is dead by now, or another object's, can end like that: not only as modules say it
    /// of dead ones, but also as they say it of a key that is too long or of the wrong kind.
    pub(crate) const fn hides_a_dead_handle(self) -> bool {
        self.hides_a_loss() || self.may_depend_on_input()
    }

    /// Whether other input might have given another answer: broken devices and bad input look alike.
    pub(crate) const fn may_depend_on_input(self) -> bool {
        matches!(
            self,
            Self::Missing
                | Self::Template
                | Self::TooShort
                | Self::Sensitive
                | Self::ReadOnly
                | Self::Unclear
        )
    }
}

macro_rules! causes {
    ($($cause:ident: $($name:ident = $ckr:ident),+;)+) => {
        impl Rv {
            /// What this code means.
            pub(crate) const fn cause(self) -> Cause {
                match self.0 { $($($ckr)|+ => Cause::$cause,)+ _ => Cause::Unclear }
            }

            /// Its name, for people who know PKCS#11.
            pub(crate) const fn name(self) -> Option<&'static str> {
                match self.0 { $($($ckr => Some(stringify!($ckr)),)+)+ _ => None }
            }
        }

        impl From<RvError> for Rv {
            fn from(error: RvError) -> Self {
                match error {
                    $($(RvError::$name => Self($ckr),)+)+
                    RvError::VendorDefined(code) => Self(code),
                    _ => Self(CKR_FUNCTION_FAILED),
                }
            }
        }
    };
}

causes! {
    Absent: DeviceRemoved = CKR_DEVICE_REMOVED, TokenNotPresent = CKR_TOKEN_NOT_PRESENT,
        TokenNotRecognized = CKR_TOKEN_NOT_RECOGNIZED, SlotIdInvalid = CKR_SLOT_ID_INVALID;
    LoggedOut: UserNotLoggedIn = CKR_USER_NOT_LOGGED_IN;
    SessionGone: SessionHandleInvalid = CKR_SESSION_HANDLE_INVALID, SessionClosed = CKR_SESSION_CLOSED,
        OperationActive = CKR_OPERATION_ACTIVE, OperationNotInitialized = CKR_OPERATION_NOT_INITIALIZED;
    ObjectGone: ObjectHandleInvalid = CKR_OBJECT_HANDLE_INVALID, KeyHandleInvalid = CKR_KEY_HANDLE_INVALID,
        UnwrappingKeyHandleInvalid = CKR_UNWRAPPING_KEY_HANDLE_INVALID,
        WrappingKeyHandleInvalid = CKR_WRAPPING_KEY_HANDLE_INVALID;
    Finalized: CryptokiNotInitialized = CKR_CRYPTOKI_NOT_INITIALIZED;
    Initialized: CryptokiAlreadyInitialized = CKR_CRYPTOKI_ALREADY_INITIALIZED;
    Pin: PinIncorrect = CKR_PIN_INCORRECT, PinInvalid = CKR_PIN_INVALID, PinLenRange = CKR_PIN_LEN_RANGE,
        PinExpired = CKR_PIN_EXPIRED, PinTooWeak = CKR_PIN_TOO_WEAK,
        UserPinNotInitialized = CKR_USER_PIN_NOT_INITIALIZED;
    PinLocked: PinLocked = CKR_PIN_LOCKED;
    AlreadyLoggedIn: UserAlreadyLoggedIn = CKR_USER_ALREADY_LOGGED_IN;
    Busy: UserAnotherAlreadyLoggedIn = CKR_USER_ANOTHER_ALREADY_LOGGED_IN, SessionCount = CKR_SESSION_COUNT, SessionExists = CKR_SESSION_EXISTS,
        SessionReadWriteSoExists = CKR_SESSION_READ_WRITE_SO_EXISTS,
        SessionReadOnlyExists = CKR_SESSION_READ_ONLY_EXISTS, UserTooManyTypes = CKR_USER_TOO_MANY_TYPES;
    Full: DeviceMemory = CKR_DEVICE_MEMORY, HostMemory = CKR_HOST_MEMORY;
    Missing: FunctionNotSupported = CKR_FUNCTION_NOT_SUPPORTED, MechanismInvalid = CKR_MECHANISM_INVALID,
        MechanismParamInvalid = CKR_MECHANISM_PARAM_INVALID, KeyFunctionNotPermitted = CKR_KEY_FUNCTION_NOT_PERMITTED,
        KeyTypeInconsistent = CKR_KEY_TYPE_INCONSISTENT, CurveNotSupported = CKR_CURVE_NOT_SUPPORTED,
        DomainParamsInvalid = CKR_DOMAIN_PARAMS_INVALID, KeySizeRange = CKR_KEY_SIZE_RANGE;
    ReadOnly: TokenWriteProtected = CKR_TOKEN_WRITE_PROTECTED, SessionReadOnly = CKR_SESSION_READ_ONLY,
        AttributeReadOnly = CKR_ATTRIBUTE_READ_ONLY, ActionProhibited = CKR_ACTION_PROHIBITED;
    Template: TemplateIncomplete = CKR_TEMPLATE_INCOMPLETE, TemplateInconsistent = CKR_TEMPLATE_INCONSISTENT,
        AttributeTypeInvalid = CKR_ATTRIBUTE_TYPE_INVALID, AttributeValueInvalid = CKR_ATTRIBUTE_VALUE_INVALID;
    TooShort: BufferTooSmall = CKR_BUFFER_TOO_SMALL;
    Sensitive: AttributeSensitive = CKR_ATTRIBUTE_SENSITIVE, KeyUnextractable = CKR_KEY_UNEXTRACTABLE;
    Random: RandomNoRng = CKR_RANDOM_NO_RNG;
    SelfTest: FipsSelfTestFailed = CKR_FIPS_SELF_TEST_FAILED;
    Threads: CantLock = CKR_CANT_LOCK, NeedToCreateThreads = CKR_NEED_TO_CREATE_THREADS;
    Unclear: DeviceError = CKR_DEVICE_ERROR, FunctionFailed = CKR_FUNCTION_FAILED, GeneralError = CKR_GENERAL_ERROR,
        ArgumentsBad = CKR_ARGUMENTS_BAD, DataInvalid = CKR_DATA_INVALID, DataLenRange = CKR_DATA_LEN_RANGE,
        EncryptedDataInvalid = CKR_ENCRYPTED_DATA_INVALID, EncryptedDataLenRange = CKR_ENCRYPTED_DATA_LEN_RANGE,
        WrappedKeyInvalid = CKR_WRAPPED_KEY_INVALID, WrappedKeyLenRange = CKR_WRAPPED_KEY_LEN_RANGE,
        SignatureInvalid = CKR_SIGNATURE_INVALID, FunctionRejected = CKR_FUNCTION_REJECTED,
        FunctionCanceled = CKR_FUNCTION_CANCELED, MutexBad = CKR_MUTEX_BAD;
}

impl Rv {
    /// The module has no such function.
    pub(crate) const MISSING: Self = Self(CKR_FUNCTION_NOT_SUPPORTED);

    /// A call's code as a result.
    pub(super) const fn ok(code: CK_RV) -> Result<(), Self> {
        if code == CKR_OK { Ok(()) } else { Err(Self(code)) }
    }
}

impl From<cryptoki::error::Error> for Rv {
    fn from(error: cryptoki::error::Error) -> Self {
        match error {
            cryptoki::error::Error::Pkcs11(error, _) => error.into(),
            cryptoki::error::Error::NullFunctionPointer => Self::MISSING,
            _ => Self(CKR_GENERAL_ERROR),
        }
    }
}

impl fmt::Display for Rv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "CKR 0x{:x}", self.0),
        }
    }
}
