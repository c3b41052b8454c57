# SPDX-License-Identifier: MIT
"""How long a sockd takes to be ready, as it tells the service manager (sd_notify(3))."""

import os
import socket
import time


def start(t, settings, seconds=10):
    """(the sockd, milliseconds from the command to READY=1)."""
    path = t.path("notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.bind(path)
        s.settimeout(seconds)
        began = time.monotonic()
        d = t.sockd(settings, wait=False, env={"NOTIFY_SOCKET": path})
        try:
            while b"READY=1" not in s.recv(4096):
                pass
        except TimeoutError:
            t.fail(f"sockd is not ready after {seconds} s")
        took = (time.monotonic() - began) * 1000
    os.unlink(path)
    d.wait(r"^started\b")
    return d, took
