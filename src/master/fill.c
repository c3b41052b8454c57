/* SPDX-License-Identifier: MIT */
/* fill.c - a pool gets the workers that pool.c says it should have */
#include "master/fill.h"

#include <stdio.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "master/listener.h"
#include "master/master.h"
#include "master/pool.h"
#include "master/service.h"
#include "master/spawn.h"

/* After a failure that is the machine's, such as a fork without memory. */
#define RETRY_MS 1000

/* What does not let us is told once in this time. */
#define QUIET_MS 60000

/* Workers that change all the time do not make us look more often. */
#define WATCH_MS 10

static void
look_again(struct service *s, unsigned long long at_ms)
{
	if (at_ms < s->look_at_ms)
		s->look_at_ms = at_ms;
}

/* The machine does not let us: later. */
static void
put_off(struct service *s, const char *what)
{
	unsigned long long now_ms = clock_ms();

	s->retry_at_ms = now_ms + RETRY_MS;
	if (now_ms < s->quiet_until_ms)
		return;
	s->quiet_until_ms = now_ms + QUIET_MS;
	log_warning("%s: cannot %s a worker: %m; trying again every %d s", s->name, what,
	    RETRY_MS / 1000);
}

static int
retire(struct service *s, int slot)
{
	if (service_retire(s, slot) == 0)
		return 0;
	put_off(s, "signal");
	look_again(s, s->retry_at_ms);
	return -1;
}

/* Of the idle, or of all, the one that has been what it is for the longest time; or -1. */
static int
find_oldest(const struct service *s, bool idle)
{
	unsigned long long oldest_ms = CLOCK_NEVER_MS, since_ms;
	int                found = -1;

	for (int i = 0; i < s->n_slots; i++) {
		const struct process *p = &s->processes[i];

		if (p->pid == 0 || p->told || p->worn ||
		    (idle &&
			(atomic_load(&s->slots[i].state) != SLOT_IDLE ||
			    service_connections(s, i) > 0)))
			continue;
		since_ms = atomic_load(&s->slots[i].since_ms);
		if (found == -1 || since_ms < oldest_ms) {
			oldest_ms = since_ms;
			found = i;
		}
	}
	return found;
}

/* Idle ones first; where more must go, busy ones go when they have served their client. */
static void
shrink(struct service *s, int n, bool only_idle)
{
	int slot;

	for (; n > 0; n--) {
		slot = find_oldest(s, true);
		if (slot == -1 && !only_idle)
			slot = find_oldest(s, false);
		if (slot == -1 || retire(s, slot) != 0)
			return;
	}
}

static void
grow(struct master *m, struct service *s, int n, unsigned long long now_ms)
{
	for (; n > 0 && now_ms >= s->retry_at_ms; n--)
		if (spawn_worker(m, s) != 0)
			put_off(s, "start");
	if (now_ms < s->retry_at_ms)
		look_again(s, s->retry_at_ms);
}

/*
 * Some of those that say they are worn.  Whoever lies, at its birth, in the slots of all, does
 * not make us fork without end.
 */
static void
note_worn(struct service *s, int staying, unsigned long long now_ms)
{
	int left = pool_worn_most(staying);

	for (int i = 0; i < s->n_slots; i++)
		left -= s->processes[i].pid != 0 && s->processes[i].worn;
	for (int i = 0; i < s->n_slots && left > 0; i++) {
		struct process *p = &s->processes[i];

		if (p->pid == 0 || !p->ready || p->told || p->worn ||
		    !atomic_load(&s->slots[i].worn))
			continue;
		if (now_ms < p->started_ms + POOL_YOUNG_MS) {
			look_again(s, p->started_ms + POOL_YOUNG_MS);
			continue;
		}
		p->worn = true;
		left--;
	}
}

/* Others are there in their place. */
static void
retire_worn(struct service *s)
{
	for (int i = 0; i < s->n_slots; i++)
		if (s->processes[i].pid != 0 && s->processes[i].worn &&
		    !s->processes[i].told && retire(s, i) != 0)
			return;
}

/* All are busy and no more may be: who reads the log should know what to do. */
static void
tell_full(struct service *s, const struct pool_rule *rule, unsigned long long now_ms)
{
	unsigned long long n = service_count_waiting(s);
	bool               is_known = n < WAITING_UNKNOWN;
	char               text[32] = "";

	if (!pool_tells_full(&s->full, is_known ? n : 1, service_count_served(s), now_ms))
		return;
	if (is_known)
		snprintf(text, sizeof text, "%llu ", n);
	log_warning("%s: full: %d of %d workers are busy, %sclient%s; raise workers.max",
	    s->name, rule->max, rule->max, text, n == 1 ? " waits" : "s wait");
}

static int
count_idle(void *service)
{
	struct pool_count count;

	service_count(service, &count);
	return count.idle;
}

/* When shall workers tell us that they are busy? */
static void
watch(struct service *s, const struct pool_rule *rule, const struct pool_count *count,
    unsigned long long now_ms)
{
	bool is_full = count->starting + count->idle + count->busy >= rule->max;
	int  low = is_full || rule->spare == 0 ? 1 : rule->spare;

	/* They have told; what comes of it is seen when those that start are ready. */
	if (count->starting > 0 || count->idle < low) {
		low = 0;
		look_again(s, now_ms + POOL_LOOK_MS);
	} else if (now_ms < s->watch_at_ms) {
		low = 0;
		look_again(s, s->watch_at_ms);
	}
	orders_watch(&s->board->orders, low, count_idle, s);
	s->watch_at_ms = now_ms + WATCH_MS;
}

static void
fill_dynamic(struct master *m, struct service *s, const struct pool_rule *rule,
    const struct pool_count *count, int missing, unsigned long long now_ms)
{
	int staying = count->starting + count->idle + count->busy;
	int floor = rule->spare > rule->min ? rule->spare : rule->min;

	if (missing > 0 && now_ms >= s->retry_at_ms)
		missing = pool_grow(
		    &s->growth, missing, count->starting, rule->max - staying, now_ms);
	if (missing > 0)
		grow(m, s, missing, now_ms);
	else if (rule->together)
		shrink(s, -missing, true);
	else if (staying > rule->max)
		shrink(s, staying - rule->max, false);
	else
		shrink(s, pool_shrink(&s->calm, -missing, now_ms), true);
	if (staying > floor)
		look_again(s, now_ms + POOL_LOOK_MS);
}

static void
fill(struct master *m, struct service *s)
{
	unsigned long long now_ms = clock_ms();
	struct pool_rule   rule;
	struct pool_count  count;
	int                staying, missing;

	if (!s->look && now_ms < s->look_at_ms && !s->client_waits)
		return;
	s->look = false;
	s->look_at_ms = CLOCK_NEVER_MS;
	service_rule(s, &rule);
	service_count(s, &count);
	note_worn(s, count.starting + count.idle + count.busy, now_ms);
	service_count(s, &count);
	staying = count.starting + count.idle + count.busy;
	count.client_waits = s->client_waits;
	s->client_waits = s->watched = false;
	missing = pool_missing(&rule, &count);
	if (rule.min < rule.max)
		fill_dynamic(m, s, &rule, &count, missing, now_ms);
	else if (missing > 0)
		grow(m, s, missing, now_ms);
	else
		shrink(s, -missing, false);
	if (missing <= 0 && count.starting == 0)
		retire_worn(s);
	if (count.idle == 0 && count.starting == 0 && staying >= rule.max &&
	    !s->takes_listeners) /* else nobody knows how many they serve */
		tell_full(s, &rule, now_ms);
	else
		s->full.since_ms = 0;
	service_count(s, &count);
	watch(s, &rule, &count, now_ms);
	s->watched = rule.spare == 0 && count.idle == 0 && count.starting == 0 &&
	    staying < rule.max && now_ms >= s->retry_at_ms;
}

void
fill_pools(struct master *m)
{
	for (struct service *s = m->services; s != NULL; s = s->next)
		fill(m, s);
}

void
fill_resize(struct master *m, int by)
{
	struct pool_rule rule;
	int              before;

	for (struct service *s = m->services; s != NULL; s = s->next) {
		service_wanted(s, &rule);
		if (rule.min < rule.max || (s->takes_listeners && !s->keeps_programs))
			continue;
		before = rule.max;
		s->extra += by;
		service_wanted(s, &rule);
		if (rule.max == before)
			s->extra -= by; /* at one or at the most already */
		s->look = true;
		log_notice("%s: the pool is to have %d worker%s", s->name, rule.max,
		    rule.max == 1 ? "" : "s");
	}
}
