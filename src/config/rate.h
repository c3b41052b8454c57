/* SPDX-License-Identifier: MIT */
/* rate.h - so many in a span of time */
#ifndef RATE_H
#define RATE_H

struct rate {
	long long n, per_ms; /* both 0: no limit */
};

#endif
