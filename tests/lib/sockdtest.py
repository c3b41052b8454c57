# SPDX-License-Identifier: MIT
"""Runs a sockd for a test, talks to it, reads its log, and sees that nothing is left.

A test is a story inside `with Test() as t:`.  Every check prints one line; the first
that fails ends the test with what was wanted, what came, and the log of every sockd.
At the end no process of the test may run, no sanitizer may have complained, and every
line on a sockd's standard error must be one of its log.

Environment: SOCKD, SOCKC (the programs), SOCKD_TEST_SCALE (0.1: ten times fewer
exchanges and more patience, for slow builds such as those with sanitizers).
"""

import ctypes
import fcntl
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

import processes
from clients import Load, address_of, ask, dial, read_all
from daemon import Sockd
from environment import (AS_FIRST, CANTCREAT, CLIENT, CONFIG, HAS_PROC, IS_ROOT, NAME, NOINPUT,
                         NOPERM, OSERR, UNAVAILABLE, USAGE, patience, program, scaled,
                         source_dir)
from settings import adapt, conf, reply, service


class Failed(Exception):
    pass


class Skipped(Exception):
    pass


class Test:
    def __init__(self, seconds=60):
        self.seconds = seconds
        self.sockds, self.known = [], []

    def __enter__(self):
        signal.signal(signal.SIGALRM, self._too_long)
        signal.alarm(int(patience(self.seconds)))
        # Orphans become ours, so that no process of a sockd can hide.
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)         # PR_SET_CHILD_SUBREAPER
        # Short, since socket paths are; open, since workers run as nobody.
        self.dir = tempfile.mkdtemp(prefix="sockd")
        os.chmod(self.dir, 0o755)
        self.env = self._environment()
        return self

    def _environment(self):
        self.reports = self.path("reports")
        os.mkdir(self.reports)
        os.chmod(self.reports, 0o1777)
        env = {k: v for k, v in os.environ.items()
               if k not in ("NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES")}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            env[name] = f"{env.get(name, '')}:log_path={self.reports}/report".lstrip(":")
        return env

    def _too_long(self, *_):
        raise Failed(f"the test took more than {patience(self.seconds):g} s")

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                for d in self.sockds:
                    if d.code is None:
                        d.stop()
                self.no_leftovers()
                self._no_complaints()
        except Failed as e:
            kind, error = Failed, e
        signal.alarm(0)
        return self._finish(kind, error)

    def _finish(self, kind, error):
        if kind is Skipped:
            print(f"skipped: {error}", flush=True)
        elif kind is not None:
            print(f"FAILED: {error if kind is Failed else repr(error)}", flush=True)
            self._tell()
        self._end_all()
        shutil.rmtree(self.dir, ignore_errors=True)
        if kind is Failed or kind is Skipped:
            sys.exit(77 if kind is Skipped else 1)
        return False

    def _no_complaints(self):
        for d in self.sockds:
            self.equal(d.strays, [], "standard error holds only the log")
        self.equal(self.complaints(), "", "no sanitizer has complained")

    def complaints(self):
        """What sanitizers wrote, in their files or on standard error."""
        found = [open(e.path, errors="replace").read() for e in os.scandir(self.reports)]
        found += [s for d in self.sockds for s in d.texts()
                  if "Sanitizer" in s or "runtime error" in s]
        # It warns in general, and knows of our switches: task.c tells it of each.
        return re.sub(r"(?m)^==\d+==WARNING: ASan doesn't fully support makecontext.*\n*", "", "\n".join(found))

    def _tell(self):
        for i, d in enumerate(self.sockds, 1):
            print(f"--- log of sockd {i}, settings {d.path}", flush=True)
            for at, text in d.lines[-80:]:
                print(f"{at % 1000:8.3f} {text}")
        if os.path.isdir(self.reports) and (said := self.complaints()):
            print("--- sanitizers\n" + said[:8000])
        sys.stdout.flush()

    def _end_all(self):
        for _ in range(200):
            left = [p for p, s in processes.descendants(os.getpid()).items() if s != "Z"]
            if not left:
                return
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.01)

    # checks

    def fail(self, what, detail=""):
        raise Failed(f"{what}\n{detail}".rstrip())

    def check(self, good, what, detail=""):
        if not good:
            self.fail(what, detail)
        print(f"ok: {what}", flush=True)

    def equal(self, got, wanted, what):
        self.check(got == wanted, what, f"   wanted: {wanted!r}\n   got:    {got!r}")

    def match(self, pattern, text, what):
        self.check(re.search(pattern, text), what, f"   wanted: /{pattern}/\n   got:    {text!r}")

    def skip(self, reason):
        raise Skipped(reason)

    def until(self, condition, what, seconds=10):
        """Wait until the condition holds; its value."""
        end = time.monotonic() + patience(seconds)
        while not (value := condition()):
            if time.monotonic() > end:
                self.fail(f"not within {patience(seconds):g} s: {what}")
            time.sleep(0.005)
        return value

    def no_leak_check(self):
        """For workers with a chroot: the sanitizer's check at exit needs /proc, or hangs."""
        self.env["ASAN_OPTIONS"] += ":detect_leaks=0"

    def need_root(self):
        if not IS_ROOT:
            self.skip("must be root")

    # files and processes

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, content):
        """A file of the test's directory, replaced in one step; dicts are settings."""
        if isinstance(content, dict):
            content = "".join(f"{k} = {conf(v)};\n" for k, v in adapt(content).items())
        with open(self.path(name) + ".new", "w") as f:
            f.write(content)
        os.rename(self.path(name) + ".new", self.path(name))
        return self.path(name)

    def popen(self, argv, **how):
        """A process that the test knows of."""
        how.setdefault("env", self.env)
        how.setdefault("stdin", subprocess.DEVNULL)
        process = subprocess.Popen(argv, **how)
        self.known.append(process)
        return process

    def run(self, *argv, seconds=20, **how):
        """Run a program to its end; .returncode, .stdout, .stderr.  As in a shell, 126 is
        a program that may not be run, such as one in root's home by another user."""
        how.setdefault("env", self.env)
        how.setdefault("stdin", subprocess.DEVNULL)
        try:
            return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True, timeout=patience(seconds), **how)
        except PermissionError as error:
            return subprocess.CompletedProcess(argv, 126, "", str(error))

    def command(self, *options, **how):
        """Run the sockd command to its end."""
        return self.run(*program("sockd"), *options, **how)

    def sockc(self, *options, **how):
        return self.run(*program("sockc"), *options, **how)

    def sockd(self, settings, *options, wait=True, env={}, prefix=(), **popen):
        """A sockd in the foreground that is ready."""
        d = Sockd(self, settings, options, env, popen, prefix)
        self.sockds.append(d)
        if wait:
            d.wait(r"^started\b")
        return d

    def crowd(self, services, each=5):
        """Many services, on as many sockds as can have them with 64 descriptors."""
        names, by_name = list(services), {}
        for i in range(0, len(names), each):
            part = names[i:i + each]
            d = self.sockd({"services": {name: services[name] for name in part}})
            by_name.update(dict.fromkeys(part, d))
        return by_name

    def strangers(self):
        """Pids below the test that it did not start itself: what a sockd made."""
        known = {p.pid for p in self.known}
        found = []
        for pid, state in processes.descendants(os.getpid()).items():
            if state != "Z":
                found += [pid] if pid not in known else []
            elif pid not in known and processes.parent(pid) == os.getpid():
                os.waitpid(pid, 0)      # an orphan of ours that has ended
        return found

    def no_leftovers(self):
        """Nothing runs but what the test started itself and has not yet ended."""
        alive = {d.pid for d in self.sockds if d.code is None and d.process.poll() is None}

        def left():
            return [p for p in self.strangers() if processes.parent(p) not in alive]

        end = time.monotonic() + patience(2)
        while (pids := left()) and time.monotonic() < end:
            time.sleep(0.005)
        if pids:
            self.fail("processes are left", "\n".join(f"   {p} {processes.title(p)}" for p in pids))

    def private_mounts(self):
        """From now on what is mounted is seen by the test and its children alone."""
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(0x00020000) != 0:               # CLONE_NEWNS
            self.skip("no mount namespace of its own: " + os.strerror(ctypes.get_errno()))
        self.mount("none", "/", "--make-rprivate")

    def private_network(self):
        """From now on the test and its children have a loopback of their own, and no more."""
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(0x40000000) != 0:               # CLONE_NEWNET
            self.skip("no network namespace of its own: " + os.strerror(ctypes.get_errno()))
        with socket.socket() as s:
            flags = struct.pack("16sH14x", b"lo", 1)    # IFF_UP
            fcntl.ioctl(s, 0x8914, flags)               # SIOCSIFFLAGS

    def mount(self, what, where, *options):
        done = self.run("mount", "-n", *options, *([what] if what != "none" else []), where)
        if done.returncode != 0:
            self.skip(f"cannot mount: {done.stderr.strip()}")
