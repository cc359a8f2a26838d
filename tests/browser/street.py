"""Three computers and an internet, made of network namespaces, for checks that drive other people's programs.

Ann has a cable to Bob, one to Carl, and a line to the internet; nobody has a name server, and only Ann has a way out.
Everything is taken down by its own name. Needs root and `ip`. The lab of the Rust tests does more; this does without building.
"""
import ctypes
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import built  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = built.hedgerow()
WEB, DNS = "93.184.216.34", "9.9.9.9"
CLONE_NEWNET = 0x40000000
# Where `ip` is, which is not on everybody's way.
os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def ip(*args):
    ran = subprocess.run(["ip", *args], capture_output=True, text=True)
    if ran.returncode != 0:
        raise OSError(f"ip {' '.join(args)}: {ran.stderr.strip()}")


def why_not():
    """Why there can be no street here, if so."""
    if os.getuid() != 0:
        return "separate computers are made of network namespaces, which needs root"
    probe = f"hb{os.getpid()}probe"
    try:
        ip("netns", "add", probe)
        ip("netns", "del", probe)
    except OSError as error:
        return f"no network namespaces here: {error}"
    return None


class Computer:
    """A namespace, a data directory, and what runs there."""

    def __init__(self, name, namespace, room):
        self.name, self.namespace, self.room = name, namespace, pathlib.Path(room)
        self.data, self.log = str(self.room / name), self.room / f"{name}.log"
        self.running, self.node = [], None
        self.way = ["ip", "netns", "exec", namespace]
        ip("netns", "add", namespace)
        # In place of the host's: no name server at all.
        os.makedirs(f"/etc/netns/{namespace}", exist_ok=True)
        pathlib.Path(f"/etc/netns/{namespace}/resolv.conf").write_text("")
        ip("-n", namespace, "link", "set", "lo", "up")

    def environment(self):
        home = str(self.room / f"{self.name}.home")
        kept = {k: v for k, v in os.environ.items() if k not in ("HEDGEROW_DATA", "DISPLAY", "WAYLAND_DISPLAY")}
        return {**kept, "HOME": home, "XDG_DATA_HOME": home + "/data", "XDG_CONFIG_HOME": home + "/config", "NO_COLOR": "1"}

    def start(self, *args, ready=False):
        """A program that goes on running. `ready`: it says so when it can be used."""
        with open(self.log, "ab") as log:
            child = subprocess.Popen([*self.way, *args], stdin=subprocess.DEVNULL, stderr=log, env=self.environment(),
                                     stdout=subprocess.PIPE if ready else log)
        self.running.append(child)
        if ready:
            said = child.stdout.readline()
            if said != b"ready\n":
                raise OSError(f"{args}: {said!r}")
            # It must not stop because nobody listens.
            threading.Thread(target=lambda: [None for _ in child.stdout], daemon=True).start()
        return child

    def run(self, *args, timeout=120):
        return subprocess.run([*self.way, *args], capture_output=True, text=True, timeout=timeout, env=self.environment())

    def hedgerow(self, *args):
        """A command of the command line and its answer."""
        ran = self.run(BIN, *args, "--data", self.data, "--json")
        if ran.returncode != 0:
            raise OSError(f"{self.name}: hedgerow {' '.join(args)}: exit {ran.returncode}\n{ran.stdout}\n{ran.stderr}")
        return json.loads(ran.stdout) if ran.stdout.strip() else None

    def serve(self):
        """Starts the node and waits until it answers."""
        self.node = self.start(BIN, "run", "--data", self.data)
        until(f"{self.name} answers", 30, lambda: self.run(BIN, "status", "--data", self.data).returncode != 3)

    def end(self, child):
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if child in self.running:
            self.running.remove(child)

    def down(self):
        for child in list(self.running):
            self.end(child)
        subprocess.run(["ip", "netns", "del", self.namespace], capture_output=True)
        shutil.rmtree(f"/etc/netns/{self.namespace}", ignore_errors=True)


def until(what, within, found):
    """What was found, as soon as it was."""
    within *= built.PATIENCE
    end, last = time.monotonic() + within, None
    while time.monotonic() < end:
        try:
            if got := found():
                return got
        except OSError as error:
            last = error
        time.sleep(0.1)
    raise TimeoutError(f"not within {within} s: {what} {last or ''}")


class Street:
    """Use it with `with`."""

    def __enter__(self):
        self.room = tempfile.mkdtemp(prefix="hedgerow-browser")
        self.all = []
        try:
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def build(self):
        name = f"hb{os.getpid()}"
        for who in ("ann", "bob", "carl", "internet"):
            self.all.append(Computer(who, name + who[0], self.room))
        self.ann, self.bob, self.carl, self.internet = self.all
        for n, other in enumerate((self.bob, self.carl)):
            here, there = self.ann.namespace, other.namespace
            ip("-n", here, "link", "add", f"eth{n}", "type", "veth", "peer", "name", "eth0", "netns", there)
            for where, card, last in ((here, f"eth{n}", 1), (there, "eth0", 2)):
                ip("-n", where, "link", "set", card, "up")
                ip("-n", where, "addr", "add", f"10.77.{n}.{last}/24", "dev", card)
                ip("-n", where, "addr", "add", f"fd77:{n}::{last}/64", "dev", card, "nodad")
        web = self.internet.namespace
        for address in (WEB, DNS):
            ip("-n", web, "addr", "add", f"{address}/32", "dev", "lo")
        ip("-n", web, "link", "add", "line", "type", "veth", "peer", "name", "wan0", "netns", self.ann.namespace)
        ip("-n", web, "addr", "add", "100.64.0.1/30", "dev", "line")
        ip("-n", self.ann.namespace, "addr", "add", "100.64.0.2/30", "dev", "wan0")
        ip("-n", web, "link", "set", "line", "up")
        ip("-n", self.ann.namespace, "link", "set", "wan0", "up")
        ip("-n", self.ann.namespace, "route", "add", "default", "via", "100.64.0.1")
        self.internet.start("python3", str(ROOT / "tests" / "uplink" / "internet.py"), DNS, WEB, ready=True)

    def __exit__(self, *why):
        for computer in self.all:
            computer.down()
            if why and why[0] is not None and computer.log.exists():
                print(f"--- last of {computer.name}'s log", *computer.log.read_text(errors="replace").splitlines()[-15:], sep="\n")
        shutil.rmtree(self.room, ignore_errors=True)


class Watch:
    """Counts what leaves or crosses a computer to port 53, by any card, its inner one included."""

    def __init__(self, computer):
        libc = ctypes.CDLL(None, use_errno=True)
        self.asked, self.seen = [], 0
        with open("/proc/self/ns/net") as ours, open(f"/run/netns/{computer.namespace}") as theirs:
            if libc.setns(theirs.fileno(), CLONE_NEWNET) != 0:
                raise OSError("setns")
            # A socket stays where it was made.
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
            libc.setns(ours.fileno(), CLONE_NEWNET)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            packet, (card, kind, *_) = self.socket.recvfrom(2048)
            self.seen += 1
            if kind == 0x0800 and len(packet) > 20:
                protocol, ports = packet[9], packet[(packet[0] & 15) * 4:][:4]
            elif kind == 0x86DD and len(packet) > 40:
                protocol, ports = packet[6], packet[40:44]
            else:
                continue
            if protocol in (6, 17) and ports[2:4] in (b"\0\x35", b"\x03\x55"):
                # The letters of the name that is asked for, as they are in the packet.
                self.asked.append("".join(chr(b) if 32 < b < 127 else "." for b in packet[28:120]))
