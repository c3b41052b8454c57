/* SPDX-License-Identifier: MIT */
/* logger.h - the one process that waits for the system's log, so that no other ever waits for it */
#ifndef LOGGER_H
#define LOGGER_H

#include <stdbool.h>
#include <sys/types.h>

struct config;
struct log_counts;

/*
 * The others send it lines through write_fd and never wait.  The master keeps both ends,
 * so that a logger that died can be replaced; with the last write end it ends by itself.
 */
struct logger {
	pid_t              pid; /* 0: it does not run */
	int                read_fd, write_fd;
	bool               to_stderr;
	int                facility;
	char               identity[64];
	uid_t              uid; /* that it runs as, unless -1 */
	gid_t              gid;
	struct log_counts *counts; /* of lines that never come; shared */
};

/* Make the socket, take from the settings what it needs, start.  -1 with errno. */
int logger_open(struct logger *, const struct config *, bool to_stderr);

/* Start the process (again). -1 with errno. */
int logger_start(struct logger *);

/* Give the socket up: the process ends when the last worker that writes to it has. */
void logger_close(struct logger *);

#endif
