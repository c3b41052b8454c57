/* SPDX-License-Identifier: MIT */
/* clock.c - time that only goes forward, for every deadline and duration */
#include "common/clock.h"

#include <limits.h>
#include <time.h>

unsigned long long
clock_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (unsigned long long)ts.tv_sec * 1000000 +
	    (unsigned long long)ts.tv_nsec / 1000;
}

unsigned long long
clock_ms(void)
{
	return clock_us() / 1000;
}

int
clock_poll_ms(unsigned long long now_ms, unsigned long long deadline_ms)
{
	if (deadline_ms >= CLOCK_NEVER_MS)
		return -1;
	if (deadline_ms <= now_ms)
		return 0;
	return deadline_ms - now_ms < INT_MAX ? (int)(deadline_ms - now_ms) : INT_MAX;
}

unsigned long long
clock_deadline_ms(unsigned long long now_ms, long long span_ms)
{
	return span_ms > 0 ? now_ms + (unsigned long long)span_ms : CLOCK_NEVER_MS;
}
