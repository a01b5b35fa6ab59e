#!/usr/bin/env python3
"""khoalai from Python, with nothing but ctypes: key exchange, and a signature that is refused when changed."""

import ctypes
import os
import sys

# The number is the ABI: a library that would need another program has another one.
lib = ctypes.CDLL("libkhoalai.so.0")

X_WING = 0x0101
MLDSA65_ECDSA_P256_SHA512 = 0x0201
VERIFICATION_FAILED = 201
RAW = 1
VIETNAMESE = int(os.environ.get("LANG", "").startswith("vi"))

lib.khoalai_error_name.restype = ctypes.c_char_p
lib.khoalai_error_text.restype = ctypes.c_char_p
lib.khoalai_key_free.restype = lib.khoalai_public_key_free.restype = None


class KhoalaiError(Exception):
    """Carries the stable number, and the text for people."""

    def __init__(self, code):
        self.code = code
        name = lib.khoalai_error_name(code).decode()
        super().__init__(f"{lib.khoalai_error_text(code, VIETNAMESE).decode()} [{name}]")


def must(code):
    if code != 0:
        raise KhoalaiError(code)


class Handle:
    """Something of the library's that is freed at the end of a `with`."""

    def __init__(self, free):
        self.pointer = ctypes.c_void_p()
        self._free = free

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._free(ctypes.byref(self.pointer))

    @property
    def to_write(self):
        return ctypes.byref(self.pointer)


def given(data):
    """Bytes as two arguments: where they are, and how many."""
    return ctypes.c_char_p(data), ctypes.c_size_t(len(data))


def ask(function, *arguments):
    """Calls a function whose last two arguments are a buffer and its length: for the length, then for all."""
    length = ctypes.c_size_t()
    must(function(*arguments, None, ctypes.byref(length)))
    buffer = ctypes.create_string_buffer(length.value)
    must(function(*arguments, buffer, ctypes.byref(length)))
    return buffer.raw[: length.value]


def generate(algorithm):
    key = Handle(lib.khoalai_key_free)
    must(lib.khoalai_key_generate(ctypes.c_uint(algorithm), None, key.to_write))
    return key


def public_key_of(key):
    public_key = Handle(lib.khoalai_public_key_free)
    must(lib.khoalai_key_public(key.pointer, public_key.to_write))
    return public_key


def read_public_key(algorithm, data):
    public_key = Handle(lib.khoalai_public_key_free)
    must(lib.khoalai_public_key_import(ctypes.c_uint(algorithm), None, *given(data), public_key.to_write))
    return public_key


def encapsulate(public_key):
    ciphertext, secret = ctypes.create_string_buffer(1120), ctypes.create_string_buffer(32)
    lengths = ctypes.c_size_t(1120), ctypes.c_size_t(32)
    must(lib.khoalai_encapsulate(public_key.pointer, ciphertext, ctypes.byref(lengths[0]), secret, ctypes.byref(lengths[1])))
    return ciphertext.raw, secret.raw


def flipped(data):
    return bytes([data[0] ^ 1]) + data[1:]


def main():
    with generate(X_WING) as key, public_key_of(key) as public_key:
        sent_key = ask(lib.khoalai_public_key_write, public_key.pointer, ctypes.c_uint(RAW))
        with read_public_key(X_WING, sent_key) as read:
            ciphertext, secret = encapsulate(read)
        if ask(lib.khoalai_decapsulate, key.pointer, *given(ciphertext)) != secret:
            sys.exit("the two have different secrets")
        if ask(lib.khoalai_decapsulate, key.pointer, *given(flipped(ciphertext))) == secret:
            sys.exit("a changed ciphertext gave the same secret")
    print(("A secret is shared.", "Hai bên có chung một bí mật.")[VIETNAMESE])

    message = "Công văn số 01/2026".encode()
    with generate(MLDSA65_ECDSA_P256_SHA512) as key, public_key_of(key) as public_key:
        signature = ask(lib.khoalai_sign, key.pointer, *given(message), *given(b""))
        must(lib.khoalai_verify(public_key.pointer, *given(message), *given(b""), *given(signature)))
        try:
            must(lib.khoalai_verify(public_key.pointer, *given(flipped(message)), *given(b""), *given(signature)))
        except KhoalaiError as error:
            if error.code != VERIFICATION_FAILED:
                raise
            print(error)
        else:
            sys.exit("a changed message was accepted")


if __name__ == "__main__":
    main()
