#!/usr/bin/env python3
"""Runs official vectors through the C interface: what they say of keys, ciphertexts and signatures.

    ffi/tests/vectors.py LIBRARY           how many ran, of what; a count that differs fails
    ffi/tests/vectors.py LIBRARY --prove   a wrong vector is noticed, whichever file it is in
"""

import base64
import gzip
import json
import sys
from pathlib import Path

from library import Library, Refused

TOP = Path(__file__).resolve().parent.parent.parent / "test-vectors"
# How many cases each file gives. A change has to be looked at.
EXPECTED = {"X-Wing": 3, "CFRG hybrids": 10, "composite signatures": 40, "composite keys": 12, "ML-DSA verify": 631,
            "ML-KEM": 579, "ML-KEM keys": 75, "key files": 25}  # fmt: skip


def load(name):
    content = (TOP / name).read_bytes()
    return json.loads(gzip.decompress(content) if name.endswith(".gz") else content)


def unhex(text):
    return bytes.fromhex(text)


def opens(library, algorithm, private, public, ciphertext, secret):
    key = library.key(algorithm, private)
    made = library.public_of(key)
    try:
        return library.write_public(made) == public and library.decapsulate(key, ciphertext) == secret
    finally:
        library.free(("key", key), ("public_key", made))


def verifies(library, algorithm, public, message, context, signature):
    try:
        key = library.public(algorithm, public)
    except Refused:
        return False
    try:
        library.verify(key, message, context, signature)
        return True
    except Refused:
        return False
    finally:
        library.free(("public_key", key))


def hybrids(library):
    for case in load("xwing-draft/test-vectors.json"):
        yield "X-Wing", opens(library, "X-Wing", *(unhex(case[name]) for name in ["seed", "pk", "ct", "ss"]))
    for name, file in [("MLKEM768-P256", "MLKEM768P256"), ("MLKEM1024-P384", "MLKEM1024P384")]:
        for case in load(f"cfrg-concrete-hybrid-kems-04/test-vectors-{file}.json"):
            yield "CFRG hybrids", opens(library, name, *(unhex(case[part]) for part in ["seed", "pk", "ct", "ss"]))


def composites(library):
    vectors = load("composite-sigs/testvectors.json.gz")
    message, context = base64.b64decode(vectors["m"]), base64.b64decode(vectors["ctx"])
    for case in vectors["tests"]:
        name = case["tcId"].removeprefix("id-").removesuffix("-with-context")
        try:
            library.algorithm(name)
        except Refused:
            continue
        public, private = base64.b64decode(case["pk"]), base64.b64decode(case["sk_pkcs8"])
        for signature, with_context in [(case["s"], b""), (case["sWithContext"], context)]:
            signature = base64.b64decode(signature)
            good = verifies(library, name, public, message, with_context, signature)
            yield "composite signatures", good and not verifies(library, name, public, message + b"x", with_context, signature)
        try:
            key = library.read_key(private)
        except Refused as refused:
            assert refused.name in ("DEVICE_ONLY", "UNKNOWN_ALGORITHM"), refused.name
            continue
        made = library.public_of(key)
        yield "composite keys", library.write_public(made) == public
        library.free(("key", key), ("public_key", made))


def lattices(library):
    for level in ["44", "65", "87"]:
        for group in load(f"wycheproof/mldsa_{level}_verify_test.json.gz")["testGroups"]:
            for case in group["tests"]:
                parts = [unhex(part) for part in [group["publicKey"], case["msg"], case.get("ctx", ""), case["sig"]]]
                yield "ML-DSA verify", verifies(library, f"ML-DSA-{level}", *parts) == (case["result"] == "valid")
    for level in ["512", "768", "1024"]:
        for group in load(f"wycheproof/mlkem_{level}_test.json.gz")["testGroups"]:
            for case in group["tests"]:
                try:
                    parts = [unhex(case.get(part, "")) for part in ["seed", "ek", "c", "K"]]
                    good = opens(library, f"ML-KEM-{level}", *parts)
                except Refused:
                    good = False
                yield "ML-KEM", good == (case["result"] == "valid")
    answers = {case["tcId"]: case for group in load("acvp/ML-KEM-keyGen-FIPS203/expectedResults.json.gz")["testGroups"] for case in group["tests"]}
    for group in load("acvp/ML-KEM-keyGen-FIPS203/prompt.json")["testGroups"]:
        for case in group["tests"]:
            key = library.key(group["parameterSet"], unhex(case["d"]) + unhex(case["z"]))
            made = library.public_of(key)
            yield "ML-KEM keys", library.write_public(made) == unhex(answers[case["tcId"]]["ek"])
            library.free(("key", key), ("public_key", made))


def files(library):
    """Keys of RFC 9881, RFC 9935 and X-Wing's draft, as PEM."""
    for folder in ["rfc9881", "rfc9935"]:
        for path in sorted((TOP / folder).glob("ML-*.priv")):
            public = library.read_public((TOP / folder / f"{path.stem.rsplit('-', 1)[0]}.pub").read_bytes())
            key = library.read_key(path.read_bytes())
            made = library.public_of(key)
            yield "key files", library.write_public(made) == library.write_public(public)
            library.free(("key", key), ("public_key", made), ("public_key", public))
        for path in sorted((TOP / folder).glob("bad-*.priv")):
            try:
                key = library.read_key(path.read_bytes())
                library.free(("key", key))
                yield "key files", False
            except Refused:
                yield "key files", True


def run(library):
    counts = {}
    for source in [hybrids, composites, lattices, files]:
        for name, good in source(library):
            if not good:
                raise SystemExit(f"wrong: {name}, case {counts.get(name, 0) + 1}")
            counts[name] = counts.get(name, 0) + 1
    if counts != EXPECTED:
        raise SystemExit(f"expected {EXPECTED}, found {counts}")
    return counts


class Wrong(Library):
    """The library with one wrong answer, at the call that is counted to."""

    def __init__(self, path, of, at):
        super().__init__(path)
        self.of, self.left = of, at

    def out(self, name, *arguments):
        answer = super().out(name, *arguments)
        if name == self.of:
            self.left -= 1
            if self.left == 0:
                return bytes([answer[0] ^ 1]) + answer[1:]
        return answer

    def verify(self, *arguments):
        if self.of == "verify":
            self.left -= 1
            if self.left == 0:
                raise Refused("WRONG")
        super().verify(*arguments)


if __name__ == "__main__":
    if sys.argv[2:] == ["--prove"]:
        for of, at in [("decapsulate", 2), ("decapsulate", 9), ("public_key_write", 20), ("verify", 1)]:
            try:
                run(Wrong(sys.argv[1], of, at))
            except SystemExit as found:
                print(f"noticed: {found}")
                continue
            sys.exit(f"went unnoticed: {of}, {at}")
    else:
        counts = run(Library(sys.argv[1]))
        print(", ".join(f"{count} {name}" for name, count in counts.items()))
