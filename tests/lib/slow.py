#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Clients that cost a server much and themselves little; they come again when they are closed.

usage: slow.py URL SENDERS READERS SOURCE...

Senders send a byte a second; readers ask for much and take nothing.  Writes a line
"CONNECTED CLOSED", the numbers so far, every half second, until standard input ends.
"""

import select
import socket
import sys
import threading
import time

from clients import address_of


class Slow:
    def __init__(self, url, source, reads):
        self.family, self.kind, self.address = address_of(url)
        self.source, self.reads, self.socket, self.again = source, reads, None, 0

    def connect(self):
        self.socket = s = socket.socket(self.family, self.kind)
        if self.reads:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.bind((self.source, 0))
        s.setblocking(False)
        s.connect_ex(self.address)

    def close(self):
        self.socket.close()
        self.socket = None
        self.again = time.monotonic() + 0.2

    def talk(self):
        """False when the other side has had enough."""
        try:
            if self.reads:
                while self.socket.send(b"x" * 65536):
                    pass
            self.socket.send(b"x")
            if not self.reads and self.socket.recv(4096) == b"":
                return False
        except BlockingIOError:
            pass
        except OSError:
            return False
        return True


def run(clients, enough):
    connected = closed = 0
    while not enough.is_set():
        now = time.monotonic()
        for c in clients:
            if c.socket is None and now >= c.again:
                c.connect()
                connected += 1
        ready = select.poll()
        by_fd = {c.socket.fileno(): c for c in clients if c.socket}
        for fd in by_fd:
            ready.register(fd, select.POLLRDHUP)
        for fd, _ in ready.poll(100):
            by_fd[fd].close()
            closed += 1
        if int(now) != int(now - 0.5):
            for c in clients:
                if c.socket and not c.talk():
                    c.close()
                    closed += 1
        print(connected, closed, flush=True)
        enough.wait(0.4)


if __name__ == "__main__":
    url, senders, readers, *sources = sys.argv[1:]
    clients = [Slow(url, sources[i % len(sources)], i >= int(senders))
               for i in range(int(senders) + int(readers))]
    enough = threading.Event()
    thread = threading.Thread(target=run, args=(clients, enough))
    thread.start()
    sys.stdin.read()
    enough.set()
    thread.join()
