# SPDX-License-Identifier: MIT
"""Clients: one exchange, or many at once until they are stopped."""

import json
import socket
import subprocess
import sys
import threading

from environment import LIB, patience


def address_of(url):
    """(family, type, address) of an endpoint's URL."""
    scheme, _, rest = url.partition(":")
    if scheme in ("unix", "seqpacket", "unixgram"):
        kind = {"unix": socket.SOCK_STREAM, "seqpacket": socket.SOCK_SEQPACKET,
                "unixgram": socket.SOCK_DGRAM}[scheme]
        path = rest[2:] if rest.startswith("//") else "\0" + rest[1:]
        return socket.AF_UNIX, kind, path
    host, _, port = rest[2:].rpartition(":")
    kind = socket.SOCK_DGRAM if scheme.startswith("udp") else socket.SOCK_STREAM
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    return family, kind, (host.strip("[]"), int(port))


def protocol_of(url):
    """What socket() needs beside that."""
    return {"mptcp": 262, "udplite": 136, "sctp": 132}.get(url.partition(":")[0], 0)


def dial(url, seconds=10, source=None):
    """A connected socket, from an address if source says which; datagram sockets of AF_UNIX get a name, to be
    answered."""
    family, kind, address = address_of(url)
    s = socket.socket(family, kind, protocol_of(url))
    s.settimeout(seconds)
    try:
        if family == socket.AF_UNIX and kind == socket.SOCK_DGRAM:
            s.bind("")
        if source:
            s.bind((source, 0))
        s.connect(address)
    except OSError:
        s.close()
        raise
    return s


def read_all(s):
    """Everything until the other side ends it."""
    got = b""
    while chunk := s.recv(65536):
        got += chunk
    return got


def ask(url, question=b"test client", half_close=True, seconds=10):
    """One exchange; the whole answer.  Of datagrams, one answer."""
    with dial(url, patience(seconds)) as s:
        if question or s.type == socket.SOCK_DGRAM:
            s.sendall(question)
        if s.type == socket.SOCK_DGRAM:
            return s.recv(65536)
        if half_close:
            s.shutdown(socket.SHUT_WR)
        return read_all(s)


class Load:
    """Clients in a process of their own (load.py) that exchange until stop()."""

    def __init__(self, test, url, clients=16, pause_ms=0, question="test client"):
        self.test, self.count, self.result = test, 0, None
        self.news = threading.Condition()
        self.process = test.popen(
            [sys.executable, "-B", LIB + "/load.py", str(clients), str(pause_ms), url, question],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, daemon=True).start()
        self.more(clients)

    def _read(self):
        for line in self.process.stdout:
            with self.news:
                if line.startswith("{"):
                    self.result = json.loads(line)
                else:
                    self.count = int(line)
                self.news.notify_all()

    def more(self, n):
        """Wait for n more exchanges."""
        with self.news:
            goal = self.count + n
            if not self.news.wait_for(lambda: self.count >= goal, patience(30)):
                self.test.fail("the clients are stuck", f"{self.count} exchanges, not {goal}")

    def stop(self):
        """{reply: (how many, when last asked for)} and [(when, kind of failure)]."""
        self.process.stdin.close()
        with self.news:
            if not self.news.wait_for(lambda: self.result, patience(30)):
                self.test.fail("the clients do not end")
        self.process.wait()
        return self.result["replies"], self.result["failures"]
