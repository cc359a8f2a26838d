"""The internet, for a lab without one: name server, web server and echo, on addresses that look public.

    internet.py DNS_ADDRESS WEB_ADDRESS

Names answer as TABLE says. Every name that was asked for and every connection is written to stdout.
"""
import http.server
import ipaddress
import os
import socket
import socketserver
import struct
import sys
import threading
import time

sys.path.insert(0, __file__.rsplit("/", 2)[0] + "/sites")
import program  # noqa: E402

DNS, WEB = sys.argv[1], sys.argv[2]
turn = 0


def say(*words):
    """A line at once: print() of two threads mixes them."""
    os.write(1, (" ".join(words) + "\n").encode())


def addresses(name):
    """Answers by name. None: there is no such name."""
    global turn
    if name.endswith("web.example") or name == "example.org":
        return [WEB]
    if name == "lan.example":
        return ["192.168.7.9"]
    if name == "mixed.example":
        return [WEB, "192.168.7.9"]
    if name == "mapped.example":
        return ["::ffff:192.168.7.9"]
    if name == "nat64.example":
        return ["64:ff9b::c0a8:709"]
    if name.endswith("rebind.example"):
        turn += 1
        return ["192.168.7.9"] if turn % 2 == 0 else [WEB]
    if name == "many.example":
        return ["93.184.216.%d" % n for n in range(1, 18)]
    if name == "nobody.example":
        return ["93.184.216.99"]
    return None


def answer(query):
    ident, _, questions = struct.unpack("!HHH", query[:6])
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode().lower())
        at += 1 + query[at]
    kind = struct.unpack("!H", query[at + 1 : at + 3])[0]
    question = query[12 : at + 5]
    name = ".".join(labels)
    if name.startswith("slow"):
        time.sleep(20)
    found = addresses(name) if name else []
    rows = b""
    count = 0
    for text in found or []:
        ip = ipaddress.ip_address(text)
        if kind == (1 if ip.version == 4 else 28):
            rows += b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(ip.packed)) + ip.packed
            count += 1
    code = 3 if found is None else 0
    if name:
        say("asked", name)
    return struct.pack("!HHHHHH", ident, 0x8180 | code, questions, count, 0, 0) + question + rows


class Udp(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(answer(data), self.client_address)


class Tcp(socketserver.BaseRequestHandler):
    def handle(self):
        length = struct.unpack("!H", self.request.recv(2))[0]
        reply = answer(self.request.recv(length))
        self.request.sendall(struct.pack("!H", len(reply)) + reply)


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        say("echo from", self.client_address[0])
        while part := self.request.recv(65536):
            self.request.sendall(part)


class Servers(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *_):
        """Whoever leaves in the middle is part of the story."""


class Udps(socketserver.ThreadingMixIn, socketserver.UDPServer):
    daemon_threads = True


def end_with(parent):
    """Whoever ends the web server ends the name server as well."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(0)


# Two processes: an answer of the name server tells how long the line's queue is, and must not wait for the web server.
parent = os.getpid()
if os.fork() == 0:
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    for server in [Udps((DNS, 53), Udp), Servers((DNS, 53), Tcp)]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Event().wait()

servers = [
    program.Server((WEB, 80), program.Program),
    Servers((WEB, 443), Echo),
    Servers((WEB, 8080), Echo),
]
for server in servers:
    threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
