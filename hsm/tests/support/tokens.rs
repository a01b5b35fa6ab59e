//! Fresh tokens of the modules that `scripts/tokens` sets up.

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::RvError;
use cryptoki::object::{Attribute, ObjectClass};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use khoalai_misbehaving::{Control, OVER};
use std::ffi::{CStr, CString, OsString};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub const USER_PIN: &str = "TEST-ONLY-user-57721";
pub const SO_PIN: &str = "TEST-ONLY-officer-66490";

/// Where the tokens of this test are.
pub(super) const DIRECTORY: &str = "KHOALAI_TEST_TOKENS";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    Kryoptic,
    Nss,
    SoftHsm,
}

impl Module {
    const fn variable(self) -> &'static str {
        match self {
            Self::Kryoptic => "KHOALAI_KRYOPTIC",
            Self::Nss => "KHOALAI_NSS",
            Self::SoftHsm => "KHOALAI_SOFTHSM",
        }
    }

    /// The file. A test that needs it stops here if it is not there.
    fn file(self) -> PathBuf {
        let variable = self.variable();
        let file = std::env::var_os(variable).map(PathBuf::from);
        file.filter(|file| file.is_file()).unwrap_or_else(|| {
            panic!("{variable} names no PKCS#11 module. First run: eval \"$(scripts/tokens env)\"")
        })
    }

    /// Where the libraries are that it needs.
    fn libraries(self) -> Option<PathBuf> {
        let file = self.file();
        let folder = file.parent()?;
        match self {
            Self::Kryoptic => None,
            Self::Nss => Some(folder.to_owned()),
            Self::SoftHsm => Some(folder.parent()?.to_owned()),
        }
    }
}

/// The module of `tests/misbehaving`, which cargo builds beside the tests.
fn misbehaving() -> PathBuf {
    let name = format!("{}khoalai_misbehaving{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let program = std::env::current_exe().unwrap();
    let places = program.ancestors().skip(1).take(2).map(|folder| folder.join(&name));
    places.into_iter().find(|file| file.is_file()).unwrap_or_else(|| panic!("{name} is not beside the tests"))
}

/// What a token of kryoptic can be told not to do, to stand in for weaker devices.
#[derive(Clone, Copy, Debug)]
pub struct Kryoptic {
    /// The only mechanisms that there are, or after a first `"DENY"` those that are not; empty: all are.
    /// A name that kryoptic does not know makes every call fail.
    pub mechanisms: &'static [&'static str],
    /// `CKA_EC_POINT` of X25519 and Ed25519 as a DER `OCTET STRING`, as older modules have it.
    pub der_points: bool,
}

impl Kryoptic {
    pub const WHOLE: Self = Self { mechanisms: &[], der_points: false };
    /// A device of today: nothing post-quantum, and points in DER.
    pub const CLASSICAL: Self = Self {
        mechanisms: &[
            "DENY",
            "CKM_ML_KEM",
            "CKM_ML_KEM_KEY_PAIR_GEN",
            "CKM_ML_DSA",
            "CKM_ML_DSA_KEY_PAIR_GEN",
        ],
        der_points: true,
    };
    /// No derived keys from a concatenation: the combiner has to be a digest.
    pub const DIGEST_KEY: Self = Self {
        mechanisms: &[
            "DENY",
            "CKM_CONCATENATE_BASE_AND_KEY",
            "CKM_SHA3_256_KEY_DERIVATION",
            "CKM_HKDF_DERIVE",
        ],
        der_points: false,
    };
    /// Nothing inside that could combine two secrets.
    pub const NO_COMBINER: Self = Self {
        mechanisms: &[
            "DENY",
            "CKM_CONCATENATE_BASE_AND_KEY",
            "CKM_SHA3_256_KEY_DERIVATION",
            "CKM_HKDF_DERIVE",
            "CKM_SHA3_256",
        ],
        der_points: false,
    };
    /// AES that wraps nothing, but encrypts, with authentication.
    pub const AES_GCM: Self =
        Self { mechanisms: &["DENY", "CKM_AES_KEY_WRAP", "CKM_AES_KEY_WRAP_KWP"], der_points: false };
    /// The same without authentication.
    pub const AES_CBC: Self = Self {
        mechanisms: &["DENY", "CKM_AES_KEY_WRAP", "CKM_AES_KEY_WRAP_KWP", "CKM_AES_GCM"],
        der_points: false,
    };
    /// No AES at all.
    pub const NO_AES: Self = Self { mechanisms: &["DENY", "CKM_AES_KEY_GEN"], der_points: false };
    /// No RSA, which takes long to make.
    pub const NO_RSA: Self = Self { mechanisms: &["DENY", "CKM_RSA_PKCS_KEY_PAIR_GEN"], der_points: false };
    /// A chip that has RSA and nothing else, without OAEP.
    pub const RSA: Self = Self {
        mechanisms: &["CKM_RSA_PKCS_KEY_PAIR_GEN", "CKM_RSA_X_509", "CKM_RSA_PKCS"],
        der_points: false,
    };
}

/// A fresh token with [`USER_PIN`] and [`SO_PIN`].
#[derive(Debug)]
pub struct Token {
    pub kind: Module,
    config: Kryoptic,
    label: String,
    reserved: Option<CString>,
    misbehaves: bool,
}

impl Token {
    /// Several of one test are slots of one module.
    pub const fn kryoptic(config: Kryoptic) -> Self {
        Self { kind: Module::Kryoptic, config, label: String::new(), reserved: None, misbehaves: false }
    }

    /// The database of softokn. There can be one in a process.
    pub const fn nss() -> Self {
        Self {
            kind: Module::Nss,
            config: Kryoptic::WHOLE,
            label: String::new(),
            reserved: None,
            misbehaves: false,
        }
    }

    /// Several of one test are slots of one module.
    pub const fn softhsm() -> Self {
        Self {
            kind: Module::SoftHsm,
            config: Kryoptic::WHOLE,
            label: String::new(),
            reserved: None,
            misbehaves: false,
        }
    }

    /// The same, behind a module that misbehaves on command.
    pub const fn misbehaving(mut self) -> Self {
        self.misbehaves = true;
        self
    }

    /// The module's file.
    pub fn module(&self) -> PathBuf {
        if self.misbehaves { misbehaving() } else { self.kind.file() }
    }

    /// The file of the module below, whichever that is.
    pub fn real(&self) -> PathBuf {
        self.kind.file()
    }

    /// The module that misbehaves.
    pub fn control(&self) -> Control {
        Control::of(&self.module())
    }

    /// How many objects the token has, as the real module says.
    pub fn objects(&self) -> usize {
        let module = Pkcs11::new(self.real()).unwrap();
        // It was initialised by whoever uses the token.
        let session = module.open_ro_session(self.slot(&module)).unwrap();
        match session.login(UserType::User, Some(&AuthPin::new(USER_PIN.into()))) {
            Ok(()) | Err(cryptoki::error::Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(error) => panic!("{error}"),
        }
        let of_class = |class| session.find_objects(&[Attribute::Class(class)]).unwrap().len();
        // Kryoptic has one for each mechanism, which are no one's.
        session.find_objects(&[]).unwrap().len() - of_class(ObjectClass::MECHANISM)
    }

    /// A folder for this test alone.
    pub fn directory(&self) -> PathBuf {
        std::env::var_os(DIRECTORY).unwrap().into()
    }

    /// The token's label, by which it is found: SoftHSM's slot numbers change.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What `C_Initialize` takes as `pReserved`: only NSS wants something there.
    pub fn reserved(&self) -> Option<&CStr> {
        self.reserved.as_deref()
    }

    /// For what only needs to be done, without the crate under test: the module, loaded and initialised.
    pub fn load(&self) -> Pkcs11 {
        let module = Pkcs11::new(self.module()).unwrap();
        let flags = CInitializeFlags::OS_LOCKING_OK;
        let arguments = match self.reserved() {
            None => CInitializeArgs::new(flags),
            // SAFETY: softokn takes a string there, and reads it during C_Initialize alone.
            Some(text) => unsafe {
                CInitializeArgs::new_with_reserved(flags, core::ptr::NonNull::from(text).cast())
            },
        };
        module.initialize(arguments).unwrap();
        module
    }

    /// The slot of this token.
    pub fn slot(&self, module: &Pkcs11) -> Slot {
        let slots = module.get_slots_with_token().unwrap();
        let mine = |slot: &Slot| module.get_token_info(*slot).unwrap().label() == self.label;
        slots.into_iter().find(mine).unwrap_or_else(|| panic!("no token is called {}", self.label))
    }

    /// A read-write session, logged in.
    pub fn session(&self, module: &Pkcs11) -> Session {
        let session = module.open_rw_session(self.slot(module)).unwrap();
        session.login(UserType::User, Some(&AuthPin::new(USER_PIN.into()))).unwrap();
        session
    }

    /// Makes the token. Only in a process that ends then: the test itself is to find the module untouched.
    pub(super) fn initialise(&self) {
        let (module, officer) = (self.load(), AuthPin::new(SO_PIN.into()));
        let slot = if self.kind == Module::Nss {
            self.slot(&module)
        } else {
            let slots = module.get_slots_with_token().unwrap();
            let free = |slot: &Slot| !module.get_token_info(*slot).unwrap().token_initialized();
            module.init_token(slots.into_iter().find(free).unwrap(), &officer, &self.label).unwrap();
            self.slot(&module)
        };
        let session = module.open_rw_session(slot).unwrap();
        let officer = if self.kind == Module::Nss { AuthPin::new("".into()) } else { officer };
        session.login(UserType::So, Some(&officer)).unwrap();
        session.init_pin(&AuthPin::new(USER_PIN.into())).unwrap();
    }

    fn placed(mut self, number: usize, directory: &Path) -> Self {
        self.label = format!("khoalai test {number}");
        self.reserved = (self.kind == Module::Nss).then(|| {
            let text = format!(
                "configdir='sql:{}' certPrefix='' keyPrefix='' secmod='secmod.db' flags= dbTokenDescription='{}'",
                directory.join(NSS).display(),
                self.label,
            );
            CString::new(text).unwrap()
        });
        self
    }
}

const KRYOPTIC: &str = "kryoptic.toml";
const NSS: &str = "nss";
const SOFTHSM: &str = "softhsm.conf";

/// The folder in which the tokens of one test live, and what a process that uses them is told.
pub struct Home {
    directory: TempDir,
    modules: Vec<Module>,
}

impl Home {
    pub(super) fn new(tokens: &[Token]) -> Self {
        let home =
            Self { directory: fresh_directory(), modules: tokens.iter().map(|token| token.kind).collect() };
        let path = home.directory.path();
        let all = |kind| tokens.iter().filter(move |token| token.kind == kind);

        let mut config = String::new();
        let mut points = all(Module::Kryoptic).map(|token| token.config.der_points);
        if let Some(der) = points.next() {
            assert!(points.all(|other| other == der), "kryoptic writes all its points in one way");
            writeln!(config, "ec_point_encoding.encoding = '{}'", if der { "Der" } else { "Bytes" }).unwrap();
        }
        for (slot, token) in all(Module::Kryoptic).enumerate() {
            let database = path.join(format!("kryoptic-{slot}.sql"));
            writeln!(config, "[[slots]]\nslot = {}\ndbtype = 'sqlite'", slot + 1).unwrap();
            writeln!(config, "dbargs = '{}'", database.display()).unwrap();
            if !token.config.mechanisms.is_empty() {
                writeln!(config, "mechanisms = {:?}", token.config.mechanisms).unwrap();
            }
        }
        std::fs::write(path.join(KRYOPTIC), config).unwrap();

        assert!(all(Module::Nss).count() <= 1, "NSS has one database in a process");
        std::fs::create_dir(path.join(NSS)).unwrap();

        let tokens = path.join("softhsm");
        std::fs::create_dir(&tokens).unwrap();
        let config = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
        std::fs::write(path.join(SOFTHSM), config).unwrap();
        home
    }

    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// What a process needs that uses these tokens.
    pub(super) fn environment(&self) -> Vec<(&'static str, OsString)> {
        let path = self.directory.path();
        let mut modules = self.modules.clone();
        // SoftHSM's folder may be the machine's own, where an older library of NSS may be.
        modules.sort_by_key(|kind| *kind != Module::Nss);
        let mut folders: Vec<_> = modules.iter().filter_map(|kind| kind.libraries()).collect();
        folders.extend(std::env::var_os("LD_LIBRARY_PATH").iter().flat_map(std::env::split_paths));
        let over = self.modules.first().map(|kind| kind.file().into()).unwrap_or_default();
        vec![
            (OVER, over),
            (DIRECTORY, path.into()),
            ("KRYOPTIC_CONF", path.join(KRYOPTIC).into()),
            ("SOFTHSM2_CONF", path.join(SOFTHSM).into()),
            ("LD_LIBRARY_PATH", std::env::join_paths(folders).unwrap()),
        ]
    }

    /// The tokens as they are in a process that got this environment.
    pub(super) fn in_child<const N: usize>(tokens: [Token; N]) -> [Token; N] {
        let directory = PathBuf::from(std::env::var_os(DIRECTORY).unwrap());
        let mut number = 0;
        tokens.map(|token| {
            number += 1;
            token.placed(number, &directory)
        })
    }
}

/// In memory where there is such a place: tokens write every key through to the disk, which takes most of
/// the time of making one.
fn fresh_directory() -> TempDir {
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap()
}
