#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Play the service manager that hands over sockets; daemon.Sockd's prefix runs it.

usage: activate.py FD,FD,… PROGRAM [ARGUMENT…]

These descriptors become 3 and up.  LISTEN_FDS and LISTEN_PID are set unless they are
there already.
"""

import fcntl
import os
import sys

fds = [fcntl.fcntl(int(fd), fcntl.F_DUPFD_CLOEXEC, 100) for fd in sys.argv[1].split(",") if fd]
os.closerange(3, 100)
for number, fd in enumerate(fds, 3):
    os.dup2(fd, number)
os.environ.setdefault("LISTEN_FDS", str(len(fds)))
os.environ.setdefault("LISTEN_PID", str(os.getpid()))
os.execvp(sys.argv[2], sys.argv[2:])
