/* SPDX-License-Identifier: MIT */
/* quantity.h - numbers with units */
#ifndef QUANTITY_H
#define QUANTITY_H

#include <stdio.h>

struct parse;
struct setting;

struct unit {
	const char *suffix;
	long long   factor;
};

/* From the largest to the smallest; ends with a NULL suffix. */
extern const struct unit quantity_plain[], quantity_times[], quantity_sizes[];

/*
 * A decimal number and one of the units, within the range of the row; zero needs no unit.
 * like says in the error what would be one.  0, or -1 with the error in *p.
 */
int quantity_parse(const struct unit *, const char *like, const struct setting *,
    long long *, const char *text, const struct parse *p);

/* In the largest unit that leaves no fraction, in " " or without. */
void quantity_print(const struct unit *, long long, FILE *);
void quantity_print_bare(const struct unit *, long long, FILE *);

#endif
