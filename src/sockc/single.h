/* SPDX-License-Identifier: MIT */
/* single.h - one exchange, with standard input on the way if the plan has no text */
#ifndef SINGLE_H
#define SINGLE_H

#include <stddef.h>

struct plan;

/* 0, or -1 and one line of why. */
int single_run(struct plan *, char *why, size_t why_size);

#endif
