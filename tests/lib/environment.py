# SPDX-License-Identifier: MIT
"""What the test runs with: the programs, the scale, the exit codes."""

import os
import shlex
import sys

SCALE = float(os.environ.get("SOCKD_TEST_SCALE", "1"))
# What the programs call themselves: configure can rename them.
NAME, CLIENT = os.environ.get("sockd_name", "sockd"), os.environ.get("sockc_name", "sockc")
IS_ROOT = os.geteuid() == 0
# As dev/environment has it: sockd is process 1 of a pid namespace, or has no /proc.
AS_FIRST = "SOCKD_TEST_FIRST" in os.environ
HAS_PROC = "SOCKD_TEST_NO_PROC" not in os.environ
# How many connections a worker can have here, and how many of these are many.
MANY_MOST = int(os.environ.get("SOCKD_TEST_MANY", "100000"))
MANY = min(64, MANY_MOST)
# sysexits.h
USAGE, NOINPUT, UNAVAILABLE, OSERR, CANTCREAT, NOPERM, CONFIG = 64, 66, 69, 71, 73, 77, 78
LIB = os.path.dirname(os.path.abspath(__file__))


def program(name):
    """Where make put a program: $SOCKD, the build directory, or beside the sources."""
    if name.upper() in os.environ:
        return shlex.split(os.environ[name.upper()])
    for place in (os.environ.get("top_builddir", "."), LIB + "/../.."):
        if os.path.exists(os.path.join(place, name)):
            return [os.path.abspath(os.path.join(place, name))]
    sys.exit(f"there is no {name} in the build directory; set {name.upper()}")


def source_dir():
    """The root of the source tree."""
    return os.path.abspath(LIB + "/../..")


def scaled(n):
    """Fewer where the build is slow."""
    return max(1, int(n * SCALE))


def patience(seconds):
    """More where the build is slow."""
    return seconds * min(5, max(1, 1 / SCALE))
