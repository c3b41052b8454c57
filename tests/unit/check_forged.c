/* SPDX-License-Identifier: MIT */
/* check_forged.c - tests forged.c */
#include "worker/forged.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "common/address.h"
#include "unit.h"

static const struct {
	const char *host;
	unsigned    port;
	bool        forged;
} sources[] = {
	{ "127.0.0.1", 40000, false },
	{ "192.0.2.7", 1024, false },
	{ "192.0.2.7", 65535, false },
	{ "192.0.2.7", 1023, true },
	{ "192.0.2.7", 7, true },
	{ "192.0.2.7", 0, true },
	{ "192.0.2.7", 2048, false },
	{ "192.0.2.7", 2049, true },
	{ "192.0.2.7", 2050, false },
	{ "0.0.0.0", 40000, true },
	{ "0.1.2.3", 40000, true },
	{ "1.0.0.0", 40000, false },
	{ "223.255.255.255", 40000, false },
	{ "224.0.0.1", 40000, true },
	{ "239.255.255.255", 40000, true },
	{ "240.0.0.1", 40000, true },
	{ "255.255.255.255", 40000, true },
	{ "::1", 40000, false },
	{ "2001:db8::7", 1024, false },
	{ "2001:db8::7", 1023, true },
	{ "2001:db8::7", 2049, true },
	{ "fe80::1", 40000, false },
	{ "::", 40000, true },
	{ "ff02::1", 40000, true },
	{ "::ffff:192.0.2.7", 40000, false },
	{ "::ffff:192.0.2.7", 19, true },
	{ "::ffff:224.0.0.1", 40000, true },
	{ "::ffff:0.0.0.0", 40000, true },
	{ "::192.0.2.7", 40000, true },
};

static void
make_address(const char *host, unsigned port, struct address *a)
{
	struct sockaddr_in  in = { .sin_family = AF_INET,
		 .sin_port = htons((in_port_t)port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
		.sin6_port = htons((in_port_t)port) };

	memset(a, 0, sizeof *a);
	if (inet_pton(AF_INET, host, &in.sin_addr) == 1) {
		memcpy(&a->storage, &in, sizeof in);
		a->size = sizeof in;
	} else {
		ck_assert_int_eq(inet_pton(AF_INET6, host, &in6.sin6_addr), 1);
		memcpy(&a->storage, &in6, sizeof in6);
		a->size = sizeof in6;
	}
}

START_TEST(knows_who_asks)
{
	struct address a;

	make_address(sources[_i].host, sources[_i].port, &a);
	ck_assert(forged_is_source(&a, true) == sources[_i].forged);
}
END_TEST

/* Of a protocol without ports only the host counts. */
START_TEST(knows_who_asks_without_a_port)
{
	struct address a;

	make_address("192.0.2.7", 0, &a);
	ck_assert(!forged_is_source(&a, false));
	make_address("224.0.0.1", 0, &a);
	ck_assert(forged_is_source(&a, false));
}
END_TEST

START_TEST(believes_unix_sockets)
{
	struct address a = { .storage = { .ss_family = AF_UNIX },
		.size = sizeof(sa_family_t) };

	ck_assert(!forged_is_source(&a, true));
}
END_TEST

static const struct {
	int received, answer;
} ttls[] = {
	{ 255, 48 },
	{ 64, 48 },
	{ 49, 48 },
	{ 48, 44 },
	{ 47, 43 },
	{ 6, 2 },
	{ 5, 1 },
	{ 4, 0 },
	{ 1, 0 },
	{ 0, 0 },
};

START_TEST(gives_less_each_time)
{
	ck_assert_int_eq(forged_answer_ttl(ttls[_i].received), ttls[_i].answer);
}
END_TEST

START_TEST(ends_any_loop)
{
	int n = 0;

	for (int ttl = 255; (ttl = forged_answer_ttl(ttl)) > 0; n++)
		ck_assert_int_lt(n, 20);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("forged");

	TABLE(suite, knows_who_asks, sources);
	TEST(suite, believes_unix_sockets);
	TEST(suite, knows_who_asks_without_a_port);
	TABLE(suite, gives_less_each_time, ttls);
	TEST(suite, ends_any_loop);
	return unit_run(suite);
}
