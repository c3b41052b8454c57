/* SPDX-License-Identifier: MIT */
/* xalloc.h - memory that is there, or the process ends; a reserve, for who must go on */
#ifndef XALLOC_H
#define XALLOC_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The caller owns what these return and gives it to free().  Without memory, and without
 * a reserve, they end the process with a line and EX_OSERR.
 */
void *xcalloc(size_t n, size_t size);          /* zeroed */
void *xrealloc(void *, size_t n, size_t size); /* n * size bytes, checked */
char *xstrdup(const char *);
char *xstrndup(const char *, size_t n); /* at most n bytes */
char *xasprintf(const char *, ...) __attribute__((format(printf, 1, 2)));

/*
 * Set so many bytes aside, or fill up what was spent; -1 if there are none.  Who has done
 * this asks now and then whether memory is short, which is when the reserve has been
 * spent, and then gives up what it is at, before it needs more than was set aside.
 */
int  xalloc_reserve(size_t);
bool xalloc_is_short(void);

#endif
