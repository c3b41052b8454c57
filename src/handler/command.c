/* SPDX-License-Identifier: MIT */
/* command.c - the program that a handler starts, as its settings have it */
#include "handler/command.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/io.h"
#include "common/program.h"
#include "common/xalloc.h"

int
command_check(
    const struct strings *command, const char *handler, char *why, size_t why_size)
{
	const char *path = command_word(command, 0);

	if (path != NULL && path[0] == '/')
		return 0;
	if (path == NULL)
		snprintf(why, why_size,
		    "%s needs a \"command\": [ \"/usr/bin/prog\", \"arg\" ]", handler);
	else
		snprintf(why, why_size,
		    "command: \"%s\": must be an absolute path; nothing is searched for",
		    path);
	return -1;
}

const char *
command_word(const struct strings *command, size_t i)
{
	return i < command->n ? command->list[i] : NULL;
}

int
command_open(struct command *c, const struct strings *command)
{
	c->argv = xcalloc(command->n + 1, sizeof *c->argv);
	for (size_t i = 0; i < command->n; i++)
		c->argv[i] = command->list[i];
	c->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	return c->null_fd == -1 ? -1 : program_init();
}

void
command_close(struct command *c)
{
	io_close(&c->null_fd);
	free(c->argv);
}
