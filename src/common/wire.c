/* SPDX-License-Identifier: MIT */
/* wire.c - values as bytes for a pipe between two of our own processes, and back */
#include "common/wire.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"

/* The length of a string that is NULL. */
#define NO_STRING (-1LL)

static void
lack_memory(struct wire *w)
{
	w->lacks_memory = true;
	w->bad = true;
}

/* It can be long: so long that no reserve would do. */
static bool
grow(struct wire *w, size_t room)
{
	char *bytes = !w->bad ? realloc(w->bytes, room) : NULL;

	if (bytes == NULL) {
		lack_memory(w);
		return false;
	}
	w->bytes = bytes;
	w->room = room;
	return true;
}

void
wire_put(struct wire *w, const void *bytes, size_t size)
{
	if (size > w->room - w->size && !grow(w, w->size + size + w->size / 2 + 256))
		return;
	if (size > 0)
		memcpy(w->bytes + w->size, bytes, size);
	w->size += size;
}

void
wire_put_number(struct wire *w, long long n)
{
	wire_put(w, &n, sizeof n);
}

void
wire_put_string(struct wire *w, const char *s)
{
	wire_put_number(w, s != NULL ? (long long)strlen(s) : NO_STRING);
	if (s != NULL)
		wire_put(w, s, strlen(s));
}

void
wire_take(struct wire *w, void *into, size_t size)
{
	if (size > w->size - w->at)
		w->bad = true;
	/* Who takes it makes something of it, which is long if the wire is. */
	if (xalloc_is_short())
		lack_memory(w);
	if (size == 0)
		return;
	memset(into, 0, size);
	if (w->bad)
		return;
	memcpy(into, w->bytes + w->at, size);
	w->at += size;
}

long long
wire_take_number(struct wire *w, long long min, long long max)
{
	long long n;

	wire_take(w, &n, sizeof n);
	if (n < min || n > max)
		w->bad = true;
	return w->bad ? 0 : n;
}

void *
wire_make_room(struct wire *w, size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		lack_memory(w);
	return p;
}

char *
wire_take_string(struct wire *w)
{
	long long length = wire_take_number(w, NO_STRING, LLONG_MAX);
	char     *s;

	if (length == NO_STRING)
		return NULL;
	if ((size_t)length > w->size - w->at)
		w->bad = true;
	if (w->bad)
		return NULL;
	s = wire_make_room(w, (size_t)length + 1, 1);
	if (s != NULL)
		wire_take(w, s, (size_t)length);
	return s;
}

size_t
wire_take_count(struct wire *w)
{
	long long n = wire_take_number(w, 0, LLONG_MAX);

	if ((size_t)n > w->size - w->at)
		w->bad = true;
	return w->bad ? 0 : (size_t)n;
}

bool
wire_is_done(const struct wire *w)
{
	return !w->bad && w->at == w->size;
}

void
wire_finish(struct wire *w)
{
	free(w->bytes);
	memset(w, 0, sizeof *w);
}
