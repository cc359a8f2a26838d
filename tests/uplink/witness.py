"""A machine on the building's own network. Writes every packet that was meant for it, but for those that only ask who is
there (ARP, neighbour discovery), until it is stopped."""
import socket
import sys

listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
listener.bind((sys.argv[1], 0))
print("ready", flush=True)
while True:
    frame, (_, _, direction, *_) = listener.recvfrom(2048)
    kind = int.from_bytes(frame[12:14], "big")
    is_ipv6_talk = kind == 0x86DD and frame[20] not in (58, 0)
    if direction == 0 and (kind == 0x0800 or is_ipv6_talk):
        print("packet", frame[14:].hex()[:80], flush=True)
