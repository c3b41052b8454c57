/* SPDX-License-Identifier: MIT */
/* expanded.c - a text with the texts of its includes in their place */
#include "config/expanded.h"

#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "config/setting.h"

/* For one byte more, and a NUL. */
static void
make_room(struct expanded *e)
{
	if (e->size + 1 < e->room)
		return;
	e->room = e->room * 2 + 4096;
	e->bytes = xrealloc(e->bytes, e->room, 1);
}

/* If we are at the beginning of a line: where it comes from. */
static void
begin_line(struct expanded *e, const char *file, int line)
{
	if (e->size > 0 && e->bytes[e->size - 1] != '\n')
		return;
	e->lines = xrealloc(e->lines, e->n_lines + 1, sizeof *e->lines);
	e->lines[e->n_lines++] = (struct origin){ file, line };
}

void
expanded_put(struct expanded *e, char byte, const char *file, int line)
{
	begin_line(e, file, line);
	make_room(e);
	e->bytes[e->size++] = byte;
}

void
expanded_end(struct expanded *e, const char *file, int line)
{
	if (e->size > 0 && e->bytes[e->size - 1] != '\n')
		expanded_put(e, '\n', file, line); /* libconfig wants it after a # */
	begin_line(e, file, line);
	make_room(e);
	e->bytes[e->size] = '\0';
}

void
expanded_insert(struct expanded *e, size_t at, char byte)
{
	make_room(e);
	memmove(e->bytes + at + 1, e->bytes + at, e->size - at);
	e->bytes[at] = byte;
	e->size++;
}

struct origin
expanded_origin(const struct expanded *e, int line)
{
	size_t i = line > 0 ? (size_t)line - 1 : 0;

	return e->lines[i < e->n_lines ? i : e->n_lines - 1];
}

void
expanded_finish(struct expanded *e)
{
	free(e->bytes);
	free(e->lines);
	memset(e, 0, sizeof *e);
}
