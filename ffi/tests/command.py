#!/usr/bin/env python3
"""What is made through the C interface serves the khoalai command, and back: keys, ciphertexts, signatures.

    ffi/tests/command.py LIBRARY COMMAND [MODULE URI PIN-FILE]   with a module also keys in a token; REFERENCE
                                                                 is left in the folder for the C tests
"""

import ctypes
import subprocess
import sys
from ctypes import c_char_p, c_size_t, c_uint
from pathlib import Path

from library import DER, PEM, Library, Options, Refused

MESSAGE = "Quyết định số 1".encode()


def main(library, command, module=None, uri=None, pin_file=None):
    library, tried = Library(library), 0

    def khoalai(*arguments):
        subprocess.run([command, *arguments], check=True, stdout=subprocess.DEVNULL)

    def exchange(key, public, as_key, *options):
        """Opens with `key` here and `as_key` there what both of them send."""
        Path("pub").write_bytes(library.write_public(public, PEM))
        ciphertext, sent = library.encapsulate(public)
        Path("ct").write_bytes(ciphertext)
        khoalai("decapsulate", "--key", as_key, "--ciphertext", "ct", "--secret", "got", *options)
        assert Path("got").read_bytes() == sent
        for old in ["ct", "got"]:
            Path(old).unlink()
        khoalai("encapsulate", "--to", "pub", "--ciphertext", "ct", "--secret", "sent")
        assert library.decapsulate(key, Path("ct").read_bytes()) == Path("sent").read_bytes()
        for old in ["ct", "sent", "pub"]:
            Path(old).unlink()

    def signature(key, public, as_key, *options):
        Path("pub").write_bytes(library.write_public(public, DER))
        Path("message").write_bytes(MESSAGE)
        Path("sig").write_bytes(library.sign(key, MESSAGE, b"vn"))
        khoalai("verify", "--key", "pub", "--signature", "sig", "--context", "vn", "message")
        Path("sig").unlink()
        khoalai("sign", "--key", as_key, "-o", "sig", "--context", "vn", *options, "message")
        library.verify(public, MESSAGE, b"vn", Path("sig").read_bytes())
        try:
            library.verify(public, MESSAGE + b"!", b"vn", Path("sig").read_bytes())
            sys.exit("a signature over another message was accepted")
        except Refused as refused:
            assert refused.name == "VERIFICATION_FAILED"
        for old in ["sig", "pub"]:
            Path(old).unlink()

    def serve(name, key, as_key, *options):
        public = library.public_of(key)
        signs = library.c.khoalai_signature_len(library.algorithm(name)) > 0
        (signature if signs else exchange)(key, public, as_key, *options)
        library.free(("key", key), ("public_key", public))

    for name in ["X-Wing", "MLKEM768-P256", "MLDSA65-ECDSA-P256-SHA512", "MLDSA87-ECDSA-P384-SHA512", "ML-DSA-65"]:
        khoalai("keygen", name, "-o", f"{name}.pem")
        serve(name, library.read_key(Path(f"{name}.pem").read_bytes()), f"{name}.pem")
        key = library.new("key_generate", c_uint(library.algorithm(name)), None)
        Path(f"{name}.ours").write_bytes(library.out("key_write", key, c_uint(PEM), None, c_size_t(0)))
        Path(f"{name}.ours").chmod(0o600)
        serve(name, key, f"{name}.ours")
        tried += 2
    if module:
        modules = (c_char_p * 1)(module.encode())
        options = Options(ctypes.sizeof(Options), modules, 1, pin_file.encode())
        device = ["--module", module, "--pin-file", pin_file]
        for name in ["MLKEM768-P256", "MLDSA65-ECDSA-P256-SHA512"]:
            # Made by the command, and by us in the token.
            no_recovery = ["--no-recovery"] if name.startswith("MLKEM") else []
            khoalai("hsm", "keygen", name, f"{uri};object=command-{name}", "-o", f"{name}.ref", *device, *no_recovery)
            content = Path(f"{name}.ref").read_bytes()
            key = library.new("key_open_reference", None, content, c_size_t(len(content)), None, c_size_t(0), ctypes.byref(options))
            serve(name, key, f"{name}.ref", *device)
            store = library.new("store_open", uri.encode(), ctypes.byref(options))
            key = library.new("store_generate_key", store, c_uint(library.algorithm(name)), f"ours-{name}".encode(), None)
            serve(name, key, f"{uri};object=ours-{name}", *device)
            library.free(("store", store))
            tried += 2
        Path("MLKEM768-P256.ref").rename("REFERENCE")
    print(f"{tried} keys served both sides")


if __name__ == "__main__":
    main(*sys.argv[1:])
