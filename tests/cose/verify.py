#!/usr/bin/env python3
"""Checks one COSE_Sign1 with somebody else's COSE library.

    verify.py FILE --community HEX [--key HEX]

FILE holds the bytes, raw or as hexadecimal digits; "-" reads them from standard input. The key defaults to the one
the record names (field 3 of its payload). Exit code 0: the signature fits. 1: it does not. 2: this is not a COSE_Sign1.
"""
import argparse
import sys

from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519
from pycose.messages import CoseMessage, Sign1Message

import plain

DOMAIN = b"hedgerow/record/1"


def verify(cose: bytes, community: bytes, key: bytes | None = None) -> bool:
    """Whether the signature fits. A genesis (kind 1) is signed for no community: 32 zero bytes."""
    message = CoseMessage.decode(cose)
    if not isinstance(message, Sign1Message):
        raise ValueError("not a COSE_Sign1")
    payload = plain.decode(message.payload)
    if payload.get(1) == 1:
        community = bytes(32)
    message.external_aad = DOMAIN + community
    message.key = OKPKey(crv=Ed25519, x=key or payload[3])
    return message.verify_signature()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--community", required=True, type=bytes.fromhex)
    parser.add_argument("--key", type=bytes.fromhex)
    args = parser.parse_args()
    raw = sys.stdin.buffer.read() if args.file == "-" else open(args.file, "rb").read()
    try:
        raw = bytes.fromhex(raw.decode("ascii"))
    except ValueError:
        pass
    try:
        fits = verify(raw, args.community, args.key)
    except Exception as error:  # the library raises whatever its own libraries raise
        print(f"this is not a COSE_Sign1 of a record: {error}", file=sys.stderr)
        return 2
    print("the signature fits" if fits else "the signature does not fit")
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())
