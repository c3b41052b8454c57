#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A program for tests that takes its clients by itself, from the listeners that it inherits.

app.py [--tell] [--watchdog] [--term FILE] TEXT: each client that sends a word gets "PID TEXT\\n", or what the word asks for.
"""

import os
import selectors
import signal
import socket
import sys
import time

FIRST = 3


def notify(text):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.connect("\0" + os.environ["NOTIFY_SOCKET"][1:])
        s.send(text.encode())


def answer(word, text):
    match word.split(":", 1):
        case ["env"]:
            return "\n".join(f"{k}={v}" for k, v in os.environ.items())
        case ["fds"]:
            found = []
            for fd in range(0, 64):
                try:
                    os.fstat(fd)
                    found.append(fd)
                except OSError:
                    pass
            return f"{os.getpid()} {found}"
        case ["status"]:
            with open("/proc/self/status", encoding="ascii") as f:
                return f.read()
        case ["say", what]:
            notify(what)
        case ["print", what]:
            print(what, flush=True)
        case ["warn", what]:
            print(what, file=sys.stderr, flush=True)
        case ["exit", what]:
            os._exit(int(what))
        case ["sleep", what]:
            time.sleep(float(what))
        case ["orphan"]:
            if os.fork() == 0:
                if os.fork() == 0:
                    time.sleep(0.1)
                os._exit(0)
            os.wait()
        case ["fork"]:
            if os.fork() == 0:
                os.closerange(FIRST, 64)
                os.setsid()
                time.sleep(999)
    return f"{os.getpid()} {text}\n"


def main(arguments):
    tells, feeds, deaf = "--tell" in arguments, "--watchdog" in arguments, "--deaf" in arguments
    # It is told to stop only while it serves nobody.
    signal.signal(signal.SIGTERM, signal.SIG_IGN if deaf else lambda *_: sys.exit(0))
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    n = int(os.environ["LISTEN_FDS"])
    assert int(os.environ["LISTEN_PID"]) == os.getpid()
    chooser = selectors.DefaultSelector()
    for fd in range(FIRST, FIRST + n):
        s = socket.socket(fileno=fd)
        s.setblocking(False)
        chooser.register(s, selectors.EVENT_READ)
    if tells:
        notify("STATUS=warm and ready\nREADY=1")
    while True:
        if feeds:
            notify("WATCHDOG=1")
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        ready = chooser.select(0.1)         # not for ever: a signal may come just before it waits
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        for key, _ in ready:
            try:
                if key.fileobj.type == socket.SOCK_DGRAM:
                    word, peer = key.fileobj.recvfrom(1024)
                    key.fileobj.sendto(answer(word.decode(), arguments[-1]).encode(), peer)
                    continue
                c, _ = key.fileobj.accept()
            except BlockingIOError:
                continue
            with c:
                c.setblocking(True)
                word = c.recv(1024).decode()
                c.sendall(answer(word, arguments[-1]).encode())


main(sys.argv[1:])
