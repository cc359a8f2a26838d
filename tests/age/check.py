#!/usr/bin/env python3
"""A recovery kit file, made by the real program, opened by two others: a reading of the age format written here from its
specification (age-encryption.org/v1) with Python's own scrypt, and, where it is installed, the reference tool `age`.
Then the other way round: a file that was sealed here brings the person back.
"""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import built  # noqa: E402

BIN = pathlib.Path(built.hedgerow())
PASSPHRASE = "five green hedges grow"
CHUNK = 64 * 1024


def unpad(text):
    return base64.b64decode(text + "=" * (-len(text) % 4))


def pad(raw):
    return base64.b64encode(raw).decode().rstrip("=")


def hkdf(salt, info, key):
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(key)


def nonce(n, last):
    return n.to_bytes(11, "big") + bytes([last])


def stretch(passphrase, salt, log_n):
    return hashlib.scrypt(passphrase.encode(), salt=b"age-encryption.org/v1/scrypt" + salt, n=1 << log_n, r=8, p=1,
                          maxmem=(1 << log_n) * 1024 + (1 << 20), dklen=32)


def open_age(armored, passphrase):
    lines = armored.strip().splitlines()
    assert lines[0] == "-----BEGIN AGE ENCRYPTED FILE-----" and lines[-1] == "-----END AGE ENCRYPTED FILE-----"
    raw = base64.b64decode("".join(lines[1:-1]))
    head, rest = raw.split(b"\n---", 1)
    mac, body = rest.split(b"\n", 1)
    version, stanza, wrapped = head.decode().split("\n")
    assert version == "age-encryption.org/v1", version
    arrow, kind, salt, work = stanza.split(" ")
    assert (arrow, kind) == ("->", "scrypt"), stanza
    key = ChaCha20Poly1305(stretch(passphrase, unpad(salt), int(work))).decrypt(bytes(12), unpad(wrapped), None)
    sum_key = hkdf(None, b"header", key)
    assert hmac.digest(sum_key, head + b"\n---", "sha256") == unpad(mac.decode().strip()), "the header was changed"
    aead = ChaCha20Poly1305(hkdf(body[:16], b"payload", key))
    body, out, n = body[16:], b"", 0
    while True:
        piece, body = body[:CHUNK + 16], body[CHUNK + 16:]
        out += aead.decrypt(nonce(n, not body), piece, None)
        n += 1
        if not body:
            return out.decode()


def seal_age(text, passphrase, log_n=12):
    key, salt, file_salt = os.urandom(16), os.urandom(16), os.urandom(16)
    wrapped = ChaCha20Poly1305(stretch(passphrase, salt, log_n)).encrypt(bytes(12), key, None)
    head = f"age-encryption.org/v1\n-> scrypt {pad(salt)} {log_n}\n{pad(wrapped)}\n---".encode()
    mac = hmac.digest(hkdf(None, b"header", key), head, "sha256")
    body = ChaCha20Poly1305(hkdf(file_salt, b"payload", key)).encrypt(nonce(0, True), text.encode(), None)
    return head + b" " + pad(mac).encode() + b"\n" + file_salt + body


def hedgerow(data, *args, **more):
    done = subprocess.run([BIN, *args, "--data", data, "--json"], capture_output=True, text=True, timeout=120, **more)
    assert done.returncode == 0, f"hedgerow {' '.join(args)}: {done.stderr}"
    return json.loads(done.stdout) if done.stdout.strip() else {}


def start(data):
    run = [BIN, "run", "--data", data, "--port", "0", "--no-multicast", "--bind", "127.0.0.1"]
    node = subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 30 * built.PATIENCE
    while subprocess.run([BIN, "status", "--data", data], capture_output=True).returncode == 3:
        assert time.monotonic() < end, "it does not start"
        time.sleep(0.1)
    return node


def reference_tool(file, passphrase):
    """`age -d` reads a passphrase from a terminal only: give it one."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvp("age", ["age", "-d", str(file)])
    out, typed, end = b"", False, time.monotonic() + 60 * built.PATIENCE
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.5)[0]:
            continue
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        if not piece:
            break
        out += piece
        if not typed and b"passphrase" in out.lower():
            os.write(terminal, passphrase.encode() + b"\n")
            typed = True
    os.waitpid(child, 0)
    return out.decode(errors="replace")


def main():
    if not BIN.exists():
        sys.exit(f"FAILED: {BIN} is not there: run `{built.BUILD}` first")
    nodes = []
    with tempfile.TemporaryDirectory(prefix="hedgerow-age") as folder:
        at = pathlib.Path(folder)
        (at / "passphrase").write_text(PASSPHRASE + "\n")
        try:
            ann = str(at / "ann")
            nodes.append(start(ann))
            hedgerow(ann, "community", "new", "Riverside", "--name", "Ann")
            words = hedgerow(ann, "identity", "kit")["words"]
            file = at / "words.age"
            hedgerow(ann, "identity", "kit", "--file", str(file), "--passphrase-file", str(at / "passphrase"))
            assert file.stat().st_mode & 0o777 == 0o600, "only this user may read it"
            armored = file.read_text()
            assert words[:20] not in armored
            text = open_age(armored, PASSPHRASE)
            assert f"words: {words}\n" in text, "the words are in it"
            assert "community: Riverside\n" in text and "find-at: " in text
            try:
                open_age(armored, PASSPHRASE + "x")
                sys.exit("FAILED: another passphrase opens it")
            except Exception as e:
                assert type(e).__name__ == "InvalidTag", e
            print("ok: opened by a second implementation")
            if shutil.which("age"):
                assert words in reference_tool(file, PASSPHRASE), "the reference tool opens it"
                print("ok: opened by the reference tool")
            else:
                print("SKIPPED the reference tool: age is not installed (apt-get install age)")
            theirs = base64.b64encode(seal_age(text, PASSPHRASE)).decode()
            lines = [theirs[n:n + 64] for n in range(0, len(theirs), 64)]
            lines = ["-----BEGIN AGE ENCRYPTED FILE-----", *lines, "-----END AGE ENCRYPTED FILE-----", ""]
            (at / "theirs.age").write_text("\n".join(lines))
            new = str(at / "new")
            nodes.append(start(new))
            back = hedgerow(new, "identity", "restore", "--file", str(at / "theirs.age"), "--passphrase-file", str(at / "passphrase"))
            assert back["me"]["name"] == "Ann", back
            print("ok: a file sealed elsewhere brings the person back")
        finally:
            for node in nodes:
                node.terminate()
                node.wait(20)


# Told to stop, it still takes its nodes down.
signal.signal(signal.SIGTERM, lambda *_: sys.exit("FAILED: told to stop"))
main()
