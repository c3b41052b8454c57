/* SPDX-License-Identifier: MIT */
/* xalloc.c - memory that is there, or the process ends; a reserve, for who must go on */
#include "common/xalloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static void *reserve;
static bool  has_reserve; /* or had, until it was spent */

int
xalloc_reserve(size_t size)
{
	has_reserve = true;
	if (reserve != NULL)
		return 0;
	reserve = malloc(size);
	if (reserve == NULL)
		return -1;
	memset(reserve, 1, size); /* or it is no more than addresses */
	return 0;
}

bool
xalloc_is_short(void)
{
	return has_reserve && reserve == NULL;
}

/* Is there more memory now? */
static bool
spend_reserve(void)
{
	bool had_one = reserve != NULL;

	free(reserve);
	reserve = NULL;
	return had_one;
}

static void *
there(void *p)
{
	static const char text[] = SOCKD ": out of memory\n";

	if (p != NULL)
		return p;
	(void)!write(STDERR_FILENO, text, sizeof text - 1);
	_exit(EX_OSERR);
}

void *
xcalloc(size_t n, size_t size)
{
	void *p;

	do
		p = calloc(n != 0 ? n : 1, size);
	while (p == NULL && spend_reserve());
	return there(p);
}

void *
xrealloc(void *old, size_t n, size_t size)
{
	size_t bytes;
	void  *p;

	/* Not reallocarray, after which -fanalyzer takes old for freed even where it failed. */
	if (__builtin_mul_overflow(n != 0 ? n : 1, size, &bytes))
		bytes = SIZE_MAX;
	do
		p = realloc(old, bytes);
	while (p == NULL && spend_reserve());
	return there(p);
}

char *
xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

char *
xstrndup(const char *s, size_t n)
{
	char *p;

	do
		p = strndup(s, n);
	while (p == NULL && spend_reserve());
	return there(p);
}

char *
xasprintf(const char *format, ...)
{
	va_list args;
	char   *s;
	int     n;

	do {
		va_start(args, format);
		n = vasprintf(&s, format, args);
		va_end(args);
	} while (n < 0 && spend_reserve());
	return there(n < 0 ? NULL : s);
}
