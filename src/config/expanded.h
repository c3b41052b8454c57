/* SPDX-License-Identifier: MIT */
/* expanded.h - a text with the texts of its includes in their place */
#ifndef EXPANDED_H
#define EXPANDED_H

#include <stddef.h>

struct origin;

/* All zero at the beginning. */
struct expanded {
	char          *bytes; /* with a NUL behind them, once it has been ended */
	size_t         size, room;
	struct origin *lines; /* where each line comes from */
	size_t         n_lines;
	size_t string_end; /* of the last string, if nothing has followed yet; or 0 */
};

/* One byte more, from that line of a file whose name stays. */
void expanded_put(struct expanded *, char byte, const char *file, int line);

/* No more bytes: it ends in that line, which is one too, if an empty one. */
void expanded_end(struct expanded *, const char *file, int line);

/* A byte, but no end of a line, at a place within. */
void expanded_insert(struct expanded *, size_t at, char byte);

/* Where a line of it, counted from 1, comes from. */
struct origin expanded_origin(const struct expanded *, int line);
void          expanded_finish(struct expanded *);

#endif
