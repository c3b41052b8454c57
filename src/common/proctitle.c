/* SPDX-License-Identifier: MIT */
/* proctitle.c - the name of a process as ps(1) shows it */
#include "common/proctitle.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/xalloc.h"

/* The kernel shows the bytes where argv and the environment lay at exec, proc(5). */
static char	*title;
static size_t	 title_size;
static char	**environment;	/* ours for good, whatever becomes of environ */

void
proctitle_init(int argc, char **argv)
{
	char	*end, **copy;
	size_t	 n = 0;

	if (argc < 1)
		return;
	end = argv[0];
	for (int i = 0; i < argc; i++)
		if (argv[i] == end)
			end += strlen(argv[i]) + 1;
	while (environ[n] != NULL)
		n++;
	copy = xcalloc(n + 1, sizeof *copy);
	for (size_t i = 0; i < n; i++) {
		if (environ[i] == end)
			end += strlen(environ[i]) + 1;
		copy[i] = xstrdup(environ[i]);
	}
	environ = environment = copy;
	title = argv[0];
	title_size = (size_t)(end - title);
}

void
proctitle_set(const char *format, ...)
{
	static const char program[] = "sockd: ";
	va_list	args;
	char	text[256];
	size_t	n = sizeof program - 1;

	if (title == NULL)
		return;
	memcpy(text, program, n);
	va_start(args, format);
	vsnprintf(text + n, sizeof text - n, format, args);
	va_end(args);
	memset(title, '\0', title_size);
	snprintf(title, title_size, "%s", text);
}
