#!/usr/bin/env python3
"""The frozen Ed25519 edge vectors, judged again by arithmetic that shares nothing with `make.py`.

Points are pairs (x, y), added by the formula on the page; the rule is that of SPEC section 1. A test in `protocol`
holds the program to the same file (`protocol/tests/ed25519_edge.rs`).
"""

import collections
import hashlib
import json
import pathlib
import sys

sys.dont_write_bytecode = True  # no folder of compiled files in the source tree
import make

P = (1 << 255) - 19
L = (1 << 252) + 0x14DEF9DEA2F79CD65812631A5CF5D3ED
D = 0x52036CEE2B6FFE738CC740797779E89800700A4D4141D8AB75EB4DCA135978A3
ROOT_M1 = 0x2B8324804FC1DF0B2B4D00993DFBD7A72F431806AD2FE478C4EE1B274A0EA0B0
NEUTRAL = (0, 1)
BASE = (
    0x216936D3CD6E53FEC0A4E231FDD6DC5C692CC7609525A7B2C9562D608F25D51A,
    0x6666666666666666666666666666666666666666666666666666666666666658,
)


def plus(a, b):
    """-x² + y² = 1 + d x² y², the complete formula."""
    (x1, y1), (x2, y2) = a, b
    dxy = D * x1 * x2 * y1 * y2 % P
    both = pow((1 + dxy) * (1 - dxy), -1, P)
    x = (x1 * y2 + x2 * y1) * (1 - dxy) * both
    y = (y1 * y2 + x1 * x2) * (1 + dxy) * both
    return x % P, y % P


def times(n, point):
    """From the highest bit down."""
    out = NEUTRAL
    for bit in bin(n)[2:]:
        out = plus(out, out)
        if bit == "1":
            out = plus(out, point)
    return out


def unpack(raw):
    """A point from 32 bytes as dalek reads it: any height, reduced; nothing where no point has it."""
    bits = int.from_bytes(raw, "little")
    y, sign = (bits & ((1 << 255) - 1)) % P, bits >> 255
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * ROOT_M1 % P
    if v * x * x % P != u:
        return None
    if x % 2 != sign:
        x = -x % P
    return x, y


def pack(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def is_small(point):
    return times(8, point) == NEUTRAL


def accepts(key, message, signature):
    """Strict: canonical S, no small order in key or R, and R byte for byte what S and the key make of it."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    a_point, r_point = unpack(key), unpack(r)
    if s >= L or a_point is None or r_point is None or is_small(a_point) or is_small(r_point):
        return False
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    minus_a = (-a_point[0] % P, a_point[1])
    return pack(plus(times(s, BASE), times(k, minus_a))) == r


def accepts_cofactored(key, message, signature):
    """What many others do; for counting how many vectors tell the two apart."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    a_point, r_point = unpack(key), unpack(r)
    if s >= L or a_point is None or r_point is None:
        return False
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little")
    return times(8, times(s, BASE)) == times(8, plus(r_point, times(k % (8 * L), a_point)))


def main():
    text = make.FILE.read_text()
    if text != make.text():
        sys.exit("FAILED: ed25519_edge.json is not what make.py makes")
    vectors = json.loads(text)["vectors"]
    counted = collections.Counter()
    for v in vectors:
        parts = [bytes.fromhex(v[name]) for name in ("key", "message", "signature")]
        if accepts(*parts) != v["accept"]:
            sys.exit(f"FAILED: {v['name']}: the file says {v['accept']}")
        counted["accepted" if v["accept"] else "refused"] += 1
        counted["told apart from cofactored"] += accepts_cofactored(*parts) != v["accept"]
    if len(vectors) != 200 or counted["told apart from cofactored"] < 40:
        sys.exit(f"FAILED: too few edges: {dict(counted)}")
    print(f"{len(vectors)} Ed25519 edge vectors: {dict(counted)}")


if __name__ == "__main__":
    main()
