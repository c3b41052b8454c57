/* SPDX-License-Identifier: MIT */
/* proctitle.c - the name of a process as ps(1) shows it */
#include "common/proctitle.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/xalloc.h"

/* The kernel shows the bytes where argv and the environment lay at exec, proc(5). */
static char  *title;
static size_t title_size;
static char **environment __attribute__((used)),
    *environment_bytes __attribute__((used)); /* ours, whatever becomes of environ */
static char *argument_bytes __attribute__((used));

/* What environ points to from now on: a copy in a block of its own. */
static void
move_environment(size_t n, size_t size)
{
	char *to = environment_bytes = xcalloc(1, size);

	environment = xcalloc(n + 1, sizeof *environment);
	for (size_t i = 0; i < n; i++) {
		environment[i] = to;
		to = stpcpy(to, environ[i]) + 1;
	}
	environ = environment;
}

/* Options point into the arguments for as long as we run. */
static void
move_arguments(int argc, char **argv, size_t size)
{
	char *to = argument_bytes = xcalloc(1, size);

	for (int i = 0; i < argc; i++) {
		char *from = argv[i];

		argv[i] = to;
		to = stpcpy(to, from) + 1;
	}
}

void
proctitle_init(int argc, char **argv)
{
	char  *end;
	size_t n, size = 1, argv_size = 0;

	if (argc < 1)
		return;
	title = end = argv[0];
	for (int i = 0; i < argc; i++) {
		argv_size += strlen(argv[i]) + 1;
		if (argv[i] == end)
			end += strlen(argv[i]) + 1;
	}
	for (n = 0; environ[n] != NULL; n++) {
		size += strlen(environ[n]) + 1;
		if (environ[n] == end)
			end += strlen(environ[n]) + 1;
	}
	move_environment(n, size);
	move_arguments(argc, argv, argv_size);
	title_size = (size_t)(end - title);
}

void
proctitle_set(const char *format, ...)
{
	static const char program[] = SOCKD ": ";
	va_list           args;
	char              text[256];
	size_t            n = sizeof program - 1;

	if (title == NULL)
		return;
	memcpy(text, program, n);
	va_start(args, format);
	vsnprintf(text + n, sizeof text - n, format, args);
	va_end(args);
	memset(title, '\0', title_size);
	snprintf(title, title_size, "%s", text);
}
