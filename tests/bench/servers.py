# SPDX-License-Identifier: MIT
"""What is measured: sockd, and the loops that do nothing but the work."""

import os
import signal
import subprocess

import processes
from measure import PROGRAMS
from sockdtest import Test, address_of

# Of sockd, of the loops and of the peers alike.
WORKERS = max(2, os.cpu_count())


class Server:
    """A name, a port, the first of its processes, and the kind of clients that it gets."""

    def __init__(self, name, port, pid, kind="exchange", process=None):
        self.name, self.port, self.pid, self.kind = name, port, pid, kind
        self.process = process

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()


class Crew(Server):
    """One whose processes do not end with the first."""

    def stop(self):
        for pid in processes.descendants(self.pid):
            os.kill(pid, signal.SIGTERM)
        super().stop()


class SyslogSockd(Server):
    """A sockd in the background, which logs to syslog(3)."""

    def stop(self):
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)         # orphans are ours


class Bench(Test):
    """A test with other servers beside sockd."""

    def __init__(self, rounds, seconds):
        super().__init__(58)            # a case takes less than a minute
        self.rounds, self.round_seconds, self.servers = rounds, seconds, []

    def __exit__(self, *how):
        for server in self.servers:
            server.stop()
        return super().__exit__(*how)

    def serve(self, server):
        self.servers.append(server)
        return server

    def reference(self, loop, kind="exchange"):
        process = self.popen([PROGRAMS + "reference", loop, str(WORKERS)],
                             stdout=subprocess.PIPE, text=True)
        port = process.stdout.readline()
        if not port:
            self.fail(f"the {loop} loop does not start")
        return self.serve(Server(loop, int(port), process.pid, kind, process))

    def check_settings(self, settings):
        """What this sockd does not have cannot be measured."""
        done = self.command("-t", "-c", self.write("sockd.conf", settings))
        if done.returncode != 0:
            said = done.stderr or done.stdout or f"sockd -t ends with {done.returncode}"
            self.skip(said.partition("\n")[0].replace(self.dir + "/", ""))

    def sockd_with(self, service, kind="exchange"):
        """A sockd in the foreground with this service."""
        return self.sockd_of({"bench": service}, "sockd", kind)

    def sockd_of(self, services, name, kind="exchange", env={}):
        """With these, of which the one that is called bench is measured."""
        settings = {"services": services}
        self.check_settings(settings)
        d = self.sockd(settings, env=env)
        return Server(name, address_of(d.at("bench"))[2][1], d.pid, kind)

    def sockd_in_background(self, service, port):
        """One that listens on this port."""
        settings = {"pid_file": self.path("sockd.pid"), "services": {"bench": service}}
        self.check_settings(settings)
        done = self.command("-c", self.path("sockd.conf"))
        if done.returncode != 0:
            self.fail("the daemon does not start", done.stderr)
        with open(self.path("sockd.pid")) as f:
            return self.serve(SyslogSockd("sockd", port, int(f.read())))


def workers(server):
    """Its processes that serve clients."""
    return [p for p in processes.descendants(server.pid) if ": worker " in processes.title(p)]
