/* SPDX-License-Identifier: MIT */
/* handlers.c - the handlers there are; a new one is a file of its own and a line here */
#include "handler/handlers.h"

#include <stddef.h>
#include <string.h>

#include "sockd.h"

extern const struct sockd_handler app_handler, chargen_handler, daytime_handler,
    discard_handler, echo_handler, exec_handler, reply_handler, time_handler;

const struct sockd_handler *const handlers[] = {
	&reply_handler,
	&echo_handler,
	&discard_handler,
	&daytime_handler,
	&time_handler,
	&chargen_handler,
	&exec_handler,
	&app_handler,
	NULL,
};

const struct sockd_handler *
handler_find(const char *name)
{
	for (size_t i = 0; handlers[i] != NULL; i++)
		if (strcmp(handlers[i]->name, name) == 0)
			return handlers[i];
	return NULL;
}
