"""A second, tiny reader of records, written from protocol/SPEC.md alone: strict CBOR and the rules of the payload.

It shares no code with the first one. What both accept and refuse must be the same: see check.py.
"""
import math
import string
import struct

ZERO = bytes(32)


class Refused(ValueError):
    """The bytes are not the one form that a record has."""


def need(condition, why):
    if not condition:
        raise Refused(why)


def _head(data, at):
    need(at < len(data), "cut short")
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    if info < 24:
        return major, info, info, at
    need(info < 28, "indefinite or reserved length")
    width = 1 << (info - 24)
    need(at + width <= len(data), "cut short")
    value = int.from_bytes(data[at:at + width], "big")
    if major != 7:
        need(value >= (24 if width == 1 else 1 << (4 * width)), "a longer head than needed")
    return major, info, value, at + width


def _item(data, at, depth=0):
    need(depth <= 24, "too deep")
    major, info, value, at = _head(data, at)
    if major == 0:
        return value, at
    if major == 1:
        return -1 - value, at
    if major in (2, 3):
        need(at + value <= len(data), "cut short")
        raw = bytes(data[at:at + value])
        try:
            return (raw if major == 2 else raw.decode("utf-8")), at + value
        except UnicodeDecodeError:
            raise Refused("text that is not UTF-8") from None
    if major == 4:
        out = []
        for _ in range(value):
            item, at = _item(data, at, depth + 1)
            out.append(item)
        return out, at
    if major == 5:
        out, last = {}, None
        for _ in range(value):
            start = at
            key, at = _item(data, at, depth + 1)
            encoded = bytes(data[start:at])
            need(last is None or last < encoded, "keys out of order")
            last = encoded
            item, at = _item(data, at, depth + 1)
            out[key if isinstance(key, (int, str, bytes)) else repr(key)] = item
        return out, at
    need(major == 7, "a tag")
    if info in (20, 21, 22):
        return {20: False, 21: True, 22: None}[info], at
    need(info in (25, 26, 27), "an unused simple value")
    number = struct.unpack({25: ">e", 26: ">f", 27: ">d"}[info], value.to_bytes(1 << (info - 24), "big"))[0]
    need(not math.isnan(number), "not a number")
    for shorter, form in ((25, ">e"), (26, ">f")):
        if shorter < info:
            try:
                need(struct.unpack(form, struct.pack(form, number))[0] != number, "a float with a shorter form")
            except OverflowError:
                pass
    return number, at


def decode(data):
    """One deterministic CBOR item and nothing after it."""
    value, at = _item(data, 0)
    need(at == len(data), "bytes after the end")
    return value


def _bytes(value, least, most, what):
    need(isinstance(value, bytes) and least <= len(value) <= most, what)
    return value


def _uint(value, bits, what):
    need(isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << bits, what)
    return value


AUTHORITY_KINDS = range(1, 20)
CONTENT_KINDS = {*range(64, 78), 79, *range(80, 96)}
BYTES_MAX = {73: 1024}
TURNS = {0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def _token(text):
    return bool(text) and text[0] in string.ascii_lowercase + string.digits and all(
        c in string.ascii_lowercase + string.digits + "!#$&-^_.+" for c in text)


def _file(item):
    need(isinstance(item, dict) and all(isinstance(k, int) and k >= 0 for k in item), "a file is no map")
    need(all(k <= 5 or k >= 64 for k in item) and 0 not in item, "a file with a field nobody knows")
    _bytes(item.get(1), 32, 32, "hash of a file")
    need(_uint(item.get(2), 64, "size of a file") <= 1 << 32, "size of a file")
    need((3 in item) == (4 in item), "a file with half a label")
    if 3 in item:
        media, name = item[3], item[4]
        need(isinstance(media, str) and len(media) <= 100, "media type")
        parts = media.split("/", 1)
        need(len(parts) == 2 and all(map(_token, parts)), "media type")
        need(isinstance(name, str) and 1 <= len(name.encode()) <= 255 and name not in (".", ".."), "name of a file")
        need(not any(c in "/\\" or ord(c) < 32 or 127 <= ord(c) < 160 or ord(c) in TURNS for c in name), "name of a file")
    if 5 in item:
        _bytes(item[5], 32, 32, "SHA-256 of a file")


def payload(data):
    """The fields of a payload, checked as SPEC.md says."""
    p = decode(data)
    need(isinstance(p, dict) and all(isinstance(k, int) and k >= 0 for k in p), "not a map with integer keys")
    kind = _uint(p.get(1), 16, "kind")
    _bytes(p.get(2), 32, 32, "owner")
    _bytes(p.get(3), 32, 32, "device")
    hlc = _uint(p.get(5), 64, "hlc")
    day = (hlc >> 16) // 86_400_000
    prev = p.get(7, [])
    need(isinstance(prev, list) and (prev or 7 not in p), "prev")
    for one in prev:
        _bytes(one, 32, 32, "prev")
    need(all(a < b for a, b in zip(prev, prev[1:])), "prev")
    if 4 in p:
        _bytes(p[4], 1, 64, "key")
    if 10 in p:
        _bytes(p[10], 1, 16384, "body")
    critical = p.get(11, [])
    need(isinstance(critical, list) and len(critical) <= 64 and (critical or 11 not in p), "critical")
    for one in critical:
        _uint(one, 64, "critical")
    need(all(a < b for a, b in zip(critical, critical[1:])), "critical")
    if 13 in p:
        need(8 not in p and hlc < _uint(p[13], 64, "rank") <= min(hlc + (1 << 61), (1 << 64) - 1), "rank")
    files = p.get(12, [])
    need(isinstance(files, list) and len(files) <= 16 and (files or 12 not in p), "files")
    for one in files:
        _file(one)
    if 8 in p:
        need(12 not in p, "files in the authority lane")
        need(kind not in CONTENT_KINDS, "a content kind with a place in a log")
        need(_uint(p[8], 64, "seq") > 0, "seq")
        need(6 not in p and 4 not in p and 9 not in p and len(prev) <= 4, "not allowed in the authority lane")
    else:
        need(kind not in AUTHORITY_KINDS, "an authority kind without a place in a log")
        expires = _uint(p.get(6), 32, "expires")
        need(day <= expires <= day + 400, "expires")
        need(10 in p or expires == day + 400, "a withdrawal expires after 400 days")
        need(p[2] != ZERO, "owner")
        need(not files or 10 in p, "files in a withdrawal")
        need(p.get(9) != 2 or not any(3 in one for one in files), "what a sealed file is")
        need(len(prev) <= 8, "prev")
        if 9 in p:
            audience = p[9]
            need(audience in (1, 2) if isinstance(audience, int) else isinstance(audience, bytes) and len(audience) == 32, "audience")
    return p


def split(wire):
    """Payload and signature of a record as it is kept and sent."""
    need(64 < len(wire) <= 16384, "size")
    body = wire[:-64]
    p = payload(body)
    need(len(wire) <= (4096 if 8 in p else BYTES_MAX.get(p[1], 16384)), "size")
    return body, wire[-64:]
