/* SPDX-License-Identifier: MIT */
/* xalloc.h - memory that is there, or the process ends with a line and EX_OSERR */
#ifndef XALLOC_H
#define XALLOC_H

#include <stddef.h>

/* The caller owns what these return and gives it to free(). */
void *xcalloc(size_t n, size_t size);          /* zeroed */
void *xrealloc(void *, size_t n, size_t size); /* n * size bytes, checked */
char *xstrdup(const char *);
char *xstrndup(const char *, size_t n); /* at most n bytes */
char *xasprintf(const char *, ...) __attribute__((format(printf, 1, 2)));

#endif
