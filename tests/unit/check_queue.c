/* SPDX-License-Identifier: MIT */
/* check_queue.c - tests queue.c */
#include "common/queue.h"

#include <netinet/in.h>
#include <sys/un.h>

#include "common/io.h"
#include "unit.h"

enum { CLIENTS = 3 };

struct place {
	int                     listener, clients[CLIENTS], n;
	struct sockaddr_storage at;
	socklen_t               size;
	struct queue            queue;
};

static const struct {
	int family, type;
} kinds[] = { { AF_INET, SOCK_STREAM }, { AF_INET6, SOCK_STREAM },
	{ AF_INET, SOCK_DGRAM }, { AF_UNIX, SOCK_STREAM } };

static void
open_place(struct place *p, int family, int type)
{
	struct sockaddr_un *un = (void *)&p->at;

	*p = (struct place){ .at.ss_family = (sa_family_t)family, .size = sizeof p->at };
	if (family == AF_UNIX)
		strcpy(un->sun_path, unit_path("listener"));
	p->listener = socket(family, type, 0);
	ck_assert_int_eq(bind(p->listener, (struct sockaddr *)&p->at,
			     family == AF_UNIX ? (socklen_t)sizeof *un : p->size),
	    0);
	if (type == SOCK_STREAM)
		ck_assert_int_eq(listen(p->listener, 5), 0);
	ck_assert_int_eq(
	    getsockname(p->listener, (struct sockaddr *)&p->at, &p->size), 0);
	queue_open(&p->queue, p->listener);
}

static void
close_place(struct place *p)
{
	while (p->n > 0)
		close(p->clients[--p->n]);
	queue_close(&p->queue);
	close(p->listener);
}

/* Another client comes; of datagrams one is like the other. */
static void
come(struct place *p, int type)
{
	int fd = socket(p->at.ss_family, type, 0);

	ck_assert_int_eq(connect(fd, (struct sockaddr *)&p->at, p->size), 0);
	if (type == SOCK_DGRAM)
		ck_assert_int_eq(send(fd, "x", 1, 0), 1);
	p->clients[p->n++] = fd;
}

static void
take(const struct place *p, int type)
{
	char bytes[8];

	if (type == SOCK_DGRAM)
		ck_assert_int_eq(recv(p->listener, bytes, sizeof bytes, 0), 1);
	else
		close(accept(p->listener, NULL, NULL));
}

START_TEST(sees_that_nobody_was_taken)
{
	int          type = kinds[_i].type;
	bool         blind = kinds[_i].family == AF_UNIX || type == SOCK_DGRAM;
	struct place p;

	open_place(&p, kinds[_i].family, type);
	queue_begin(&p.queue);
	ck_assert(!queue_is_left(&p.queue)); /* nobody is there */
	come(&p, type);
	come(&p, type);
	queue_begin(&p.queue);
	for (int i = 0; i < p.queue.blind_most; i++)
		ck_assert_int_eq(queue_is_left(&p.queue), !blind);
	ck_assert(queue_is_left(&p.queue));
	close_place(&p);
}
END_TEST

START_TEST(sees_that_one_was_taken)
{
	int          type = kinds[_i].type;
	struct place p;

	open_place(&p, kinds[_i].family, type);
	come(&p, type);
	come(&p, type);
	queue_begin(&p.queue);
	take(&p, type);
	ck_assert(!queue_is_left(&p.queue)); /* the other one waits */
	queue_begin(&p.queue);
	take(&p, type);
	ck_assert(!queue_is_left(&p.queue));
	close_place(&p);
}
END_TEST

START_TEST(is_not_sure_when_another_came)
{
	int          type = kinds[_i].type;
	struct place p;

	open_place(&p, kinds[_i].family, type);
	come(&p, type);
	queue_begin(&p.queue);
	take(&p, type);
	come(&p, type);
	ck_assert(!queue_is_left(&p.queue));
	close_place(&p);
}
END_TEST

START_TEST(sees_that_it_is_shut)
{
	struct place p;

	open_place(&p, kinds[_i].family, kinds[_i].type);
	come(&p, kinds[_i].type);
	ck_assert(!io_is_shut(p.listener));
	(void)shutdown(p.listener, SHUT_RDWR);
	ck_assert(io_is_shut(p.listener));
	close_place(&p);
}
END_TEST

/* Many that are alike, of one sender, are many nevertheless. */
START_TEST(sees_a_queue_of_equals)
{
	struct place p;
	char         byte;

	open_place(&p, AF_INET, SOCK_DGRAM);
	come(&p, SOCK_DGRAM);
	ck_assert_int_gt(p.queue.blind_most, 100);
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(send(p.clients[0], "x", 1, 0), 1);
	for (int i = 0; i < 100; i++) {
		queue_begin(&p.queue);
		ck_assert_int_eq(recv(p.listener, &byte, 1, 0), 1);
		ck_assert(!queue_is_left(&p.queue));
	}
	close_place(&p);
}
END_TEST

START_TEST(knows_nothing_of_what_is_no_listener)
{
	struct queue q;

	queue_open(&q, -1);
	queue_begin(&q);
	ck_assert(!queue_is_left(&q));
	queue_close(&q);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("queue");

	TABLE(s, sees_that_nobody_was_taken, kinds);
	TABLE(s, sees_that_one_was_taken, kinds);
	TABLE(s, is_not_sure_when_another_came, kinds);
	TABLE(s, sees_that_it_is_shut, kinds);
	TEST(s, sees_a_queue_of_equals);
	TEST(s, knows_nothing_of_what_is_no_listener);
	return unit_run(s);
}
