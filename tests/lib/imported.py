# SPDX-License-Identifier: MIT
"""What sockd --import has printed, made such that it can be used where its programs are not."""

import grp
import pwd
import re
import socket

from environment import MANY_MOST


def _known(name, find, otherwise):
    try:
        if not name.isdigit():
            find(name)
    except KeyError:
        return otherwise
    return name


def _user(m):
    return f'{m[1]} = "{_known(m[2], pwd.getpwnam, "nobody")}"'


def _group(m):
    return f'group = "{_known(m[1], grp.getgrnam, "nogroup")}"'


def runnable(text):
    """With programs, users and groups that are here, and no more descriptors than there are."""
    text = re.sub(r'command = \[ "[^"]*"', 'command = [ "/bin/true"', text)
    text = re.sub(r'\b(user|owner) = "([^"]*)"', _user, text)
    text = re.sub(r'\bgroup = "([^"]*)"', _group, text)
    return fitting(text)


def fitting(text):
    most = max(1, MANY_MOST // 4)
    return re.sub(r"connections = (\d+); };", lambda m: f"connections = {min(most, int(m[1]))}; }};", text)


def need_services(t, *names):
    for name in names:
        try:
            socket.getservbyname(name)
        except OSError:
            t.skip(f"/etc/services has no {name}")
