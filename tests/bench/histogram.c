/* SPDX-License-Identifier: MIT */
/* histogram.c - how often each time was measured, to a hundredth of itself */
#include "histogram.h"

#define LAST_ROW (HISTOGRAM_ROWS - 1)

/* Row 0 has what is shorter than the parts are many, each nanosecond a part. */
void
histogram_count(struct histogram *h, uint64_t ns)
{
	uint64_t most = (uint64_t)(2 * HISTOGRAM_PARTS - 1) << (LAST_ROW - 1);
	int      row = 0;

	if (ns > most)
		ns = most;
	if (ns >= HISTOGRAM_PARTS) {
		row = 64 - __builtin_clzll(ns) - HISTOGRAM_BITS;
		ns = (ns >> (row - 1)) - HISTOGRAM_PARTS;
	}
	h->counts[row][ns]++;
	h->n++;
}

void
histogram_add(struct histogram *h, const struct histogram *other)
{
	for (int row = 0; row < HISTOGRAM_ROWS; row++)
		for (int part = 0; part < HISTOGRAM_PARTS; part++)
			h->counts[row][part] += other->counts[row][part];
	h->n += other->n;
}

/* Of a part, the middle. */
static uint64_t
time_of(int row, int part)
{
	uint64_t twice = 2 * (uint64_t)(HISTOGRAM_PARTS + part) + 1;

	return row == 0 ? (uint64_t)part : (twice << (row - 1)) / 2;
}

uint64_t
histogram_share_ns(const struct histogram *h, double share)
{
	double   wanted = share * (double)h->n;
	uint64_t seen = 0;

	for (int row = 0; row < HISTOGRAM_ROWS; row++) {
		for (int part = 0; part < HISTOGRAM_PARTS; part++) {
			seen += h->counts[row][part];
			if (seen > 0 && (double)seen >= wanted)
				return time_of(row, part);
		}
	}
	return 0;
}
