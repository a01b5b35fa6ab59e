#!/usr/bin/env python3
"""Holds include/khoalai.h against the Rust sources and the library, in both directions.

    ffi/tests/header.py [LIBRARY.so]     prototypes, structures, constants; and what the library exports
    ffi/tests/header.py --prove          shows that every comparison can fail
    ffi/tests/header.py --counting       writes a header that counts how every function ended, for the C tests
    ffi/tests/header.py --counted FILE   whether every function that can fail did, and every one also succeeded
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
TYPES = {
    "int": "c_int", "unsigned int": "c_uint", "size_t": "usize", "char": "c_char", "unsigned char": "c_uchar",
    "void": "c_void",
}  # fmt: skip
# Macros of the header alone: what compilers are told, and lengths, which a C test compares at run time.
OF_C_ALONE = r"KHOALAI_(H|MUST_USE|NONNULL|VERSION|OK|SECRET_LEN|\w+_LEN)"
# Cannot fail, or says so otherwise.
NEVER_FAIL = r"khoalai_(version(_number)?|abi|error_\w+|wipe|algorithm_count|\w+_len|\w+_free)"


def c_type(text):
    """A C type as Rust writes it."""
    base, *parts = [part.strip() for part in re.sub(r"\s+", " ", text).split("*")]
    const = base.startswith("const ")
    base = base.removeprefix("const ").strip()
    result = TYPES.get(base, base)
    for qualifier in parts:
        result = ("*const " if const else "*mut ") + result
        const = qualifier == "const"
    return result


def c_parameter(text):
    """(name, type) of a parameter or member."""
    text = text.strip()
    if match := re.match(r"(\w+) \(\*(\w+)\)\((.*)\)$", re.sub(r"\s+", " ", text)):
        return match[2], c_function(match[3], match[1])
    match = re.match(r"(.*?)(\w+)$", text, re.DOTALL)
    return match[2], c_type(match[1])


def split(text):
    """At commas that are in no brackets."""
    parts, depth, last = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter in "(<[{") - (letter in ")]}" or (letter == ">" and text[at - 1] != "-"))
        if letter == "," and depth == 0:
            parts.append(text[last:at])
            last = at + 1
    return [part.strip() for part in [*parts, text[last:]] if part.strip()]


def c_function(parameters, result):
    types = [c_parameter(parameter)[1] for parameter in split(parameters)]
    arrow = "" if result == "void" else f" -> {c_type(result)}"
    return f"Option<unsafe extern \"C\" fn({', '.join(types)}){arrow}>"


def header(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    constants = {}
    for match in re.finditer(r"^[ \t]*#[ \t]*define[ \t]+(KHOALAI_\w+)(?:\([^)]*\))?[ \t]*(.*)$", text, re.MULTILINE):
        constants[match[1]] = match[2].strip()
    text = re.sub(r"^[ \t]*#.*$", "", text, flags=re.MULTILINE)
    text = text.replace('extern "C" {', "")
    text = re.sub(r"KHOALAI_NONNULL\(\(.*?\)\)|KHOALAI_MUST_USE", "", text)
    structs, functions, handles, callbacks = {}, {}, set(), {}
    for match in re.finditer(r"typedef struct (\w+) \{(.*?)\} \1;", text, re.DOTALL):
        members = [member for member in match[2].split(";") if member.strip()]
        structs[match[1]] = [c_parameter(member) for member in members]
    text = re.sub(r"typedef struct (\w+) \{.*?\} \1;", "", text, flags=re.DOTALL)
    handles = set(re.findall(r"typedef struct (\w+) \1;", text))
    for match in re.finditer(r"typedef (\w+) \(\*(\w+)\)\((.*?)\);", text, re.DOTALL):
        callbacks[match[2]] = c_function(match[3], match[1])
    text = re.sub(r"typedef .*?;", "", text, flags=re.DOTALL)
    for match in re.finditer(r"([\w \t*]+?)\b(khoalai_\w+)\(([^;]*?)\)\s*;", text, re.DOTALL):
        parameters = [] if match[3].strip() == "void" else [c_parameter(each) for each in split(match[3])]
        functions[match[2]] = (parameters, c_type(match[1]) if match[1].strip() != "void" else "")
    return constants, structs, handles, callbacks, functions


def code(text):
    return re.sub(r"//[^\n]*", "", text)


def rust_type(text):
    return re.sub(r",\s*\)", ")", re.sub(r"\s+", " ", text).replace("( ", "(").replace("Option< ", "Option<").replace(", >", ">").replace(" >", ">")).strip()


def sources(root):
    constants, structs, handles, callbacks, functions = {}, {}, set(), {}, {}
    for file in sorted((root / "ffi/src").glob("*.rs")):
        text = code(file.read_text())
        for match in re.finditer(r"^pub const (\w+): (?:c_int|c_uint) = ([\w-]+);", text, re.MULTILINE):
            constants[match[1]] = int(match[2].replace("_", ""), 0)
        for match in re.finditer(r"#\[repr\(C\)\](?:\s*#\[.*?\])*\s*pub struct (khoalai_\w+) \{(.*?)\n\}", text, re.DOTALL):
            members = [re.match(r"pub (\w+):\s*(.*)$", member, re.DOTALL) for member in split(match[2])]
            structs[match[1]] = [(member[1], rust_type(member[2])) for member in members]
        handles |= set(re.findall(r"held!\((khoalai_\w+),", text))
        for match in re.finditer(r"pub type (khoalai_\w+_callback) =\s*(.*?);", text, re.DOTALL):
            callbacks[match[1]] = rust_type(match[2])
        pattern = r"(#\[unsafe\(no_mangle\)\]\s*)?pub (?:const )?(?:unsafe )?extern \"C\" fn (\w+)\((.*?)\)(?: -> ([^{]*?))? \{"
        for match in re.finditer(pattern, text, re.DOTALL):
            if not match[1]:
                raise SystemExit(f"{file.name}: {match[2]} is not exported")
            parameters = [tuple(part.strip() for part in each.split(":", 1)) for each in split(match[3])]
            functions[match[2]] = (parameters, (match[4] or "").strip())
    text = (root / "ffi/src/algorithm.rs").read_text()
    for match in re.finditer(r'^    (\w+) = (0x\w+), "', text, re.MULTILINE):
        constants[match[1]] = int(match[2], 0)
    for path in ["src/error.rs", "hsm/src/error.rs", "ffi/src/error.rs"]:
        for match in re.finditer(r'^    \w+ = (\d+), "(\w+)", \w+,$', (root / path).read_text(), re.MULTILINE):
            constants[f"ERROR_{match[2]}"] = int(match[1])
    manifest = (root / "Cargo.toml").read_text()
    major, minor, patch = map(int, re.search(r'^version = "(\d+)\.(\d+)\.(\d+)', manifest, re.MULTILINE).groups())
    constants["VERSION_NUMBER"] = major << 16 | minor << 8 | patch
    version = f'"{major}.{minor}.{patch}"'
    abi = int(re.search(r"^const ABI: u32 = (\d+);", (root / "ffi/build.rs").read_text(), re.MULTILINE)[1])
    return constants, structs, handles, callbacks, functions, version, abi


def differences(kind, ours, theirs):
    for name in sorted(set(ours) | set(theirs)):
        if name not in theirs:
            yield f"{kind} {name}: in the header and not in the sources"
        elif name not in ours:
            yield f"{kind} {name}: in the sources and not in the header"
        elif ours[name] != theirs[name]:
            yield f"{kind} {name}: {ours[name]} in the header, {theirs[name]} in the sources"


def check(root):
    constants, *rest = header((root / "ffi/include/khoalai.h").read_text())
    other_constants, *other, version, abi = sources(root)
    if constants.get("KHOALAI_VERSION") != version:
        yield f"KHOALAI_VERSION is not {version}"
    if other_constants.get("ABI") != abi:
        yield f"build.rs says ABI {abi}, version.rs says {other_constants.get('ABI')}"
    values = {
        name.removeprefix("KHOALAI_"): int(value.rstrip("u"), 0)
        for name, value in constants.items()
        if not re.fullmatch(OF_C_ALONE, name)
    }
    yield from differences("constant", values, other_constants)
    for kind, ours, theirs in zip(["structure", "handle", "callback", "function"], rest, other):
        if isinstance(ours, set):
            ours, theirs = dict.fromkeys(ours), dict.fromkeys(theirs)
        yield from differences(kind, ours, theirs)


def exported(library, names):
    out = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    found = {line.split()[-1].split("@")[0] for line in out.splitlines()}
    for name in sorted(found ^ set(names)):
        yield f"{name}: {'exported and not in the header' if name in found else 'in the header and not exported'}"


VIOLATIONS = [
    ("ffi/include/khoalai.h", ("KHOALAI_ERROR_MALFORMED                100", "KHOALAI_ERROR_MALFORMED 99"), "ERROR_MALFORMED"),
    ("ffi/include/khoalai.h", ("0x0103u", "0x0104u"), "constant MLKEM768_P256"),
    ("ffi/include/khoalai.h", ("int khoalai_error_class(int error);", ""), "in the sources and not in the header"),
    ("ffi/include/khoalai.h", ("void khoalai_wipe(", "void khoalai_wiped(void);\nvoid khoalai_wipe("), "not in the sources"),
    ("ffi/include/khoalai.h", ("khoalai_wipe(void *bytes, size_t len)", "khoalai_wipe(void *bytes, int len)"), "function khoalai_wipe"),
    ("ffi/include/khoalai.h", ("const khoalai_key *key, unsigned int *algorithm)", "khoalai_key *key, unsigned int *algorithm)"), "function khoalai_key_algorithm"),
    ("ffi/include/khoalai.h", ("    unsigned int permit; ", "    int permit; "), "structure khoalai_policy"),
    ("ffi/include/khoalai.h", ("int (*public_key)(void *context, unsigned char *out, size_t *out_len);", "int (*public_key)(void *context, unsigned char *out);"), "structure khoalai_vendor_key"),
    ("ffi/include/khoalai.h", ("typedef struct khoalai_half khoalai_half;", ""), "handle khoalai_half"),
    ("ffi/include/khoalai.h", ('"0.1.0"', '"0.1.1"'), "KHOALAI_VERSION"),
    ("ffi/include/khoalai.h", ("unsigned int event, const char *line);", "int event, const char *line);"), "callback khoalai_audit_callback"),
    ("ffi/src/wipe.rs", ("bytes: *mut c_void", "bytes: *const c_void"), "function khoalai_wipe"),
    ("ffi/src/policy.rs", ("pub least_pq: c_uint,\n", ""), "structure khoalai_policy"),
    ("ffi/src/half.rs", ("pub const CLASSICAL: c_int = 2;", "pub const CLASSICAL: c_int = 3;"), "constant CLASSICAL"),
    ("ffi/build.rs", ("const ABI: u32 = 0;", "const ABI: u32 = 1;"), "ABI"),
    ("src/error.rs", ('Absent = 401, "ABSENT"', 'Absent = 499, "ABSENT"'), "constant ERROR_ABSENT"),
]  # fmt: skip


def prove():
    for path, (old, new), expected in VIOLATIONS:
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory)
            for name in ["ffi/include/khoalai.h", "ffi/build.rs", "src/error.rs", "hsm/src/error.rs", "Cargo.toml"]:
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(TOP / name, root / name)
            shutil.copytree(TOP / "ffi/src", root / "ffi/src")
            text = (root / path).read_text()
            if old not in text:
                sys.exit(f"nothing to change in {path}: {old!r}")
            (root / path).write_text(text.replace(old, new, 1))
            said = [said for said in check(root) if expected in said]
            if not said:
                sys.exit(f"went unnoticed in {path}: {new!r}")
            print(f"noticed: {said[0]}")


def counting(functions):
    """Every call of a function with a code goes through a counter. It needs variadic macros (C99)."""
    print("/* Written by ffi/tests/header.py. */")
    print("int counted(const char *function, int code);")
    for name, (_, result) in sorted(functions.items()):
        if result == "c_int" and not re.fullmatch(NEVER_FAIL, name):
            print(f'#define {name}(...) counted("{name}", {name}(__VA_ARGS__))')


def counted(functions, path):
    ended = {}
    for line in Path(path).read_text().splitlines():
        name, code = line.split()
        ended.setdefault(name, set()).add(code == "0")
    wanted = [name for name, (_, result) in functions.items() if result == "c_int" and not re.fullmatch(NEVER_FAIL, name)]
    wrong = [f"{name}: never {'succeeded' if False in ended.get(name, ()) else 'called, or never failed'}"
             for name in wanted if ended.get(name) != {True, False}]  # fmt: skip
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(wanted)} functions succeeded and failed")


if __name__ == "__main__":
    functions = header((TOP / "ffi/include/khoalai.h").read_text())[-1]
    match sys.argv[1:]:
        case ["--prove"]:
            prove()
        case ["--counting"]:
            counting(functions)
        case ["--counted", path]:
            counted(functions, path)
        case libraries:
            wrong = [*check(TOP), *(said for library in libraries for said in exported(library, functions))]
            if wrong:
                sys.exit("\n".join(wrong))
            print(f"header and sources agree: {len(functions)} functions")
