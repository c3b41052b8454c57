# SPDX-License-Identifier: MIT
"""strace on a process that runs: see its system calls, or have them fail."""

import os
import re
import shutil
import subprocess
import time


class Strace:
    """In a `with` block: attached to the process (and with "-f" to those that it forks)."""

    def __init__(self, test, pid, *options):
        self.test, self.pid, self.options = test, pid, options
        self.out = test.path(f"trace-{pid}")
        if not shutil.which("strace"):
            test.skip("there is no strace")

    def __enter__(self):
        if os.path.exists(self.out):
            os.unlink(self.out)
        self.process = self.test.popen(
            ["strace", "-qq", "-o", self.out, *self.options, "-p", str(self.pid)],
            stderr=subprocess.PIPE, text=True)
        self.test.until(self._is_there, "strace has attached")
        if self.process.poll() is not None and not self.lines():
            self.test.skip(f"strace: {self.process.stderr.read().strip()}")
        return self

    def _is_there(self):
        # The call that it has come upon begins again, and is seen.
        return self.process.poll() is not None or self.lines()

    def _sleeps(self):
        try:
            with open(f"/proc/{self.pid}/stat") as f:
                return f.read().rpartition(")")[2].split()[0] == "S"
        except OSError:
            return True

    def __exit__(self, *_):
        # If it left in the midst of a call that is to fail, that would fail with ENOSYS.
        for _ in range(100):
            if self._sleeps():
                break
            time.sleep(0.01)
        self.process.terminate()
        self.process.communicate()

    def lines(self, pattern=""):
        """What it has written so far and matches."""
        if not os.path.exists(self.out):
            return []
        with open(self.out, errors="replace") as f:
            return [s for s in f.read().splitlines() if re.search(pattern, s)]


class Inject(Strace):
    """System calls fail, or lie, as "-e inject=" of strace says."""

    def __init__(self, test, pid, fault, *options):
        super().__init__(test, pid, "-e", "inject=" + fault, *options)

    def times(self):
        """How often it has happened."""
        return len(self.lines(r"\((INJECTED|DELAYED)\)"))
