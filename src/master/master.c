/* SPDX-License-Identifier: MIT */
/* master.c - the master's loop: signals, deaths, pools, deadlines; it never waits for anybody */
#include "master/master.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/io.h"
#include "common/log.h"
#include "common/proctitle.h"
#include "common/scoreboard.h"
#include "common/xalloc.h"
#include "config/settings.h"
#include "master/daemon.h"
#include "master/fill.h"
#include "master/generation.h"
#include "master/hang.h"
#include "master/last_call.h"
#include "master/notify.h"
#include "master/pool.h"
#include "master/report.h"
#include "master/service.h"
#include "master/signals.h"
#include "master/spawn.h"
#include "master/stop.h"
#include "master/strays.h"

/* After a failure that is the machine's, such as a fork without memory. */
#define RETRY_MS 1000

/* Who breaks things again and again shall not keep us busy with mending. */
#define MEND_MS 10000

void
master_let_leave(struct master *m, struct service *s)
{
	service_leave(s, clock_ms());
	s->next = m->leaving;
	m->leaving = s;
}

void
master_let_all_leave(struct master *m, struct service **list)
{
	struct service *s;

	while ((s = *list) != NULL) {
		*list = s->next;
		master_let_leave(m, s);
	}
}

static struct service *
find_by_pid(struct service *s, pid_t pid)
{
	while (s != NULL && service_find_process(s, pid) == NULL)
		s = s->next;
	return s;
}

static int
exit_status_of(int wait_status)
{
	int status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : EX_OSERR;

	return status >= EX__BASE && status <= EX__MAX ? status : EX_OSERR;
}

/* Whose it was; strays, and children of others, which we have as process 1, are nobody's. */
static void
bury(struct master *m, pid_t pid, int wait_status)
{
	struct service *s = find_by_pid(m->reload.services, pid);

	strays_note_end(pid);
	if (pid == m->reload.trial.pid)
		m->reload.trial.pid = 0;
	if (pid == m->reload.old_logger.pid)
		m->reload.old_logger.pid = 0;
	if (pid == m->logger.pid) {
		m->logger.pid = 0;
		m->logger_retry_at_ms = clock_ms() + RETRY_MS;
		return;
	}
	if (s != NULL) {
		m->reload.failed = true;
		m->reload.status = exit_status_of(wait_status);
	} else if ((s = find_by_pid(m->services, pid)) == NULL &&
	    (s = find_by_pid(m->closing, pid)) == NULL &&
	    (s = find_by_pid(m->leaving, pid)) == NULL) {
		return;
	}
	/* All generations share the listeners. */
	service_mend(service_find(m->services, s->name));
	spawn_note_death(s, pid, wait_status);
}

static void
reap(struct master *m)
{
	pid_t pid;
	int   wait_status;

	while ((pid = waitpid(-1, &wait_status, WNOHANG)) > 0)
		bury(m, pid, wait_status);
	strays_end(m);
}

static void
read_news(struct master *m)
{
	char news[4096];

	/* What it says does not matter; a worker that floods it wins nothing. */
	(void)!read(m->news_fds[0], news, sizeof news);
	for (struct service *s = m->services; s != NULL; s = s->next) {
		service_note_ready(s);
		if (service_note_leaving(s))
			service_let_look_again(s);
	}
	for (struct service *s = m->leaving; s != NULL; s = s->next) {
		const struct service *next = service_find(m->services, s->name);

		if (service_note_leaving(s) && next != NULL)
			service_let_look_again(next);
	}
	for (struct service *s = m->reload.services; s != NULL; s = s->next)
		service_note_ready(s);
}

static void
act_on_signals(struct master *m)
{
	if (want_reap) {
		want_reap = 0;
		reap(m);
	}
	if (want_stop || want_drain > 1 || (want_drain && m->stopping)) {
		want_stop = want_drain = 0;
		stop_at_once(m);
	} else if (want_drain) {
		want_drain = 0;
		stop_begin(m);
	}
	if (want_state) {
		want_state = 0;
		report_state(m);
	}
	if (want_more != want_fewer && !m->stopping) {
		fill_resize(m, want_more - want_fewer);
	}
	want_more = want_fewer = 0;
	/* One at a time: what was asked for meanwhile comes next. */
	if (want_reload && m->reload.phase == RELOAD_NONE && !m->stopping) {
		want_reload = 0;
		reload_begin(m);
	}
}

static void
replace_logger(struct master *m)
{
	if (m->logger.pid != 0 || m->logger.write_fd == -1 ||
	    clock_ms() < m->logger_retry_at_ms)
		return;
	m->logger_retry_at_ms = clock_ms() + RETRY_MS;
	if (logger_start(&m->logger) == 0)
		log_warning("the logger had ended; a new one took its place");
}

/* The leaving: kill who overstays, forget who is gone. */
static void
see_off(struct master *m)
{
	struct service **where = &m->leaving, *s;

	while ((s = *where) != NULL) {
		if (s->n_alive == 0) {
			*where = s->next;
			service_destroy(s);
			continue;
		}
		if (clock_ms() >= s->kill_at_ms) {
			log_warning(
			    "%s: %d workers outlived timeouts.drain, killing them",
			    s->name, s->n_alive);
			service_kill(s);
		}
		where = &s->next;
	}
}

static unsigned long long
earlier(unsigned long long a, unsigned long long b)
{
	return a < b ? a : b;
}

static bool
may_mend(const struct master *m)
{
	return m->config != NULL && m->reload.phase == RELOAD_NONE && !m->stopping &&
	    clock_ms() >= m->logger_mend_at_ms;
}

/* A worker can shut down the log's socket, which all share: then nobody is heard. */
static void
mend_logger(struct master *m)
{
	struct pollfd p = { .fd = m->logger.read_fd, .events = POLLRDHUP };

	if (!may_mend(m) || poll(&p, 1, 0) != 1)
		return;
	m->logger_mend_at_ms = clock_ms() + MEND_MS;
	reload_replace_all(m, "one of them had shut down the socket to the logger");
}

/* When something is due though no signal and no news may come. */
static unsigned long long
next_deadline_ms(const struct master *m)
{
	unsigned long long at = reload_look_again_ms(m);

	/* Asked for while another one was under way, which is over: no news may come. */
	if (want_reload && m->reload.phase == RELOAD_NONE && !m->stopping)
		return 0;
	if (m->logger_mend_at_ms > clock_ms())
		at = earlier(at, m->logger_mend_at_ms);
	at = earlier(at, last_call_look_again_ms(m));
	at = earlier(at, generation_poke_again_ms(m));
	at = earlier(at, hang_look_again_ms(m));
	if (m->logger.pid == 0 && !m->stopping)
		at = earlier(at, m->logger_retry_at_ms);
	for (const struct service *s = m->services; s != NULL; s = s->next)
		at = earlier(at, s->look ? 0 : s->look_at_ms);
	for (const struct service *s = m->leaving; s != NULL; s = s->next)
		at = earlier(at, s->kill_at_ms);
	return at;
}

/* What the master waits for beside the clients of a service without a free worker. */
enum { NEWS, TRIAL, LOGGER };

/* The listeners of the services that are watched; how many. */
static nfds_t
watch_listeners(const struct master *m, struct pollfd *p)
{
	nfds_t n = 0;

	for (const struct service *s = m->services; s != NULL; s = s->next)
		for (int i = 0; s->watched && i < s->n_listeners; i++)
			p[n++] = (struct pollfd){ s->listener_fds[i], POLLIN, 0 };
	return n;
}

static void
note_clients(struct master *m, const struct pollfd *p)
{
	for (struct service *s = m->services; s != NULL; s = s->next)
		for (int i = 0; s->watched && i < s->n_listeners; i++)
			s->client_waits |= p++->revents != 0;
}

/* Signals get in only here. */
static void
wait_for_news(struct master *m)
{
	struct pollfd  *p = m->polls;
	nfds_t          n = watch_listeners(m, p + MASTER_POLLS);
	int             ms = clock_poll_ms(clock_ms(), next_deadline_ms(m));
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	/* -1 is passed over; of the logger's only the end is of interest. */
	p[NEWS] = (struct pollfd){ m->news_fds[0], POLLIN, 0 };
	p[TRIAL] = (struct pollfd){ m->reload.trial.fd, POLLIN, 0 };
	p[LOGGER] = (struct pollfd){ may_mend(m) ? m->logger.read_fd : -1, POLLRDHUP, 0 };
	if (ppoll(p, MASTER_POLLS + n, ms == -1 ? NULL : &ts, &m->waiting) <= 0)
		return;
	if (p[NEWS].revents != 0)
		read_news(m);
	note_clients(m, p + MASTER_POLLS);
}

static void
loop(struct master *m)
{
	for (;;) {
		act_on_signals(m);
		reload_check(m);
		generation_poke(m);
		last_call_check(m);
		see_off(m);
		if (m->stopping && m->services == NULL && m->closing == NULL &&
		    m->leaving == NULL) {
			strays_finish(m);
			return;
		}
		mend_logger(m);
		if (!m->stopping) {
			fill_pools(m); /* pool.c decides, spawn.c acts */
			replace_logger(m);
		}
		hang_check(m);
		wait_for_news(m);
	}
}

static int
open_pidfile(struct master *m, const struct config *config)
{
	size_t row = (size_t)(setting_find(config_rows, "pid_file") - config_rows);
	bool   is_set = config->origins[row].file != NULL;

	/* In the foreground somebody else keeps track of us. */
	if (config->pid_file[0] == '\0' || (m->foreground && !is_set) ||
	    (notify_wanted() && !is_set))
		return 0;
	return pidfile_open(&m->pidfile, config->pid_file);
}

/* What there is one of; 0 or a sysexits(3) code. */
static int
master_init(struct master *m, const struct config *config)
{
	int status;

	log_set_level(config->log.level);
	signals_init(&m->waiting);
	m->pid = getpid();
	strays_init();
	m->started_ms = clock_ms();
	m->polls = xcalloc(MASTER_POLLS, sizeof *m->polls);
	m->logger.read_fd = m->logger.write_fd = m->reload.trial.fd = -1;
	status = open_pidfile(m, config);
	if (status != 0)
		return status;
	if (io_pipe(m->news_fds, true) != 0 ||
	    logger_open(&m->logger, config, m->foreground) != 0) {
		log_error("cannot start: %m");
		return EX_OSERR;
	}
	log_set_socket(m->logger.write_fd, m->logger.counts);
	log_set_echo(!m->foreground);
	proctitle_set("master %s", m->file);
	return 0;
}

/* The last lines are on their way to the logger: it ends when it has them all. */
static void
wait_for_logger(struct master *m)
{
	static const struct timespec moment = { 0, 10 * 1000000L };

	log_set_socket(-1, NULL);
	logger_close(&m->logger);
	for (int i = 0; i < 200 && m->logger.pid != 0; i++) {
		if (waitpid(m->logger.pid, NULL, WNOHANG) != 0)
			return;
		nanosleep(&moment, NULL);
	}
}

int
master_run(const char *file, struct config *config, bool foreground)
{
	struct master m = { .file = file, .foreground = foreground };

	m.status = master_init(&m, config);
	if (m.status == 0) {
		reload_begin_with(&m, config);
		loop(&m);
		if (m.status == 0)
			log_notice("stopped");
		settings_destroy(m.config);
	} else {
		settings_destroy(config);
	}
	free(m.polls);
	pidfile_close(&m.pidfile);
	wait_for_logger(&m);
	daemon_ready(m.status);
	return m.status;
}
