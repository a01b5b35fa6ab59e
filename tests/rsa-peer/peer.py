#!/usr/bin/env python3
"""RSA of khoalai against RSA of the Python package `cryptography` (which is OpenSSL's).

    peer.py DRIVER [--keys N] [--operations N] [--plant WHAT]

Keys come from both sides in turn. An operation is made by one side and checked by the other. For each
key they are, in turn:

    PKCS#1 v1.5  made by us, verified by the peer; made by the peer, verified by us. The padding leaves
                 no choice, so both sides make the same bytes.
    PSS          the same two ways.
    OAEP         encrypted by us, opened by the peer; encrypted by the peer, opened by us.

Every tenth is followed by the same with one bit changed in the signature, the message or the
ciphertext: both sides have to refuse it. --plant makes the peer differ, to show that it is noticed.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import secrets
import subprocess
import sys
import threading

import cryptography
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

# Bits, how many keys of 20, and the hash of signatures.
SIZES = [(2048, 10, "SHA256"), (3072, 6, "SHA256"), (4096, 4, "SHA384")]
PLANTS = ["hash", "salt", "mgf1", "label", "signature", "ciphertext", "secret", "accepts", "key"]


class Differ(Exception):
    """The two sides do not agree."""


def check(agree, what):
    if not agree:
        raise Differ(what)


class Ours:
    """The driver: one line out, one line in."""

    def __init__(self, driver):
        self.process = subprocess.Popen([driver], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, do, row, **fields):
        request = {"do": do, "row": row}
        for name, value in fields.items():
            request[name] = value.hex()
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the driver ended while asked to {do} with {row}")
        return json.loads(line)

    def get(self, name, do, row, **fields):
        answer = self.ask(do, row, **fields)
        check(name in answer, f"we refuse to {do} with {row}: {answer}")
        return bytes.fromhex(answer[name])


class Peer:
    """One key on the peer's side, with the parameters of our rows."""

    def __init__(self, key, sha, plant):
        self.key, self.plant = key, plant
        self.public = key.public_key()
        self.hash = {"SHA256": hashes.SHA256(), "SHA384": hashes.SHA384()}[sha]
        if plant == "hash":
            self.hash = hashes.SHA512()
        salt = 20 if plant == "salt" else self.hash.digest_size
        mgf1 = hashes.SHA1() if plant == "mgf1" else hashes.SHA256()
        label = b"khoalai" if plant == "label" else None
        self.paddings = {
            "PKCS15": padding.PKCS1v15(),
            "PSS": padding.PSS(mgf=padding.MGF1(self.hash), salt_length=salt),
        }
        self.oaep = padding.OAEP(mgf=padding.MGF1(mgf1), algorithm=hashes.SHA256(), label=label)

    def sign(self, kind, message):
        signature = self.key.sign(message, self.paddings[kind], self.hash)
        return flip(signature) if self.plant == "signature" else signature

    def verifies(self, kind, message, signature):
        try:
            self.public.verify(signature, message, self.paddings[kind], self.hash)
            return True
        except InvalidSignature:
            return self.plant == "accepts"

    def encrypt(self, secret):
        ciphertext = self.public.encrypt(secret, self.oaep)
        return flip(ciphertext) if self.plant == "ciphertext" else ciphertext

    def decrypt(self, ciphertext):
        """What is inside, or None."""
        try:
            secret = self.key.decrypt(ciphertext, self.oaep)
            return flip(secret) if self.plant == "secret" else secret
        except ValueError:
            return bytes(32) if self.plant == "accepts" else None


def flip(data):
    """One bit changed, any of them."""
    bit = secrets.randbelow(8 * len(data))
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def make_key(number, bits, ours, row):
    """Both encodings of a private key that one side made, and who that was."""
    if number % 2 == 0:
        # The smallest exponent that both sides take, in one key; its encodings are shorter.
        exponent = 3 if number == 0 else 65537
        key = rsa.generate_private_key(public_exponent=exponent, key_size=bits)
        encoding, private = serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL
        return "the peer", key.private_bytes(encoding, private, serialization.NoEncryption()), key
    private = ours.get("private", "generate", row)
    return "us", private, serialization.load_der_private_key(private, password=None)


def signature(kind, by_us, row, private, public, peer, ours, spoil):
    message = secrets.token_bytes(secrets.randbelow(300))
    if by_us:
        made = ours.get("signature", "sign", row, private=private, message=message)
        check(peer.verifies(kind, message, made), f"{row}: the peer refuses our signature")
    else:
        made = peer.sign(kind, message)
        answer = ours.ask("verify", row, public=public, message=message, signature=made)
        check("refused" not in answer, f"{row}: we refuse the peer's signature: {answer}")
    if kind == "PKCS15" and by_us:
        check(peer.sign(kind, message) == made, f"{row}: two signatures that should be the same")
    if spoil:
        bad = [(message, flip(made)), (flip(message) if message else b"\0", made)]
        for text, spoilt in bad:
            check(not peer.verifies(kind, text, spoilt), f"{row}: the peer takes a changed signature")
            answer = ours.ask("verify", row, public=public, message=text, signature=spoilt)
            check(answer == {"refused": "VERIFICATION_FAILED"}, f"{row}: a changed signature: {answer}")


def encryption(by_us, row, private, public, peer, ours, spoil):
    if by_us:
        answer = ours.ask("encapsulate", row, public=public)
        check("refused" not in answer, f"{row}: we refuse the public key: {answer}")
        made, secret = bytes.fromhex(answer["ciphertext"]), bytes.fromhex(answer["secret"])
        check(peer.decrypt(made) == secret, f"{row}: the peer opens our ciphertext to something else")
    else:
        secret = secrets.token_bytes(32)
        made = peer.encrypt(secret)
        opened = ours.get("secret", "decapsulate", row, private=private, ciphertext=made)
        check(opened == secret, f"{row}: we open the peer's ciphertext to something else")
    if spoil:
        # Whatever is not below the modulus is refused as well, and in the same words.
        bad = flip(made)
        check(peer.decrypt(bad) is None, f"{row}: the peer opens a changed ciphertext")
        answer = ours.ask("decapsulate", row, private=private, ciphertext=bad)
        check(answer == {"refused": "DECAPSULATION_FAILED"}, f"{row}: a changed ciphertext: {answer}")


def drive(number, bits, sha, operations, plant, ours):
    """All operations of one key; what was done, by name."""
    rows = {kind: f"RSA{bits}-{kind}-{sha}" for kind in ("PKCS15", "PSS")}
    oaep = f"RSA{bits}-OAEP-SHA256"
    maker, private, key = make_key(number, bits, ours, rows["PSS"])
    check(key.key_size == bits, f"a key of {key.key_size} bits")
    public = ours.get("public", "public", oaep, private=private)
    encoded = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    if plant == "key":
        encoded = flip(encoded)
    check(public == encoded, "two encodings of one public key")
    peer = Peer(key, sha, plant)
    done = collections.Counter({f"keys by {maker}": 1})
    for operation in range(operations):
        way, spoil = operation % 6, operation // 6 % 10 == 0
        kind, by_us = ("PKCS15", "PSS", "OAEP")[way // 2], way % 2 == 0
        if kind == "OAEP":
            encryption(by_us, oaep, private, public, peer, ours, spoil)
        else:
            signature(kind, by_us, rows[kind], private, public, peer, ours, spoil)
        done[f"{kind} by {'us' if by_us else 'the peer'}"] += 1
        done["refused by both"] += (1 if kind == "OAEP" else 2) if spoil else 0
    return done


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("driver")
    parser.add_argument("--keys", type=int, default=20)
    parser.add_argument("--operations", type=int, default=500)
    parser.add_argument("--plant", choices=PLANTS)
    arguments = parser.parse_args()

    # The longest first, so that no worker is left with them; each worker has a driver of its own.
    keys = [(bits, sha) for bits, count, sha in SIZES for _ in range(count)][: arguments.keys]
    work = list(enumerate(keys))[::-1]
    local = threading.local()

    def one(item):
        number, (bits, sha) = item
        if not hasattr(local, "ours"):
            local.ours = Ours(arguments.driver)
        try:
            return drive(number, bits, sha, arguments.operations, arguments.plant, local.ours)
        except Differ as differ:
            return f"key {number} of {bits} bits: {differ}"

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        outcomes = list(workers.map(one, work))
    wrong = [outcome for outcome in outcomes if isinstance(outcome, str)]
    total = collections.Counter(bits for bits, _ in keys)
    print(f"cryptography {cryptography.__version__}; keys: {dict(total)}")
    done = collections.Counter()
    for outcome in outcomes:
        if not isinstance(outcome, str):
            done.update(outcome)
    for name, count in sorted(done.items()):
        print(f"{count:6}  {name}")
    print("\n".join(wrong[:5]))
    exchanged = sum(count for name, count in done.items() if name.startswith(("PKCS15", "PSS", "OAEP")))
    expected = len(keys) * arguments.operations
    print(f"{exchanged} of {expected} operations agree, {done['refused by both']} changed ones were refused by both")
    if wrong or exchanged != expected or done["refused by both"] == 0:
        sys.exit(1)


if __name__ == "__main__":
    main()
