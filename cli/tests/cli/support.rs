//! A fresh directory, and the command run inside it.

use serde_json::Value;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub const KHOALAI: &str = env!("CARGO_BIN_EXE_khoalai");

/// How a run of the command ended.
pub struct Run {
    pub code: i32,
    pub out: Vec<u8>,
    pub err: Vec<u8>,
}

impl Run {
    pub fn of(mut command: Command, input: &[u8]) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // A command that does not read its input closes the pipe: no error here.
        let writer = std::thread::spawn(move || {
            let _ = stdin.write_all(&input);
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Self { code: output.status.code().unwrap_or(-1), out: output.stdout, err: output.stderr }
    }

    pub fn out(&self) -> &str {
        core::str::from_utf8(&self.out).unwrap()
    }

    pub fn err(&self) -> &str {
        core::str::from_utf8(&self.err).unwrap()
    }

    /// It ended with this code and named this error.
    #[track_caller]
    pub fn fails(&self, code: i32, name: &str) {
        assert_eq!(self.code, code, "{}{}", String::from_utf8_lossy(&self.out), self.err());
        assert!(self.err().contains(&format!("[{name} ")), "{name} is not in: {}", self.err());
    }
}

/// A directory that is gone after the test.
pub struct Dir(tempfile::TempDir);

impl Dir {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// The names in it, hidden ones included.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A command in this directory, in English.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.0.path()).env_remove("LC_MESSAGES").env_remove("LANG").env("LC_ALL", "C");
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, b"")
    }

    pub fn run_with(&self, args: &[&str], input: &[u8]) -> Run {
        let mut command = self.command(KHOALAI);
        command.args(args);
        Run::of(command, input)
    }

    /// The run must succeed.
    #[track_caller]
    pub fn ok(&self, args: &[&str]) -> Run {
        let run = self.run(args);
        assert_eq!(run.code, 0, "{args:?}: {}{}", String::from_utf8_lossy(&run.out), run.err());
        run
    }

    /// The run with `--json`: one object on stdout, nothing on stderr.
    #[track_caller]
    pub fn json(&self, args: &[&str]) -> (i32, Value) {
        let run = self.run(&[args, &["--json"]].concat());
        assert_eq!(run.err(), "", "{args:?}");
        assert_eq!(run.out().lines().count(), 1, "{args:?}");
        (run.code, serde_json::from_str(run.out()).unwrap())
    }

    /// A shell script, with the command as `$K`.
    pub fn shell(&self, script: &str) -> Run {
        let mut command = self.command("sh");
        command.env("K", KHOALAI).args(["-c", script]);
        Run::of(command, b"")
    }

    /// Runs the command on a terminal of its own and gives each answer when its question has come.
    pub fn on_terminal(&self, answers: &[(&str, &str)], args: &[&str]) -> Run {
        let mut command = self.command("python3");
        let answers: Vec<_> = answers.iter().map(|(question, answer)| [question, answer]).collect();
        command.args(["-c", TERMINAL, &serde_json::to_string(&answers).unwrap(), KHOALAI]).args(args);
        Run::of(command, b"")
    }
}

/// What a person at a terminal does. A question may come before the terminal stops its echo: wait a little.
const TERMINAL: &str = r#"
import json, os, pty, sys, time
answers, argv = json.loads(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(argv[0], argv)
seen, start = b"", 0
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    seen += data
    if answers and answers[0][0].encode() in seen[start:]:
        start = len(seen)
        time.sleep(0.3)
        os.write(terminal, answers.pop(0)[1].encode() + b"\n")
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"#;

/// A file of the published vectors.
pub fn vector(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors").join(name)
}

/// A file of the library's that ssh-keygen made.
pub fn openssh(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/openssh").join(name)).unwrap()
}

pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().unwrap().permissions().mode() & 0o777
}

pub fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Every algorithm that `keygen` makes keys of.
pub fn made() -> impl Iterator<Item = khoalai::Algorithm> {
    let all = khoalai::Algorithm::ALL.iter().copied();
    all.filter(|algorithm| algorithm.private_key_len() > 0 && !algorithm.is_classical())
}

pub fn is_signature(algorithm: khoalai::Algorithm) -> bool {
    algorithm.kind() == khoalai::algorithm::Kind::Signature
}

/// The DER in a PEM file.
pub fn der(pem: &[u8]) -> Vec<u8> {
    let mut out = vec![0; pem.len()];
    khoalai::encode::pem::decode(pem, &mut out).unwrap().der.to_vec()
}
