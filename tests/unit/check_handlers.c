/* SPDX-License-Identifier: MIT */
/* check_handlers.c - tests each handler's serve and answer over real sockets */
#include "handler/handlers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "common/scoreboard.h"
#include "common/xalloc.h"
#include "config/settings.h"
#include "unit.h"
#include "worker/admission.h"
#include "worker/board.h"
#include "worker/conn.h"
#include "worker/datagram.h"

static struct service_conf *service;
static struct slot          slot;
static struct orders        orders;
static struct board         board = { &slot, &slot, &orders, -1, 0, 1, 1 };
static long long            rest_ms;
static struct admission     admission = { .board = &board };
static long long            rest_ms;
static void                *self;

/* A service of this handler; options are "name", "value" or NULL. */
static void
open_handler(const char *name, const char *const *options)
{
	const struct sockd_handler *h = handler_find(name);
	const struct setting       *row;
	char                        why[256] = "";

	ck_assert_ptr_nonnull(h);
	service = service_conf_create("test");
	admission.service = service;
	service->handler = h;
	if (h->settings != NULL) {
		service->options = xcalloc(1, h->options_size);
		setting_preset(h->settings, service->options);
	}
	for (; options != NULL && *options != NULL; options += 2) {
		row = setting_find(h->settings, options[0]);
		ck_assert_ptr_nonnull(row);
		ck_assert_msg(setting_parse(row, service->options,
				  strspn(options[1], "0123456789") == strlen(options[1]) ?
				      LITERAL_NUMBER :
				      strcmp(options[1], "true") == 0 ? LITERAL_BOOL :
									LITERAL_STRING,
				  options[1], "/", why, sizeof why) == 0,
		    "%s", why);
	}
	if (h->check != NULL)
		ck_assert_msg(
		    h->check(service->options, why, sizeof why) == 0, "%s", why);
	if (h->open != NULL)
		ck_assert_int_eq(h->open(service->options, &self), 0);
	unit_catch_log();
}

static void
close_handler(void)
{
	if (service->handler->close != NULL)
		service->handler->close(self);
	service_conf_destroy(service);
}

/* What a client that sends input and closes its side gets; and how it ended. */
static ssize_t
serve(const char *input, char *output, size_t size, enum sockd_end *end)
{
	struct sockd_conn conn = { .kernel_waits = false };
	int               fds[2], lifeline_fds[2];
	ssize_t           n;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(pipe(lifeline_fds), 0);
	ck_assert_int_eq(write(fds[1], input, strlen(input)), strlen(input));
	ck_assert_int_eq(shutdown(fds[1], SHUT_WR), 0);
	conn.fd = fds[0];
	conn.peer.storage.ss_family = AF_UNIX;
	conn_init(&conn, service, lifeline_fds[0], &board);
	*end = service->handler->serve(self, &conn);
	conn_finish(&conn, *end, &board);
	n = recv(fds[1], output, size, MSG_WAITALL);
	close(fds[1]);
	close(lifeline_fds[0]);
	close(lifeline_fds[1]);
	return n;
}

#define BINARY "a\n\xff\x01z"

static const struct {
	const char *handler, *options[8], *input, *output, *logged;
} exchanges[] = {
	{ "echo", { NULL }, "", "", NULL },
	{ "echo", { NULL }, BINARY, BINARY, NULL },
	{ "discard", { NULL }, "", "", NULL },
	{ "discard", { NULL }, BINARY, "", NULL },
	{ "reply", { "text", "test server", NULL }, "test client", "test server", NULL },
	{ "reply", { "text", "test server", NULL }, "", "test server", NULL },
	{ "reply", { "text", "test server", "read", "0", NULL }, "test client",
	    "test server", NULL },
	{ "reply", { "text", "x", "log_request", "true", NULL }, "test\nclient\x1b", "x",
	    "\"test\\nclient\\x1b\"" },
	{ "reply", { "text", "x", "log_request", "true", "read", "4", NULL },
	    "test client", "x", "\"test\"" },
	{ "reply", { "text", "x", "log_request", "true", "read", "0", NULL }, "test", "x",
	    NULL },
	{ "reply", { "text", "x", "log_request", "true", NULL }, "", "x", "\"\"" },
};

START_TEST(serves)
{
	char           output[256], expected[256];
	enum sockd_end end;
	ssize_t        n;

	open_handler(exchanges[_i].handler, exchanges[_i].options);
	n = serve(exchanges[_i].input, output, sizeof output - 1, &end);
	ck_assert_int_eq(n, strlen(exchanges[_i].output));
	ck_assert_int_eq(memcmp(output, exchanges[_i].output, (size_t)n), 0);
	ck_assert_int_eq(end, SOCKD_DONE);
	if (exchanges[_i].logged != NULL) {
		snprintf(expected, sizeof expected, "6test: received peer=unix:uid=%u %s",
		    (unsigned)getuid(), exchanges[_i].logged);
		ck_assert_str_eq(unit_log(), expected);
	}
	ck_assert_ptr_nonnull(strstr(unit_log(), "why=done"));
	ck_assert_str_eq(unit_log(), "");
	ck_assert_uint_eq(slot.out, strlen(exchanges[_i].output));
	close_handler();
}
END_TEST

/* A file's bytes as they were at load, NUL and all; also none. */
START_TEST(replies_with_a_file)
{
	const char       *path = unit_path("file"),
		   *const options[] = { "file", path, "read", "0", NULL };
	char              output[64];
	enum sockd_end    end;
	FILE             *f = fopen(path, "w");

	fwrite("a\0b", 1, _i == 0 ? 3 : 0, f);
	fclose(f);
	open_handler("reply", options);
	remove(path);
	ck_assert_int_eq(serve("", output, sizeof output, &end), _i == 0 ? 3 : 0);
	if (_i == 0)
		ck_assert_int_eq(memcmp(output, "a\0b", 3), 0);
	ck_assert_int_eq(end, SOCKD_DONE);
	close_handler();
}
END_TEST

/* More than any buffer holds, there and back, while this process reads as well. */
START_TEST(echoes_a_lot)
{
	static char       sent[1 << 20], got[1 << 20];
	struct sockd_conn conn = { .kernel_waits = false };
	int               fds[2], lifeline_fds[2], status;
	enum sockd_end    end;
	pid_t             pid;

	open_handler("echo", NULL);
	for (size_t i = 0; i < sizeof sent; i++)
		sent[i] = (char)(i * 13 >> 4);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(pipe(lifeline_fds), 0);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		if (fork() == 0)
			_exit(write(fds[1], sent, sizeof sent) == sizeof sent &&
				    shutdown(fds[1], SHUT_WR) == 0 ?
				0 :
				1);
		_exit(recv(fds[1], got, sizeof got, MSG_WAITALL) == sizeof got &&
			    memcmp(sent, got, sizeof got) == 0 ?
			0 :
			1);
	}
	close(fds[1]);
	conn.fd = fds[0];
	conn_init(&conn, service, lifeline_fds[0], &board);
	end = service->handler->serve(self, &conn);
	conn_finish(&conn, end, &board);
	ck_assert_int_eq(end, SOCKD_DONE);
	ck_assert_uint_eq(slot.in, sizeof sent);
	ck_assert_uint_eq(slot.out, sizeof sent);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
	close(lifeline_fds[0]);
	close(lifeline_fds[1]);
	close_handler();
}
END_TEST

/* Nothing comes, or the client hangs up: each handler says that it was no success. */
START_TEST(ends_with_an_error)
{
	static const char *const names[] = { "echo", "discard", "reply", "chargen" };
	static const char *const text[] = { "text", "x", NULL };
	struct sockd_conn        conn = { .kernel_waits = false };
	int                      fds[2], lifeline_fds[2];
	enum sockd_end           end;

	open_handler(names[_i], _i == 2 ? text : NULL);
	service->timeouts.idle = 20;
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(pipe(lifeline_fds), 0);
	conn.fd = fds[0];
	conn_init(&conn, service, lifeline_fds[0], &board);
	end = service->handler->serve(self, &conn);
	ck_assert_int_eq(end, SOCKD_ERROR);
	ck_assert_int_eq(conn.failure, ETIMEDOUT);
	conn_finish(&conn, end, &board);
	ck_assert_ptr_nonnull(strstr(unit_log(), "why=timeout"));
	close(fds[1]);
	close(lifeline_fds[0]);
	close(lifeline_fds[1]);
	close_handler();
}
END_TEST

/* RFC 864: lines of 72, each begins with the next of 95 characters. */
static void
check_pattern(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t line = i / 74, column = i % 74;
		char   expected = column == 72 ? '\r' :
		      column == 73             ? '\n' :
						 (char)(' ' + (line + column) % 95);

		if (text[i] != expected)
			ck_abort_msg("byte %zu is %02x, not %02x", i, (unsigned)text[i],
			    (unsigned)expected);
	}
}

START_TEST(generates_characters)
{
	static char       text[95 * 74 * 2 + 100];
	struct sockd_conn conn = { .kernel_waits = false };
	int               fds[2], lifeline_fds[2], status;
	enum sockd_end    end;
	pid_t             pid;

	open_handler("chargen", NULL);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(pipe(lifeline_fds), 0);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		if (recv(fds[1], text, sizeof text, MSG_WAITALL) != sizeof text)
			_exit(1);
		check_pattern(text, sizeof text);
		_exit(0);
	}
	close(fds[1]);
	conn.fd = fds[0];
	conn_init(&conn, service, lifeline_fds[0], &board);
	end = service->handler->serve(self, &conn);
	/* The client had enough: that is how it ends. */
	ck_assert_int_eq(end, SOCKD_DONE);
	conn_finish(&conn, end, &board);
	ck_assert_ptr_nonnull(strstr(unit_log(), "why=done"));
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
	close(lifeline_fds[0]);
	close(lifeline_fds[1]);
	close_handler();
}
END_TEST

static void
check_daytime(const char *text, time_t before)
{
	struct tm   tm = { 0 };
	const char *end = strptime(text, "%A, %B %d, %Y %H:%M:%S-UTC", &tm);

	ck_assert_ptr_nonnull(end);
	ck_assert_str_eq(end, "\r\n");
	ck_assert_int_ge(timegm(&tm), before);
	ck_assert_int_le(timegm(&tm), time(NULL));
}

static void
check_time(const char *bytes, time_t before)
{
	uint32_t seconds;

	memcpy(&seconds, bytes, sizeof seconds);
	seconds = ntohl(seconds) - 2208988800U;
	ck_assert_uint_ge(seconds, (uint32_t)before);
	ck_assert_uint_le(seconds, (uint32_t)time(NULL));
}

START_TEST(tells_the_time)
{
	time_t         before = time(NULL);
	char           output[128] = "";
	enum sockd_end end;
	ssize_t        n;

	setenv("TZ", "XYZ-14", 1);
	open_handler(_i == 0 ? "daytime" : "time", NULL);
	n = serve("", output, sizeof output - 1, &end);
	ck_assert_int_eq(end, SOCKD_DONE);
	if (_i == 0) {
		check_daytime(output, before);
	} else {
		ck_assert_int_eq(n, 4);
		check_time(output, before);
	}
	close_handler();
}
END_TEST

/* What a datagram of so many bytes is answered, or -1 for nothing. */
static ssize_t
ask(size_t size, char *output, size_t output_size)
{
	static char        bytes[65536];
	struct sockaddr_un to = { .sun_family = AF_UNIX }, from = to;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0), peer_fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	ssize_t n;

	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)('a' + i % 26);
	strcpy(to.sun_path, unit_path("s"));
	strcpy(from.sun_path, unit_path("c"));
	unlink(to.sun_path);
	unlink(from.sun_path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&to, sizeof to), 0);
	ck_assert_int_eq(bind(peer_fd, (struct sockaddr *)&from, sizeof from), 0);
	ck_assert_int_eq(
	    sendto(peer_fd, bytes, size, 0, (struct sockaddr *)&to, sizeof to), size);
	ck_assert(datagram_serve(fd, -1, self, &admission, &rest_ms));
	n = recv(peer_fd, output, output_size, MSG_DONTWAIT);
	close(fd);
	close(peer_fd);
	return n;
}

static const struct {
	const char *handler, *options[6];
	size_t      question;
	ssize_t     answer; /* bytes, -1: none */
} datagrams[] = {
	{ "echo", { NULL }, 0, 0 },
	{ "echo", { NULL }, 1, 1 },
	{ "echo", { NULL }, 60000, 60000 },
	{ "discard", { NULL }, 1, -1 },
	{ "discard", { NULL }, 0, -1 },
	{ "reply", { "text", "four", NULL }, 3, -1 },
	{ "reply", { "text", "four", NULL }, 4, 4 },
	{ "reply", { "text", "four", "amplification", "2", NULL }, 1, -1 },
	{ "reply", { "text", "four", "amplification", "2", NULL }, 2, 4 },
	{ "reply", { "text", "four", "amplification", "0", NULL }, 0, 4 },
	{ "time", { NULL }, 3, -1 },
	{ "time", { NULL }, 4, 4 },
	{ "time", { "amplification", "4", NULL }, 1, 4 },
	{ "daytime", { NULL }, 20, -1 },
	{ "daytime", { "amplification", "100", NULL }, 0, -1 },
	{ "chargen", { NULL }, 0, 0 },
	{ "chargen", { NULL }, 1, 1 },
	{ "chargen", { NULL }, 511, 511 },
	{ "chargen", { NULL }, 512, 512 },
	{ "chargen", { NULL }, 600, 512 },
	{ "chargen", { "amplification", "1000", NULL }, 1, 512 },
	{ "chargen", { "amplification", "3", NULL }, 100, 300 },
	{ "chargen", { "amplification", "0", NULL }, 0, 512 },
};

START_TEST(answers_datagrams)
{
	char output[65536];

	open_handler(datagrams[_i].handler, datagrams[_i].options);
	ck_assert_int_eq(
	    ask(datagrams[_i].question, output, sizeof output), datagrams[_i].answer);
	ck_assert_uint_eq(
	    slot.out, datagrams[_i].answer > 0 ? (size_t)datagrams[_i].answer : 0);
	if (strcmp(datagrams[_i].handler, "chargen") == 0 && datagrams[_i].answer > 0)
		check_pattern(output, (size_t)datagrams[_i].answer);
	if (strcmp(datagrams[_i].handler, "echo") == 0)
		for (ssize_t i = 0; i < datagrams[_i].answer; i++)
			if (output[i] != 'a' + i % 26)
				ck_abort_msg("byte %zd is another one", i);
	close_handler();
}
END_TEST

START_TEST(tells_the_time_by_datagram)
{
	const char *const options[] = { "amplification", "0", NULL };
	time_t            before = time(NULL);
	char              output[128] = "";

	open_handler(_i == 0 ? "daytime" : "time", options);
	ck_assert_int_ge(ask(1, output, sizeof output - 1), 4);
	if (_i == 0)
		check_daytime(output, before);
	else
		check_time(output, before);
	close_handler();
}
END_TEST

START_TEST(logs_questions)
{
	const char *const options[] = { "text", "four", "log_request", "true", NULL };
	char              output[16], expected[256];

	open_handler("reply", options);
	ck_assert_int_eq(ask(3, output, sizeof output), -1);
	snprintf(expected, sizeof expected, "6test: received peer=unix:%s \"abc\"",
	    unit_path("c"));
	ck_assert_str_eq(unit_log(), expected);
	snprintf(expected, sizeof expected,
	    "7test: not answered peer=unix:%s: 4 bytes for 3; see "
	    "handler.amplification",
	    unit_path("c"));
	ck_assert_str_eq(unit_log(), expected);
	close_handler();
}
END_TEST

START_TEST(are_sound)
{
	for (size_t i = 0; handlers[i] != NULL; i++) {
		ck_assert_uint_eq(handlers[i]->abi, SOCKD_ABI);
		ck_assert_ptr_eq(handler_find(handlers[i]->name), handlers[i]);
		ck_assert_ptr_nonnull(handlers[i]->help);
		ck_assert(handlers[i]->serve != NULL || handlers[i]->answer != NULL ||
		    handlers[i]->keep != NULL);
		ck_assert((handlers[i]->keep == NULL) == (handlers[i]->keeps == NULL));
		ck_assert(
		    (handlers[i]->settings == NULL) == (handlers[i]->options_size == 0));
	}
	ck_assert_ptr_null(handler_find("ech"));
	ck_assert_ptr_null(handler_find("Echo"));
	ck_assert_ptr_null(handler_find(""));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("handlers");

	TABLE(s, serves, exchanges);
	TESTS(s, replies_with_a_file, 2);
	TEST(s, echoes_a_lot);
	TESTS(s, ends_with_an_error, 4);
	TEST(s, generates_characters);
	TESTS(s, tells_the_time, 2);
	TABLE(s, answers_datagrams, datagrams);
	TESTS(s, tells_the_time_by_datagram, 2);
	TEST(s, logs_questions);
	TEST(s, are_sound);
	return unit_run(s);
}
