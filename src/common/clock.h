/* SPDX-License-Identifier: MIT */
/* clock.h - time that only goes forward, for every deadline and duration */
#ifndef CLOCK_H
#define CLOCK_H

/* Later than any deadline. */
#define CLOCK_NEVER_MS (~0ULL >> 1)

unsigned long long clock_ms(void); /* CLOCK_MONOTONIC, in milliseconds */
unsigned long long clock_us(void); /* the same, in microseconds */

/* Milliseconds from now to the deadline as poll() wants them: 0 if past, -1 for never. */
int clock_poll_ms(unsigned long long now_ms, unsigned long long deadline_ms);

/* now + span, where a span of 0 means never. */
unsigned long long clock_deadline_ms(unsigned long long now_ms, long long span_ms);

#endif
