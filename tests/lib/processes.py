# SPDX-License-Identifier: MIT
"""What /proc tells about processes and sockets."""

import contextlib
import ctypes
import os
import socket


def _stat(pid):
    """(state, ppid) of a process, or None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            fields = f.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return fields[0], int(fields[1])


def descendants(root):
    """{pid: state} of every process below root; 'Z' is one that only waits to be reaped."""
    found = {int(p): s for p in os.listdir("/proc") if p.isdigit() and (s := _stat(p))}
    tree, more = {}, {root}
    while more:
        more = {pid for pid, (_, parent) in found.items() if parent in more}
        tree.update((pid, found[pid][0]) for pid in more)
    return tree


def own_number(pid):
    """The pid that sockd logs for a process: in a pid namespace it is not the one we see."""
    try:
        return int(status(pid)["NSpid"].split()[-1])
    except (FileNotFoundError, ProcessLookupError):
        return None


@contextlib.contextmanager
def first_of_namespace():
    """The process that is started meanwhile is process 1 of a new pid namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/self/ns/pid") as mine:
        if libc.unshare(0x20000000) != 0:               # CLONE_NEWPID
            raise OSError(ctypes.get_errno(), "unshare")
        try:
            yield
        finally:
            libc.setns(mine.fileno(), 0)


def is_running(pid):
    stat = _stat(pid)
    return stat is not None and stat[0] != "Z"


def parent(pid):
    stat = _stat(pid)
    return stat[1] if stat else None


def title(pid):
    """What ps shows: the process title or the command line."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read().rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def status(pid):
    """The fields of /proc/PID/status, as text."""
    with open(f"/proc/{pid}/status") as f:
        return {k: v.strip() for k, v in (line.split(":", 1) for line in f)}


def cpu_seconds(*pids):
    """The processor time that processes have used."""
    ticks = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat") as f:
            ticks += sum(int(n) for n in f.read().rpartition(")")[2].split()[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def descriptors(pid):
    """{number: what it is}, such as {3: 'socket:[4711]'}."""
    found = {}
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            found[int(fd)] = os.readlink(f"/proc/{pid}/fd/{fd}")
        except FileNotFoundError:
            pass
    return found


def listening(port):
    """The inodes of the TCP sockets that listen on this port, IPv4 and IPv6."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not os.path.exists(table):
            continue
        with open(table) as f:
            for line in f.read().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                    inodes.add(int(fields[9]))
    return inodes


def steal(pid, fd):
    """A descriptor of another process, for the one who plays a worker that was taken over."""
    libc = ctypes.CDLL(None, use_errno=True)
    pidfd = os.pidfd_open(pid)
    try:
        taken = libc.syscall(438, pidfd, fd, 0)         # pidfd_getfd(2)
        if taken == -1:
            raise OSError(ctypes.get_errno(), "pidfd_getfd")
        return taken
    finally:
        os.close(pidfd)


def sockets(pid):
    """{number: socket} of a process's sockets, taken as by steal()."""
    return {fd: socket.socket(fileno=steal(pid, fd))
            for fd, what in descriptors(pid).items() if what.startswith("socket:")}
