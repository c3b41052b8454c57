/* SPDX-License-Identifier: MIT */
/* dump.c - every setting in force, as a settings file that loads again */
#include "config/dump.h"

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
	fprintf(f, "\t\thandler: {\n\t\t\ttype = \"%s\";\t# %s:%d\n", service->handler->name,
	    service->handler_origin.file, service->handler_origin.line);
	if (service->options != NULL)
		setting_dump(service->handler->settings, service->options,
		    service->option_origins, 3, f);
	fprintf(f, "\t\t};\n");
	setting_dump(service_rows, service, service->origins, 2, f);
	fprintf(f, "\t};\n");
}

void
config_dump(const struct config *config, FILE *f)
{
	struct config globals = *config;

	/* What was included stands below as services already. */
	globals.include = (struct strings){ NULL, 0 };
	setting_dump(config_rows, &globals, config->origins, 0, f);
	fprintf(f, "services:\n{\n");
	for (const struct service_conf *s = config->services; s != NULL; s = s->next)
		dump_service(s, f);
	fprintf(f, "};\n");
}
