"""Builds benches/side-channels for each path that the library may take, and runs it. To be imported."""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "benches/side-channels"

# The path: the cfg `khoalai_path`, the environment that dependencies are built in, the package's features.
# `valgrind` is what shipped builds do on a processor with AVX2 and ADX and without AVX-512: Valgrind runs all
# of it, but graviola believes that only if it was told when it was built.
PATHS = {
    "best": (None, {}, "libcrux"),
    "valgrind": ("valgrind", {"VALGRIND_BUG_494162": "1"}, "libcrux"),
    "vectors": ("vectors", {}, "libcrux"),
    "portable": ("portable", {"LIBCRUX_DISABLE_SIMD256": "1"}, "libcrux"),
    "rustcrypto": ("portable", {}, "rustcrypto"),
}


def processor():
    """What the processor has, in the words of Linux."""
    flags = re.search(r"^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return set(flags[1].split()) if flags else set()


def why_not(path):
    """Why this machine cannot run the path, or None."""
    if platform.machine() != "x86_64" or sys.platform != "linux":
        return "it is for Linux on x86-64"
    needed = {"valgrind": {"avx2", "adx", "bmi1", "bmi2", "aes", "pclmulqdq"}, "vectors": {"avx2"}}
    missing = needed.get(path, set()) - processor()
    return f"the processor lacks {', '.join(sorted(missing))}" if missing else None


def build(path, profile="release"):
    """Builds the program for the path, and says where it is."""
    cfg, variables, features = PATHS[path]
    target = ROOT / "target/side-channels" / path
    environment = os.environ | variables | {"CARGO_TARGET_DIR": str(target), "CARGO_INCREMENTAL": "0"}
    environment.pop("CARGO_ENCODED_RUSTFLAGS", None)
    environment["RUSTFLAGS"] = f'--cfg khoalai_path="{cfg}"' if cfg else ""
    command = ["cargo", "build", "--locked", "--quiet", "--profile", profile, "--no-default-features", "--features", features]
    subprocess.run(command, cwd=FOLDER, env=environment, check=True, stdin=subprocess.DEVNULL)
    return target / profile / "side-channels"


def first_line(*command):
    """What a program says of itself."""
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT).stdout.split("\n")[0]
