/* SPDX-License-Identifier: MIT */
/* xalloc.c - memory that is there, or the process ends with a line and EX_OSERR */
#include "common/xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static void *
there(void *p)
{
	static const char text[] = "sockd: out of memory\n";

	if (p != NULL)
		return p;
	(void)!write(STDERR_FILENO, text, sizeof text - 1);
	_exit(EX_OSERR);
}

void *
xcalloc(size_t n, size_t size)
{
	return there(calloc(n != 0 ? n : 1, size));
}

void *
xrealloc(void *p, size_t n, size_t size)
{
	return there(reallocarray(p, n != 0 ? n : 1, size));
}

char *
xstrdup(const char *s)
{
	return there(strdup(s));
}

char *
xstrndup(const char *s, size_t n)
{
	return there(strndup(s, n));
}

char *
xasprintf(const char *format, ...)
{
	va_list args;
	char   *s = NULL;

	va_start(args, format);
	if (vasprintf(&s, format, args) < 0)
		s = NULL;
	va_end(args);
	return there(s);
}
