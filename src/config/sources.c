/* SPDX-License-Identifier: MIT */
/* sources.c - the settings files of one load: read once each */
#include "config/sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/xalloc.h"
#include "config/source.h"

static void
add(struct sources *s, const char *path, const char *bytes)
{
	s->list = xrealloc(s->list, s->n + 1, sizeof *s->list);
	s->list[s->n].path = xstrdup(path);
	s->list[s->n++].bytes = xstrdup(bytes);
}

static const char *
find(const struct sources *s, const char *path)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->list[i].path, path) == 0)
			return s->list[i].bytes;
	return NULL;
}

char *
sources_read(struct sources *s, const char *path, int *status, char *why, size_t why_size)
{
	const char *known = find(s, path);
	char       *bytes;

	if (known != NULL)
		return xstrdup(known);
	bytes = source_read(path, status, why, why_size);
	if (bytes == NULL)
		return NULL;
	s->size += strlen(bytes);
	if (s->size > SOURCES_LARGEST) {
		*status = EX_CONFIG;
		snprintf(why, why_size, "makes the files larger than %u bytes together",
		    SOURCES_LARGEST);
		free(bytes);
		return NULL;
	}
	add(s, path, bytes);
	return bytes;
}

void
sources_finish(struct sources *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->list[i].path);
		free(s->list[i].bytes);
	}
	free(s->list);
	memset(s, 0, sizeof *s);
}
