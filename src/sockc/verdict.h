/* SPDX-License-Identifier: MIT */
/* verdict.h - is an answer complete, is it good, and why did an exchange fail */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "sockc/tally.h"

struct exchange;

/* Is the answer all there, whether or not the server closes? */
bool verdict_is_complete(const struct exchange *);

/* Is an answer that is complete, or that the server's end ended, a good one? */
bool verdict_is_good(const struct exchange *);

/* The kind of failure that an errno is. */
enum outcome verdict_of_error(int error);

/* Why an ended exchange failed: "ENDPOINT: STEP: REASON". */
#define VERDICT_TEXT 1024
void verdict_explain(const struct exchange *, char *text, size_t size);

#endif
