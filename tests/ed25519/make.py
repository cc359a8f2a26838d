#!/usr/bin/env python3
"""Makes `protocol/vectors/ed25519_edge.json`: 200 signatures at the edges of what may be accepted.

The same file comes out every time. Each is made so that it lies where verifiers differ: what a plain or a cofactored
verifier takes and the strict rule of SPEC section 1 refuses, or the other way round. `check.py` beside this finds the
answers again with arithmetic of its own. Run it to write the file; only the standard library is used.
"""

import hashlib
import json
import pathlib

FILE = pathlib.Path(__file__).resolve().parents[2] / "protocol" / "vectors" / "ed25519_edge.json"
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_M1 = pow(2, (P - 1) // 4, P)

# --- points in extended coordinates (X, Y, Z, T) -------------------------------------------------------------------


def add(a, b):
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = t - s, d - c, d + c, t + s
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def mul(n, point):
    out = (0, 1, 1, 0)
    while n:
        if n & 1:
            out = add(out, point)
        point, n = add(point, point), n >> 1
    return out


def neg(a):
    return (-a[0] % P, a[1], a[2], -a[3] % P)


def root(xx):
    """A square root of xx, or nothing."""
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * ROOT_M1 % P
    return None if (x * x - xx) % P else x


def lift(y, sign):
    """The point of this height whose x has this last bit, or nothing."""
    x = root((y * y - 1) * pow(D * y * y + 1, P - 2, P) % P)
    if x is None:
        return None
    if x & 1 != sign:
        x = -x % P
    return (x, y % P, 1, x * y % P)


def pack(point):
    z = pow(point[2], P - 2, P)
    x, y = point[0] * z % P, point[1] * z % P
    return raw(y, x & 1)


def raw(y, sign):
    """Any 255 bits as a height, whether a point has them or not."""
    return (y | sign << 255).to_bytes(32, "little")


BASE = lift(4 * pow(5, P - 2, P) % P, 0)


def eighth():
    """A point of order 8."""
    y = 2
    while True:
        point = lift(y, 0)
        if point is not None:
            small = mul(L, point)
            if pack(mul(4, small)) != raw(1, 0):
                return small
        y += 1


SMALL = [mul(n, eighth()) for n in range(8)]
ORDER = [1, 8, 4, 8, 2, 8, 4, 8]
# The same points in forms nobody writes: a height of p and more, or a sign for x = 0.
ODD_FORMS = [raw(1, 1), raw(P - 1, 1), raw(P, 0), raw(P, 1), raw(P + 1, 0), raw(P + 1, 1)]

# --- signing ---------------------------------------------------------------------------------------------------------


def number(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


class Signer:
    """A key pair from a number."""

    def __init__(self, n):
        h = hashlib.sha512(bytes([n]) * 32).digest()
        self.a = int.from_bytes(h[:32], "little") & (2**254 - 8) | 2**254
        self.prefix = h[32:]
        self.point = mul(self.a, BASE)
        self.key = pack(self.point)

    def nonce(self, message):
        return number(self.prefix, message)

    def sign(self, message):
        r = self.nonce(message)
        return self.finish(r, pack(mul(r, BASE)), self.key, message)

    def finish(self, r, packed_r, key, message):
        """A signature with any R and key that the hash is taken over."""
        s = (r + number(packed_r, key, message) * self.a) % L
        return packed_r + s.to_bytes(32, "little")


def with_s(signature, s):
    return signature[:32] + s.to_bytes(32, "little")


def s_of(signature):
    return int.from_bytes(signature[32:], "little")


def flip(data, bit):
    out = bytearray(data)
    out[bit // 8] ^= 1 << bit % 8
    return bytes(out)


def search(start, fits):
    """The first message with this beginning that fits."""
    return next(m for m in (start + b" %d" % n for n in range(100_000)) if fits(m))


# --- the vectors -------------------------------------------------------------------------------------------------------


class Vectors:
    def __init__(self):
        self.all = []

    def put(self, name, key, message, signature, accept):
        assert len(key) == 32 and len(signature) == 64
        self.all.append(
            {"name": name, "key": key.hex(), "message": message.hex(), "signature": signature.hex(), "accept": accept}
        )


def flipped(v):
    one = Signer(1)
    for n in range(10):
        m = b"flipped %d" % n
        good = one.sign(m)
        v.put(f"bit {n * 25} of R flipped", one.key, m, flip(good, n * 25), False)
        v.put(f"bit {n * 25} of S flipped", one.key, m, flip(good, 256 + n * 25), False)
    for n in range(8):
        m = b"another key bit %d" % n
        v.put(f"bit {n * 36} of the key flipped", flip(one.key, n * 36 % 256), m, one.sign(m), False)
        v.put(f"bit {n * 7} of the message flipped", one.key, flip(m, n * 7), one.sign(m), False)
    two = Signer(2)
    m = b"the message that was signed"
    good = one.sign(m)
    v.put("another message", one.key, b"the message that was not signed", good, False)
    v.put("no message", one.key, b"", good, False)
    v.put("the message and a zero byte", one.key, m + b"\0", good, False)
    v.put("the message without its end", one.key, m[:-1], good, False)
    v.put("another key", two.key, m, good, False)
    v.put("R of one, S of another signature", one.key, m, good[:32] + one.sign(b"x")[32:], False)
    v.put("S and R changed places", one.key, m, good[32:] + good[:32], False)
    v.put("R negated", one.key, m, flip(good, 255), False)
    v.put("S negated", one.key, m, with_s(good, L - s_of(good)), False)
    v.put("R and S negated", one.key, m, with_s(flip(good, 255), L - s_of(good)), False)
    v.put("the key negated", flip(one.key, 255), m, good, False)
    v.put("nothing but zeros", bytes(32), m, bytes(64), False)


def scalars(v):
    one = Signer(3)
    for n in range(1, 16):
        m = b"large S %d" % n
        good = one.sign(m)
        v.put(f"S + {n} L", one.key, m, with_s(good, s_of(good) + n * L), False)
    m = b"edges of S"
    good = one.sign(m)
    for name, s in [
        ("0", 0), ("1", 1), ("L - 1", L - 1), ("L", L), ("L + 1", L + 1), ("2^252", 2**252), ("2^253 - 1", 2**253 - 1),
        ("2^255 - 1", 2**255 - 1), ("2^256 - 1", 2**256 - 1), ("p", P),
    ]:
        v.put(f"S is {name}", one.key, m, with_s(good, s), False)
    for bit in (253, 254, 255):
        v.put(f"bit {bit} of S set", one.key, m, with_s(good, s_of(good) | 1 << bit), False)


def small(v):
    one = Signer(4)
    r = 12345
    packed_r = pack(mul(r, BASE))
    forms = [pack(t) for t in SMALL] + ODD_FORMS
    for n, key in enumerate(forms):
        what = f"order {ORDER[n]}" if n < 8 else "small order in an odd form"
        # The message is such that the cofactorless equation holds.
        m = search(b"small key %d" % n, lambda m: number(packed_r, key, m) % 8 == 0)
        v.put(f"key of {what}, the plain equation holds", key, m, packed_r + r.to_bytes(32, "little"), False)
    for n, packed in enumerate(forms):
        what = f"order {ORDER[n]}" if n < 8 else "small order in an odd form"
        # S = k a: holds where R is the identity, and for cofactored verifiers for all of them.
        m = b"small R %d" % n
        v.put(f"R of {what}", one.key, m, one.finish(0, packed, one.key, m), False)
    for n in range(8):
        key, t = pack(SMALL[n]), SMALL[n]
        packed = pack(SMALL[(n * 3 + 1) % 8])
        m = b"small both %d" % n
        found = [b for b in (m + b" %d" % i for i in range(200))
                 if pack(add(SMALL[(n * 3 + 1) % 8], mul(number(packed, key, b) % 8, t))) == raw(1, 0)]
        # A key whose order does not divide R's has no such message; then it is plain noise.
        fits = "the plain equation holds" if found else "cofactored only"
        v.put(f"key and R of small order, S is 0, {fits}", key, (found or [m])[0], packed + bytes(32), False)


def forms(v):
    one = Signer(5)
    m = b"forms of points"
    good = one.sign(m)
    tall = [y for y in range(2, 19) if lift(y, 0) is not None]
    for y in tall[:5]:
        v.put(f"key of height p + {y}, large order", raw(P + y, 0), m, good, False)
        v.put(f"R of height p + {y}, large order", one.key, m, one.finish(y, raw(P + y, 1), one.key, m), False)
    off = [y for y in range(2, 40) if lift(y, 0) is None]
    for y in off[:4]:
        v.put(f"key of height {y}, not on the curve", raw(y, 0), m, good, False)
        v.put(f"R of height {y}, not on the curve", one.key, m, one.finish(y, raw(y, 1), one.key, m), False)
    v.put("key of 256 ones", b"\xff" * 32, m, good, False)
    v.put("R of 256 ones", one.key, m, one.finish(1, b"\xff" * 32, one.key, m), False)


def mixed(v):
    one = Signer(6)
    for n in range(1, 8):
        key = pack(add(one.point, SMALL[n]))
        r = 1000 + n
        packed = pack(mul(r, BASE))
        order = ORDER[n]
        m = search(b"mixed key %d" % n, lambda m: number(packed, key, m) % order == 0)
        v.put(f"key with a part of order {order} that the hash cancels", key, m, one.finish(r, packed, key, m), True)
        m = search(b"mixed key, not %d" % n, lambda m: number(packed, key, m) % order)
        v.put(f"key with a part of order {order}, cofactored only", key, m, one.finish(r, packed, key, m), False)
        packed = pack(add(mul(r, BASE), SMALL[n]))
        m = b"mixed R %d" % n
        v.put(f"R with a part of order {order}, cofactored only", one.key, m, one.finish(r, packed, one.key, m), False)
        # Both have one: R + k A is clean where the parts cancel.
        t = 2 * n % 8 or 4
        packed, key = pack(add(mul(r, BASE), SMALL[t])), pack(add(one.point, SMALL[1]))
        cancels = lambda m: (t + number(packed, key, m)) % 8 == 0
        m = search(b"mixed both %d" % n, cancels)
        v.put("key and R with parts that cancel", key, m, one.finish(r, packed, key, m), True)
        m = search(b"mixed both, not %d" % n, lambda m: not cancels(m))
        v.put("key and R with parts that do not cancel", key, m, one.finish(r, packed, key, m), False)


def valid(v, count):
    for n in range(count):
        one = Signer(100 + n)
        m = bytes(i * 7 & 255 for i in range(n * n))
        v.put(f"valid, {len(m)} bytes", one.key, m, one.sign(m), True)


def vectors():
    v = Vectors()
    for part in (flipped, scalars, small, forms, mixed):
        part(v)
    valid(v, 200 - len(v.all))
    assert len(v.all) == 200 and len({(x["key"], x["message"], x["signature"]) for x in v.all}) == 200
    return {"rule": "SPEC section 1, keys: strict verification", "vectors": v.all}


def text():
    return json.dumps(vectors(), indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
    print(f"{FILE.name}: {len(vectors()['vectors'])} vectors")
