/* SPDX-License-Identifier: MIT */
/* check_service.c - tests service.c */
#include "master/service.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "common/clock.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "master/listener.h"
#include "unit.h"

static struct service_conf *conf;

static struct service *
service(void)
{
	static struct listener tcp = { .type = SOCK_STREAM, .fd = 70 },
			       udp = {
				       .type = SOCK_DGRAM, .fd = 71, .is_datagram = true
			       };
	struct listener *listeners[] = { &tcp, &udp };
	struct service  *s;

	conf = service_conf_create("test");
	conf->workers.min = conf->workers.max = 4;
	s = service_create(conf, listeners, 2, NULL);
	ck_assert_ptr_nonnull(s);
	return s;
}

static void
finish(struct service *s)
{
	service_destroy(s);
	service_conf_destroy(conf);
}

/* A worker that does nothing but wait for a signal. */
static void
start(struct service *s, int slot)
{
	pid_t pid;

	signal(SIGTERM, SIG_DFL); /* check has its own use for it */
	pid = fork();
	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		close(s->lifeline_fds[1]);
		for (;;)
			pause();
	}
	s->processes[slot].pid = pid;
	if (slot >= s->n_slots)
		s->n_slots = slot + 1;
	s->n_alive++;
}

static int
signal_that_ended(const struct service *s, int slot)
{
	int status;

	ck_assert_int_eq(
	    waitpid(s->processes[slot].pid, &status, 0), s->processes[slot].pid);
	ck_assert(WIFSIGNALED(status));
	return WTERMSIG(status);
}

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) != -1;
}

START_TEST(takes_what_it_is_given)
{
	struct service *s = service();
	int             lifeline_fd = s->lifeline_fds[0], gate_fd = s->gate_fds[0];

	ck_assert_str_eq(s->name, "test");
	ck_assert_int_eq(s->n_listeners, 2);
	ck_assert_int_eq(s->listener_fds[0], 70);
	ck_assert_int_eq(s->listener_fds[1], 71);
	ck_assert(!s->are_datagram[0]);
	ck_assert(s->are_datagram[1]);
	ck_assert(fcntl(lifeline_fd, F_GETFD) & FD_CLOEXEC);
	ck_assert(is_open(gate_fd));
	finish(s);
	ck_assert(!is_open(lifeline_fd));
	ck_assert(!is_open(gate_fd));
	service_destroy(NULL);
}
END_TEST

/* With no descriptor left, for each of those it needs; none stays open. */
START_TEST(fails_without_descriptors)
{
	struct rlimit limit;
	int           fd = dup(0);

	close(fd);
	getrlimit(RLIMIT_NOFILE, &limit);
	conf = service_conf_create("test");
	limit.rlim_cur = (rlim_t)(fd + _i);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_ptr_null(service_create(conf, NULL, 0, NULL));
	ck_assert_int_eq(errno, EMFILE);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	ck_assert_int_eq(dup(0), fd);
	close(fd);
	service_conf_destroy(conf);
}
END_TEST

START_TEST(knows_how_many_it_wants)
{
	struct service  *s = service();
	struct pool_rule rule;

	ck_assert_int_eq(service_n_first(s), 4);
	s->extra = 3;
	ck_assert_int_eq(service_n_first(s), 7);
	s->extra = -100;
	ck_assert_int_eq(service_n_first(s), 1);
	s->extra = 5000;
	ck_assert_int_eq(service_n_first(s), SCOREBOARD_SLOTS);
	conf->workers.max = 9;
	conf->workers.spare = 6;
	ck_assert_int_eq(service_n_first(s), 6);
	service_rule(s, &rule);
	ck_assert_int_eq(rule.min, 4);
	ck_assert_int_eq(rule.max, 9);
	finish(s);
}
END_TEST

/* Those that stay, by what they do; a worker may write any state. */
START_TEST(counts_what_they_do)
{
	struct service   *s = service();
	struct pool_count count;

	s->n_slots = 9;
	for (int i = 0; i < 8; i++) {
		s->processes[i].pid = 1000000 + i;
		s->processes[i].ready = i > 0;
		s->slots[i].state = i == 5 ? 4711 : i < 3 ? SLOT_BUSY : SLOT_IDLE;
	}
	s->processes[6].told = s->processes[7].worn = true;
	service_count(s, &count);
	ck_assert_int_eq(count.starting, 1);
	ck_assert_int_eq(count.busy, 2);
	ck_assert_int_eq(count.idle, 3);
	finish(s);
}
END_TEST

/* No process is started: these numbers are not signalled. */
START_TEST(counts_its_workers)
{
	struct service *s = service();

	ck_assert_int_eq(service_free_slot(s), 0);
	s->n_slots = SCOREBOARD_SLOTS;
	for (int i = 0; i < SCOREBOARD_SLOTS; i++)
		s->processes[i].pid = 1000000 + i;
	ck_assert_int_eq(service_free_slot(s), -1);
	s->processes[SCOREBOARD_SLOTS - 1].pid = 0;
	ck_assert_int_eq(service_free_slot(s), SCOREBOARD_SLOTS - 1);
	s->processes[7].pid = 0;
	ck_assert_int_eq(service_free_slot(s), 7);
	ck_assert_int_eq(service_n_ready(s), 0);
	ck_assert_int_eq(service_n_staying(s), SCOREBOARD_SLOTS - 2);
	s->processes[5].told = true;
	ck_assert_int_eq(service_n_staying(s), SCOREBOARD_SLOTS - 3);
	ck_assert_ptr_eq(service_find_process(s, 1000005), &s->processes[5]);
	ck_assert_ptr_null(service_find_process(s, 1000007));
	finish(s);
}
END_TEST

/* Whatever stands in a slot but "starting" is ready, and only where a worker is. */
START_TEST(notes_who_is_ready)
{
	static const int states[] = { SLOT_STARTING, SLOT_IDLE, SLOT_BUSY, 77, -1 };
	struct service  *s = service();

	s->n_slots = 11;
	for (size_t i = 0; i < COUNT(states); i++) {
		s->processes[i].pid = 1000000 + (pid_t)i;
		s->slots[i].state = states[i];
	}
	s->slots[10].state = SLOT_IDLE;
	service_note_ready(s);
	ck_assert_int_eq(service_n_ready(s), 4);
	ck_assert(!s->processes[0].ready);
	ck_assert(!s->processes[10].ready);
	s->slots[1].state = SLOT_STARTING;
	service_note_ready(s);
	ck_assert(s->processes[1].ready);
	finish(s);
}
END_TEST

START_TEST(knows_when_all_have_stopped_accepting)
{
	struct service *s = service();

	ck_assert(service_has_stopped_accepting(s));
	s->n_slots = 3;
	s->processes[1].pid = 1000001;
	s->processes[2].pid = 1000002;
	ck_assert(service_has_stopped_accepting(s));
	s->processes[1].told = s->processes[2].told = true;
	s->slots[1].leaving = true;
	ck_assert(!service_has_stopped_accepting(s));
	s->slots[2].leaving = true;
	ck_assert(service_has_stopped_accepting(s));
	finish(s);
}
END_TEST

START_TEST(opens_the_gate)
{
	struct service *s = service();
	struct pollfd   p = { .fd = dup(s->gate_fds[0]), .events = POLLIN };

	ck_assert_int_eq(poll(&p, 1, 0), 0);
	service_open_gate(s);
	ck_assert_int_eq(poll(&p, 1, 0), 1);
	ck_assert_int_eq(s->gate_fds[0], -1);
	ck_assert_int_eq(s->gate_fds[1], -1);
	service_open_gate(s);
	close(p.fd);
	finish(s);
}
END_TEST

START_TEST(retires_one)
{
	struct service *s = service();

	start(s, 0);
	start(s, 9);
	ck_assert_int_eq(service_retire(s, 9), 0);
	ck_assert(s->processes[9].told);
	ck_assert(!s->processes[0].told);
	ck_assert_int_eq(signal_that_ended(s, 9), SIGUSR1);
	ck_assert_int_eq(kill(s->processes[0].pid, 0), 0);
	service_kill(s);
	ck_assert_int_eq(signal_that_ended(s, 0), SIGKILL);
	finish(s);
}
END_TEST

static const struct {
	long long          drain;
	unsigned long long kill_at;
} drains[] = { { 0, CLOCK_NEVER_MS }, { 1, 5000 + 1 + 1000 },
	{ 30000, 5000 + 30000 + 1000 } };

START_TEST(leaves)
{
	struct service *s = service();
	struct pollfd   p = { .fd = s->lifeline_fds[0] };

	conf->timeouts.drain = drains[_i].drain;
	start(s, 3);
	ck_assert_int_eq(poll(&p, 1, 0), 0);
	service_leave(s, 5000);
	ck_assert_uint_eq(s->kill_at_ms, drains[_i].kill_at);
	ck_assert_ptr_null(s->conf);
	ck_assert_int_eq(service_n_staying(s), 0);
	ck_assert_int_eq(signal_that_ended(s, 3), SIGTERM);
	ck_assert_int_eq(poll(&p, 1, 0), 1);
	finish(s);
}
END_TEST

/* Two that were killed, with what they had counted; the slots are free again. */
START_TEST(buries)
{
	struct service *s = service();

	for (int i = 3; i < 5; i++) {
		start(s, i);
		slot_count(&s->slots[i], 10, 100);
		slot_count(&s->slots[i], 1, 2);
	}
	service_kill(s);
	ck_assert_uint_eq(s->kill_at_ms, CLOCK_NEVER_MS);
	for (int i = 3; i < 5; i++) {
		ck_assert_int_eq(signal_that_ended(s, i), SIGKILL);
		service_bury(s, &s->processes[i]);
	}
	ck_assert_uint_eq(s->served, 4);
	ck_assert_uint_eq(s->in, 22);
	ck_assert_uint_eq(s->out, 204);
	ck_assert_int_eq(s->n_alive, 0);
	ck_assert_int_eq(s->processes[3].pid, 0);
	ck_assert_int_eq(service_free_slot(s), 0);
	finish(s);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("service");

	TEST(s, takes_what_it_is_given);
	TESTS(s, fails_without_descriptors, 4);
	TEST(s, knows_how_many_it_wants);
	TEST(s, counts_what_they_do);
	TEST(s, counts_its_workers);
	TEST(s, notes_who_is_ready);
	TEST(s, knows_when_all_have_stopped_accepting);
	TEST(s, opens_the_gate);
	TEST(s, retires_one);
	TABLE(s, leaves, drains);
	TEST(s, buries);
	return unit_run(s);
}
