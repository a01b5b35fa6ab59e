//! Keys in PKCS#11 tokens. Without the feature `hsm` the functions are there and refuse.

use crate::boundary::guard;
use crate::error::Result;
use crate::handle;
use crate::key::khoalai_key;
use crate::policy::{Sized, khoalai_policy};
use crate::store::khoalai_store;
use core::ffi::{c_char, c_int, c_uchar, c_uint, c_void};

pub const TRIES_UNTOLD: c_uint = 0;
pub const TRIES_FEWER: c_uint = 1;
pub const TRIES_LAST: c_uint = 2;
pub const TRIES_LOCKED: c_uint = 3;

#[repr(C)]
pub struct khoalai_pin_prompt {
    pub struct_size: usize,
    pub token: *const c_char,
    pub serial: *const c_char,
    pub each_use: c_uint,
    pub tries: c_uint,
}

pub type khoalai_pin_callback =
    Option<unsafe extern "C" fn(*mut c_void, *const khoalai_pin_prompt, *mut c_char, *mut usize) -> c_int>;
pub type khoalai_audit_callback = Option<unsafe extern "C" fn(*mut c_void, c_uint, *const c_char)>;

#[repr(C)]
pub struct khoalai_token_options {
    pub struct_size: usize,
    pub modules: *const *const c_char,
    pub module_count: usize,
    pub pin_file: *const c_char,
    pub pin: khoalai_pin_callback,
    pub pin_context: *mut c_void,
    pub audit: khoalai_audit_callback,
    pub audit_context: *mut c_void,
    pub claims: *const c_char,
    pub module_parameters: *const c_char,
    pub profile: *const c_char,
    pub secrets_outside: c_uint,
}

// SAFETY: it begins with its size, and has been the same since the first version.
unsafe impl Sized for khoalai_token_options {}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_store_open(
    uri: *const c_char,
    options: *const khoalai_token_options,
    store: *mut *mut khoalai_store,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let to = unsafe { handle::new(store) }?;
        // SAFETY: as the header says.
        unsafe { work::open_store(uri, options, to) }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_key_open(
    policy: *const khoalai_policy,
    uri: *const c_char,
    options: *const khoalai_token_options,
    key: *mut *mut khoalai_key,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let to = unsafe { handle::new(key) }?;
        // SAFETY: as the header says.
        unsafe { work::open_key(policy, uri, options, to) }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_key_open_reference(
    policy: *const khoalai_policy,
    content: *const c_uchar,
    content_len: usize,
    factor: *const c_uchar,
    factor_len: usize,
    options: *const khoalai_token_options,
    key: *mut *mut khoalai_key,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let to = unsafe { handle::new(key) }?;
        // SAFETY: as the header says.
        let (content, factor) =
            (unsafe { bytes(content, content_len) }?, unsafe { bytes(factor, factor_len) }?);
        // SAFETY: as the header says.
        unsafe { work::open_reference(policy, content, factor, options, to) }
    })
}

/// # Safety
/// As [`crate::boundary::input`].
unsafe fn bytes<'a>(bytes: *const c_uchar, len: usize) -> Result<&'a [u8]> {
    // SAFETY: as the caller says.
    unsafe { crate::boundary::input_up_to(bytes, len, khoalai::limits::MAX_PEM) }
}

#[cfg(feature = "hsm")]
pub use work::generate_whole;

#[cfg(feature = "hsm")]
mod work {
    use super::*;
    use crate::boundary::{required_text, text};
    use crate::error::Failure;
    use crate::handle::Handle;
    use crate::key::{AnyKey, Key};
    use crate::policy::policy;
    use crate::store::Store;
    use alloc::ffi::CString;
    use alloc::sync::Arc;
    use khoalai::algorithm::Kind;
    use khoalai::{Algorithm, Error, Half, Hybrid, Policy, PrivateKey, Side, SystemRandom};
    use khoalai_hsm::{
        Access, ComponentSecrets, Event, FactorKind, Keep, KeyReference, MAX_PIN_LEN, Modules, ObjectType,
        Options, Pin, PinFor, PinPrompt, PinSource, Profile, SecondFactor, Token, TriesLeft, Uri,
    };
    use std::path::PathBuf;
    use zeroize::Zeroizing;

    /// A caller's pointer that goes back to the caller's functions.
    #[derive(Clone, Copy)]
    struct Context(*mut c_void);

    // SAFETY: the header says that callbacks come from any thread.
    unsafe impl Send for Context {}
    // SAFETY: and from many at once.
    unsafe impl Sync for Context {}

    impl Context {
        /// As a method, so that a closure takes all of it and not the pointer alone.
        const fn get(self) -> *mut c_void {
            self.0
        }
    }

    /// What the caller said of tokens, read once.
    pub(super) struct Devices {
        modules: Modules,
        options: Options,
        pin_file: Option<PathBuf>,
        pin: (khoalai_pin_callback, Context),
        secrets: ComponentSecrets,
    }

    impl Devices {
        /// # Safety
        /// As the header says of `khoalai_token_options`.
        unsafe fn read(options: *const khoalai_token_options) -> Result<Self> {
            // SAFETY: as the caller says.
            let read = unsafe { khoalai_token_options::read(options) }?;
            let mut modules = Modules::new();
            if read.modules.is_null() && read.module_count > 0 {
                return Err(Failure::NullArgument);
            }
            // Nobody has so many, and a length that is nonsense is not believed.
            if read.module_count > 1024 {
                return Err(Failure::WrongValue);
            }
            for index in 0..read.module_count {
                // SAFETY: there are as many as the caller says.
                let module = unsafe { read.modules.add(index) };
                // SAFETY: and this is one of them.
                let module = unsafe { *module };
                // SAFETY: as the caller says.
                modules.allow(unsafe { required_text(module) }?)?;
            }
            // SAFETY: as the caller says.
            let (pin_file, claims) = (unsafe { text(read.pin_file) }?, unsafe { text(read.claims) }?);
            // SAFETY: as the caller says.
            let (parameters, profile) =
                (unsafe { text(read.module_parameters) }?, unsafe { text(read.profile) }?);
            let mut options = Options { profiles: Profile::shipped()?, ..Options::default() };
            if let Some(profile) = profile {
                options.profiles.insert(0, Profile::parse(profile)?);
            }
            options.claims = claims.map(PathBuf::from);
            options.initialization.reserved =
                parameters.map(CString::new).transpose().map_err(|_| Error::Malformed)?;
            if let Some(note) = read.audit {
                let context = Context(read.audit_context);
                options.auditor = Some(Arc::new(move |event: &Event<'_>| {
                    let line = CString::new(event.to_json()).unwrap_or_default();
                    // SAFETY: the caller's own function with the caller's own context.
                    unsafe { note(context.get(), event.kind.id().into(), line.as_ptr()) }
                }));
            }
            let outside = read.secrets_outside != 0;
            Ok(Self {
                modules,
                options,
                pin_file: pin_file.map(PathBuf::from),
                pin: (read.pin, Context(read.pin_context)),
                secrets: if outside { ComponentSecrets::MayLeave } else { ComponentSecrets::StayInside },
            })
        }

        /// Opens a token. Its PIN comes from what the URI names, from the file, or from the callback.
        fn open(&self, uri: &Uri) -> Result<Token> {
            let source = match (PinSource::from_uri(uri)?, &self.pin_file) {
                (Some(source), _) => source,
                (None, Some(file)) => PinSource::file(file),
                (None, None) => self.asked(),
            };
            Ok(Token::open(uri, &self.modules, source.keeping(Keep::InMemory), &self.options)?)
        }

        fn asked(&self) -> PinSource {
            let (callback, context) = self.pin;
            PinSource::ask(move |prompt| callback.and_then(|callback| ask(callback, context, prompt)))
        }
    }

    type Ask = unsafe extern "C" fn(*mut c_void, *const khoalai_pin_prompt, *mut c_char, *mut usize) -> c_int;

    fn ask(callback: Ask, context: Context, prompt: &PinPrompt<'_>) -> Option<Pin> {
        let (token, serial) = (CString::new(prompt.token).ok()?, CString::new(prompt.serial).ok()?);
        let tries = match prompt.tries_left {
            TriesLeft::Fewer => TRIES_FEWER,
            TriesLeft::Last => TRIES_LAST,
            TriesLeft::Locked => TRIES_LOCKED,
            _ => TRIES_UNTOLD,
        };
        let prompt = khoalai_pin_prompt {
            struct_size: size_of::<khoalai_pin_prompt>(),
            token: token.as_ptr(),
            serial: serial.as_ptr(),
            each_use: (prompt.pin_for == PinFor::ContextSpecific).into(),
            tries,
        };
        let mut pin = Zeroizing::new(vec![0_u8; MAX_PIN_LEN]);
        let mut len = pin.len();
        // SAFETY: the caller's own function with the caller's own context; `pin` has room for `len` bytes.
        let code =
            unsafe { callback(context.get(), &raw const prompt, pin.as_mut_ptr().cast(), &raw mut len) };
        let typed = pin.get(..len).filter(|_| code == 0)?;
        Pin::from_bytes(typed.to_vec()).ok()
    }

    /// # Safety
    /// As the header says.
    pub(super) unsafe fn open_store(
        uri: *const c_char,
        options: *const khoalai_token_options,
        to: &mut *mut khoalai_store,
    ) -> Result<()> {
        // SAFETY: as the caller says.
        let (uri, devices) = (unsafe { required_text(uri) }?, unsafe { Devices::read(options) }?);
        Handle::give(Store::Token(devices.open(&Uri::parse(uri)?)?, devices.secrets), to);
        Ok(())
    }

    /// # Safety
    /// As the header says.
    pub(super) unsafe fn open_key(
        policy: *const khoalai_policy,
        uri: *const c_char,
        options: *const khoalai_token_options,
        to: &mut *mut khoalai_key,
    ) -> Result<()> {
        // SAFETY: as the caller says.
        let (uri, devices) = (unsafe { required_text(uri) }?, unsafe { Devices::read(options) }?);
        // SAFETY: as the caller says.
        let policy = unsafe { self::policy(policy) }?;
        let uri = Uri::parse(uri)?;
        // Its halves have identifiers of their own, so that none names both.
        if uri.id().is_some() || uri.object_type().is_some_and(|kind| kind != ObjectType::Private) {
            return Err(Failure::WrongValue);
        }
        let name = uri.object().ok_or(Error::NotFound)?;
        let key = devices.open(&uri)?.open_any(name, devices.secrets)?;
        Handle::give(Key::new(AnyKey::Other(key), policy)?, to);
        Ok(())
    }

    /// # Safety
    /// As the header says.
    pub(super) unsafe fn open_reference(
        policy: *const khoalai_policy,
        content: &[u8],
        factor: &[u8],
        options: *const khoalai_token_options,
        to: &mut *mut khoalai_key,
    ) -> Result<()> {
        // SAFETY: as the caller says.
        let (policy, devices) = (unsafe { self::policy(policy) }?, unsafe { Devices::read(options) }?);
        let text = core::str::from_utf8(content).map_err(|_| Error::Malformed)?;
        let reference = KeyReference::from_pem(text)?;
        let needs = reference.needs()?;
        let tokens = needs.tokens.iter().map(|uri| devices.open(uri)).collect::<Result<Vec<_>>>()?;
        let given = Zeroizing::new(factor.to_vec());
        let factor = match needs.factor {
            Some(_) if factor.is_empty() => None,
            Some(FactorKind::Passphrase) => Some(SecondFactor::passphrase(given)?),
            Some(FactorKind::KeyFile) => Some(SecondFactor::key_file(given)?),
            None => None,
        };
        let mut access = Access::to(&tokens);
        if devices.secrets == ComponentSecrets::MayLeave {
            access = access.permit_secrets_outside();
        }
        let key = reference.open(factor.as_ref().map_or(access, |factor| access.with(factor)))?;
        Handle::give(Key::new(AnyKey::Other(key), policy)?, to);
        Ok(())
    }

    /// Makes a hybrid key with both halves in this token, under the names by which [`Token::open_any`]
    /// finds them.
    pub fn generate_whole(
        token: &Token,
        secrets: ComponentSecrets,
        algorithm: Algorithm,
        name: &str,
        policy: Policy,
    ) -> Result<Key> {
        let random = &mut SystemRandom;
        let key: Box<dyn PrivateKey + Send + Sync> = if algorithm.kind() == Kind::Kem {
            Box::new(token.generate_hybrid(algorithm, name, secrets, random)?)
        } else {
            let mut half = |side, end| {
                token
                    .telling(|store| Half::generate(algorithm, side, store, &format!("{name}.{end}"), random))
            };
            let (pq, classical) = (half(Side::PostQuantum, "pq")?, half(Side::Classical, "classical")?);
            Box::new(Hybrid::new(algorithm, pq, classical)?)
        };
        Key::new(AnyKey::Other(key), policy)
    }
}

#[cfg(not(feature = "hsm"))]
mod work {
    use super::*;
    use khoalai::Error;

    pub(super) unsafe fn open_store(
        _: *const c_char,
        _: *const khoalai_token_options,
        _: &mut *mut khoalai_store,
    ) -> Result<()> {
        Err(Error::Unsupported.into())
    }

    pub(super) unsafe fn open_key(
        _: *const khoalai_policy,
        _: *const c_char,
        _: *const khoalai_token_options,
        _: &mut *mut khoalai_key,
    ) -> Result<()> {
        Err(Error::Unsupported.into())
    }

    pub(super) unsafe fn open_reference(
        _: *const khoalai_policy,
        _: &[u8],
        _: &[u8],
        _: *const khoalai_token_options,
        _: &mut *mut khoalai_key,
    ) -> Result<()> {
        Err(Error::Unsupported.into())
    }
}
