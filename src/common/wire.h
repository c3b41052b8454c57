/* SPDX-License-Identifier: MIT */
/* wire.h - values as bytes for a pipe between two of our own processes, and back */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>

/* All zero at the beginning; wire_finish frees it. */
struct wire {
	char  *bytes;
	size_t size, room;
	size_t at;           /* the next one to take */
	bool   bad;          /* something was asked for that is not there */
	bool   lacks_memory; /* why it is bad */
};

/* Without memory the wire is bad from then on. */
void wire_put(struct wire *, const void *, size_t);
void wire_put_number(struct wire *, long long);
void wire_put_string(struct wire *, const char *); /* NULL too */

/*
 * The next bytes.  Who takes need not look each time whether they were there: once they
 * are not, the wire is bad and all is zero from then on; so too when memory is short.
 */
void      wire_take(struct wire *, void *, size_t);
long long wire_take_number(struct wire *, long long min, long long max);
char     *wire_take_string(struct wire *); /* the caller frees it; NULL if it was */

/* Zeroed memory for n things that come next, for free(); NULL, and a bad wire, without. */
void *wire_make_room(struct wire *, size_t n, size_t size);

/* A number of things, each of which takes at least one byte of what is left. */
size_t wire_take_count(struct wire *);

/* Was all of it taken, and all there? */
bool wire_is_done(const struct wire *);

void wire_finish(struct wire *);

#endif
