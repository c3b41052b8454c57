# SPDX-License-Identifier: MIT
"""A sockd in the foreground, its log and its signals."""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time

import processes
from environment import AS_FIRST, NAME, patience, program


class Sockd:
    """A sockd that runs with -f.  lines holds (when it came, text without "NAME: ")."""

    def __init__(self, test, settings, options, env, popen, prefix=()):
        self.test, self.code = test, None
        self.lines, self.strays, self.ended = [], [], False
        self.news = threading.Condition()
        self.write(settings)
        with processes.first_of_namespace() if AS_FIRST else contextlib.nullcontext():
            self.process = test.popen(
                [*prefix, *program("sockd"), "-f", "-c", self.path, *options], env={**test.env, **env},
                stderr=subprocess.PIPE, text=True, errors="backslashreplace", **popen)
        self.pid = self.process.pid
        threading.Thread(target=self._read, daemon=True).start()

    def write(self, settings):
        """Change the settings file, in one step; a reload is another."""
        self.path = self.test.write("sockd.conf", settings)
        if isinstance(settings, dict):
            self.names = list(settings.get("services", {}))

    def _read(self):
        for line in self.process.stderr:
            text = line.rstrip("\n")
            with self.news:
                if not text.startswith(f"{NAME}: "):
                    self.strays.append(text)
                self.lines.append((time.monotonic(), text.removeprefix(f"{NAME}: ")))
                self.news.notify_all()
        with self.news:
            self.ended = True
            self.news.notify_all()

    # the log

    def texts(self, since=0):
        with self.news:
            return [text for _, text in self.lines[since:]]

    def mark(self):
        """A place in the log, for since=."""
        with self.news:
            return len(self.lines)

    def find(self, pattern, since=0):
        """Every match of the pattern in the log."""
        return [m for text in self.texts(since) if (m := re.search(pattern, text))]

    def wait(self, pattern, since=0, seconds=10, times=1):
        """The match of the pattern in a line that is there or comes soon, the times'th."""
        def there():
            return len(self.find(pattern, since)) >= times or self.ended

        with self.news:
            self.news.wait_for(there, patience(seconds))
        found = self.find(pattern, since)
        if len(found) < times:
            self.test.fail(f"the log has {len(found)} of {times} lines like /{pattern}/")
        return found[times - 1]

    def when(self, pattern, since=0):
        """When the first such line came."""
        with self.news:
            return next(at for at, text in self.lines[since:] if re.search(pattern, text))

    def all_at(self, name, since=0):
        """URLs to connect to, one for each of the service's listeners that was opened."""
        urls = []
        for m in self.find(rf"^{re.escape(name)}: listening on (\S+) as (\S+)", since):
            endpoint, bound = m.groups()
            scheme = endpoint.partition(":")[0]
            urls.append(endpoint if bound.startswith("unix:") else f"{scheme}://{bound}")
        return urls

    def at(self, name, since=0):
        urls = self.all_at(name, since)
        if not urls:
            self.test.fail(f"no line says what {name} listens on")
        return urls[-1]

    # signals

    def kill(self, signo):
        os.kill(self.pid, signo)

    def reload(self, settings=None, seconds=20):
        """HUP; the line that says how it ended."""
        if settings is not None:
            self.write(settings)
        since = self.mark()
        self.kill(signal.SIGHUP)
        return self.wait(r"^reload \d+( failed)?: .*", since, seconds).group()

    def state(self):
        """USR1; {service: {pid: {"state": …, "served": …}}}."""
        since = self.mark()
        self.kill(signal.SIGUSR1)
        for name in self.names:
            n = int(self.wait(rf"^state: {name} workers=(\d+)", since).group(1))
            if n > 0:
                self.wait(rf"^state: {name} worker pid=", since, times=n)
        found = {name: {} for name in self.names}
        pids = {processes.own_number(p): p for p in processes.descendants(self.pid)}
        for m in self.find(r"^state: (\S+) worker (.*)", since):
            facts = dict(re.findall(r'(\S+?)=("(?:[^"\\]|\\.)*"|\S+)', m.group(2)))
            found[m.group(1)][pids.get(int(facts["pid"]), int(facts["pid"]))] = facts
        return found

    def closed(self, name, since, seconds=10):
        """The facts of its next line that tells the end of a connection."""
        line = self.wait(rf"^{name}: closed (peer=\S+ in=.*)$", since, seconds)
        return dict(fact.split("=", 1) for fact in line.group(1).split())

    def workers(self, name):
        """Pids of the processes that call themselves workers of the service; one that has only just been forked is
        still called as the master is, for a moment."""
        for _ in range(100):
            titles = {p: processes.title(p) for p, state in processes.descendants(self.pid).items() if state != "Z"}
            if processes.title(self.pid) not in titles.values():
                break
            time.sleep(0.001)
        return sorted(p for p, title in titles.items() if title == f"{NAME}: worker {name}")

    # the end

    def exit(self, code=0, seconds=10):
        """Wait until it ends by itself, with this code and its log closed by everyone."""
        try:
            self.code = self.process.wait(patience(seconds))
        except subprocess.TimeoutExpired:
            self.test.fail(f"sockd is still there after {patience(seconds):g} s")
        with self.news:
            self.news.wait_for(lambda: self.ended, patience(5))
        self.test.no_leftovers()
        self.test.equal(self.code, code, "sockd ends with the right exit code and leaves no process")

    def stop(self, signo=signal.SIGTERM, code=0, seconds=10):
        self.kill(signo)
        self.exit(code, seconds)
