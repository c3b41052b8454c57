/* SPDX-License-Identifier: MIT */
/* spawn.c - start workers and take note of those that died; pool.c says how many */
#include "master/spawn.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/scoreboard.h"
#include "master/master.h"
#include "master/pool.h"
#include "master/service.h"
#include "worker/worker.h"

/* Of the shared memory a worker keeps its own service's alone. */
static void
forget_others(struct service *list, const struct service *mine)
{
	for (; list != NULL; list = list->next)
		if (list != mine) {
			scoreboard_destroy(list->board);
			service_close_memory(list);
		}
}

static void __attribute__((noreturn))
become_worker(struct master *m, struct service *s, int slot)
{
	const struct worker_job job = {
		.service = s->conf,
		.listener_fds = s->listener_fds,
		.are_datagram = s->are_datagram,
		.pass_waits_on = s->pass_waits_on,
		.n_listeners = s->n_listeners,
		.lifeline_fd = s->lifeline_fds[0],
		.gate_fd = s->gate_fds[0],
		.news_fd = m->news_fds[1],
		.slot = &s->slots[slot],
		.status = &s->board->statuses[slot],
		.slots = s->slots,
		.orders = &s->board->orders,
		.census = s->census,
		.shared = &s->shared,
		.master = m->pid,
		.is_daemon = !m->foreground,
	};

	forget_others(m->services, s);
	forget_others(m->closing, s);
	forget_others(m->leaving, s);
	forget_others(m->reload.services, s);
	worker_run(&job);
}

int
spawn_worker(struct master *m, struct service *s)
{
	int   slot = service_free_slot(s);
	pid_t pid;

	if (slot == -1) {
		errno = EAGAIN;
		return -1;
	}
	slot_clear(&s->slots[slot]);
	if (s->keeps_programs)
		slot_set_status(&s->board->statuses[slot], "");
	pid = fork();
	if (pid == 0)
		become_worker(m, s, slot);
	if (pid == -1)
		return -1;
	s->processes[slot] = (struct process){ .pid = pid, .started_ms = clock_ms() };
	if (slot >= s->n_slots)
		service_set_n_slots(s, slot + 1);
	s->n_alive++;
	return 0;
}

static void
print_end(int wait_status, char *text, size_t size)
{
	if (WIFSIGNALED(wait_status))
		snprintf(text, size, "was killed by signal %d (%s)%s",
		    WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)),
		    WCOREDUMP(wait_status) ? ", core dumped" : "");
	else
		snprintf(text, size, "exited with status %d", WEXITSTATUS(wait_status));
}

static void
wait_longer(struct service *s, const char *end, pid_t pid)
{
	unsigned chance = 0;

	/* Those that die together make one step. */
	if (clock_ms() < s->retry_at_ms) {
		log_debug(
		    "%s: worker %d %s before it served, too", s->name, (int)pid, end);
		return;
	}
	(void)!getrandom(&chance, sizeof chance, GRND_NONBLOCK);
	s->backoff_ms = pool_backoff_ms(s->backoff_ms, chance);
	s->retry_at_ms = clock_ms() + s->backoff_ms;
	log_warning("%s: worker %d %s before it served; the next one in %u ms", s->name,
	    (int)pid, end, s->backoff_ms);
}

/* Whatever they served: else one that lies would have us fork without end. */
static void
bound_deaths(struct service *s)
{
	unsigned long long now_ms = clock_ms();
	struct pool_rule   rule;

	service_rule(s, &rule);
	if (!pool_dies_fast(&s->second, rule.max, now_ms) ||
	    s->retry_at_ms >= s->second.end_ms)
		return;
	s->retry_at_ms = s->second.end_ms;
	log_error("%s: %d workers have died within a second; the next one in %llu ms",
	    s->name, s->second.n_deaths, s->retry_at_ms - now_ms);
}

void
spawn_note_death(struct service *s, pid_t pid, int wait_status)
{
	struct process   *p = service_find_process(s, pid);
	struct slot      *slot = &s->slots[p - s->processes];
	struct pool_death death = { .was_ready = p->ready,
		.served = atomic_load(&slot->served) +
		    (unsigned)service_connections(s, (int)(p - s->processes)),
		.age_ms = clock_ms() - p->started_ms };
	bool              told = p->told, leaving = told || s->conf == NULL, starting;
	char              end[96];

	starting = s->gate_fds[1] != -1;
	service_bury(s, p);
	if (told &&
	    (s->killed || (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0)))
		return;
	print_end(wait_status, end, sizeof end);
	if (leaving) {
		log_warning("%s: worker %d %s while leaving", s->name, (int)pid, end);
	} else if (starting) {
		log_warning(
		    "%s: worker %d %s before all were ready", s->name, (int)pid, end);
	} else if (pool_died_young(&death)) {
		wait_longer(s, end, pid);
	} else {
		s->backoff_ms = 0;
		log_warning(
		    "%s: worker %d %s after %llu served; a new one takes its place",
		    s->name, (int)pid, end, death.served);
	}
	if (!leaving)
		bound_deaths(s);
}
