/* SPDX-License-Identifier: MIT */
/* summary.c - what a reload changes, in a line */
#include "master/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/xalloc.h"
#include "config/settings.h"
#include "master/listener.h"
#include "master/service.h"

bool
summary_replaces_all(const struct config *now, const struct config *next)
{
	const struct setting *row;

	for (row = config_rows; now != NULL && row->name != NULL; row++)
		if (row->apply == APPLY_WORKERS && !setting_same(row, now, next))
			return true;
	return false;
}

/* The services of a that b does not have. */
static void
print_only_in(const struct config *a, const struct config *b, char sign, FILE *f)
{
	for (const struct service_conf *s = a->services; s != NULL; s = s->next)
		if (service_conf_find(b, s->name) == NULL)
			fprintf(f, "%c%s ", sign, s->name);
}

/* The path that it must open anew, or NULL. */
static const char *
lost_path(const struct service *running, const char *name)
{
	const struct listener *l = NULL;

	for (; running != NULL && l == NULL; running = running->next)
		if (strcmp(running->name, name) == 0)
			l = service_lost_listener(running);
	return l != NULL ? l->path : NULL;
}

/* How many have not changed. */
static int
print_changed(const struct config *now, const struct config *next,
    const struct service *running, FILE *f)
{
	int unchanged = 0;

	for (const struct service_conf *s = next->services; s != NULL; s = s->next) {
		const struct service_conf *old = service_conf_find(now, s->name);
		const char                *lost = lost_path(running, s->name);
		bool                       same;

		if (old == NULL)
			continue;
		same = service_conf_diff(old, s) == APPLY_NOTHING;
		if (same && lost == NULL) {
			unchanged++;
			continue;
		}
		fprintf(f, "~%s (", s->name);
		if (lost != NULL)
			fprintf(f, "listen: %s was gone%s", lost, same ? "" : ", ");
		service_conf_print_changes(old, s, f);
		fputs(") ", f);
	}
	return unchanged;
}

char *
summary_create(
    const struct config *now, const struct config *next, const struct service *running)
{
	char  *changes = NULL, *summary;
	size_t size = 0;
	int    unchanged;
	FILE  *f = now != NULL ? open_memstream(&changes, &size) : NULL;

	if (f == NULL)
		return xstrdup("");
	print_only_in(next, now, '+', f);
	print_only_in(now, next, '-', f);
	unchanged = print_changed(now, next, running, f);
	if (summary_replaces_all(now, next) &&
	    setting_print_changes(config_rows, "~", now, next, f) > 0)
		fputc(' ', f);
	fclose(f);
	if (changes == NULL)
		size = 0;
	if (size > 0)
		changes[size - 1] = ',';
	/* No more than a line of the log takes. */
	summary = xasprintf("%.*s%s%d unchanged", LOG_LINE, size > 0 ? changes : "",
	    size > 0 ? " " : "", summary_replaces_all(now, next) ? 0 : unchanged);
	free(changes);
	return summary;
}
