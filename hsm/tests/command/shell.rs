//! The command in a folder of its own.

use crate::support::secrets::keep;
use crate::support::tokens::{Token, USER_PIN};
use base64ct::{Base64, Encoding};
use serde_json::Value;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The end of a private key's DER, which is the key itself.
fn keep_key(pem: &[u8]) {
    let text = String::from_utf8(pem.to_vec()).unwrap();
    let base64: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = Base64::decode_vec(&base64).unwrap();
    keep(&der[der.len() - 32..]);
}

pub fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("khoalai");
    assert!(program.is_file(), "the command is not built. First run: cargo build -p khoalai-cli");
    program
}

/// The command in a folder of its own, with the module and the PIN of a token.
pub struct Shell {
    pub folder: PathBuf,
    /// What is said of the device.
    pub device: Vec<OsString>,
}

impl Shell {
    pub fn new(token: &Token) -> Self {
        let folder = token.directory().join("shell");
        std::fs::create_dir(&folder).unwrap();
        let mut device: Vec<OsString> = vec!["--module".into(), token.module().into()];
        device.extend(["--pin-file", "pin"].map(OsString::from));
        // NSS wants to be told where its database is, and holds no data objects.
        if let Some(reserved) = token.reserved() {
            std::fs::create_dir(folder.join("claims")).unwrap();
            let reserved = reserved.to_str().unwrap();
            device.extend(["--claims", "claims", "--module-parameters", reserved].map(OsString::from));
        }
        let shell = Self { folder, device };
        shell.secret("pin", USER_PIN);
        shell
    }

    /// A file for its owner alone. What is in it must not be printed, unless it is a reference.
    pub fn secret(&self, name: &str, content: &str) {
        if content.len() >= 16 && !name.ends_with(".ref") {
            keep(content.as_bytes());
        }
        std::fs::write(self.folder.join(name), content).unwrap();
        std::fs::set_permissions(self.folder.join(name), std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.join(name)).unwrap()
    }

    /// Runs it and gives the exit code and the object that it prints.
    pub fn run(&self, arguments: &[&str]) -> (i32, Value) {
        let mut command = Command::new(program());
        command.current_dir(&self.folder).args(["--json", "--lang", "en"]).args(arguments);
        if ["hsm", "sign", "decapsulate", "public"].contains(&arguments[0]) {
            command.args(&self.device);
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        let told = [&output.stdout[..], &output.stderr].concat();
        println!("{}", String::from_utf8_lossy(&told));
        // Nor any secret that it made, whoever prints it.
        let secrets = arguments.windows(2).filter(|words| words[0] == "--secret" && output.status.success());
        secrets.for_each(|words| keep(&self.read(words[1])));
        let keys = arguments.windows(2).filter(|words| words[0] == "-o" && words[1].ends_with(".pem"));
        keys.filter(|_| output.status.success()).for_each(|words| keep_key(&self.read(words[1])));
        let object =
            serde_json::from_slice(&output.stdout).or_else(|_| serde_json::from_slice(&output.stderr));
        (output.status.code().unwrap(), object.unwrap())
    }

    #[track_caller]
    pub fn ok(&self, arguments: &[&str]) -> Value {
        let (code, object) = self.run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {object}");
        object
    }

    /// What is listed of the token.
    pub fn listed(&self, token: &Token, field: &str) -> String {
        let found = self.ok(&["hsm", "list"]);
        let mut found = found["tokens"].as_array().unwrap().iter();
        found.find(|found| found["label"] == token.label()).unwrap()[field].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub fn fails(&self, arguments: &[&str], exit: i32, name: &str) {
        let (code, object) = self.run(arguments);
        assert_eq!((code, object["error"]["code"].as_str()), (exit, Some(name)), "{arguments:?}");
    }
}
