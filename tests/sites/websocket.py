"""A WebSocket that echoes (RFC 6455), for the programs that tests publish. No extensions."""
import base64
import hashlib
import struct

# Section 1.3 of the RFC.
WORD = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CLOSE, PING, PONG = 8, 9, 10


def echo(handler):
    """Takes over the connection of an HTTP request that asks for it, until either side has enough."""
    key = handler.headers.get("Sec-WebSocket-Key", "").encode()
    if handler.headers.get("Upgrade", "").lower() != "websocket" or not key:
        handler.send_error(400)
        return
    handler.send_response(101)
    handler.send_header("Upgrade", "websocket")
    handler.send_header("Connection", "Upgrade")
    handler.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key + WORD).digest()).decode())
    handler.end_headers()
    handler.close_connection = True
    kept = None
    while heard := piece(handler.rfile):
        last, kind, text = heard
        if kind < CLOSE:
            # Browsers send what is large in pieces.
            kind, text = (kept[0], kept[1] + text) if kept else (kind, text)
            kept = None if last else (kind, text)
            if not last:
                continue
        handler.wfile.write(frame(PONG if kind == PING else kind, text))
        handler.wfile.flush()
        if kind == CLOSE:
            return


def piece(stream):
    """The next frame: whether it is the last of its message, kind and content; nothing when there is none."""
    head = stream.read(2)
    if len(head) < 2:
        return None
    length = head[1] & 0x7F
    if length == 126:
        length = struct.unpack("!H", stream.read(2))[0]
    elif length == 127:
        length = struct.unpack("!Q", stream.read(8))[0]
    mask = stream.read(4) if head[1] & 0x80 else bytes(4)
    content = stream.read(length)
    times = bytes(mask) * (length // 4 + 1)
    plain = int.from_bytes(content, "big") ^ int.from_bytes(times[:length], "big")
    return bool(head[0] & 0x80), head[0] & 0x0F, plain.to_bytes(length, "big")


def frame(kind, content):
    """One whole frame, as a server sends it."""
    length = len(content)
    if length < 126:
        size = bytes([length])
    elif length < 65536:
        size = b"\x7e" + struct.pack("!H", length)
    else:
        size = b"\x7f" + struct.pack("!Q", length)
    return bytes([0x80 | kind]) + size + content
