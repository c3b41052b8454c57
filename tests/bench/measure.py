# SPDX-License-Identifier: MIT
"""Measure a server: how fast it answers, what processor time and what memory it takes."""

import glob
import os
import re
import resource
import subprocess

import processes

PROGRAMS = os.path.abspath(os.environ.get("top_builddir", ".")) + "/tests/bench/"
WARM_UP = 0.3   # seconds


def _own_ns(pid):
    """What the threads of a process have used, and children that it has waited for; of these,
    and without schedstat, the kernel tells by the hundredth of a second."""
    threads = glob.glob(f"/proc/{pid}/task/*/schedstat")
    ns = 0
    for path in threads:
        with open(path) as f:
            ns += int(f.read().split()[0])
    with open(f"/proc/{pid}/stat") as f:
        user, system, *reaped = f.read().rpartition(")")[2].split()[11:15]
    ticks = sum(map(int, reaped)) if threads else sum(map(int, (user, system, *reaped)))
    return ns + ticks * 10**9 // os.sysconf("SC_CLK_TCK")


def cpu_ns(*pids):
    """The processor time of processes."""
    total = 0
    for pid in pids:
        try:
            total += _own_ns(pid)
        except (FileNotFoundError, ProcessLookupError):
            pass                # its parent has it now
    return total


def tree(root):
    return [root, *processes.descendants(root)]


def private_kb(pid):
    with open(f"/proc/{pid}/smaps_rollup") as f:
        return sum(map(int, re.findall(r"(?m)^Private_\w+: +(\d+) kB", f.read())))


def load(t, server, clients, seconds, a_second=0):
    """Clients for some seconds: {"done", "failed", "rate", "p50_us", "p99_us"}."""
    done = t.run(PROGRAMS + "load", "-c", str(clients), "-t", str(seconds),
                 "-r", str(a_second), server.kind, str(server.port))
    print(f"{done.stderr}{server.name}: {done.stdout}", end="", flush=True)
    if done.returncode != 0:
        t.fail("the clients fail", done.stderr)
    return {k: float(v) for k, v in (f.split("=") for f in done.stdout.split())}


def once(t, server, clients, seconds, a_second=0):
    """The same, with "cpu_us" of the server for each exchange."""
    before = cpu_ns(*tree(server.pid))
    figures = load(t, server, clients, seconds, a_second)
    used = cpu_ns(*tree(server.pid)) - before
    figures["cpu_us"] = used / figures["done"] / 1000 if figures["done"] else None
    return figures


def warm_up(t, servers, clients):
    for s in servers:
        once(t, s, clients, WARM_UP)


def in_turn(t, servers, clients, seconds, a_second=0):
    """{server's name: the figures of each round}; the servers take turns, A B A B, so that
    what changes on the machine meets them all."""
    figures = {s.name: [] for s in servers}
    for _ in range(t.rounds):
        for s in servers:
            figures[s.name].append(once(t, s, clients, seconds, a_second))
    return figures


def raise_descriptors(t, n):
    """From now on a process may have n descriptors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= n:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (n, max(n, hard)))
    except (ValueError, OSError):
        t.skip(f"it needs {n} descriptors, the limit is {hard}; see ulimit -n")


class Held:
    """In a `with` block: so many idle connections, which the workers have accepted."""

    def __init__(self, t, n, port, workers):
        self.t, self.n, self.port, self.workers = t, n, port, workers

    def _descriptors(self):
        return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in self.workers)

    def __enter__(self):
        self.before = self._descriptors()
        self.process = self.t.popen([PROGRAMS + "hold", str(self.n), str(self.port)],
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "held\n":
            self.t.fail(f"{self.n} connections cannot be opened")
        self.t.until(lambda: self._descriptors() >= self.before + self.n, "all are accepted")
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.t.until(lambda: self._descriptors() <= self.before, "all are closed")
