/* SPDX-License-Identifier: MIT */
/* roll.c - programs of the next generation take the place of the older ones, a few at a time */
#include "master/roll.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "config/settings.h"
#include "config/workers.h"
#include "master/master.h"
#include "master/pool.h"
#include "master/service.h"
#include "sockd.h"

bool
roll_is_due(const struct service *old, struct service *next)
{
	const struct service *s = service_find(next, old->name);

	return old->keeps_programs && s != NULL && s->keeps_programs;
}

/* Who is not ready by now has no client to lose. */
static void
retire_unready(struct service *s)
{
	for (int i = 0; i < s->n_slots; i++)
		if (s->processes[i].pid != 0 && !s->processes[i].ready &&
		    !s->processes[i].told)
			(void)service_retire(s, i);
}

void
roll_begin(struct master *m, struct service *old)
{
	service_forget_settings(old);
	retire_unready(old);
	old->is_replaced = true;
	old->next = m->closing;
	m->closing = old;
}

/* Of all older generations of the service that are there still. */
struct elders {
	int             n_alive, n_staying;
	struct service *oldest;
};

static void
count(const struct master *m, const char *name, struct elders *e)
{
	*e = (struct elders){ .oldest = NULL };
	/* The younger ones stand in front. */
	for (struct service *s = m->closing; s != NULL; s = s->next) {
		if (!s->is_replaced || strcmp(s->name, name) != 0)
			continue;
		e->n_alive += s->n_alive;
		e->n_staying += service_n_staying(s);
		if (service_n_staying(s) > 0)
			e->oldest = s;
	}
}

static void
bound(struct service *s, const struct elders *e, int max)
{
	const struct sockd_handler *h = s->conf->handler;
	int surge = h->surge != NULL ? h->surge(s->conf->options) : max;
	int most = max + surge - e->n_alive, staying = service_n_staying(s);

	if (most < staying)
		most = staying; /* who is there already may stay */
	if (most != s->most)
		s->look = true;
	s->most = most;
}

static bool
retire_one(struct service *s)
{
	int i = 0;

	while (i < s->n_slots && (s->processes[i].pid == 0 || s->processes[i].told))
		i++;
	return i < s->n_slots && service_retire(s, i) == 0;
}

/* Who was told to leave ends what it serves in the time to drain. */
static void
kill_overdue(struct service *s, unsigned long long now_ms)
{
	unsigned long long ms = (unsigned long long)s->drain_ms + s->grace_ms;

	for (int i = 0; i < s->n_slots && s->drain_ms > 0; i++) {
		struct process *p = &s->processes[i];

		if (p->pid == 0 || !p->told || now_ms < p->told_ms + ms)
			continue;
		log_warning("%s: worker %d outlived timeouts.drain, killing it", s->name,
		    (int)p->pid);
		(void)kill(p->pid, SIGKILL);
		p->told_ms = now_ms;
	}
}

static void
note_done(struct service *s)
{
	if (!s->replaces)
		return;
	s->replaces = false;
	s->look = true;
	log_notice("%s: all programs are new", s->name);
}

bool
roll_go_on(struct master *m, struct service *old)
{
	struct service  *s = service_find(m->services, old->name);
	struct pool_rule rule;
	struct elders    elders;
	bool             replaces;

	if (s == NULL || !s->keeps_programs)
		return false;
	count(m, s->name, &elders);
	replaces = s->replaces;
	s->replaces = false; /* how many shall there be when all is over? */
	service_rule(s, &rule);
	s->replaces = replaces;
	bound(s, &elders, rule.max);
	while (elders.oldest != NULL &&
	    service_n_ready(s) + elders.n_staying > rule.max && retire_one(elders.oldest))
		count(m, s->name, &elders);
	kill_overdue(old, clock_ms());
	if (service_n_staying(old) > 0 || (old->n_alive > 0 && elders.n_staying > 0))
		return true;
	if (elders.n_staying == 0)
		note_done(s);
	return false;
}
