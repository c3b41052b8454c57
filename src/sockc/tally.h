/* SPDX-License-Identifier: MIT */
/* tally.h - how many exchanges ended how, and how long the good ones took */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>

/* SHORT: the answer was empty or not the expected one. */
enum outcome {
	OUTCOME_OK,
	OUTCOME_REFUSED,
	OUTCOME_RESET,
	OUTCOME_TIMEOUT,
	OUTCOME_SHORT,
	OUTCOME_OTHER,
	N_OUTCOMES
};

/*
 * Latencies are kept as a histogram, in fixed room however many there are: to the
 * microsecond below TALLY_EXACT_US, to one part in 128 up to TALLY_LONGEST_US (12 days).
 */
#define TALLY_EXACT_US   256
#define TALLY_LONGEST_US ((1ULL << 40) - 1)
#define TALLY_BUCKETS    (TALLY_EXACT_US + 32 * TALLY_EXACT_US / 2)

struct tally { /* all zero is an empty one */
	unsigned long long outcomes[N_OUTCOMES];
	unsigned long long longest_us;
	unsigned long long buckets[TALLY_BUCKETS];
};

/* Count an exchange; how long it took counts only if its outcome is OK. */
void tally_count(struct tally *, enum outcome, unsigned long long us);

unsigned long long tally_finished(const struct tally *); /* good and failed */
unsigned long long tally_failed(const struct tally *);

/*
 * The latency that percent (1-100) of the good exchanges did not exceed, rounded up to
 * the end of its bucket but never above the longest; 0 if there were none.
 */
unsigned long long tally_percentile_us(const struct tally *, unsigned percent);

/*
 * The lines "exchanges: …", "failed: …", "rate: …" (good ones a second of elapsed_us)
 * and "latency: …", as sockc(1) shows them.  TALLY_TEXT is room enough.
 */
#define TALLY_TEXT 512
void tally_print(const struct tally *, unsigned long long elapsed_us, char *, size_t);

#endif
