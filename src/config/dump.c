/* SPDX-License-Identifier: MIT */
/* dump.c - every setting in force, as a settings file that loads again */
#include "config/dump.h"

#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "config/settings.h"
#include "sockd.h"

static void
dump_listens(const struct service_conf *service, FILE *f)
{
	fprintf(f, "\t\tlisten = (\n");
	for (const struct listen_conf *l = service->listens; l != NULL; l = l->next) {
		fprintf(f, "\t\t\t{\n");
		setting_dump(listen_rows, l, l->origins, 4, f);
		fprintf(f, "\t\t\t}%s\n", l->next != NULL ? "," : "");
	}
	fprintf(f, "\t\t);\n");
}

static void
dump_service(const struct service_conf *service, FILE *f)
{
	fprintf(f, "\t%s:\t# %s:%d\n\t{\n", service->name, service->origin.file,
	    service->origin.line);
	dump_listens(service, f);
	fprintf(f, "\t\thandler: {\n\t\t\ttype = \"%s\";\t# %s:%d\n",
	    service->handler->name, service->handler_origin.file,
	    service->handler_origin.line);
	if (service->options != NULL)
		setting_dump(service->handler->settings, service->options,
		    service->option_origins, 3, f);
	fprintf(f, "\t\t};\n");
	setting_dump(service_rows, service, service->origins, 2, f);
	fprintf(f, "\t};\n");
}

/* All but include: what was included stands below as services already. */
static void
dump_globals(const struct config *config, FILE *f)
{
	size_t          n = setting_number(config_rows), include, rest;
	struct setting *rows = xcalloc(n, sizeof *rows);
	struct origin  *origins = xcalloc(n, sizeof *origins);

	include = (size_t)(setting_find(config_rows, "include") - config_rows);
	rest = n - include; /* of the rows behind it, with the one that ends them */
	memcpy(rows, config_rows, include * sizeof *rows);
	memcpy(rows + include, config_rows + include + 1, rest * sizeof *rows);
	memcpy(origins, config->origins, include * sizeof *origins);
	memcpy(origins + include, config->origins + include + 1,
	    (rest - 1) * sizeof *origins);
	setting_dump(rows, config, origins, 0, f);
	free(rows);
	free(origins);
}

void
config_dump(const struct config *config, FILE *f)
{
	dump_globals(config, f);
	fprintf(f, "services:\n{\n");
	for (const struct service_conf *s = config->services; s != NULL; s = s->next)
		dump_service(s, f);
	fprintf(f, "};\n");
}
