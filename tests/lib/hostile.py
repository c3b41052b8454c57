# SPDX-License-Identifier: MIT
"""Plays a worker that was taken over: it writes to all memory that it shares with others."""

import mmap
import os
import threading


def shared_maps(pid):
    """{inode: (start, end)} of the memory that a process shares with others."""
    found = {}
    with open(f"/proc/{pid}/maps") as f:
        for line in f:
            span, rights, _, _, inode, *_ = line.split()
            if rights.startswith("rw-s"):
                found[int(inode)] = tuple(int(n, 16) for n in span.split("-"))
    return found


def open_map(test, pid, inode):
    """The very memory, which stays ours when the process is gone."""
    start, end = shared_maps(pid)[inode]
    try:
        fd = os.open(f"/proc/{pid}/map_files/{start:x}-{end:x}", os.O_RDWR)
    except PermissionError as e:
        test.skip(f"no way to another process's memory: {e}")
    memory = mmap.mmap(fd, end - start)
    os.close(fd)
    return memory


class Scribbler:
    """In a `with` block: fills memory over and over with what make() makes."""

    def __init__(self, memory, make):
        self.memory, self.make, self.times = memory, make, 0
        self.enough = threading.Event()
        self.thread = threading.Thread(target=self._scribble, daemon=True)

    def _scribble(self):
        while not self.enough.wait(0.0002):
            self.memory[:] = self.make(len(self.memory))
            self.times += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.enough.set()
        self.thread.join()
