/* SPDX-License-Identifier: MIT */
/* wire.c - values as bytes for a pipe between two of our own processes, and back */
#include "common/wire.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"

/* The length of a string that is NULL. */
#define NO_STRING (-1LL)

void
wire_put(struct wire *w, const void *bytes, size_t size)
{
	if (size > w->room - w->size) {
		w->room = w->size + size + w->size / 2 + 256;
		w->bytes = xrealloc(w->bytes, w->room, 1);
	}
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
	s = xcalloc(1, (size_t)length + 1);
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
