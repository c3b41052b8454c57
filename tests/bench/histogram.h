/* SPDX-License-Identifier: MIT */
/* histogram.h - how often each time was measured, to a hundredth of itself */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

/* A row has the times from a power of two to the next, in so many equal parts. */
#define HISTOGRAM_BITS  6
#define HISTOGRAM_PARTS (1 << HISTOGRAM_BITS)
#define HISTOGRAM_ROWS  30 /* to half a minute, in nanoseconds */

/* Zero bytes are an empty one. */
struct histogram {
	uint64_t n;
	uint32_t counts[HISTOGRAM_ROWS][HISTOGRAM_PARTS];
};

void histogram_count(struct histogram *, uint64_t ns);
void histogram_add(struct histogram *, const struct histogram *other);

/* The time within which this share (0.5, 0.99) of all were; 0 if there are none. */
uint64_t histogram_share_ns(const struct histogram *, double share);

#endif
