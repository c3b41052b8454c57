/* SPDX-License-Identifier: MIT */
/* draft_settle.c - what can be said of a service only when the others are there, or its limits */
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "config/workers.h"
#include "import/draft.h"
#include "import/import.h"

/* What inetd allows by default in a minute, and a worker's part of it. */
#define PROGRAMS_MOST   256
#define PROGRAMS_WORKER 64

/* The same transport and address, but of IPv6 alone? */
static bool
is_half(const struct endpoint *half, const struct endpoint *at)
{
	const char *a = strstr(half->text, "6://"), *b = strstr(at->text, "://");

	return a != NULL && b != NULL && a - half->text == b - at->text &&
	    strncmp(half->text, at->text, (size_t)(a - half->text)) == 0 &&
	    strcmp(a + 1, b) == 0;
}

static bool
has_half(const struct import *import, const struct endpoint *at)
{
	for (const struct draft *d = import->drafts; d != NULL; d = d->next)
		for (const struct listen_conf *l = d->conf->listens;
		     !d->is_out && l != NULL; l = l->next)
			if (is_half(&l->at, at))
				return true;
	return false;
}

void
draft_share(struct import *import)
{
	char why[256], *text;

	for (struct draft *d = import->drafts; d != NULL; d = d->next)
		for (struct listen_conf *l = d->conf->listens; l != NULL; l = l->next) {
			if (l->at.host == NULL || strcmp(l->at.host, "*") != 0 ||
			    !has_half(import, &l->at))
				continue;
			text = xasprintf("%.3s4%s", l->at.text, l->at.text + 3);
			endpoint_finish(&l->at);
			(void)endpoint_parse(text, &l->at, why, sizeof why);
			draft_note(d, &d->origin,
			    "listens by IPv4 alone, as another one does by IPv6");
			free(text);
		}
}

/* By programs: a worker has one of these at a time. */
static bool
answers_datagrams(const struct draft *draft)
{
	for (const struct listen_conf *l = draft->conf->listens; l != NULL; l = l->next)
		if (strcmp(draft->handler, "exec") == 0 && endpoint_is_datagram(&l->at))
			return true;
	return false;
}

/* How many a worker may have with these descriptors, three for a program. */
static long long
programs_of_worker(const struct draft *draft)
{
	long long nofile = draft->conf->rlimits.nofile, n = PROGRAMS_WORKER;

	for (const struct listen_conf *l = draft->conf->listens; l != NULL; l = l->next)
		nofile -= draft->conf->rlimits.nofile != -1;
	if (draft->conf->rlimits.nofile != -1 &&
	    (nofile - WORKERS_OTHER_DESCRIPTORS) / 3 < n)
		n = (nofile - WORKERS_OTHER_DESCRIPTORS) / 3;
	return n < 1 || answers_datagrams(draft) ? 1 : n;
}

static void
set_number(struct draft *draft, const char *setting, long long n)
{
	struct place place = { draft->origin, setting };
	char        *text = xasprintf("%lld", n);

	draft_set(draft, &place, setting, text);
	free(text);
}

void
draft_set_pool(struct draft *draft)
{
	long long most = draft->conf->limits.connections;
	long long each, workers;

	if (!draft->has_pool || draft->is_out)
		return;
	each = programs_of_worker(draft);
	if (most == 0)
		most = answers_datagrams(draft) ? PROGRAMS_WORKER : PROGRAMS_MOST;
	if (each > most)
		each = most;
	workers = (most - 1) / each + 1;
	set_number(draft, "workers.min", 0);
	set_number(draft, "workers.max", workers < WORKERS_MOST ? workers : WORKERS_MOST);
	set_number(draft, "workers.connections", each);
}
