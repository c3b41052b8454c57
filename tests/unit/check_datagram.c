/* SPDX-License-Identifier: MIT */
/* check_datagram.c - tests datagram.c: a datagram, and what may be answered */
#include "worker/datagram.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/un.h>

#include "common/address.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "sockd.h"
#include "unit.h"
#include "worker/admission.h"
#include "worker/board.h"

/* What the handler shall answer, and what came of it. */
static size_t      answer_size, question_size;
static long long   amplification;
static int         result, error;
static char        question[65536], asker[ADDRESS_TEXT];
static const char *said;

static void
answer(void *self, struct sockd_datagram *d)
{
	static char bytes[65536];
	const void *asked = sockd_question(d, &question_size);

	ck_assert_ptr_eq(self, question);
	memcpy(question, asked, question_size);
	strcpy(asker, sockd_asker(d));
	memset(bytes, 'a', sizeof bytes);
	errno = 0;
	result = sockd_answer(d, bytes, answer_size, amplification);
	error = errno;
	if (said != NULL)
		sockd_log_datagram(d, LOG_INFO, "%s", said);
}

static const struct sockd_handler handler = {
	.abi = SOCKD_ABI, .name = "test", .answer = answer
};
static struct service_conf *service;
static struct slot          slot;
static struct orders        orders;
static struct board         board = { &slot, &slot, &orders, -1, 0, 1, 1 };
static long long            rest_ms;
static struct admission     admission = { .board = &board };

static void
prepare(void)
{
	service = service_conf_create("test");
	admission.service = service;
	service->handler = &handler;
	unit_catch_log();
}

/* A UDP socket at this address, with what listener.c asks for; -1 if there is no such
 * address. */
static int
open_udp(const char *host, struct address *a)
{
	struct sockaddr_in  in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	int                 fd, one = 1, zero = 0;

	memset(a, 0, sizeof *a);
	if (inet_pton(AF_INET, host, &in.sin_addr) == 1) {
		memcpy(&a->storage, &in, a->size = sizeof in);
	} else {
		ck_assert_int_eq(inet_pton(AF_INET6, host, &in6.sin6_addr), 1);
		memcpy(&a->storage, &in6, a->size = sizeof in6);
	}
	fd = socket(a->storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	if (a->storage.ss_family == AF_INET) {
		setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof one);
	} else {
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof one);
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
	}
	if (bind(fd, (struct sockaddr *)&a->storage, a->size) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a->storage, &a->size) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static const struct {
	size_t    question, answer;
	long long amplification;
	int       error; /* 0: it is sent */
} limits[] = {
	{ 1, 1, 1, 0 }, { 1, 2, 1, EMSGSIZE }, { 10, 10, 1, 0 }, { 10, 11, 1, EMSGSIZE },
	{ 10, 30, 3, 0 }, { 10, 31, 3, EMSGSIZE }, { 1, 512, 0, 0 }, { 0, 0, 1, 0 },
	{ 0, 1, 1, EMSGSIZE }, { 0, 1, 1000, EMSGSIZE }, { 0, 1, 0, 0 },
	{ 65507, 65507, 1, 0 }, { 65507, 65507, 1000, 0 },
	{ 1, 65508, 0, EMSGSIZE }, /* says the kernel: longer than UDP has */
};

START_TEST(limits_amplification)
{
	static char    bytes[65536];
	struct address to, from;
	int            fd, peer_fd;

	prepare();
	fd = open_udp("127.0.0.1", &to);
	peer_fd = open_udp("127.0.0.1", &from);
	answer_size = limits[_i].answer;
	amplification = limits[_i].amplification;
	memset(bytes, 'q', sizeof bytes);
	ck_assert_int_eq(sendto(peer_fd, bytes, limits[_i].question, 0,
			     (struct sockaddr *)&to.storage, to.size),
	    limits[_i].question);
	ck_assert(datagram_serve(fd, -1, question, &admission, &rest_ms));
	ck_assert_uint_eq(question_size, limits[_i].question);
	ck_assert_int_eq(memcmp(question, bytes, question_size), 0);
	ck_assert_int_eq(result, limits[_i].error == 0 ? 0 : -1);
	ck_assert_int_eq(error, limits[_i].error);
	ck_assert_int_eq(recv(peer_fd, bytes, sizeof bytes, 0),
	    limits[_i].error == 0 ? (ssize_t)limits[_i].answer : -1);
	ck_assert_uint_eq(slot.served, 1);
	ck_assert_uint_eq(slot.in, limits[_i].question);
	ck_assert_uint_eq(slot.out, limits[_i].error == 0 ? limits[_i].answer : 0);
	close(fd);
	close(peer_fd);
	service_conf_destroy(service);
}
END_TEST

/* A socket at every address answers from the one that was asked. */
static const struct {
	const char *listener, *asked;
} destinations[] = {
	{ "0.0.0.0", "127.0.0.1" },
	{ "0.0.0.0", "127.0.0.2" },
	{ "0.0.0.0", "127.255.255.254" },
	{ "127.0.0.2", "127.0.0.2" },
	{ "::", "127.0.0.2" },
	{ "::", "::1" },
};

START_TEST(answers_from_where_it_was_asked)
{
	struct address bound, peer, to;
	char           byte;
	int            fd, peer_fd;

	prepare();
	fd = open_udp(destinations[_i].listener, &bound);
	peer_fd = open_udp(destinations[_i].asked[0] == ':' ? "::1" : "127.0.0.1", &peer);
	if (fd == -1 || peer_fd == -1)
		goto no_ipv6;
	close(open_udp(destinations[_i].asked, &to));
	((struct sockaddr_in *)(void *)&to.storage)->sin_port =
	    htons((in_port_t)address_port(&bound));
	ck_assert_int_eq(connect(peer_fd, (struct sockaddr *)&to.storage, to.size), 0);
	ck_assert_int_eq(send(peer_fd, "x", 1, 0), 1);
	answer_size = amplification = 1;
	ck_assert(datagram_serve(fd, -1, question, &admission, &rest_ms));
	ck_assert_int_eq(result, 0);
	/* A connected socket takes datagrams from there only. */
	ck_assert_int_eq(recv(peer_fd, &byte, 1, 0), 1);
	close(fd);
	close(peer_fd);
no_ipv6:
	service_conf_destroy(service);
}
END_TEST

/* Without the kernel's word on it the answer still goes. */
START_TEST(answers_without_destination)
{
	struct address to, from;
	char           byte;
	int            fd, peer_fd, zero = 0;

	prepare();
	fd = open_udp("127.0.0.1", &to);
	setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &zero, sizeof zero);
	peer_fd = open_udp("127.0.0.1", &from);
	ck_assert_int_eq(
	    sendto(peer_fd, "x", 1, 0, (struct sockaddr *)&to.storage, to.size), 1);
	answer_size = amplification = 1;
	ck_assert(datagram_serve(fd, -1, question, &admission, &rest_ms));
	ck_assert_int_eq(recv(peer_fd, &byte, 1, 0), 1);
	close(fd);
	close(peer_fd);
	service_conf_destroy(service);
}
END_TEST

START_TEST(logs)
{
	struct address to, from;
	char           expected[256], peer[ADDRESS_TEXT], line[LOG_LINE];
	unsigned       ms, tenths;
	int            fd, peer_fd;

	prepare();
	fd = open_udp("127.0.0.1", &to);
	peer_fd = open_udp("127.0.0.1", &from);
	address_print(&from, peer, sizeof peer);
	answer_size = 2;
	amplification = 0;
	said = "with\x1b";
	service->log_connections = _i == 0;
	sendto(peer_fd, "xyz", 3, 0, (struct sockaddr *)&to.storage, to.size);
	ck_assert(datagram_serve(fd, -1, question, &admission, &rest_ms));
	ck_assert_str_eq(asker, peer);
	ck_assert_str_eq(unit_log(), "6test: with?");
	strcpy(line, unit_log());
	if (_i == 0) {
		snprintf(expected, sizeof expected,
		    "6test: answered peer=%s in=3 out=2 ms=", peer);
		ck_assert_ptr_eq(strstr(line, expected), line);
		ck_assert_int_eq(
		    sscanf(line + strlen(expected), "%u.%u", &ms, &tenths), 2);
	} else {
		ck_assert_str_eq(line, "");
	}
	log_set_level(LOG_NOTICE);
	sendto(peer_fd, "xyz", 3, 0, (struct sockaddr *)&to.storage, to.size);
	ck_assert(datagram_serve(fd, -1, question, &admission, &rest_ms));
	ck_assert_str_eq(unit_log(), "");
	close(fd);
	close(peer_fd);
	service_conf_destroy(service);
}
END_TEST

START_TEST(says_that_there_is_none)
{
	struct address to;
	int            fd;

	prepare();
	fd = open_udp("127.0.0.1", &to);
	ck_assert(!datagram_serve(fd, -1, question, &admission, &rest_ms));
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert_uint_eq(slot.served, 0);
	close(fd);
	ck_assert(!datagram_serve(fd, -1, question, &admission, &rest_ms));
	ck_assert_int_eq(errno, EBADF);
	service_conf_destroy(service);
}
END_TEST

static int
open_unix(const char *name, struct sockaddr_un *un)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	*un = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (name == NULL)
		return fd;
	strcpy(un->sun_path, unit_path(name));
	ck_assert_int_eq(bind(fd, (struct sockaddr *)un, sizeof *un), 0);
	return fd;
}

START_TEST(answers_unix_sockets_with_a_name)
{
	struct sockaddr_un to, from;
	char               expected[256], byte;
	int                fd, peer_fd;

	prepare();
	fd = open_unix("s", &to);
	peer_fd = open_unix(_i == 0 ? "c" : NULL, &from);
	answer_size = amplification = 1;
	ck_assert_int_eq(
	    sendto(peer_fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to), 1);
	ck_assert(datagram_serve(fd, -1, question, &admission, &rest_ms));
	if (_i == 0) {
		snprintf(expected, sizeof expected, "unix:%s", from.sun_path);
		ck_assert_int_eq(result, 0);
		ck_assert_str_eq(asker, expected);
		ck_assert_int_eq(recv(peer_fd, &byte, 1, 0), 1);
	} else {
		ck_assert_int_eq(result, -1);
		ck_assert_int_eq(error, EDESTADDRREQ);
		ck_assert_str_eq(asker, "unix");
	}
	close(fd);
	close(peer_fd);
	service_conf_destroy(service);
}
END_TEST

/* One byte more than there is room for: not served, as its end is lost. */
START_TEST(drops_what_is_too_long)
{
	static char        bytes[65537];
	struct sockaddr_un to, from;
	int                fd, peer_fd;

	prepare();
	fd = open_unix("s", &to);
	peer_fd = open_unix("c", &from);
	answer_size = amplification = 1;
	ck_assert_int_eq(
	    sendto(peer_fd, bytes, sizeof bytes, 0, (struct sockaddr *)&to, sizeof to),
	    sizeof bytes);
	ck_assert(datagram_serve(fd, -1, question, &admission, &rest_ms));
	ck_assert_ptr_nonnull(strstr(unit_log(), "7test: dropped peer=unix:"));
	ck_assert_uint_eq(slot.served, 0);
	ck_assert_uint_eq(slot.dropped, 1);
	ck_assert_int_eq(sendto(peer_fd, bytes, sizeof bytes - 1, 0,
			     (struct sockaddr *)&to, sizeof to),
	    sizeof bytes - 1);
	ck_assert(datagram_serve(fd, -1, question, &admission, &rest_ms));
	ck_assert_uint_eq(question_size, 65536);
	close(fd);
	close(peer_fd);
	service_conf_destroy(service);
}
END_TEST

/* The next descriptor that this process would get. */
static int
next_fd(void)
{
	int fd = dup(STDERR_FILENO);

	close(fd);
	return fd;
}

START_TEST(takes_no_descriptors)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(12 * sizeof(int))];
	struct sockaddr_un            to, from;
	struct iovec                  iov = { question, 1 };
	struct msghdr                 m = { .msg_name = &to,
				.msg_namelen = sizeof to,
				.msg_iov = &iov,
				.msg_iovlen = 1,
				.msg_control = control,
				.msg_controllen = sizeof control };
	struct cmsghdr               *c;
	int                           fd, peer_fd, before;

	prepare();
	fd = open_unix("s", &to);
	peer_fd = open_unix("c", &from);
	memset(control, 0, sizeof control);
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(12 * sizeof(int));
	for (int i = 0; i < 12; i++)
		memcpy(CMSG_DATA(c) + (size_t)i * sizeof fd, &peer_fd, sizeof fd);
	answer_size = amplification = 1;
	before = next_fd();
	ck_assert_int_eq(sendmsg(peer_fd, &m, 0), 1);
	ck_assert(datagram_serve(fd, -1, question, &admission, &rest_ms));
	ck_assert_int_eq(next_fd(), before);
	close(fd);
	close(peer_fd);
	service_conf_destroy(service);
}
END_TEST

/* The kernel's queue of the asker is full, or it is gone: no wait, no signal. */
START_TEST(never_waits_for_the_asker)
{
	struct sockaddr_un to, from;
	int                fd, peer_fd;

	prepare();
	fd = open_unix("s", &to);
	peer_fd = open_unix("c", &from);
	fcntl(fd, F_SETFL, 0);
	answer_size = 1000;
	amplification = 0;
	for (result = 0; result == 0;) {
		ck_assert_int_eq(
		    sendto(peer_fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to), 1);
		ck_assert(datagram_serve(fd, -1, question, &admission, &rest_ms));
	}
	ck_assert_int_eq(error, EAGAIN);
	ck_assert_int_eq(
	    sendto(peer_fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to), 1);
	close(peer_fd);
	ck_assert(datagram_serve(fd, -1, question, &admission, &rest_ms));
	ck_assert_int_eq(error, ECONNREFUSED);
	close(fd);
	service_conf_destroy(service);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("datagram");

	TABLE(s, limits_amplification, limits);
	TABLE(s, answers_from_where_it_was_asked, destinations);
	TEST(s, answers_without_destination);
	TESTS(s, logs, 2);
	TEST(s, says_that_there_is_none);
	TESTS(s, answers_unix_sockets_with_a_name, 2);
	TEST(s, drops_what_is_too_long);
	TEST(s, takes_no_descriptors);
	TEST(s, never_waits_for_the_asker);
	return unit_run(s);
}
