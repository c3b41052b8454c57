/* SPDX-License-Identifier: MIT */
/* limit.h - of lines that repeat, so many a second and then how many more there were */
#ifndef LIMIT_H
#define LIMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/log_skip.h"

/* Kinds that are kept apart at a time; what comes beyond shares one place. */
#define LIMIT_KINDS 64

/* How much of the first line left out stands with the count. */
#define LIMIT_SAMPLE 120

/* Lines of one kind and one service. */
struct limit_kind {
	unsigned long long key, end_ms; /* of its second; 0: the place is free */
	unsigned long long n_left_out;
	unsigned           n_passed;
	int                priority;
	char               sample[LIMIT_SAMPLE];
};

/* All zero at the beginning, but for the counts of those who skip lines; or NULL. */
struct limit {
	struct log_counts *counts;
	struct limit_kind  kinds[LIMIT_KINDS];
	unsigned           n_used;
};

/*
 * Shall this line be written?  Its kind is 0 for those that always shall; what stands in
 * front of ": " in the line is another kind of itself.
 */
bool limit_passes(struct limit *, unsigned kind, int priority, const char *line,
    unsigned long long now_ms);

/* When a count may be due; CLOCK_NEVER_MS if nothing can have been left out. */
unsigned long long limit_due_ms(const struct limit *);

/* A count that is due by then as a line, and its priority; false if there is none. */
bool limit_count(
    struct limit *, unsigned long long now_ms, int *priority, char *line, size_t size);

#endif
