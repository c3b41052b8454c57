#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The cases of dev/bench, which runs this once for each: measure one, tell it as JSON.

usage: cases.py CASE ROUNDS SECONDS

The seconds are of a round of a server.  What is said meanwhile goes to standard error; the
exit code is 77 if the case cannot be measured here, and 1 if it failed.
"""

import json
import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../lib")
sys.dont_write_bytecode = True

import notice
import peers
from measure import Held, cpu_ns, in_turn, once, private_kb, raise_descriptors, warm_up
from result import Result
from servers import WORKERS, Bench, workers
from sockdtest import Failed
from syslogd import Syslogd

CLIENTS, MANY = 32, 64
PYTHON = "/usr/bin/python3"
REPLY = {"type": "reply", "text": "test server"}


def join(t, result, starts):
    """The peers that are there; of one that does not start, why."""
    there = []
    for name, start in starts.items():
        try:
            server = start()
            there += [server] if server else []
        except Failed as error:
            result.notes[name] = str(error).partition("\n")[0]
    return there


def fit(t, n):
    """Shorter rounds where there are many in a case, so that it ends in its minute."""
    return min(t.round_seconds, 42 / t.rounds / n)


# exchanges


def exchanges(port=0, **more):
    """Like the loop it accepts no connection before that has brought something."""
    return {"listen": [{"at": f"tcp://127.0.0.1:{port}", "defer_accept": "10s"}],
            "handler": REPLY, "workers": WORKERS, "log_connections": False, **more}


def exchange(t, result):
    """connect, 11 bytes, 11 back, close; 32 clients"""
    loop, sockd = t.reference("blocking"), t.sockd_with(exchanges())
    servers = [loop, sockd, *join(t, result, {
        "nginx return*": lambda: peers.nginx_return(t, "silent"),
        "nginx proxy": lambda: peers.nginx_proxy(t, loop),
        "xinetd": lambda: peers.xinetd(t),
        "tcpserver": lambda: peers.tcpserver(t)})]
    warm_up(t, servers, CLIENTS)
    result.servers = in_turn(t, servers, CLIENTS, fit(t, len(servers)))
    result.ratio("CPU to that of the loop", "cpu_us", "sockd", "blocking", most=1.15)
    result.ratio("rate to that of the loop", "rate", "sockd", "blocking", least=0.95)
    result.no_failures()


def limits(t, result):
    """the same, with limits for each source and 1,000 networks allowed"""
    networks = [f"10.{i // 250}.{i % 250}.0/24" for i in range(999)] + ["127.0.0.0/8"]
    sockd = t.sockd_with(exchanges(
        allow=networks, limits={"per_source": 1000, "rate_per_source": "1000000/s"}))
    servers = [t.reference("blocking"), sockd]
    warm_up(t, servers, CLIENTS)
    result.servers = in_turn(t, servers, CLIENTS, fit(t, 2))
    result.ratio("CPU to that of the loop", "cpu_us", "sockd", "blocking", most=1.30)
    result.no_failures()


class Lines:
    """The lines of connections that rsyslogd has written, against the connections."""

    def __init__(self, syslogd):
        self.syslogd = syslogd
        self.before = self.count()

    def count(self):
        """When no more comes."""
        n, more = -1, 0
        while n < more:
            time.sleep(0.5)
            n, more = more, len(self.syslogd.logged(": closed peer="))
        return n

    def lost(self, rounds):
        return sum(r["done"] + r["failed"] for r in rounds) - (self.count() - self.before)


def logged(t, result):
    """the same, with a line in syslog for each; at 5,000/s none may be lost"""
    syslogd, port = Syslogd(t), peers.free_port()
    syslogd.start()
    sockd = t.sockd_in_background(exchanges(port, log_connections=True), port)
    servers = [t.reference("blocking"), sockd]
    for a_second, at in (5000, ", 5,000/s"), (0, ""):
        warm_up(t, servers, CLIENTS)
        lines = Lines(syslogd)
        figures = in_turn(t, servers, CLIENTS, fit(t, 4), a_second)
        result.servers.update({name + at: rounds for name, rounds in figures.items()})
        result.ratio(f"CPU to that of the loop{at}", "cpu_us", f"sockd{at}", f"blocking{at}",
                     most=2.0)
        result.no_failures(f"sockd{at}", at)
        result.goal(f"lines lost{at}", [lines.lost(figures["sockd"])],
                    most=0 if a_second else None)


# a program for each connection


def programs(more=()):
    """A service for the small program, beside others; by the user that the other servers have."""
    own = {"listen": "tcp://127.0.0.1:0", "handler": {"type": "exec", "command": [peers.PROGRAM]},
           "workers": {"min": WORKERS, "connections": CLIENTS}, "log_connections": False}
    if os.geteuid() == 0:
        own["user"] = "root"
    return {"bench": own, **dict(more)}


def ballast(t):
    """Memory beside that of the largest settings that sockd takes, 60 MB: together 200."""
    made = t.run("cc", "-shared", "-fPIC", "-O2", "-o", t.path("ballast.so"),
                 os.path.dirname(os.path.abspath(__file__)) + "/ballast.c")
    if made.returncode != 0:
        t.fail("no ballast", made.stderr)
    return t.path("ballast.so")


def exec(t, result):
    """a small static program for each connection; 32 clients"""
    content = t.write("large", "x" * (15 << 20))
    others = {f"other{i}": {"listen": "tcp://127.0.0.1:0", "workers": 1,
                            "handler": {"type": "reply", "file": content} if i < 4 else "echo"}
              for i in range(100)}
    servers = [t.sockd_of(programs(), "sockd"),
               t.sockd_of(programs(others), "sockd, large", env={"LD_PRELOAD": ballast(t)}),
               *join(t, result, {"xinetd": lambda: peers.xinetd(t), "inetd": lambda: peers.inetd(t),
                                 "tcpserver": lambda: peers.tcpserver(t)})]
    warm_up(t, servers, CLIENTS)
    result.servers = in_turn(t, servers, CLIENTS, fit(t, len(servers)))
    for name, least in ("tcpserver", 1.05), ("xinetd", None), ("inetd", 1.3):
        if name in result.servers:
            result.ratio(f"rate to that of {name}", "rate", "sockd", name, least=least)
            result.ratio(f"p99 to that of {name}", "p99_us", "sockd", name, most=1)
    result.ratio("rate with 100 other services and 200 MB", "rate", "sockd, large", "sockd", least=0.95)
    result.no_failures()


def cached(t, result):
    """one program in two seconds for all who ask, beside the handler reply; 64 clients"""
    handler = {"type": "exec", "command": ["/bin/echo", "-n", REPLY["text"]], "cache": "2s"}
    servers = [t.sockd_of({"bench": exchanges()}, "reply"), t.sockd_of({"bench": exchanges(handler=handler)}, "sockd")]
    warm_up(t, servers, MANY)
    result.servers = in_turn(t, servers, MANY, fit(t, 2))
    result.ratio("rate to that of reply", "rate", "sockd", "reply", least=0.9)
    result.no_failures()


def app(t, result):
    """a program in Python that accepts by itself, beside the same forked by hand; 32 clients"""
    command = [PYTHON, os.path.dirname(os.path.abspath(__file__)) + "/preforked.py"]
    service = {"listen": "tcp://127.0.0.1:0", "workers": WORKERS, "handler": {"type": "app", "command": command}}
    if os.geteuid() == 0:
        service["user"] = "root"
    servers = [t.sockd_with(service), peers.by_hand(t, command)]
    warm_up(t, servers, CLIENTS)
    result.servers = in_turn(t, servers, CLIENTS, fit(t, len(servers)))
    result.ratio("rate to that by hand", "rate", "sockd", "by hand", least=0.95)
    result.ratio("p99 to that by hand", "p99_us", "sockd", "by hand")
    result.no_failures()


# connections that stay


def many(t, result):
    """64 connections that stay, 64 bytes there and back"""
    sockd = t.sockd_with({"listen": "tcp://127.0.0.1:0", "handler": "echo",
                          "workers": {"min": WORKERS, "connections": 1024},
                          "log_connections": False}, "echo")
    servers = [t.reference("epoll", "echo"), sockd]
    warm_up(t, servers, MANY)
    result.servers = in_turn(t, servers, MANY, fit(t, 2))
    result.ratio("rate to that of the loop", "rate", "sockd", "epoll", least=0.90)
    result.no_failures()


def sockd_for_idle(t, n_workers, connections):
    raise_descriptors(t, 2 * connections)
    return t.sockd_with({
        "listen": [{"at": "tcp://127.0.0.1:0", "backlog": 4096}], "handler": REPLY,
        "workers": {"min": n_workers, "connections": connections},
        "timeouts": {"idle": "5min"}, "log_connections": False})


def idle(t, result):
    """10,000 idle connections, and one client, who waits for no other"""
    n, connections = 10000, 8192
    sockd = sockd_for_idle(t, 2, connections)
    warm_up(t, [sockd], CLIENTS)
    before = sum(map(private_kb, workers(sockd)))
    result.servers["sockd alone"] = [once(t, sockd, 1, fit(t, 2)) for _ in range(t.rounds)]
    with Held(t, n, sockd.port, workers(sockd)):
        after = sum(map(private_kb, workers(sockd)))
        rounds = [once(t, sockd, 1, fit(t, 2)) for _ in range(t.rounds)]
    result.servers["sockd"] = rounds
    result.goal("memory each", [(after - before) / n], "kB", most=8)
    result.goal("p99 of the next", [r["p99_us"] / 1000 for r in rounds], "ms", most=2)
    result.no_failures()


def growth(t, result):
    """exchanges beside 1,000 and 5,000 idle connections"""
    loop, sockd = t.reference("blocking"), sockd_for_idle(t, WORKERS, 4096)
    warm_up(t, [loop, sockd], CLIENTS)
    names = {0: "sockd", 1000: "1,000 idle", 5000: "5,000 idle"}
    result.servers = {name: [] for name in ("blocking", *names.values())}
    for _ in range(t.rounds):
        result.servers["blocking"].append(once(t, loop, CLIENTS, fit(t, 4)))
        for n, name in names.items():
            with Held(t, n, sockd.port, workers(sockd)):
                result.servers[name].append(once(t, sockd, CLIENTS, fit(t, 4)))
    for name in list(names.values())[1:]:
        result.ratio(f"p50 to that of none, {name}", "p50_us", name, "sockd", most=1.2)
        result.no_failures(name, f", {name}")
    # One that is slow with none would be beyond reproach by the above.
    result.ratio("rate to that of the loop, none", "rate", "sockd", "blocking")


# datagrams


def udp(t, result):
    """a datagram and its answer; 64 clients"""
    sockd = t.sockd_with({"listen": "udp://127.0.0.1:0", "handler": REPLY, "workers": WORKERS,
                          "log_connections": False}, "datagram")
    servers = [t.reference("recvmmsg", "datagram"), sockd, *join(t, result, {
        "nginx return": lambda: peers.nginx_return(t, "datagram")})]
    warm_up(t, servers, MANY)
    result.servers = in_turn(t, servers, MANY, fit(t, len(servers)))
    result.ratio("rate to that of the loop", "rate", "sockd", "recvmmsg", least=0.90)
    result.no_failures()


# the processes themselves


def start(t, result):
    """from the command until it is ready; a worker's memory"""
    service = {"listen": "tcp://127.0.0.1:0", "handler": REPLY, "workers": 4}
    times, memory = [], []
    for _ in range(4 * t.rounds):
        d, took = notice.start(t, {"services": {"bench": service}})
        times.append(took)
        memory += map(private_kb, d.workers("bench"))
        d.stop()
    result.goal("until it is ready", times, "ms", most=30)
    result.goal("memory of a worker", memory, "kB", most=400)


def settings_of(n, text):
    """So many services of two workers; the text is the last one's."""
    def service(i):
        handler = {"type": "reply", "text": text if i == n - 1 else "test server"}
        return {"listen": "tcp://127.0.0.1:0", "handler": handler, "workers": 2}

    return {"services": {f"s{i}": service(i) for i in range(n)}}


def reload_ms(t, d, settings):
    """How long a reload takes that changes one service."""
    done = r"^reload \d+: ~s\d+ .*, (\d+) unchanged$"
    d.write(settings)
    since, began = d.mark(), time.monotonic()
    d.kill(signal.SIGHUP)
    d.wait(done, since)
    return (d.when(done, since) - began) * 1000


def services(t, result):
    """500 services: start, reload, and the master when idle"""
    n, pause = 500, 2
    starts, reloads, shares = [], [], []
    for _ in range(3):
        d, took = notice.start(t, settings_of(n, "first"))
        starts.append(took / 1000)
        reloads += [reload_ms(t, d, settings_of(n, text)) for text in ("second", "third")]
        time.sleep(0.5)         # what the reload has still to do
        before = cpu_ns(d.pid)
        time.sleep(pause)
        shares.append((cpu_ns(d.pid) - before) / 1e9 / pause * 100)
        d.stop()
    result.goal("until it is ready", starts, "s", most=2)
    result.goal("reload that changes one", reloads, "ms", most=300)
    result.goal("master when idle", shares, "% CPU", most=0.5)


CASES = {f.__name__: f for f in (exchange, limits, logged, exec, cached, app, many, idle, growth, udp, start,
                                 services)}


def main():
    case, rounds, seconds = sys.argv[1:]
    said, sys.stdout = sys.stdout, sys.stderr
    result = Result()
    with Bench(int(rounds), float(seconds)) as t:
        CASES[case](t, result)
    json.dump(result.as_dict(case), said)


if __name__ == "__main__":
    main()
