/* SPDX-License-Identifier: MIT */
/* sources.c - the settings files of one load: read once, and then as often as it is needed */
#include "config/sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/io.h"
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
	if (s->sealed) {
		*status = EX_NOINPUT;
		snprintf(why, why_size, "was not read");
		return NULL;
	}
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
sources_glob(struct sources *s, const char *pattern, struct strings *paths)
{
	size_t before = paths->n;

	if (!s->sealed) {
		source_glob(pattern, paths);
		for (size_t i = before; i < paths->n; i++)
			strings_add(&s->found, paths->list[i]);
		return;
	}
	for (size_t i = 0; i < s->found.n; i++)
		strings_add(paths, s->found.list[i]);
	strings_finish(&s->found);
}

static void
send_string(int fd, const char *s)
{
	(void)io_write(fd, s, strlen(s) + 1);
}

/* How many of each, and all as strings: no file has a NUL, see source_read. */
void
sources_send(const struct sources *s, int fd)
{
	const size_t n[2] = { s->n, s->found.n };

	(void)io_write(fd, n, sizeof n);
	for (size_t i = 0; i < s->n; i++) {
		send_string(fd, s->list[i].path);
		send_string(fd, s->list[i].bytes);
	}
	for (size_t i = 0; i < s->found.n; i++)
		send_string(fd, s->found.list[i]);
}

/* The string that comes next, or NULL. */
static const char *
take_string(const char **bytes, size_t *left)
{
	const char *s = *bytes;
	size_t      length = strnlen(s, *left);

	if (length == *left)
		return NULL;
	*bytes += length + 1;
	*left -= length + 1;
	return s;
}

int
sources_take(struct sources *s, const char **bytes, size_t *left)
{
	const char *path, *text;
	size_t      n[2];

	s->sealed = true;
	if (*left < sizeof n)
		return -1;
	memcpy(n, *bytes, sizeof n);
	*bytes += sizeof n;
	*left -= sizeof n;
	for (; n[0] > 0; n[0]--) {
		path = take_string(bytes, left);
		text = path != NULL ? take_string(bytes, left) : NULL;
		if (text == NULL)
			return -1;
		add(s, path, text);
	}
	for (; n[1] > 0; n[1]--) {
		path = take_string(bytes, left);
		if (path == NULL)
			return -1;
		strings_add(&s->found, path);
	}
	return 0;
}

void
sources_finish(struct sources *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->list[i].path);
		free(s->list[i].bytes);
	}
	free(s->list);
	strings_finish(&s->found);
	memset(s, 0, sizeof *s);
}
