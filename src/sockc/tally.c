/* SPDX-License-Identifier: MIT */
/* tally.c - how many exchanges ended how, and how long the good ones took */
#include "sockc/tally.h"

#include <assert.h>
#include <stdio.h>

/* From TALLY_EXACT_US on, every power of two has this many buckets. */
#define BUCKETS_PER_POWER (TALLY_EXACT_US / 2)

/* By how many bits a latency is shifted to be 128-255, when it is not below that. */
static unsigned
bucket_shift(unsigned long long us)
{
	unsigned shift = 0;

	for (; us >= TALLY_EXACT_US; us >>= 1)
		shift++;
	return shift;
}

static size_t
bucket_of(unsigned long long us)
{
	unsigned shift = bucket_shift(us);

	return (size_t)shift * BUCKETS_PER_POWER + (size_t)(us >> shift);
}

/* The longest latency that falls into this bucket. */
static unsigned long long
bucket_end_us(size_t bucket)
{
	size_t shift = bucket < TALLY_EXACT_US ?
	    0 :
	    (bucket - BUCKETS_PER_POWER) / BUCKETS_PER_POWER;

	return ((bucket - shift * BUCKETS_PER_POWER + 1ULL) << shift) - 1;
}

void
tally_count(struct tally *t, enum outcome outcome, unsigned long long us)
{
	t->outcomes[outcome]++;
	if (outcome != OUTCOME_OK)
		return;
	if (us > TALLY_LONGEST_US)
		us = TALLY_LONGEST_US;
	if (us > t->longest_us)
		t->longest_us = us;
	t->buckets[bucket_of(us)]++;
}

unsigned long long
tally_failed(const struct tally *t)
{
	unsigned long long n = 0;

	for (int i = OUTCOME_OK + 1; i < N_OUTCOMES; i++)
		n += t->outcomes[i];
	return n;
}

unsigned long long
tally_finished(const struct tally *t)
{
	return t->outcomes[OUTCOME_OK] + tally_failed(t);
}

/* ceil(n * percent / 100) without overflow. */
static unsigned long long
rank_of(unsigned long long n, unsigned percent)
{
	return n / 100 * percent + (n % 100 * percent + 99) / 100;
}

unsigned long long
tally_percentile_us(const struct tally *t, unsigned percent)
{
	unsigned long long n = t->outcomes[OUTCOME_OK], seen = 0, us;
	size_t             bucket = 0;

	assert(percent >= 1 && percent <= 100);
	if (n == 0)
		return 0;
	while (seen + t->buckets[bucket] < rank_of(n, percent))
		seen += t->buckets[bucket++];
	us = bucket_end_us(bucket);
	return us < t->longest_us ? us : t->longest_us;
}

static void
print_latency(const struct tally *t, char *text, size_t size)
{
	if (t->outcomes[OUTCOME_OK] == 0)
		snprintf(text, size, "none");
	else
		snprintf(text, size, "p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, max %.2f ms",
		    (double)tally_percentile_us(t, 50) / 1000,
		    (double)tally_percentile_us(t, 90) / 1000,
		    (double)tally_percentile_us(t, 99) / 1000,
		    (double)t->longest_us / 1000);
}

void
tally_print(const struct tally *t, unsigned long long elapsed_us, char *text, size_t size)
{
	const unsigned long long *n = t->outcomes;
	double                    seconds = (double)elapsed_us / 1000000;
	char                      latency[128];

	print_latency(t, latency, sizeof latency);
	snprintf(text, size,
	    "exchanges: %llu\n"
	    "failed: %llu "
	    "(refused %llu, reset %llu, timeout %llu, short %llu, other %llu)\n"
	    "rate: %.0f/s\n"
	    "latency: %s\n",
	    tally_finished(t), tally_failed(t), n[OUTCOME_REFUSED], n[OUTCOME_RESET],
	    n[OUTCOME_TIMEOUT], n[OUTCOME_SHORT], n[OUTCOME_OTHER],
	    seconds > 0 ? (double)n[OUTCOME_OK] / seconds : 0, latency);
}
