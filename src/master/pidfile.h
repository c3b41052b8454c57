/* SPDX-License-Identifier: MIT */
/* pidfile.h - the master's process number in a file that it keeps locked */
#ifndef PIDFILE_H
#define PIDFILE_H

#include <sys/types.h>

struct pidfile {
	char *path; /* NULL: there is none */
	int   fd;   /* holds the lock: it, not the number, says who runs */
	dev_t dev;
	ino_t ino;
};

/* 0, or a sysexits(3) code after logging why: above all, that another sockd has it. */
int pidfile_open(struct pidfile *, const char *path);

/* Removes the file if it is still ours. */
void pidfile_close(struct pidfile *);

#endif
