/* SPDX-License-Identifier: MIT */
/* strings.h - a list of strings */
#ifndef STRINGS_H
#define STRINGS_H

#include <stdbool.h>
#include <stddef.h>

/* All zero is the empty list.  It owns the strings. */
struct strings {
	char **list;
	size_t n;
};

void strings_add(struct strings *, const char *); /* a copy */
void strings_own(struct strings *, char *);       /* that was allocated */

/* The string in the list that is this one, added if there is none. */
const char *strings_keep(struct strings *, const char *);

/* The number of this very one, as strings_keep() gave it; -1 if it is not in there. */
long long strings_number(const struct strings *, const char *);

bool strings_have(const struct strings *, const char *);
void strings_finish(struct strings *);

#endif
