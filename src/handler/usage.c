/* SPDX-License-Identifier: MIT */
/* usage.c - how a program ended, and what it has used, for the log */
#include "handler/usage.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>

#include "common/program.h"

void
usage_print(const struct program_end *end, char text[USAGE_TEXT])
{
	const struct rusage *u = &end->usage;
	unsigned long long   us =
	    (unsigned long long)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1000000 +
	    (unsigned long long)(u->ru_utime.tv_usec + u->ru_stime.tv_usec);
	bool killed = WIFSIGNALED(end->status);

	snprintf(text, USAGE_TEXT, " %s=%d cpu_ms=%llu.%llu rss_kb=%ld",
	    killed ? "signal" : "exit",
	    killed ? WTERMSIG(end->status) : WEXITSTATUS(end->status), us / 1000,
	    us / 100 % 10, u->ru_maxrss);
}
