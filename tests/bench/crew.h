/* SPDX-License-Identifier: MIT */
/* crew.h - the clients of one process, by turns */
#ifndef CREW_H
#define CREW_H

#include <netinet/in.h>
#include <stdint.h>

#include "histogram.h"

struct kind;

struct plan {
	const struct kind *kind;
	in_port_t          port;
	unsigned           clients, crews;
	double             seconds, a_second; /* exchanges a second; 0: all that can be */
};

/* Zero bytes at the begin. */
struct tally {
	unsigned long long failed;
	uint64_t           last_ns; /* when the last exchange was over, CLOCK_MONOTONIC */
	struct histogram   times;   /* of those that did not fail */
	char               why[64]; /* the first failure */
};

uint64_t now_ns(void);

/*
 * Let the crew of this number, from 0, have exchanges for the plan's time, and wait for the
 * last answers.  -1 with errno if it cannot begin.
 */
int crew_run(const struct plan *, unsigned number, struct tally *);

#endif
