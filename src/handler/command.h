/* SPDX-License-Identifier: MIT */
/* command.h - the program that a handler starts, as its settings have it */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

#include "config/setting.h"

/* For the handler of this name: is there one, by its absolute path?  -1 and why. */
int command_check(
    const struct strings *, const char *handler, char *why, size_t why_size);

/* The i-th word; NULL behind the last. */
const char *command_word(const struct strings *, size_t i);

/* What a worker needs to start it; the words stay the settings'. */
struct command {
	char **argv;
	int    null_fd; /* /dev/null, which may be out of reach later */
};

/* In the worker, before it changes its root and rights. -1 with errno. */
int  command_open(struct command *, const struct strings *);
void command_close(struct command *);

#endif
