/* SPDX-License-Identifier: MIT */
/* roll.c - programs of the next generation take the place of the older ones, a few at a time */
#include "master/roll.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "config/settings.h"
#include "master/last_call.h"
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

/* Who is not ready by now has no client to lose, but who waits at an address that goes. */
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
	old->is_replaced = true;
	last_call_shut_door(old);
	if (service_count_waiting(old) == 0)
		retire_unready(old);
	old->last_call.end_ms = clock_deadline_ms(clock_ms(), old->drain_ms);
	old->next = m->closing;
	m->closing = old;
}

/* Of all older generations of the service that are there still. */
struct elders {
	int             n_alive, n_staying;
	struct service *oldest;
};

static void
count_elders(const struct master *m, const char *name, struct elders *e)
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
	for (const struct service *s = m->leaving; s != NULL; s = s->next)
		if (s->keeps_programs && strcmp(s->name, name) == 0)
			e->n_alive += s->n_alive;
}

static int
surge_of(const struct service *s, int max)
{
	const struct sockd_handler *h = s->conf->handler;

	return h->surge != NULL ? h->surge(s->conf->options) : max;
}

void
roll_prepare(const struct master *m, struct service *s)
{
	struct service  *old = service_find(m->services, s->name);
	struct pool_rule rule, old_rule;
	struct elders    e;
	int              surge, room;

	if (!s->keeps_programs || old == NULL || !old->keeps_programs)
		return;
	count_elders(m, s->name, &e);
	if (e.n_staying + service_n_staying(old) == 0)
		return;
	service_wanted(s, &rule);
	service_wanted(old, &old_rule);
	surge = surge_of(s, rule.max);
	room = (rule.max > old_rule.max ? rule.max : old_rule.max) + surge - e.n_alive -
	    old->n_alive;
	s->replaces = true;
	s->most = room < 0 ? 0 : room < surge ? room : surge;
	if (s->most == 0)
		log_notice("%s: %d programs of older settings are there still; the first "
			   "new one starts when one of them is gone",
		    s->name, e.n_alive + old->n_alive);
}

/* Those of a reload that is under way count, too. */
static void
bound(const struct master *m, struct service *s, const struct elders *e, int max)
{
	const struct service *next = service_find(m->reload.services, s->name);
	int most = max + surge_of(s, max) - e->n_alive, staying = service_n_staying(s);

	if (next != NULL)
		most -= next->n_alive;
	if (most < staying)
		most = staying; /* who is there already may stay */
	if (most != s->most)
		s->look = true;
	s->most = most;
}

/* Somebody waits at an address that is not the next generation's. */
static bool
has_last_client(const struct service *old)
{
	return clock_ms() < old->last_call.end_ms && service_count_waiting(old) > 0;
}

/* Is there a new one in the place of one of these? */
static bool
may_retire(const struct service *s, const struct elders *e, int max)
{
	if (service_n_staying(e->oldest) == 1 && has_last_client(e->oldest))
		return false;
	return service_n_proven(s) + e->n_staying > max;
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

	kill_overdue(old, clock_ms());
	if (s == NULL || !s->keeps_programs)
		return service_n_staying(old) > 0 && has_last_client(old);
	count_elders(m, s->name, &elders);
	service_wanted(s, &rule);
	s->replaces |= elders.n_staying > 0; /* a pool may have been empty before */
	bound(m, s, &elders, rule.max);
	while (elders.oldest != NULL && may_retire(s, &elders, rule.max) &&
	    retire_one(elders.oldest))
		count_elders(m, s->name, &elders);
	if (service_n_staying(old) > 0 ||
	    (old->n_alive > 0 && (elders.n_staying > 0 || service_n_ready(s) < rule.max)))
		return true;
	if (elders.n_staying == 0)
		note_done(s);
	return false;
}
