/* SPDX-License-Identifier: MIT */
/*
 * rows.c - print the settings of global, service, listen or handler-NAME as sockd.conf(5)
 * has them; dev/manual puts them there
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "config/settings.h"
#include "handler/handlers.h"
#include "sockd.h"

static int
print_handler(const struct sockd_handler *h)
{
	if (h == NULL)
		return EX_USAGE;
	puts(h->help);
	if (h->settings != NULL)
		setting_mdoc(h->settings, stdout);
	else
		puts("It has no settings of its own.");
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char           *name;
		const struct setting *rows;
	} tables[] = {
		{ "global", config_rows },
		{ "service", service_rows },
		{ "listen", listen_rows },
	};
	const char *name = argc == 2 ? argv[1] : "";

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		if (strcmp(tables[i].name, name) == 0) {
			setting_mdoc(tables[i].rows, stdout);
			return 0;
		}
	}
	if (strncmp(name, "handler-", strlen("handler-")) == 0)
		return print_handler(handler_find(name + strlen("handler-")));
	fprintf(stderr, "usage: rows global | service | listen | handler-NAME\n");
	return EX_USAGE;
}
