"""The C interface as Python's ctypes sees it: only what the tests beside this file use."""

import ctypes
import re
from ctypes import byref, c_char_p, c_size_t, c_uint, c_void_p
from pathlib import Path

HEADER = Path(__file__).resolve().parent.parent / "include/khoalai.h"
CONSTANTS = {
    name: int(value.rstrip("u"), 0)
    for name, value in re.findall(r"^#define KHOALAI_(\w+) +(\d\w*)", HEADER.read_text(), re.MULTILINE)
}
DER, PEM, RAW = (CONSTANTS[name] for name in ["DER", "PEM", "RAW"])


class Refused(Exception):
    def __init__(self, name):
        super().__init__(name)
        self.name = name


class Options(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("modules", ctypes.POINTER(c_char_p)), ("module_count", c_size_t),
                ("pin_file", c_char_p)] + [(name, c_void_p) for name in ["pin", "pin_context", "audit", "audit_context",
                "claims", "module_parameters", "profile"]] + [("secrets_outside", c_uint)]  # fmt: skip


class Library:
    def __init__(self, path):
        self.c = ctypes.CDLL(str(path))
        self.c.khoalai_error_name.restype = c_char_p
        for name in ["signature", "ciphertext", "public_key"]:
            getattr(self.c, f"khoalai_{name}_len").restype = c_size_t

    def call(self, name, *arguments):
        code = getattr(self.c, f"khoalai_{name}")(*arguments)
        if code:
            raise Refused(self.c.khoalai_error_name(code).decode())

    def algorithm(self, name):
        number = c_uint()
        self.call("algorithm_named", name.encode(), byref(number))
        return number.value

    def new(self, name, *arguments):
        handle = c_void_p()
        self.call(name, *arguments, byref(handle))
        return handle

    def out(self, name, *arguments):
        """What a function writes, after its length was asked for."""
        length = c_size_t()
        self.call(name, *arguments, None, byref(length))
        buffer = ctypes.create_string_buffer(length.value)
        self.call(name, *arguments, buffer, byref(length))
        return buffer.raw[: length.value]

    def key(self, algorithm, raw):
        return self.new("key_import", c_uint(self.algorithm(algorithm)), None, raw, c_size_t(len(raw)))

    def read_key(self, content):
        return self.new("key_read", None, content, c_size_t(len(content)), None, c_size_t(0))

    def public_of(self, key):
        return self.new("key_public", key)

    def public(self, algorithm, raw):
        return self.new("public_key_import", c_uint(self.algorithm(algorithm)), None, raw, c_size_t(len(raw)))

    def read_public(self, content):
        return self.new("public_key_read", None, content, c_size_t(len(content)))

    def write_public(self, public, encoding=RAW):
        return self.out("public_key_write", public, c_uint(encoding))

    def encapsulate(self, public):
        lengths = c_size_t(), c_size_t()
        self.call("encapsulate", public, None, byref(lengths[0]), None, byref(lengths[1]))
        buffers = [ctypes.create_string_buffer(length.value) for length in lengths]
        self.call("encapsulate", public, buffers[0], byref(lengths[0]), buffers[1], byref(lengths[1]))
        return buffers[0].raw, buffers[1].raw

    def decapsulate(self, key, ciphertext):
        return self.out("decapsulate", key, ciphertext, c_size_t(len(ciphertext)))

    def sign(self, key, message, context=b""):
        return self.out("sign", key, message, c_size_t(len(message)), context, c_size_t(len(context)))

    def verify(self, public, message, context, signature):
        lengths = [c_size_t(len(each)) for each in (message, context, signature)]
        self.call("verify", public, message, lengths[0], context, lengths[1], signature, lengths[2])

    def free(self, *handles):
        for kind, handle in handles:
            getattr(self.c, f"khoalai_{kind}_free")(byref(handle))
