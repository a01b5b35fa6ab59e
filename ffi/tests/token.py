#!/usr/bin/env python3
"""Makes a token for the C tests: with a label, a PIN, and a P-256 key that "was there before".

    ffi/tests/token.py MODULE LABEL PIN [PARAMETERS]

PKCS#11 by ctypes, for kryoptic and SoftHSM, whose own configuration is in the environment, and for NSS,
which takes PARAMETERS and finds its token made.
"""

import ctypes
import sys
from ctypes import POINTER, byref, c_ubyte, c_ulong, c_void_p

# Where functions stand in CK_FUNCTION_LIST (PKCS#11 2.40), behind the version.
NAMES = {"Initialize": 0, "Finalize": 1, "GetSlotList": 4, "GetTokenInfo": 6, "InitToken": 9, "InitPIN": 10, "OpenSession": 12,
         "Login": 18, "Logout": 19, "GenerateKeyPair": 59}  # fmt: skip
SO, USER = 0, 1
EC_KEY_PAIR_GEN = 0x1040
P256 = bytes.fromhex("06082a8648ce3d030107")


class Attribute(ctypes.Structure):
    _fields_ = [("type", c_ulong), ("value", c_void_p), ("length", c_ulong)]


class Mechanism(ctypes.Structure):
    _fields_ = [("mechanism", c_ulong), ("parameter", c_void_p), ("length", c_ulong)]


class InitializeArguments(ctypes.Structure):
    _fields_ = [("functions", c_void_p * 4), ("flags", c_ulong), ("reserved", ctypes.c_char_p)]


class Module:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        functions = c_void_p()
        assert self.library.C_GetFunctionList(byref(functions)) == 0
        self.table = ctypes.cast(functions.value + ctypes.sizeof(c_void_p), POINTER(c_void_p))

    def call(self, name, *arguments):
        function = ctypes.CFUNCTYPE(c_ulong, *[type(argument) if not hasattr(argument, "_obj") else c_void_p for argument in arguments])
        code = function(self.table[NAMES[name]])(*[ctypes.cast(a, c_void_p) if hasattr(a, "_obj") else a for a in arguments])
        if code != 0:
            sys.exit(f"C_{name}: 0x{code:x}")

    def slots(self):
        count, slots = c_ulong(16), (c_ulong * 16)()
        self.call("GetSlotList", c_ubyte(1), c_void_p(ctypes.addressof(slots)), byref(count))
        return slots[: count.value]

    def slot_of(self, label):
        """The slot whose token has this label, with which its description begins."""
        info = ctypes.create_string_buffer(512)
        for slot in self.slots():
            self.call("GetTokenInfo", c_ulong(slot), c_void_p(ctypes.addressof(info)))
            if info.raw[:32] == label:
                return c_ulong(slot)
        sys.exit(f"no token is called {label.decode()}")


def template(attributes):
    """Attributes from numbers and values; what they point to is kept with them."""
    values = [value if isinstance(value, bytes) else bytes([value]) for _, value in attributes]
    kept = [ctypes.create_string_buffer(value, len(value)) for value in values]
    array = (Attribute * len(attributes))()
    for index, (kind, _) in enumerate(attributes):
        array[index] = Attribute(kind, ctypes.cast(kept[index], c_void_p), len(values[index]))
    array.kept = kept
    return array


def main(path, label, pin, parameters=None):
    module, size = Module(path), c_ulong
    officer, label = (b"" if parameters else b"87654321"), label.encode().ljust(32)
    arguments = InitializeArguments(flags=2, reserved=(parameters or "").encode() or None)
    module.call("Initialize", c_void_p(ctypes.addressof(arguments)))
    name = ctypes.create_string_buffer(label, 32)
    text = ctypes.create_string_buffer(officer)
    if parameters is None:
        module.call("InitToken", size(module.slots()[0]), c_void_p(ctypes.addressof(text)), size(len(officer)), c_void_p(ctypes.addressof(name)))
    session = c_ulong()
    module.call("OpenSession", module.slot_of(label), size(6), c_void_p(None), c_void_p(None), byref(session))
    module.call("Login", session, size(SO), c_void_p(ctypes.addressof(text)), size(len(officer)))
    user = ctypes.create_string_buffer(pin.encode())
    module.call("InitPIN", session, c_void_p(ctypes.addressof(user)), size(len(pin)))
    module.call("Logout", session)
    module.call("Login", session, size(USER), c_void_p(ctypes.addressof(user)), size(len(pin)))
    both = [(0x01, 1), (0x03, b"old"), (0x102, b"old")]  # token, label, id
    public = template([*both, (0x180, P256)])
    private = template([*both, (0x02, 1), (0x103, 1), (0x162, 0), (0x10C, 1)])  # private, sensitive, not extractable, derive
    mechanism = Mechanism(EC_KEY_PAIR_GEN, None, 0)
    one, other = c_ulong(), c_ulong()
    module.call("GenerateKeyPair", session, c_void_p(ctypes.addressof(mechanism)), c_void_p(ctypes.addressof(public)),
                size(len(public)), c_void_p(ctypes.addressof(private)), size(len(private)), byref(one), byref(other))  # fmt: skip
    module.call("Finalize", c_void_p(None))


if __name__ == "__main__":
    main(*sys.argv[1:])
