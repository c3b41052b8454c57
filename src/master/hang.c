/* SPDX-License-Identifier: MIT */
/* hang.c - workers that neither wait nor come to an end */
#include "master/hang.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/address.h"
#include "common/clock.h"
#include "common/io.h"
#include "common/log.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "config/workers.h"
#include "master/master.h"
#include "master/service.h"

/* So often in the time that a worker may take; but not more often or more seldom than this. */
#define LOOKS         8
#define LOOK_LEAST_MS 20
#define LOOK_MOST_MS  5000

enum hang_verdict
hang_note(struct hang *h, unsigned turn, unsigned long long now_ms,
    unsigned long long most_ms, bool late)
{
	if (h->aborted_ms != 0)
		return now_ms >= h->aborted_ms + HANG_KILL_MS ? HANG_KILL : HANG_NO;
	if (turn != h->turn || !slot_turn_is_work(turn) || h->since_ms == 0 || late) {
		h->turn = turn;
		h->since_ms = now_ms;
		return HANG_NO;
	}
	if (now_ms < h->since_ms + most_ms)
		return HANG_NO;
	h->aborted_ms = now_ms;
	return HANG_ABORT;
}

static long long
most_ms(const struct service *s)
{
	return s->conf != NULL ? workers_hang_ms(s->conf) : s->hang_ms;
}

/* The first line of a file of the process, "?" if it cannot be read. */
static void
read_line(pid_t pid, const char *file, char *line, size_t size)
{
	char    path[64];
	ssize_t n = -1;
	int     fd;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
	fd = io_has_proc() ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd != -1) {
		n = read(fd, line, size - 1);
		close(fd);
	}
	if (n <= 0)
		n = snprintf(line, size, "?");
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
}

/* R, S, D, T, ... as proc(5) has it. */
static char
state_of(pid_t pid)
{
	char        line[512];
	const char *end;

	read_line(pid, "stat", line, sizeof line);
	end = strrchr(line, ')'); /* of the name, which may be anything */
	return end != NULL && end[1] == ' ' && end[2] != '\0' ? end[2] : '?';
}

static void
tell(const struct service *s, int i, unsigned long long ms)
{
	pid_t          pid = s->processes[i].pid;
	char           wchan[64], call[128], peer[ADDRESS_TEXT] = "?";
	struct address address;

	read_line(pid, "wchan", wchan, sizeof wchan);
	read_line(pid, "syscall", call, sizeof call);
	call[strcspn(call, " ")] = '\0'; /* its number, or "running" */
	if (slot_get_peer(&s->slots[i], &address))
		address_print(&address, peer, sizeof peer);
	log_error(
	    "%s: worker %d hangs: no sign of life for %llu.%llu s, peer=%s state=%c "
	    "wchan=%s syscall=%s; aborting it, see timeouts.hang",
	    s->name, (int)pid, ms / 1000, ms / 100 % 10, peer, state_of(pid), wchan,
	    call);
}

/* Its parent is told, and of a debugger's doing proc(5) tells. */
static bool
is_stopped(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };

	return (waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
		   info.si_pid == pid) ||
	    state_of(pid) == 't';
}

/* True if it has been aborted. */
static bool
look_at(struct service *s, int i, unsigned long long now_ms, bool late)
{
	struct process    *p = &s->processes[i];
	unsigned long long most = (unsigned long long)most_ms(s);
	unsigned long long since_ms = p->hang.since_ms;

	switch (hang_note(&p->hang, slot_turn(&s->slots[i]), now_ms, most, late)) {
	case HANG_NO:
		break;
	case HANG_ABORT:
		if (is_stopped(p->pid)) { /* by who looks into it, or wants it to pause */
			memset(&p->hang, 0, sizeof p->hang);
			break;
		}
		tell(s, i, now_ms - since_ms);
		(void)kill(p->pid, SIGABRT);
		break;
	case HANG_KILL:
		if (!p->hang.killed)
			log_error("%s: worker %d outlived SIGABRT, killing it", s->name,
			    (int)p->pid);
		p->hang.killed = true;
		(void)kill(p->pid, SIGKILL);
		p->hang.aborted_ms = now_ms; /* and again, rather than never */
		break;
	}
	return p->hang.aborted_ms != 0;
}

static unsigned long long
interval_ms(const struct service *s)
{
	long long ms = most_ms(s) / LOOKS;

	ms = ms < LOOK_LEAST_MS ? LOOK_LEAST_MS : ms > LOOK_MOST_MS ? LOOK_MOST_MS : ms;
	return (unsigned long long)ms;
}

/* A look that comes so late says that we were stopped, and so were they. */
static void
look_at_all(struct service *s, unsigned long long now_ms)
{
	unsigned long long ms = interval_ms(s);
	bool               late = now_ms > s->hang_look_ms + ms;

	for (int i = 0; i < s->n_slots; i++)
		if (s->processes[i].pid != 0 && look_at(s, i, now_ms, late) &&
		    ms > HANG_KILL_MS)
			ms = HANG_KILL_MS;
	s->hang_look_ms = now_ms + ms;
}

static void
check_list(struct service *list, unsigned long long now_ms)
{
	for (struct service *s = list; s != NULL; s = s->next) {
		if (most_ms(s) == 0 || s->n_alive == 0) {
			s->hang_look_ms = CLOCK_NEVER_MS;
			continue;
		}
		if (s->hang_look_ms == CLOCK_NEVER_MS)
			s->hang_look_ms = now_ms;
		if (now_ms >= s->hang_look_ms)
			look_at_all(s, now_ms);
	}
}

void
hang_check(struct master *m)
{
	unsigned long long now_ms = clock_ms();

	check_list(m->services, now_ms);
	check_list(m->closing, now_ms);
	check_list(m->leaving, now_ms);
}

unsigned long long
hang_look_again_ms(const struct master *m)
{
	const struct service *lists[] = { m->services, m->closing, m->leaving };
	unsigned long long    at_ms = CLOCK_NEVER_MS;

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		for (const struct service *s = lists[i]; s != NULL; s = s->next)
			if (s->hang_look_ms < at_ms)
				at_ms = s->hang_look_ms;
	return at_ms;
}
