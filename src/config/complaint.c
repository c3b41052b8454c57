/* SPDX-License-Identifier: MIT */
/* complaint.c - everything that is wrong with some settings, gathered before it is told */
#include "config/complaint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/quote.h"
#include "common/xalloc.h"
#include "config/setting.h"

/* Nobody reads more, and finding a line among them takes time. */
#define COMPLAINTS_MOST 1000

void
complain(struct complaints *complaints, int status, const struct origin *origin,
    const char *format, ...)
{
	struct complaint *c;
	va_list           args;
	char              text[1024];

	if (complaints->n >= COMPLAINTS_MOST)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (complaints->n == COMPLAINTS_MOST - 1)
		snprintf(text, sizeof text, "there are more errors; correct these first");
	complaints->list = xrealloc(complaints->list, complaints->n + 1, sizeof *c);
	c = &complaints->list[complaints->n++];
	c->file = xstrdup(origin->file);
	c->line = origin->line;
	c->text = xstrdup(text);
	c->of_number = false;
	if (complaints->status == 0)
		complaints->status = status;
}

bool
complaints_have_number(const struct complaints *complaints, const struct origin *origin)
{
	for (size_t i = 0; i < complaints->n; i++)
		if (complaints->list[i].of_number &&
		    complaints->list[i].line == origin->line &&
		    strcmp(complaints->list[i].file, origin->file) == 0)
			return true;
	return false;
}

static size_t
file_rank(const struct complaints *complaints, const char *file)
{
	size_t i = 0;

	while (strcmp(complaints->list[i].file, file) != 0)
		i++;
	return i;
}

/* A stable insertion sort: there are few. */
void
complaints_sort(struct complaints *complaints)
{
	size_t *rank = xcalloc(complaints->n, sizeof *rank), i, j;

	for (i = 0; i < complaints->n; i++)
		rank[i] = file_rank(complaints, complaints->list[i].file);
	for (i = 1; i < complaints->n; i++) {
		struct complaint c = complaints->list[i];
		size_t           r = rank[i];

		for (j = i; j > 0 &&
		     (rank[j - 1] > r ||
			 (rank[j - 1] == r && complaints->list[j - 1].line > c.line));
		     j--) {
			complaints->list[j] = complaints->list[j - 1];
			rank[j] = rank[j - 1];
		}
		complaints->list[j] = c;
		rank[j] = r;
	}
	free(rank);
}

char *
complaint_text(const struct complaint *c)
{
	char *line = c->line == 0 ? xasprintf("%s: %s", c->file, c->text) :
				    xasprintf("%s:%d: %s", c->file, c->line, c->text);

	quote_plain(line);
	return line;
}

void
complaints_tell(
    const struct complaints *complaints, void (*tell)(void *, const char *), void *arg)
{
	for (size_t i = 0; i < complaints->n; i++) {
		char *line = complaint_text(&complaints->list[i]);

		tell(arg, line);
		free(line);
	}
}

void
complaints_finish(struct complaints *complaints)
{
	for (size_t i = 0; i < complaints->n; i++) {
		free(complaints->list[i].file);
		free(complaints->list[i].text);
	}
	free(complaints->list);
	memset(complaints, 0, sizeof *complaints);
}
