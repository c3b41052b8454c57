/* SPDX-License-Identifier: MIT */
/* progress.c - one line on a terminal that says how far a load is */
#include "sockc/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/io.h"
#include "sockc/tally.h"

/* Five times a second is as fast as one can read. */
#define EVERY_MS 200

static void
show(const char *text)
{
	io_write(STDERR_FILENO, text, strlen(text));
}

void
progress_init(struct progress *p, bool is_wanted, unsigned long long now_ms)
{
	p->is_on = is_wanted && isatty(STDERR_FILENO);
	p->is_shown = false;
	p->started_ms = now_ms;
	p->next_ms = now_ms + EVERY_MS;
}

void
progress_show(struct progress *p, const struct tally *t, unsigned long long count,
    unsigned long long now_ms)
{
	unsigned long long n = tally_finished(t);
	char               text[160], of[32] = "";

	if (!p->is_on || now_ms < p->next_ms)
		return;
	if (count != 0)
		snprintf(of, sizeof of, " of %llu", count);
	snprintf(text, sizeof text, "\r%llu%s exchanges, %llu failed, %llu/s\033[K", n,
	    of, tally_failed(t), n * 1000 / (now_ms - p->started_ms));
	show(text);
	p->is_shown = true;
	p->next_ms = now_ms + EVERY_MS;
}

void
progress_erase(struct progress *p)
{
	if (p->is_shown)
		show("\r\033[K");
	p->is_shown = false;
}
