/* SPDX-License-Identifier: MIT */
/* check_established.c - tests established.c */
#include "common/established.h"

#include <netinet/in.h>
#include <sys/un.h>

#include "unit.h"

/* A listener at an address of the kernel's choice, which goes to *a. */
static int
listener_at(struct sockaddr_storage *a, socklen_t *size)
{
	int fd = socket(a->ss_family, SOCK_STREAM, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)a, *size), 0);
	ck_assert_int_eq(listen(fd, 5), 0);
	*size = sizeof *a;
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)a, size), 0);
	return fd;
}

static int
client_of(const struct sockaddr_storage *a, socklen_t size)
{
	int fd = socket(a->ss_family, SOCK_STREAM, 0);

	ck_assert_int_eq(connect(fd, (const struct sockaddr *)a, size), 0);
	return fd;
}

static struct sockaddr_storage
address_of(int family, const char *path, socklen_t *size)
{
	struct sockaddr_storage a = { .ss_family = (sa_family_t)family };
	struct sockaddr_in     *in = (void *)&a;
	struct sockaddr_in6    *in6 = (void *)&a;
	struct sockaddr_un     *un = (void *)&a;

	if (family == AF_INET) {
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		*size = sizeof *in;
	} else if (family == AF_INET6) {
		in6->sin6_addr = in6addr_loopback;
		*size = sizeof *in6;
	} else {
		strcpy(un->sun_path, path);
		*size = (socklen_t)(sizeof un->sun_family + strlen(path) + 1);
	}
	return a;
}

static const int families[] = { AF_INET, AF_INET6, AF_UNIX };

START_TEST(counts_connections)
{
	socklen_t               size, other_size;
	struct sockaddr_storage a = address_of(families[_i], unit_path("a"), &size);
	struct sockaddr_storage b = address_of(families[_i], unit_path("b"), &other_size);
	int listener = listener_at(&a, &size), other = listener_at(&b, &other_size);
	int both[] = { listener, other }, waiting, served, stranger, stranger_served;

	ck_assert_int_eq(established_count(both, 2), 0);
	waiting = client_of(&a, size);
	ck_assert_int_eq(established_count(&listener, 1), families[_i] != AF_UNIX);
	served = accept(listener, NULL, NULL);
	ck_assert_int_eq(established_count(&listener, 1), 1);
	stranger = client_of(&b, other_size);
	stranger_served = accept(other, NULL, NULL);
	ck_assert_int_eq(established_count(&listener, 1), 1);
	ck_assert_int_eq(established_count(both, 2), 2);
	close(served);
	close(waiting);
	close(stranger);
	close(stranger_served);
	ck_assert_int_eq(established_count(&listener, 1), 0);
	close(listener);
	close(other);
}
END_TEST

START_TEST(counts_at_every_address)
{
	struct sockaddr_storage a = { .ss_family = AF_INET6 };
	struct sockaddr_in6    *in6 = (void *)&a;
	struct sockaddr_in      in = { .sin_family = AF_INET };
	socklen_t               size = sizeof *in6;
	int                     listener = listener_at(&a, &size), client;

	in.sin_port = in6->sin6_port;
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	client = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(connect(client, (struct sockaddr *)&in, sizeof in), 0);
	ck_assert_int_eq(established_count(&listener, 1), 1);
	close(client);
	close(listener);
}
END_TEST

START_TEST(knows_what_it_does_not_know)
{
	int udp = socket(AF_INET, SOCK_DGRAM, 0), bad = 999;

	ck_assert_int_eq(established_count(&udp, 1), 0);
	ck_assert_int_eq(established_count(&bad, 1), -1);
	ck_assert_int_eq(established_count(NULL, 0), 0);
	close(udp);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("established");

	TABLE(s, counts_connections, families);
	TEST(s, counts_at_every_address);
	TEST(s, knows_what_it_does_not_know);
	return unit_run(s);
}
