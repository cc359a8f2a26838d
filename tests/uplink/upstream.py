"""A provider's proxy, written apart from Hedgerow: SOCKS5 without a password, or HTTP by CONNECT.

    upstream.py socks|http ADDRESS PORT

Writes every place that it was asked for. A name instead of an address is not taken: what was checked has to be sent.
"""
import ipaddress
import socket
import socketserver
import sys
import threading

LANGUAGE, ADDRESS, PORT = sys.argv[1], sys.argv[2], int(sys.argv[3])


def whole(sock, count):
    got = b""
    while len(got) < count:
        part = sock.recv(count - len(got))
        if not part:
            raise ConnectionError("it left")
        got += part
    return got


def socks(sock):
    """What is wanted, and how to say yes and no."""
    version, ways = whole(sock, 2)
    if version != 5 or 0 not in whole(sock, ways):
        raise ConnectionError("another language")
    sock.sendall(b"\x05\x00")
    _, command, _, kind = whole(sock, 4)
    if kind == 3:
        place = whole(sock, whole(sock, 1)[0]).decode("ascii", "replace")
    else:
        place = str(ipaddress.ip_address(whole(sock, {1: 4, 4: 16}[kind])))
    port = int.from_bytes(whole(sock, 2), "big")
    reply = lambda code: b"\x05" + bytes([code]) + b"\x00\x01" + bytes(6)
    return (place if command == 1 else None), port, reply(0), reply(4)


def http(sock):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += whole(sock, 1)
    method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
    place, port = target.rsplit(":", 1)
    no = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
    return (place.strip("[]") if method == "CONNECT" else None), int(port), b"HTTP/1.1 200 Fine\r\nVia: us\r\n\r\n", no


def pour(source, target):
    try:
        while part := source.recv(65536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Proxy(socketserver.BaseRequestHandler):
    def handle(self):
        place, port, yes, no = {"socks": socks, "http": http}[LANGUAGE](self.request)
        print("asked for", place, port, flush=True)
        try:
            there = socket.create_connection((str(ipaddress.ip_address(place)), port), 5)
        except (ValueError, OSError):
            self.request.sendall(no)
            return
        there.settimeout(None)
        self.request.sendall(yes)
        with there:
            back = threading.Thread(target=pour, args=(there, self.request), daemon=True)
            back.start()
            pour(self.request, there)
            back.join()


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *_):
        """Whoever leaves in the middle is part of the story."""


with Server((ADDRESS, PORT), Proxy) as server:
    print("ready", flush=True)
    server.serve_forever()
