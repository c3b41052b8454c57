# SPDX-License-Identifier: MIT
"""Other servers, where they are installed: nginx, xinetd, inetd, tcpserver."""

import grp
import os
import pwd
import re
import shutil
import socket
import subprocess

from clients import dial
from measure import PROGRAMS
from servers import WORKERS, Crew, Server

PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
PROGRAM = os.path.abspath(PROGRAMS + "answer")


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _is_there(port):
    try:
        dial(f"tcp://127.0.0.1:{port}").close()
    except ConnectionRefusedError:
        return False
    return True


def _start(t, name, argv, port, kind="exchange"):
    process = t.popen(argv, stdout=subprocess.DEVNULL)
    server = t.serve(Server(name, port, process.pid, kind, process))
    if kind != "datagram":
        t.until(lambda: process.poll() is not None or _is_there(port), f"{name} listens")
    if process.poll() is not None:
        t.fail(f"{name} does not start")
    return server


def _stream_module(nginx):
    """The line that loads the module stream, if there is need; None if it is not there."""
    built = subprocess.run([nginx, "-V"], stderr=subprocess.PIPE, text=True).stderr
    if "--with-stream=dynamic" not in built:
        return "" if "--with-stream" in built else None
    modules = re.search(r"--modules-path=(\S+)", built)
    path = f"{modules.group(1) if modules else 'modules'}/ngx_stream_module.so"
    return f"load_module {path};\n" if os.path.exists(path) else None


def _nginx(t, name, kind, what, listen=""):
    nginx = shutil.which("nginx", path=PATH)
    module = _stream_module(nginx) if nginx else None
    if module is None:
        return None
    port = free_port(socket.SOCK_DGRAM if kind == "datagram" else socket.SOCK_STREAM)
    place = t.path(f"nginx-{port}")
    os.mkdir(place)
    who = f"{pwd.getpwuid(os.geteuid()).pw_name} {grp.getgrgid(os.getegid()).gr_name}"
    conf = t.write(f"nginx-{port}.conf", f"""{module}user {who};
daemon off;
worker_processes {WORKERS};
pid {place}/pid;
error_log {place}/log;
events {{ worker_connections 4096; }}
stream {{ server {{ listen 127.0.0.1:{port} {listen}; {what}; }} }}
""")
    return _start(t, name, [nginx, "-e", f"{place}/log", "-p", place, "-c", conf], port, kind)


def nginx_return(t, kind):
    """It answers without reading: its clients of connections are silent ones."""
    if kind == "datagram":
        return _nginx(t, "nginx return", kind, 'return "test server"', "udp")
    return _nginx(t, "nginx return*", kind, 'return "test server"', "backlog=511")


def nginx_proxy(t, behind):
    """In front of another server, whose time is not its own."""
    return _nginx(t, "nginx proxy", behind.kind, f"proxy_pass 127.0.0.1:{behind.port}",
                  "backlog=511")


def xinetd(t):
    """A program for each connection, without any of its limits."""
    xinetd = shutil.which("xinetd", path=PATH)
    if not xinetd:
        return None
    port = free_port()
    conf = t.write("xinetd.conf", f"""defaults
{{
	instances = UNLIMITED
	per_source = UNLIMITED
	cps = 1000000 1
	log_type = FILE /dev/null
}}
service bench
{{
	type = UNLISTED
	socket_type = stream
	protocol = tcp
	bind = 127.0.0.1
	port = {port}
	wait = no
	user = {pwd.getpwuid(os.geteuid()).pw_name}
	server = {PROGRAM}
}}
""")
    return _start(t, "xinetd", [xinetd, "-dontfork", "-f", conf, "-pidfile",
                                t.path("xinetd.pid")], port)


def by_hand(t, command):
    """A program that opens its socket and forks by itself."""
    process = t.popen([*command, str(WORKERS)], stdout=subprocess.PIPE, text=True)
    return t.serve(Crew("by hand", int(process.stdout.readline()), process.pid, "exchange", process))


def inetd(t):
    """Likewise, as OpenBSD has it."""
    inetd = shutil.which("inetd", path=PATH)
    if not inetd:
        return None
    port = free_port()
    user = pwd.getpwuid(os.geteuid()).pw_name
    conf = t.write("inetd.conf", f"127.0.0.1:{port} stream tcp nowait.1000000 {user} {PROGRAM} answer\n")
    return _start(t, "inetd", [inetd, "-i", "-R", "0", "-q", "511", conf], port)


def tcpserver(t):
    """Likewise; it looks up no names, and makes at most 64 processes."""
    tcpserver = shutil.which("tcpserver", path=PATH)
    if not tcpserver:
        return None
    port = free_port()
    return _start(t, "tcpserver", [tcpserver, "-q", "-H", "-R", "-l", "0", "-c", "64", "-b",
                                   "511", "127.0.0.1", str(port), PROGRAM], port)
