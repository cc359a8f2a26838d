#!/usr/bin/env python3
"""Which addresses a gateway may reach, by a second implementation that shares nothing with the first.

check.py [--cases N] [--seed N] [--program PATH] [--full]. The ranges were entered by hand from the IANA registries (IPv4 and IPv6
Special-Purpose Address Registries, multicast and IPv6 address space) as first and last address; they are painted onto a
line, wide ones first, and an address is found by bisection. Addresses inside addresses are taken out by Python's own
`ipaddress`. Every edge of every range is tried, one before and one after it, bare and in every form it can be put into, and
N random addresses (1,000,000; 10,000,000 with --full, which adds a line to tests/ledger/egress.jsonl).
"""
import argparse
import bisect
import ipaddress
import json
import pathlib
import random
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import built  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parents[2]

REGISTRY_4 = """
0.0.0.0          0.255.255.255    "This network"
0.0.0.0          0.0.0.0          "This host on this network"
10.0.0.0         10.255.255.255   Private-Use
100.64.0.0       100.127.255.255  Shared Address Space
127.0.0.0        127.255.255.255  Loopback
169.254.0.0      169.254.255.255  Link Local
172.16.0.0       172.31.255.255   Private-Use
192.0.0.0        192.0.0.255      IETF Protocol Assignments
192.0.0.0        192.0.0.7        IPv4 Service Continuity Prefix
192.0.0.8        192.0.0.8        IPv4 dummy address
192.0.0.9        192.0.0.9        Port Control Protocol Anycast
192.0.0.10       192.0.0.10       Traversal Using Relays around NAT Anycast
192.0.0.170      192.0.0.171      NAT64/DNS64 Discovery
192.0.2.0        192.0.2.255      Documentation
192.31.196.0     192.31.196.255   AS112
192.52.193.0     192.52.193.255   AMT
192.88.99.0      192.88.99.255    Deprecated (6to4 Relay Anycast)
192.88.99.2      192.88.99.2      6a44-relay anycast address
192.168.0.0      192.168.255.255  Private-Use
192.175.48.0     192.175.48.255   Direct Delegation AS112 Service
198.18.0.0       198.19.255.255   Benchmarking
198.51.100.0     198.51.100.255   Documentation
203.0.113.0      203.0.113.255    Documentation
224.0.0.0        239.255.255.255  Multicast
240.0.0.0        255.255.255.255  Reserved
255.255.255.255  255.255.255.255  Limited Broadcast
"""

F = "ffff:ffff:ffff:ffff"
REGISTRY_6 = f"""
::                   1fff:ffff:ffff:ffff:{F}  not a global IPv6 address
4000::               ffff:ffff:ffff:ffff:{F}  not a global IPv6 address
::                   ::ffff:ffff              Deprecated (IPv4-Compatible)
::                   ::                       Unspecified Address
::1                  ::1                      Loopback Address
::ffff:0:0           ::ffff:ffff:ffff         IPv4-mapped Address
64:ff9b::            64:ff9b::ffff:ffff       IPv4-IPv6 Translat.
64:ff9b:1::          64:ff9b:1:ffff:{F}       IPv4-IPv6 Translat.
100::                100::{F}                 Discard-Only Address Block
100:0:0:1::          100:0:0:1:{F}            Dummy IPv6 Prefix
2001::               2001:1ff:ffff:ffff:{F}   IETF Protocol Assignments (IPv6)
2001::               2001:0:ffff:ffff:{F}     TEREDO
2001:1::1            2001:1::1                Port Control Protocol Anycast
2001:1::2            2001:1::2                Traversal Using Relays around NAT Anycast
2001:1::3            2001:1::3                DNS-SD Service Registration Protocol Anycast
2001:2::             2001:2:0:ffff:{F}        Benchmarking
2001:3::             2001:3:ffff:ffff:{F}     AMT
2001:4:112::         2001:4:112:ffff:{F}      AS112
2001:10::            2001:1f:ffff:ffff:{F}    Deprecated (previously ORCHID)
2001:20::            2001:2f:ffff:ffff:{F}    ORCHIDv2
2001:30::            2001:3f:ffff:ffff:{F}    Drone Remote ID Protocol Entity Tags (DETs) Prefix
2001:db8::           2001:db8:ffff:ffff:{F}   Documentation
2002::               2002:ffff:ffff:ffff:{F}  6to4
2620:4f:8000::       2620:4f:8000:ffff:{F}    Direct Delegation AS112 Service
3fff::               3fff:fff:ffff:ffff:{F}   Documentation
5f00::               5f00:ffff:ffff:ffff:{F}  Segment Routing (SRv6) SIDs
fc00::               fdff:ffff:ffff:ffff:{F}  Unique-Local
fe80::               febf:ffff:ffff:ffff:{F}  Link-Local Unicast
fec0::               feff:ffff:ffff:ffff:{F}  Deprecated (Site-Local Unicast)
ff00::               ffff:ffff:ffff:ffff:{F}  Multicast
"""

OWN, CONNECTED, ROUTE = "an address of this computer", "the building's own network", "a network behind the building's router"
NEAR, LISTED = "next to the building's public address", "a range the host keeps closed"
ISATAP = "a private IPv4 address inside (ISATAP)"

PLACES = [
    [],
    [("own", "192.168.7.2"), ("own", "fe80::1"), ("connected", "192.168.7.0/24"), ("connected", "fe80::/64"), ("route", "0.0.0.0/0"), ("route", "::/0")],
    [("own", "81.2.69.142"), ("own", "2a00:23c5:1:2::9"), ("connected", "81.2.69.128/28"), ("connected", "2a00:23c5:1:2::/64"),
     ("route", "0.0.0.0/1"), ("route", "128.0.0.0/1"), ("route", "2000::/3"), ("route", "62.4.0.0/15"), ("route", "2a01:4::/31"),
     ("public", "51.7.7.7"), ("public", "10.1.1.1"), ("public", "2a02:6b8:1:2::3"), ("listed", "93.184.0.0/16"), ("listed", "2606:2800::/32")],
    [("nat64", "2a00:64::/96"), ("nat64", "2a00:6432::/32"), ("nat64", "2a00:6440:4000::/40"), ("nat64", "2a00:6448:1::/48"),
     ("nat64", "2a00:6456:1:100::/56"), ("nat64", "2a00:6464:1:2::/64"), ("own", "44.1.2.3"), ("connected", "44.1.0.0/22"),
     ("listed", "8.8.8.0/24"), ("route", "64.0.0.0/2")],
]


class Line:
    """Painted segments: where one begins, and what it is from there on."""

    def __init__(self, text, kind, top):
        rows = []
        for row in text.strip().splitlines():
            first, last, name = row.split(None, 2)
            rows.append((int(kind(first)), int(kind(last)), name))
        self.edges = sorted({e for first, last, _ in rows for e in (first, last)})
        cuts = sorted({0} | {first for first, _, _ in rows} | {last + 1 for _, last, _ in rows if last < top})
        names = [None] * len(cuts)
        for first, last, name in sorted(rows, key=lambda r: r[0] - r[1]):
            for n in range(bisect.bisect_left(cuts, first), bisect.bisect_right(cuts, last)):
                names[n] = name
        self.cuts, self.names = cuts, names

    def at(self, number):
        return self.names[bisect.bisect_right(self.cuts, number) - 1]


LINE_4 = Line(REGISTRY_4, ipaddress.IPv4Address, 2**32 - 1)
LINE_6 = Line(REGISTRY_6, ipaddress.IPv6Address, 2**128 - 1)


class Place:
    """What is closed at one place."""

    def __init__(self, words):
        self.words = words
        self.own, self.local, self.nat64, self.edges = {4: set(), 6: set()}, {4: [], 6: []}, [], {4: set(), 6: set()}
        later = {CONNECTED: [], ROUTE: [], NEAR: [], LISTED: []}
        for word, value in words:
            if word in ("own", "public"):
                address = ipaddress.ip_address(value)
                line, size = (LINE_4, 24) if address.version == 4 else (LINE_6, 48)
                if word == "own":
                    self.own[address.version].add(int(address))
                if line.at(int(address)) is None:
                    later[NEAR].append(ipaddress.ip_network((address, size), strict=False))
                self.edges[address.version].add(int(address))
                continue
            network = ipaddress.ip_network(value)
            if word == "nat64":
                self.nat64.append((int(network[0]), int(network[-1]), network.prefixlen))
                self.edges[6] |= {int(network[0]), int(network[-1])}
            elif word == "route":
                half = 2 ** (31 if network.version == 4 else 125)
                if network.num_addresses < half:
                    later[ROUTE].append(network)
            else:
                later[CONNECTED if word == "connected" else LISTED].append(network)
        for rule in (CONNECTED, ROUTE, NEAR, LISTED):
            for network in later[rule]:
                first, last = int(network.network_address), int(network.broadcast_address)
                self.local[network.version].append((first, last, rule))
                self.edges[network.version] |= {first, last}

    def here(self, version, number):
        if number in self.own[version]:
            return OWN
        for first, last, rule in self.local[version]:
            if first <= number <= last:
                return rule
        return None

    def four(self, number):
        return LINE_4.at(number) or self.here(4, number)

    def verdict(self, version, number):
        if version == 4:
            return self.four(number) or "public"
        for inner, form in self.inside(number):
            rule = self.four(inner)
            if rule:
                return ISATAP if form == "isatap" else rule
        return LINE_6.at(number) or self.here(6, number) or "public"

    def inside(self, number):
        top, out = number >> 96, []
        if top in (0x20010000, 0) or top >> 16 == 0x2002:
            address = ipaddress.IPv6Address(number)
            found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
            out += [(int(a), "form") for a in found if a is not None]
            if LINE_6.at(number) == "Deprecated (IPv4-Compatible)":
                out.append((number, "form"))
        elif top == 0x64ff9b:
            if LINE_6.at(number) == "IPv4-IPv6 Translat.":
                out.append((number % 2**32, "form"))
        for first, last, length in self.nat64:
            if first <= number <= last:
                digits = f"{number:032x}"
                if length == 96:
                    v4 = digits[24:]
                else:
                    start = length // 4
                    without = digits[:16] + digits[18:]
                    v4 = without[start:start + 8]
                out.append((int(v4, 16), "form"))
        if number >> 32 & 0xffffffff in (0x5efe, 0x02005efe):
            out.append((number % 2**32, "isatap"))
        return out


def clothes(v4, low):
    """Every form an IPv4 address can be put into."""
    yield 0xffff << 32 | v4
    yield v4
    yield 0x64ff9b << 96 | v4
    yield 0x64ff9b0001 << 80 | v4
    yield 0x2002 << 112 | v4 << 80 | low
    yield 0x20010000 << 96 | v4 << 64 | low
    yield 0x20010000 << 96 | low << 64 | (v4 ^ 0xffffffff)
    yield 0x2a05 << 112 | 0x5efe << 32 | v4
    yield 0x2a05 << 112 | 0x02005efe << 32 | v4
    yield 0x2a000064 << 96 | v4
    high, rest = v4 >> 8, v4 & 0xff
    yield 0x2a006432 << 96 | v4 << 64
    yield 0x2a00644040 << 88 | high << 64 | rest << 48
    yield 0x2a0064480001 << 80 | (v4 >> 16) << 64 | (v4 & 0xffff) << 40
    yield 0x2a00645600010100 << 64 | (v4 >> 24) << 64 | (v4 & 0xffffff) << 32
    yield 0x2a00646400010002 << 64 | v4 << 24


def edges(place):
    """Both sides of every edge, bare and in clothes."""
    around = lambda values, top: sorted({e + d for e in values for d in (-1, 0, 1) if 0 <= e + d <= top})
    four = around(set(LINE_4.edges) | place.edges[4], 2**32 - 1)
    for number in four:
        yield 4, number
        for dressed in clothes(number, 0x08080808):
            yield 6, dressed
    for number in around(set(LINE_6.edges) | place.edges[6], 2**128 - 1):
        yield 6, number


def wild(place, rng):
    """One random address: anywhere, near an edge, or in clothes."""
    near = list(set(LINE_4.edges) | place.edges[4]), list(set(LINE_6.edges) | place.edges[6])

    def four():
        if rng.random() < 0.5:
            return rng.getrandbits(32)
        return min(max(rng.choice(near[0]) + rng.randint(-300, 300), 0), 2**32 - 1)

    while True:
        dice = rng.random()
        if dice < 0.35:
            yield 4, four()
        elif dice < 0.5:
            yield 6, rng.getrandbits(128)
        elif dice < 0.65:
            yield 6, 1 << 125 | rng.getrandbits(125)
        elif dice < 0.8:
            step = rng.getrandbits(rng.choice((4, 16, 60, 70, 96))) * rng.choice((-1, 1))
            yield 6, min(max(rng.choice(near[1]) + step, 0), 2**128 - 1)
        else:
            yield 6, rng.choice(list(clothes(four(), four())))


def compare(program, addresses, place):
    """How many were compared, and the differences."""
    feed = "".join(["place\n", *(f"{w} {v}\n" for w, v in place.words)])
    feed += "".join(f"{n:08x}\n" if v == 4 else f"{n:032x}\n" for v, n in addresses)
    answers = subprocess.run([program], input=feed, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    assert len(answers) == len(addresses), f"{len(answers)} answers to {len(addresses)} addresses"
    wrong = []
    for (version, number), theirs in zip(addresses, answers):
        ours = place.verdict(version, number)
        if ours != theirs:
            wrong.append(f"{ipaddress.ip_address(number) if version == 4 else ipaddress.IPv6Address(number)}: "
                         f"here {ours!r}, there {theirs!r}, at {place.words}")
    return wrong


def main():
    started, rng = time.time(), random.Random(ARGS.seed)
    program, places = ARGS.program or built.example("egress_oracle"), [Place(words) for words in PLACES]
    at_edges = tried = closed = 0
    wrong = []
    for place in places:
        addresses = list(edges(place))
        at_edges += len(addresses)
        wrong += compare(program, addresses, place)
    while tried < ARGS.cases:
        for place in places:
            source, many = wild(place, rng), min(50_000, (ARGS.cases + len(places) - 1) // len(places))
            addresses = [next(source) for _ in range(many)]
            closed += sum(place.verdict(*a) != "public" for a in addresses[:500])
            wrong += compare(program, addresses, place)
            tried += many
    for line in wrong[:20]:
        print(line)
    seconds = round(time.time() - started, 1)
    print(f"{at_edges} addresses at edges, {tried} random ones: {len(wrong)} differences ({seconds} s)")
    assert at_edges >= 2000 and closed, "too little was tried to tell anything"
    if FULL:
        git = lambda *args: subprocess.run(["git", *args], cwd=HERE, stdout=subprocess.PIPE, text=True).stdout.strip()
        commit = git("rev-parse", "--short", "HEAD") + ("+changes" if git("status", "--porcelain", "--", "protocol") else "")
        line = {"date": time.strftime("%Y-%m-%d", time.gmtime()), "commit": commit, "what": "egress classifier", "seed": ARGS.seed,
                "edges": at_edges, "random": tried, "differences": len(wrong), "seconds": seconds}
        with open(HERE / "tests/ledger/egress.jsonl", "a", encoding="utf-8") as ledger:
            ledger.write(json.dumps(line) + "\n")
    return 1 if wrong else 0


parser = argparse.ArgumentParser()
parser.add_argument("--cases", type=int)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--full", action="store_true")
parser.add_argument("--program", help="the built example egress_oracle, where it is not beside the program under test")
ARGS = parser.parse_args()
FULL = ARGS.full
ARGS.cases = ARGS.cases or (10_000_000 if FULL else 1_000_000)
sys.exit(main())
