/* SPDX-License-Identifier: MIT */
/* check_many.c - tests many.c: connections of one worker take turns */
#include "worker/many.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/wait.h>

#include "common/scoreboard.h"
#include "config/settings.h"
#include "sockd.h"
#include "unit.h"
#include "worker/admission.h"
#include "worker/board.h"
#include "worker/conn.h"
#include "worker/leave.h"
#include "worker/worker.h"

#define CLIENTS  3
#define QUESTION 1000

static struct slot        slots[SCOREBOARD_SLOTS];
static struct orders      orders;
static int                n_served, in_a_row, longest;
static struct sockd_conn *last;

/* Byte by byte, and all of them are there already: it never has to wait. */
static enum sockd_end
read_slowly(void *self, struct sockd_conn *conn)
{
	char byte;

	(void)self;
	while (sockd_read(conn, &byte, 1) == 1) {
		in_a_row = conn == last ? in_a_row + 1 : 1;
		last = conn;
		if (in_a_row > longest && n_served == 0)
			longest = in_a_row;
	}
	if (++n_served == CLIENTS)
		raise(SIGTERM);
	return SOCKD_DONE;
}

/* So much from a scratch that the others use too, to a client that takes it later. */
static enum sockd_end
write_slowly(void *self, struct sockd_conn *conn)
{
	static char next = 'a';
	char        c = next++;
	size_t      size;
	char       *scratch = sockd_scratch(conn, &size);

	(void)self;
	memset(scratch, c, size);
	for (int i = 0; i < 40; i++) {
		memset(scratch, c, size);
		if (sockd_write(conn, scratch, size) != 0)
			return SOCKD_ERROR;
	}
	if (++n_served == CLIENTS)
		raise(SIGTERM);
	return SOCKD_DONE;
}

static int
open_listener(struct sockaddr_in *in, int send_buffer)
{
	socklen_t size = sizeof *in;
	int       fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (send_buffer > 0)
		ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_buffer,
				     sizeof send_buffer),
		    0);
	*in = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	ck_assert_int_eq(bind(fd, (struct sockaddr *)in, sizeof *in), 0);
	ck_assert_int_eq(listen(fd, CLIENTS), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)in, &size), 0);
	return fd;
}

static int
connect_client(const struct sockaddr_in *in)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_eq(connect(fd, (const struct sockaddr *)in, sizeof *in), 0);
	return fd;
}

/* Serve CLIENTS that wait already, until the handler asks to leave. */
static void
run(enum sockd_end (*serve)(void *, struct sockd_conn *), int listener_fd)
{
	struct sockd_handler handler = { .name = "test", .serve = serve };
	struct service_conf *service = service_conf_create("test");
	bool                 no = false;
	int                  lifeline_fds[2], news_fds[2];
	struct worker_job    job = { .service = service,
		   .listener_fds = &listener_fd,
		   .are_datagram = &no,
		   .pass_waits_on = &no,
		   .n_listeners = 1,
		   .slot = slots,
		   .slots = slots,
		   .orders = &orders };
	struct board         board;
	struct admission     admission;

	service->handler = &handler;
	service->log_connections = false;
	ck_assert_int_eq(pipe(lifeline_fds), 0);
	ck_assert_int_eq(pipe(news_fds), 0);
	job.lifeline_fd = lifeline_fds[0];
	job.news_fd = news_fds[1];
	board_init(&board, slots, slots, &orders, news_fds[1], CLIENTS, 0);
	ck_assert_int_eq(leave_init(&listener_fd, 1, open("/dev/null", O_RDWR), slots,
			     &orders, news_fds[1], 10000),
	    0);
	admission_init(&admission, service, NULL, &board);
	many_run(&job, NULL, &board, &admission);
	ck_assert_int_eq(board.n, 0);
	ck_assert_int_eq(slots[0].served, CLIENTS);
	ck_assert(slots[0].leaving);
	service_conf_destroy(service);
}

START_TEST(one_that_never_waits_lets_others)
{
	struct sockaddr_in in;
	int                listener_fd = open_listener(&in, 0), fd;
	char               question[QUESTION] = "";

	for (int i = 0; i < CLIENTS; i++) {
		fd = connect_client(&in);
		ck_assert_int_eq(write(fd, question, sizeof question), QUESTION);
		shutdown(fd, SHUT_WR);
	}
	run(read_slowly, listener_fd);
	ck_assert_int_ge(longest, 2);
	ck_assert_int_le(longest, CONN_CALLS_MOST + 1);
}
END_TEST

/* What waits to be sent, or to go on, is not what others put into the scratch. */
START_TEST(scratch_is_kept)
{
	struct sockaddr_in in;
	int                listener_fd = open_listener(&in, _i), fds[CLIENTS], status = 0;
	char               got[4096], first;
	ssize_t            n;
	pid_t              pid;

	for (int i = 0; i < CLIENTS; i++)
		fds[i] = connect_client(&in);
	pid = fork();
	if (pid == 0) {
		for (int i = 0; i < CLIENTS; i++)
			close(fds[i]);
		run(write_slowly, listener_fd);
		_exit(0);
	}
	/* Those that come later fill the kernel's buffers, and have to wait. */
	for (int i = 0; i < CLIENTS; i++) {
		size_t all = 0;

		shutdown(fds[i], SHUT_WR);
		first = '\0';
		while ((n = read(fds[i], got, sizeof got)) > 0) {
			all += (size_t)n;
			if (first == '\0')
				first = got[0];
			for (ssize_t j = 0; j < n; j++)
				ck_assert_int_eq(got[j], first);
		}
		ck_assert_uint_eq(all, 40 * CONN_SCRATCH);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("many");

	TEST(suite, one_that_never_waits_lets_others);
	TESTS(suite, scratch_is_kept, 2);
	return unit_run(suite);
}
