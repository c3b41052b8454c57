# SPDX-License-Identifier: MIT
"""A real rsyslogd on a /dev/log that only the test and its children see."""

import os
import re
import shutil


class Syslogd:
    def __init__(self, test):
        self.test, self.messages = test, test.path("messages")
        test.need_root()
        if not shutil.which("rsyslogd"):
            test.skip("there is no rsyslogd")
        test.private_mounts()
        self._private_dev()

    def _private_dev(self):
        """A /dev of our own, with no log socket in it."""
        dev = self.test.path("dev")
        os.mkdir(dev)
        self.test.mount("sockdtest", dev, "-t", "tmpfs")
        for name in ("null", "zero", "full", "random", "urandom"):
            with open(f"{dev}/{name}", "w"):
                pass
            self.test.mount(f"/dev/{name}", f"{dev}/{name}", "--bind")
        self.test.mount(dev, "/dev", "--move")

    def start(self):
        conf = self.test.write("rsyslog.conf", f'''
module(load="imuxsock" SysSock.Name="/dev/log" SysSock.RateLimit.Interval="0")
template(name="plain" type="string"
    string="%syslogfacility-text%.%syslogseverity-text% %syslogtag%%msg%\\n")
*.* action(type="omfile" file="{self.messages}" template="plain")
''')
        self.process = self.test.popen(
            ["rsyslogd", "-n", "-f", conf, "-i", self.test.path("rsyslogd.pid")])
        self.test.until(lambda: os.path.exists("/dev/log"), "rsyslogd listens on /dev/log")

    def signal(self, signo):
        self.process.send_signal(signo)

    def kill(self):
        """It is gone, and its socket with it."""
        self.process.kill()
        self.process.wait()
        if os.path.exists("/dev/log"):
            os.unlink("/dev/log")

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def mark(self):
        """A place in what has arrived, for since=."""
        return os.path.getsize(self.messages) if os.path.exists(self.messages) else 0

    def logged(self, pattern, since=0):
        """The lines that have arrived and match."""
        if not os.path.exists(self.messages):
            return []
        with open(self.messages, errors="replace") as f:
            f.seek(since)
            return [s for s in f.read().splitlines() if re.search(pattern, s)]

    def wait(self, pattern, what, times=1):
        self.test.until(lambda: len(self.logged(pattern)) >= times, what)
        self.test.check(True, what)
