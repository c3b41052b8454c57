/* SPDX-License-Identifier: MIT */
/* service.c - a service as it runs: its workers, listeners and lifeline */
#include "master/service.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "common/census.h"
#include "common/clock.h"
#include "common/io.h"
#include "common/scoreboard.h"
#include "common/xalloc.h"
#include "config/settings.h"
#include "config/workers.h"
#include "master/listener.h"

/* What it shares with its workers. -1 with errno. */
static int
open_shared(
    struct service *s, const struct service_conf *conf, const struct service *older)
{
	if (io_pipe(s->lifeline_fds, false) != 0)
		return -1;
	if (io_pipe(s->gate_fds, false) != 0)
		goto fail_lifeline;
	s->board = scoreboard_create();
	if (s->board == NULL)
		goto fail_gate;
	s->slots = s->board->slots;
	if (service_open_memory(s, conf, older) != 0)
		goto fail_board;
	return 0;

fail_board:
	scoreboard_destroy(s->board);
fail_gate:
	service_open_gate(s);
fail_lifeline:
	io_close(&s->lifeline_fds[0]);
	io_close(&s->lifeline_fds[1]);
	return -1;
}

struct service *
service_create(struct service_conf *conf, struct listener **listeners, int n,
    const struct service *older)
{
	struct service *s = xcalloc(1, sizeof *s);

	if (open_shared(s, conf, older) != 0) {
		free(s);
		return NULL;
	}
	s->name = xstrdup(conf->name);
	s->conf = conf;
	s->connections_most = (int)conf->workers.connections;
	s->keeps_programs = workers_keep(conf) == SOCKD_KEEPS_EACH;
	s->takes_listeners = workers_keep(conf) != SOCKD_KEEPS_NONE;
	s->end_ms = s->look_at_ms = s->hang_look_ms = CLOCK_NEVER_MS;
	s->look = true;
	s->processes = xcalloc(SCOREBOARD_SLOTS, sizeof *s->processes);
	s->listeners = xcalloc((size_t)n, sizeof *s->listeners);
	s->listener_fds = xcalloc((size_t)n, sizeof *s->listener_fds);
	s->are_datagram = xcalloc((size_t)n, sizeof *s->are_datagram);
	s->pass_waits_on = xcalloc((size_t)n, sizeof *s->pass_waits_on);
	s->n_listeners = n;
	for (int i = 0; i < n; i++) {
		s->listeners[i] = listeners[i];
		s->listener_fds[i] = listeners[i]->fd;
		s->are_datagram[i] = listener_is_datagram(listeners[i]);
		s->pass_waits_on[i] = listener_passes_waits_on(listeners[i]);
	}
	return s;
}

void
service_destroy(struct service *s)
{
	if (s == NULL)
		return;
	service_open_gate(s);
	io_close(&s->lifeline_fds[0]);
	io_close(&s->lifeline_fds[1]);
	scoreboard_destroy(s->board);
	service_close_memory(s);
	free(s->processes);
	free(s->listeners);
	free(s->listener_fds);
	free(s->are_datagram);
	free(s->pass_waits_on);
	free(s->name);
	free(s);
}

void
service_wanted(const struct service *s, struct pool_rule *rule)
{
	rule->min = workers_min(s->conf);
	rule->max = workers_max(s->conf);
	rule->spare = workers_spare(s->conf);
	rule->together = workers_stop_together(s->conf);
	if (rule->min == rule->max)
		pool_resize(rule, s->extra, SCOREBOARD_SLOTS);
}

void
service_rule(const struct service *s, struct pool_rule *rule)
{
	service_wanted(s, rule);
	if (!s->replaces)
		return;
	/* New ones prove themselves, whether somebody needs them or not. */
	rule->together = false;
	rule->min = rule->max;
	pool_bound(rule, s->most);
}

int
service_n_first(const struct service *s)
{
	static const struct pool_count none;
	struct pool_rule               rule;

	service_rule(s, &rule);
	return s->replaces ? rule.max : pool_missing(&rule, &none);
}

int
service_free_slot(const struct service *s)
{
	for (int i = 0; i < SCOREBOARD_SLOTS; i++)
		if (s->processes[i].pid == 0)
			return i;
	return -1;
}

struct process *
service_find_process(struct service *s, pid_t pid)
{
	for (int i = 0; i < s->n_slots; i++)
		if (s->processes[i].pid == pid)
			return &s->processes[i];
	return NULL;
}

struct service *
service_find(struct service *list, const char *name)
{
	while (list != NULL && strcmp(list->name, name) != 0)
		list = list->next;
	return list;
}

void
service_set_n_slots(struct service *s, int n)
{
	s->n_slots = n;
	atomic_store(&s->board->orders.n_slots, n);
}

void
service_open_gate(struct service *s)
{
	io_close(&s->gate_fds[0]);
	io_close(&s->gate_fds[1]);
}

void
service_mend(struct service *s)
{
	const struct listen_conf *l = s != NULL ? s->conf->listens : NULL;

	for (int i = 0; l != NULL; l = l->next)
		for (int j = 0; j < l->n_addresses; j++)
			listener_mend(s->listeners[i++], s->name, l);
}

void
service_note_ready(struct service *s)
{
	for (int i = 0; i < s->n_slots; i++) {
		struct process *p = &s->processes[i];

		if (p->pid != 0 && !p->ready &&
		    atomic_load(&s->slots[i].state) != SLOT_STARTING)
			p->ready = s->look = true;
		if (p->pid != 0 && !p->worn && atomic_load(&s->slots[i].worn))
			s->look = true;
	}
	if (atomic_load(&s->board->orders.told))
		s->look = true;
}

bool
service_has_stopped_accepting(const struct service *s)
{
	for (int i = 0; i < s->n_slots; i++)
		if (s->processes[i].pid != 0 && s->processes[i].told &&
		    !atomic_load(&s->slots[i].leaving))
			return false;
	return true;
}

/* The pid is that of a child that we have not reaped, so it is nobody else's. */
static int
signal_process(const struct process *p, int signal_number)
{
	return kill(p->pid, signal_number);
}

int
service_retire(struct service *s, int slot)
{
	if (signal_process(&s->processes[slot], SIGUSR1) != 0)
		return -1;
	s->processes[slot].told = true;
	s->processes[slot].told_ms = clock_ms();
	return 0;
}

void
service_forget_settings(struct service *s)
{
	s->drain_ms = s->conf->timeouts.drain;
	s->hang_ms = workers_hang_ms(s->conf);
	s->grace_ms = SERVICE_KILL_GRACE_MS + workers_grace_ms(s->conf);
	s->conf = NULL;
}

void
service_set_end(struct service *s, unsigned long long now_ms)
{
	if (s->conf != NULL)
		service_forget_settings(s);
	s->end_ms = clock_deadline_ms(now_ms, s->drain_ms);
	s->has_end = true;
	atomic_store(&s->board->orders.end_ms, s->end_ms);
}

void
service_leave(struct service *s, unsigned long long now_ms)
{
	if (!s->has_end)
		service_set_end(s, now_ms);
	s->kill_at_ms =
	    s->end_ms < CLOCK_NEVER_MS ? s->end_ms + s->grace_ms : CLOCK_NEVER_MS;
	io_close(&s->lifeline_fds[1]);
	for (int i = 0; i < s->n_slots; i++)
		if (s->processes[i].pid != 0) {
			(void)signal_process(&s->processes[i], SIGTERM);
			s->processes[i].told = true; /* by the lifeline too */
		}
}

const struct listener *
service_lost_listener(const struct service *s)
{
	for (int i = 0; i < s->n_listeners; i++)
		if (s->listeners[i]->lost)
			return s->listeners[i];
	return NULL;
}

void
service_kill(struct service *s)
{
	s->kill_at_ms = CLOCK_NEVER_MS;
	s->killed = true;
	for (int i = 0; i < s->n_slots; i++)
		if (s->processes[i].pid != 0)
			(void)signal_process(&s->processes[i], SIGKILL);
}

void
service_poke(const struct service *s)
{
	for (int i = 0; i < s->n_slots; i++)
		if (s->processes[i].ready && !s->processes[i].told)
			(void)kill(s->processes[i].pid, SIGALRM);
}

/* Who was woken for a client, alone, and died without it, leaves it to the others. */
void
service_let_look_again(const struct service *s)
{
	if (s->connections_most > 1)
		service_poke(s);
}

bool
service_note_leaving(struct service *s)
{
	bool any = false;

	for (int i = 0; i < s->n_slots; i++) {
		struct process *p = &s->processes[i];

		if (p->pid == 0 || !p->told || p->accepts_none ||
		    !atomic_load(&s->slots[i].leaving))
			continue;
		any = p->accepts_none = true;
	}
	return any;
}

void
service_bury(struct service *s, struct process *p)
{
	struct slot *slot = &s->slots[p - s->processes];

	s->served += atomic_load(&slot->served);
	s->in += atomic_load(&slot->in);
	s->out += atomic_load(&slot->out);
	s->dropped += atomic_load(&slot->dropped);
	s->refused += atomic_load(&slot->refused);
	if (s->census != NULL)
		census_bury(s->census, p->pid);
	memset(p, 0, sizeof *p);
	slot_free(slot);
	while (s->n_slots > 0 && s->processes[s->n_slots - 1].pid == 0)
		service_set_n_slots(s, s->n_slots - 1);
	s->n_alive--;
	s->look = true;
	service_let_look_again(s);
}
