#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Clients that talk to a service until they are stopped; clients.Load runs it.

usage: load.py CLIENTS PAUSE_MS URL QUESTION

Standard output: the number of exchanges every 50 ms, and when standard input ends,
one line of JSON: what was answered, when it was last asked for, and what failed.
Every other client half-closes after its question, as sockc does; the rest read first.
"""

import errno
import json
import socket
import sys
import threading
import time

from clients import dial

KINDS = {errno.ECONNREFUSED: "refused", errno.ECONNRESET: "reset", errno.EPIPE: "reset"}


class Client(threading.Thread):
    def __init__(self, url, question, pause, half_close):
        super().__init__(daemon=True)
        self.url, self.question = url, question
        self.pause, self.half_close = pause, half_close
        self.count, self.failures, self.replies = 0, [], {}

    def exchange(self):
        with dial(self.url, 10) as s:
            s.sendall(self.question)
            if self.half_close:
                s.shutdown(socket.SHUT_WR)
            reply = b""
            while chunk := s.recv(65536):
                reply += chunk
        return reply.decode(errors="backslashreplace")

    def run(self):
        while not stop.is_set():
            began = time.monotonic()
            try:
                reply = self.exchange()
                n, _ = self.replies.get(reply, (0, 0))
                self.replies[reply] = (n + 1, began)
            except OSError as e:
                kind = "timeout" if isinstance(e, TimeoutError) else KINDS.get(e.errno, str(e))
                self.failures.append((began, kind))
                time.sleep(0.001)
            self.count += 1
            if self.pause:
                time.sleep(self.pause)


def gather(clients):
    replies = {}
    for c in clients:
        for text, (n, last) in c.replies.items():
            n0, last0 = replies.get(text, (0, 0))
            replies[text] = (n0 + n, max(last0, last))
    failures = sorted(f for c in clients for f in c.failures)
    return {"replies": replies, "failures": failures}


def tell_progress(clients):
    while not stop.wait(0.05):
        print(sum(c.count for c in clients), flush=True)


if __name__ == "__main__":
    stop = threading.Event()
    n, pause, url, question = sys.argv[1:]
    clients = [Client(url, question.encode(), float(pause) / 1000, i % 2 == 0)
               for i in range(int(n))]
    for c in clients:
        c.start()
    teller = threading.Thread(target=tell_progress, args=(clients,))
    teller.start()
    sys.stdin.read()
    stop.set()
    teller.join()
    for c in clients:
        c.join()
    print(json.dumps(gather(clients)), flush=True)
