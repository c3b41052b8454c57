# SPDX-License-Identifier: MIT
"""The tutorial's server, with a listener that it inherits; or, with a number of processes, one that it forks by hand."""

import os
import socket
import sys

if len(sys.argv) > 1:
    sk = socket.socket()
    sk.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sk.bind(("127.0.0.1", 0))
    sk.listen(511)
    print(sk.getsockname()[1], flush=True)
    for _ in range(int(sys.argv[1]) - 1):
        if os.fork() == 0:
            break
else:
    sk = socket.socket(fileno=3)

while True:
    conn, addr = sk.accept()
    conn.recv(1024)
    conn.sendall(b"test server")
    conn.close()
