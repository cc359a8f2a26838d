"""A program that somebody publishes: pages, large files both ways, and an echo over an upgraded connection, also as a
WebSocket."""
import hashlib
import http.server
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import websocket  # noqa: E402

# Smallest picture there is: a red dot.
DOT = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><circle cx="4" cy="4" r="4" fill="red"/></svg>'


def noise(length):
    """The same bytes every time, alike nowhere."""
    block, out, n = b"", 0, 0
    while out < length:
        block = hashlib.sha512(n.to_bytes(8, "big")).digest() * 256
        part = block[: length - out]
        out += len(part)
        n += 1
        yield part


class Program(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body, kind="text/html"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/who":
            named = {k.lower(): v for k, v in self.headers.items() if k.lower().replace("_", "-").startswith("hedgerow")}
            self.answer(("%r\n" % sorted(named.items())).encode())
        elif self.path == "/echo":
            self.send_response(101)
            self.send_header("Upgrade", "echo")
            self.send_header("Connection", "Upgrade")
            self.end_headers()
            self.close_connection = True
            while part := self.connection.recv(65536):
                self.connection.sendall(part)
        elif self.path == "/socket":
            websocket.echo(self)
        elif self.path.startswith("/many/"):
            # A page as there are many: its pictures come from all over.
            count = int(self.path.split("/")[2])
            pictures = "".join(f'<img src="http://p{n}.web.example/dot.svg?{n}">' for n in range(count))
            self.answer(f"<!doctype html><title>many</title>{pictures}".encode(), "text/html")
        elif self.path.startswith("/dot.svg"):
            self.answer(DOT, "image/svg+xml")
        elif self.path.startswith("/big/"):
            length = int(self.path.split("/")[2])
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", str(length))
            self.end_headers()
            for part in noise(length):
                self.wfile.write(part)
        else:
            self.answer(b"<h1>Bookings</h1>\n")

    def do_POST(self):
        left, seen = int(self.headers["Content-Length"]), hashlib.sha256()
        while left:
            part = self.rfile.read(min(left, 65536))
            left -= len(part)
            seen.update(part)
        self.answer((seen.hexdigest() + "\n").encode())

    def log_message(self, *_):
        pass


def digest(length):
    seen = hashlib.sha256()
    for part in noise(length):
        seen.update(part)
    return seen.hexdigest()


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """Visitors who leave in the middle are part of the story."""


if __name__ == "__main__":
    if sys.argv[1] == "digest":
        print(digest(int(sys.argv[2])))
    else:
        server = Server(("127.0.0.1", int(sys.argv[1])), Program)
        print("ready", flush=True)
        server.serve_forever()
