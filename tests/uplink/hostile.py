"""Programs that mean harm, or are only slow, at a resident's proxy; run on the resident's computer.

    hostile.py slow PORT COUNT      COUNT connections at all times that say a byte a second and never finish, until stopped
    hostile.py honest PORT COUNT    that many requests, ten a second; prints how long they took
    hostile.py garbage PORT         what no program says; an honest request must work after each
    hostile.py greedy PORT COUNT    that many at once to places that never answer, again and again, until stopped
"""
import asyncio
import concurrent.futures
import json
import random
import resource
import socket
import sys
import time

PAGE = b"Bookings"
ASK = b"GET http://web.example/ HTTP/1.1\r\nHost: web.example\r\nConnection: close\r\n\r\n"
# Longest wait for an honest answer: whoever waits longer has given up.
WAIT = 15


def honest(port):
    """Seconds until the page was there; none if it did not come."""
    begun = time.monotonic()
    try:
        with socket.create_connection(("127.0.0.1", port), WAIT) as s:
            s.settimeout(WAIT)
            s.sendall(ASK)
            heard = b""
            while PAGE not in heard:
                part = s.recv(65536)
                if not part:
                    return None
                heard += part
    except OSError:
        return None
    return time.monotonic() - begun


def figures(port, count):
    """Half, nineteen of twenty, the slowest, and how many failed. They begin ten a second whatever became of those before:
    one that is stuck must not keep the others from being measured."""
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        asked = []
        for _ in range(count):
            asked.append(pool.submit(honest, port))
            time.sleep(0.1)
        heard = [one.result() for one in asked]
    took = sorted(WAIT if one is None else one for one in heard)
    at = lambda part: round(took[min(len(took) - 1, int(part * len(took)))] * 1000, 1)
    return {"asked": count, "p50_ms": at(0.5), "p95_ms": at(0.95), "max_ms": at(1), "failed": heard.count(None)}


async def slowly(port, n):
    """Says a byte a second, in the one or the other language, and comes back when it is sent away."""
    said = (b"\x05\xff" + bytes(300)) if n % 2 else (b"GET http://web.example/ HTTP/1.1\r\nX: " + b"x" * 500)
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for byte in said:
                writer.write(bytes([byte]))
                await writer.drain()
                # Sent away is seen at once.
                try:
                    if not await asyncio.wait_for(reader.read(100), 1):
                        break
                except asyncio.TimeoutError:
                    pass
            writer.close()
        except OSError:
            pass
        await asyncio.sleep(3)


async def slow(port, count):
    everybody = []
    for n in range(count):
        everybody.append(asyncio.create_task(slowly(port, n)))
        if n % 50 == 0:
            await asyncio.sleep(0.01)
    await asyncio.sleep(3)
    print("ready", flush=True)
    await asyncio.gather(*everybody)


async def greedily(port, n):
    """To where nobody is, or by a name that takes long; again and again."""
    place = f"nobody.example:{(80, 443)[n % 2]}" if n % 3 else f"slow{n}.example:443"
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
            await reader.read()
            writer.close()
        except OSError:
            pass
        await asyncio.sleep(0.5)


async def greedy(port, count):
    everybody = [asyncio.create_task(greedily(port, n)) for n in range(count)]
    await asyncio.sleep(2)
    print("ready", flush=True)
    await asyncio.gather(*everybody)


def nonsense():
    """What to send, each with a word for it. The same every time."""
    dice = random.Random(7)
    for n in range(40):
        yield "noise", dice.randbytes(dice.choice([1, 2, 9, 300, 20000]))
    for first in (b"\x04\x01\x00\x50\x01\x02\x03\x04a\0", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc"):
        yield "another language", first + dice.randbytes(64)
    hello = b"\x05\x01\x00"
    yield "no way to sign in", b"\x05\x00"
    yield "255 ways to sign in", b"\x05\xff" + bytes(range(255))
    yield "a name and word of 255", b"\x05\x01\x02" + b"\x01\xff" + b"a" * 255 + b"\xff" + b"b" * 255
    for name in (b"", b"\0" * 255, b"\xff" * 255, b"." * 255, b"a" * 255, b"a." * 127, b"web.example\0.lan", b"[::1]", b"1.2.3.4:80", "\u202e.example".encode()):
        yield "an odd name", hello + b"\x05\x01\x00\x03" + bytes([len(name)]) + name + b"\x00\x50"
    yield "a name that never comes", hello + b"\x05\x01\x00\x03\xff" + b"a" * 9
    for kind in (0, 2, 5, 255):
        yield "an odd kind of address", hello + b"\x05\x01\x00" + bytes([kind]) + b"a" * 40
    for command in (0, 2, 3, 9, 255):
        yield "an odd command", hello + b"\x05" + bytes([command]) + b"\x00\x01\x5d\xb8\xd8\x22\x00\x50"
    yield "a head of a megabyte", b"GET http://web.example/ HTTP/1.1\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n"
    yield "20,000 headers", b"GET http://web.example/ HTTP/1.1\r\n" + b"".join(b"A%d: b\r\n" % n for n in range(20000)) + b"\r\n"
    yield "an address of 100,000", b"GET http://web.example/" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n"
    for place in (b"", b":", b"::::", b"web.example", b"web.example:0", b"web.example:99999", b"web.example:-1", b"a@web.example:80", b"[::1", b"%00:80", b"x" * 60000 + b":80"):
        yield "an odd place", b"CONNECT " + place + b" HTTP/1.1\r\n\r\n"
    for line in (b"GET ftp://web.example/", b"GET //", b"GET http://", b"GET http:///x", b"GET http://a:b@web.example/", b"OPTIONS *", b"GET proxy.pac", b"GET http://web.example:80:80/"):
        yield "an odd line", line + b" HTTP/1.1\r\n\r\n"
    post = b"POST http://web.example/ HTTP/1.1\r\nHost: web.example\r\n"
    yield "two lengths", post + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello"
    yield "a length and pieces", post + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET http://lan.example/ HTTP/1.1\r\n\r\n"
    yield "a piece without end", post + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nhello"
    yield "a length beyond all", post + b"Content-Length: 99999999999999999999999\r\n\r\nhello"
    yield "a line in a header", b"GET http://web.example/ HTTP/1.1\r\nX: a\rb\0c\nY\r\n\r\n"


def garbage(port):
    sent, bad = 0, []
    for what, said in nonsense():
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as s:
                s.settimeout(0.2)
                try:
                    s.sendall(said)
                    heard = s.recv(65536)
                    if b" 200 " in heard.split(b"\r\n")[0] and what.startswith("an odd"):
                        bad.append(f"{what} is taken: {said[:60]!r}")
                except OSError:
                    pass
        except OSError as error:
            bad.append(f"after {what}: {error}")
        sent += 1
        if honest(port) is None:
            bad.append(f"no honest answer after {what}: {said[:60]!r}")
    return {"sent": sent, "bad": bad}


def main():
    what, port = sys.argv[1], int(sys.argv[2])
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if what == "slow":
        asyncio.run(slow(port, int(sys.argv[3])))
    elif what == "greedy":
        asyncio.run(greedy(port, int(sys.argv[3])))
    elif what == "honest":
        print(json.dumps(figures(port, int(sys.argv[3]))))
    elif what == "garbage":
        print(json.dumps(garbage(port)))


if __name__ == "__main__":
    main()
