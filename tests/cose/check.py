#!/usr/bin/env python3
"""The frozen vectors, read by a second implementation and by somebody else's COSE library."""
import base64
import json
import pathlib
import subprocess
import sys
import tempfile

import blake3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

import plain
import verify

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "protocol" / "vectors"
ok = 0


def check(condition, what):
    global ok
    if not condition:
        sys.exit(f"FAILED: {what}")
    ok += 1


def load(name):
    return json.loads((VECTORS / f"{name}.json").read_text())


def sign1(body, signature):
    """A tagged COSE_Sign1 around a payload."""
    def string(raw):
        n = len(raw)
        return (bytes([0x40 | n]) if n < 24 else bytes([0x58, n]) if n < 256 else b"\x59" + n.to_bytes(2, "big")) + raw
    return b"\xd2\x84" + string(b"\xa1\x01\x27") + b"\xa0" + string(body) + string(signature)


def is_refused(wire, community):
    try:
        body, signature = plain.split(wire)
        plain.payload(body)
        return not verify.verify(sign1(body, signature), community)
    except (plain.Refused, ValueError):
        return True


def records():
    file = load("records")
    community = bytes.fromhex(file["community"])
    for r in file["records"]:
        name, wire = r["name"], bytes.fromhex(r["wire"])
        body, signature = plain.split(wire)
        p = plain.payload(body)
        signed_for = bytes(32) if p[1] == 1 else community
        identity = blake3.blake3(b"hedgerow/record/1" + signed_for + body).hexdigest()
        check(identity == r["id"], f"id of {name}")
        check((p[1], p[2].hex(), p[3].hex(), p[5]) == (r["kind"], r["owner"], r["device"], r["hlc"]), f"fields of {name}")
        check((p.get(4, b"").hex(), p.get(10, b"").hex()) == (r["key"], r["body"]), f"key and body of {name}")
        check((p.get(8), p.get(6)) == (r.get("seq"), r.get("expires")), f"place and day of {name}")
        check(p.get(13) == r.get("rank"), f"rank of {name}")
        check([i.hex() for i in p.get(7, [])] == r["prev"], f"prev of {name}")
        cose = bytes.fromhex(r["cose_sign1"])
        check(cose == sign1(body, signature), f"COSE form of {name}")
        check(verify.verify(cose, community), f"COSE library accepts {name}")
        check(not verify.verify(cose, bytes(31) + b"\x01") or p[1] == 1, f"another community refuses {name}")
        check(not is_refused(wire, community), f"{name} is in order")
        # One wrong bit anywhere, and it is no longer accepted.
        for at in range(0, len(wire), 7):
            for bit in (0, 3, 7):
                flipped = bytearray(wire)
                flipped[at] ^= 1 << bit
                check(is_refused(bytes(flipped), community), f"bit {bit} of byte {at} of {name} flipped")
    check(community.hex() == file["records"][0]["id"], "the community is named by its founding record")


def refused():
    file = load("refused")
    for r in file["refused"]:
        check(is_refused(bytes.fromhex(r["wire"]), bytes.fromhex(file["community"])), f"refused: {r['why']}")


def ticket():
    t = load("ticket")
    check(t["ticket"].startswith("hedgerow1"), "ticket begins with its name")
    text = t["ticket"][9:].upper()
    raw = base64.b32decode(text + "=" * (-len(text) % 8))
    length = int.from_bytes(raw[:2], "big")
    check(len(raw) == length + 6, "length in front of the ticket")
    check(blake3.blake3(b"hedgerow/ticket/1" + raw[:-4]).digest()[:4] == raw[-4:], "check at its end")
    fields = plain.decode(raw[2:-4])
    check((fields[1].hex(), fields[2].hex()) == (t["community"], t["issuer"]), "whose ticket")
    check((fields[4].hex(), fields[5]) == (t["seed"], t["expires_ms"]), "seed and day of the ticket")
    check(fields[3] == [bytes([192, 168, 1, 20, 0x12, 0x8b]), bytes.fromhex("fe80" + "00" * 12 + "abcd128b")], "addresses")


def keys():
    k = load("keys")
    derived = blake3.blake3(bytes.fromhex(k["device_seed"]), derive_key_context="hedgerow 2026 transport key of a device")
    check(derived.hexdigest() == k["transport_seed"], "transport key")
    message = b"hedgerow/device/1" + bytes.fromhex(k["community"] + k["owner"] + k["device"] + k["transport"]) + b"\0"
    check(message.hex() == k["counter_message"], "what a new device signs")


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def frames():
    for f in load("frames")["frames"]:
        raw, body = bytes.fromhex(f["frame"]), bytes.fromhex(f["body"])
        head = bytes([f["type"]]) + len(body).to_bytes(4, "big")
        check(raw == b"HGR1" + head + crc32c(head + body).to_bytes(4, "big") + body, f"frame of type {f['type']}")


def derive(context, data):
    return blake3.blake3(data, derive_key_context=context)


def summary():
    """Set hashes of the buckets and the root over them, from the records alone."""
    file, buckets = load("sync"), {}
    for r in load("records")["records"]:
        # Weeks from 2060 on share one bucket; no vector lies there.
        number = r["expires"] // 7 + 1 if "expires" in r else 0
        count, lanes = buckets.setdefault(number, (0, [0] * 1024))
        added = derive("hedgerow 2026 set hash of record ids", bytes.fromhex(r["id"])).digest(2048)
        lanes = [(a + int.from_bytes(added[2 * i:2 * i + 2], "big")) % 65536 for i, a in enumerate(lanes)]
        buckets[number] = (count + 1, lanes)
    root = b""
    for expected in file["buckets_of_records"]:
        count, lanes = buckets.pop(expected["bucket"])
        digest = blake3.blake3(count.to_bytes(8, "big") + b"".join(n.to_bytes(2, "big") for n in lanes)).digest()
        check((count, digest.hex()) == (expected["count"], expected["digest"]), f"bucket {expected['bucket']}")
        root += expected["bucket"].to_bytes(4, "big") + digest
    check(not buckets, "no bucket is left out")
    check(derive("hedgerow 2026 root of a record set", root).hexdigest() == file["root_of_records"], "root")


def sync():
    frames = {f["name"]: bytes.fromhex(f["frame"]) for f in load("sync")["frames"]}
    types = {name: raw[4] for name, raw in frames.items()}
    check(sorted(types.values()) == [16, 17, 17, 18, 19, 20, 21, 22, 23, 24], "types of sync frames")
    hello = plain.decode(frames["hello"][13:])
    check((hello[1], hello[3], hello[4], hello[5], hello[6]) == (1, 20717, True, b"\x05" * 16, ["later"]), "hello")
    check(frames["check, authority"][13:] == b"\0\0\0\1" + b"\0" * 5 + b"\1" * 32, "check of the authority lane")
    check(frames["check, content"][13:22] == b"\0\0\0\2\1" + (2958).to_bytes(4, "big"), "check of content")
    check(frames["roots"][13 + 36:] == b"\0" * 4 + b"\0" * 7 + b"\x09" + b"\x80\x01", "list of roots")
    place = (2959).to_bytes(4, "big") + b"\x03\xa3\xf0"
    split = b"\1" + place + b"\0\0" + b"\xac\x02" + bytes(range(1, 9)) + b"\0" * 13
    check(frames["ask"][13:] == split + b"\4" + b"\0" * 4 + b"\0" + b"\0", "split and except")
    one, two, three = (n.to_bytes(8, "big") for n in (1, 2, 3))
    check(frames["answer"][13:] == b"\2" + place + b"\2" + one + two + b"\3" + place + b"\1" + three, "list and want")
    check(frames["bye"][13:] == b"\7" and frames["nudge"][13:] == b"", "bye and nudge")
    check((frames["news"][13:], frames["fetch"][13:]) == (b"\6" * 32 + b"\7" * 32, b"\7" * 32), "news and fetch")


def rounds():
    """What each side says of the same records in one round, and the order in which authority travels."""
    file, records = load("sync"), load("records")
    nonces = b"\5" * 16 + b"\6" * 16
    session = derive("hedgerow 2026 keys of one sync session", nonces + bytes.fromhex(records["community"])).digest()
    check(session.hex() == file["session_of_nonces_5_and_6"], "key of a session")
    key = blake3.blake3((2).to_bytes(4, "big"), key=session).digest()
    buckets = [(b["bucket"].to_bytes(4, "big"), bytes.fromhex(b["digest"])) for b in file["buckets_of_records"]]
    for side, name in ((b"\0", "initiator"), (b"\1", "acceptor")):
        said = blake3.blake3(side + b"".join(number + digest for number, digest in buckets), key=key).hexdigest()
        check(said == file["roots_in_its_second_round"][name], f"root of the {name}")
    short = blake3.blake3(buckets[0][1], key=key).digest()[:8].hex()
    check(short == file["short_of_the_first_digest"], "short digest")
    lane = {r["id"]: r for r in records["records"] if "seq" in r}
    latest, places = {}, []
    for r in sorted(lane.values(), key=lambda r: r["seq"]):
        time = max([r["hlc"]] + [latest.get((r["device"], p), 0) for p in r["prev"]])
        latest[(r["device"], r["id"])] = time
        places.append((r["kind"] != 1, time, r["seq"], r["id"]))
    check([p[3] for p in sorted(places)] == file["authority_records_as_they_travel"], "ancestors first")


def bundle():
    """The frames of a bundle and what its header and index say."""
    raw = bytes.fromhex((VECTORS / "bundle.hex").read_text())
    at, types, offsets = 0, [], []
    while at < len(raw):
        size = int.from_bytes(raw[at + 5:at + 9], "big")
        body = raw[at + 13:at + 13 + size]
        check(raw[at:at + 4] == b"HGR1", "magic")
        check(crc32c(raw[at + 4:at + 9] + body).to_bytes(4, "big") == raw[at + 9:at + 13], "checksum in a bundle")
        types.append(raw[at + 4])
        offsets.append(at)
        if types[-1] == 1:
            header = plain.decode(body)
        if types[-1] == 6:
            index = plain.decode(body)
        at += 13 + size
    check((types[0], types[-1], set(types[1:-1])) == (1, 6, {5}), "header, blocks, index")
    records = load("records")
    check(header == {1: 1, 2: 0, 3: bytes.fromhex(records["community"]), 4: 20717}, "header of a bundle")
    authority = sum("seq" in r for r in records["records"])
    check((index[1], index[2]) == (len(records["records"]), authority), "counts in the index")
    check(index[3].hex() == load("sync")["root_of_records"], "root in the index")
    check([offset for offset, _ in index[4]] == offsets[1:-1], "places of the blocks")


def messages():
    file = load("join")
    for m in file["requests"] + file["responses"]:
        fields = plain.decode(bytes.fromhex(m["bytes"]))
        check(fields[0] == 1 and fields[1] in range(9), f"join message: {m['name']}")
    pages = [r for r in file["responses"] if r["name"].startswith("public")]
    community, place = bytes.fromhex(file["community"]), None
    shown = ("profile of the community", "content with files, of a kind set aside")
    wires = [bytes.fromhex(r["wire"]) for r in load("records")["records"] if r["name"] in shown]
    for page in pages:
        fields = plain.decode(bytes.fromhex(page["bytes"]))
        words, signature = fields[3][:-64], fields[3][-64:]
        said = plain.decode(words)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(file["host"])).verify(
            signature, b"hedgerow/said/1" + community + words)
        check((said[1], said[2], said.get(3)) == (community, b"\x07" * 16, place), f"what is said of {page['name']}")
        place = said.get(4)
        hasher = blake3.blake3(derive_key_context="hedgerow 2026 page of records for strangers")
        for wire in (wires if page is pages[0] else ()):
            hasher.update(len(wire).to_bytes(4, "big") + wire)
        check(hasher.digest() == said[5], f"hash of {page['name']}")
    check(place is None and len(pages) == 2, "the last page says that it is the last")
    for m in (m for m in file["requests"] if m["name"].startswith("read")):
        fields = plain.decode(bytes.fromhex(m["bytes"]))
        Ed25519PublicKey.from_public_bytes(fields[3]).verify(
            fields[4], b"hedgerow/read/1" + fields[2] + bytes.fromhex(file["caller"]))
        check(fields[2] == community, m["name"])


def command():
    """verify.py as a command: 0 when it fits, 1 with a flipped bit, 2 for something else."""
    file = load("records")
    script = pathlib.Path(__file__).with_name("verify.py")
    good = bytes.fromhex(file["records"][1]["cose_sign1"])
    bad = bytearray(good)
    bad[-1] ^= 1
    with tempfile.NamedTemporaryFile() as out:
        for content, expected in ((good, 0), (good.hex().encode(), 0), (bytes(bad), 1), (b"hello", 2), (b"", 2)):
            out.seek(0)
            out.truncate()
            out.write(content)
            out.flush()
            run = [sys.executable, str(script), out.name, "--community", file["community"]]
            code = subprocess.run(run, capture_output=True, check=False).returncode
            check(code == expected, f"verify.py says {code}, not {expected}")


for part in (records, refused, ticket, keys, frames, summary, sync, rounds, bundle, messages, command):
    part()
print(f"{ok} checks by a second implementation and by pycose: all passed")
