"""Speaks to the echo of a site over an upgraded connection: large and small messages, both ways at once."""
import socket
import sys
import threading

host, port = sys.argv[1], int(sys.argv[2])
said = bytes(range(256)) * 20000
s = socket.create_connection(("127.0.0.1", port))
s.sendall(f"GET /echo HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n".encode())
head = b""
while b"\r\n\r\n" not in head:
    head += s.recv(1)
assert head.startswith(b"HTTP/1.1 101"), head


def say():
    s.sendall(b"hello")
    s.sendall(said)
    s.shutdown(socket.SHUT_WR)


threading.Thread(target=say).start()
heard = b""
while part := s.recv(65536):
    heard += part
assert heard == b"hello" + said, len(heard)
print("echo", len(heard))
