/* SPDX-License-Identifier: MIT */
/* jumps.c - for LD_PRELOAD: a calendar clock that jumps by years, ten times a second */
#include <dlfcn.h>
#include <stddef.h>
#include <sys/time.h>
#include <time.h>

typedef int clock_gettime_type(clockid_t, struct timespec *);

/* Ahead, back before 1970, and past 2038. */
static const time_t jumps[] = { 0, 3600, -3600, 315360000, -1900000000, 800000000 };

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	clock_gettime_type *real =
	    (clock_gettime_type *)dlsym(RTLD_NEXT, "clock_gettime");
	struct timespec now;
	int             result = real(id, ts);

	if (result == 0 && id == CLOCK_REALTIME && real(CLOCK_MONOTONIC, &now) == 0)
		ts->tv_sec += jumps[(now.tv_sec * 10 + now.tv_nsec / 100000000) %
		    (time_t)(sizeof jumps / sizeof *jumps)];
	return result;
}

time_t
time(time_t *t)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (t != NULL)
		*t = ts.tv_sec;
	return ts.tv_sec;
}

int
gettimeofday(struct timeval *tv, void *zone)
{
	struct timespec ts;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &ts);
	tv->tv_sec = ts.tv_sec;
	tv->tv_usec = ts.tv_nsec / 1000;
	return 0;
}
