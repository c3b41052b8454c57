/* SPDX-License-Identifier: MIT */
/* check_network.c - tests network.c */
#include "common/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "common/address.h"
#include "unit.h"

static const struct {
	const char *text, *printed;
} goods[] = {
	{ "10.0.0.0/8", "10.0.0.0/8" },
	{ "0.0.0.0/0", "0.0.0.0/0" },
	{ "0.0.0.0", "0.0.0.0" },
	{ "128.0.0.0/1", "128.0.0.0/1" },
	{ "192.0.2.7", "192.0.2.7" },
	{ "192.0.2.7/32", "192.0.2.7" },
	{ "192.0.2.6/31", "192.0.2.6/31" },
	{ "255.255.255.255", "255.255.255.255" },
	{ "255.255.255.254/31", "255.255.255.254/31" },
	{ "192.0.2.128/25", "192.0.2.128/25" },
	{ "172.16.0.0/12", "172.16.0.0/12" },
	{ "::/0", "::/0" },
	{ "::", "::" },
	{ "::1", "::1" },
	{ "::1/128", "::1" },
	{ "0:0:0:0:0:0:0:1", "::1" },
	{ "2001:DB8::/32", "2001:db8::/32" },
	{ "2001:db8::8000/113", "2001:db8::8000/113" },
	{ "8000::/1", "8000::/1" },
	{ "fe80::/10", "fe80::/10" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	/* IPv4 inside IPv6 is IPv4 */
	{ "::ffff:10.0.0.0/104", "10.0.0.0/8" },
	{ "::ffff:192.0.2.7", "192.0.2.7" },
	{ "::ffff:c000:207/128", "192.0.2.7" },
	{ "::ffff:0:0/96", "0.0.0.0/0" },
	/* and more than that is not */
	{ "::fffe:0:0/95", "::fffe:0:0/95" },
	{ "::192.0.2.7", "::192.0.2.7" },
	{ "64:ff9b::/96", "64:ff9b::/96" },
	{ "0:0:1::/96", "0:0:1::/96" },
};

START_TEST(parses_and_prints)
{
	struct network n, again;
	char           text[NETWORK_TEXT], why[128] = "";

	ck_assert_msg(network_parse(goods[_i].text, &n, why, sizeof why) == 0, "%s", why);
	network_print(&n, text, sizeof text);
	ck_assert_str_eq(text, goods[_i].printed);
	ck_assert_int_eq(network_parse(text, &again, why, sizeof why), 0);
	ck_assert_int_eq(again.family, n.family);
	ck_assert_uint_eq(again.bits, n.bits);
	ck_assert_mem_eq(again.base, n.base, sizeof n.base);
}
END_TEST

#define NONE   "must be an address, or one with /BITS behind"
#define BITS4  "behind / must be 0 to 32"
#define BITS6  "behind / must be 0 to 128"
#define ZONE   "must have no zone (%)"
#define IS_IT  "has bits set behind the prefix; is it "
#define TEN    "1111111111"
#define TEN10  TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define TEN100 TEN10 TEN10 TEN10 TEN10 TEN10 TEN10 TEN10 TEN10 TEN10 TEN10

static const struct {
	const char *text, *why;
} bads[] = {
	{ "", NONE },
	{ "/", NONE },
	{ "/8", NONE },
	{ "*", NONE },
	{ "localhost", NONE },
	{ " 10.0.0.1", NONE },
	{ "10.0.0.1 ", NONE },
	{ "10.0.0.1:80", NONE },
	{ "[::1]", NONE },
	{ "1.2.3", NONE },
	{ "1.2.3.", NONE },
	{ "1.2.3.4.5", NONE },
	{ "1", NONE },
	{ "16909060", NONE },
	{ "0x7f000001", NONE },
	{ "0x7f.0.0.1", NONE },
	{ "010.0.0.1", NONE },
	{ "10.0.0.01", NONE },
	{ "10.00.0.1", NONE },
	{ "256.0.0.1", NONE },
	{ "1.2.3.256", NONE },
	{ "-1.2.3.4", NONE },
	{ "1.2.3.4-1.2.3.9", NONE },
	{ "1:2", NONE },
	{ "1::2::3", NONE },
	{ ":::", NONE },
	{ "1:2:3:4:5:6:7:8:9", NONE },
	{ "12345::", NONE },
	{ "::ffff:010.0.0.1", NONE },
	{ "::ffff:1.2.3", NONE },
	{ "::ffff:1.2.3.256", NONE },
	{ "g::", NONE },
	{ TEN100 TEN100 TEN100 TEN100 TEN100 TEN100 TEN100 TEN100 TEN100 TEN100, NONE },
	{ "10.0.0.0/" TEN100, BITS4 },
	{ "10.0.0.0/", BITS4 },
	{ "10.0.0.0/33", BITS4 },
	{ "10.0.0.0/128", BITS4 },
	{ "10.0.0.0/-1", BITS4 },
	{ "10.0.0.0/+8", BITS4 },
	{ "10.0.0.0/08", BITS4 },
	{ "10.0.0.0/00", BITS4 },
	{ "10.0.0.0/8 ", BITS4 },
	{ "10.0.0.0/ 8", BITS4 },
	{ "10.0.0.0/8/8", BITS4 },
	{ "10.0.0.0/0x8", BITS4 },
	{ "10.0.0.0/4294967304", BITS4 },
	{ "10.0.0.0/255.0.0.0", BITS4 },
	{ "::/129", BITS6 },
	{ "::/999", BITS6 },
	{ "::/", BITS6 },
	{ "::/1e1", BITS6 },
	{ "::ffff:10.0.0.0/129", BITS6 },
	{ "fe80::1%eth0", ZONE },
	{ "fe80::1%eth0/64", ZONE },
	{ "fe80::%/10", ZONE },
	{ "10.0.0.1/8", IS_IT "10.0.0.0/8?" },
	{ "10.0.0.1/0", IS_IT "0.0.0.0/0?" },
	{ "192.0.2.7/31", IS_IT "192.0.2.6/31?" },
	{ "192.0.2.129/25", IS_IT "192.0.2.128/25?" },
	{ "::1/127", IS_IT "::/127?" },
	{ "2001:db8::1/32", IS_IT "2001:db8::/32?" },
	{ "8000::/0", IS_IT "::/0?" },
	{ "::ffff:10.0.0.1/104", IS_IT "10.0.0.0/8?" },
	{ "::ffff:0:0/95", IS_IT "::fffe:0:0/95?" },
};

START_TEST(refuses)
{
	struct network n = { .family = 4711 };
	char           why[128];

	ck_assert_int_eq(network_parse(bads[_i].text, &n, why, sizeof why), -1);
	ck_assert_str_eq(why, bads[_i].why);
	ck_assert_int_eq(n.family, 4711);
}
END_TEST

static void
make_address(const char *host, struct address *a)
{
	struct sockaddr_in  in = { .sin_family = AF_INET, .sin_port = htons(4711) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(4711) };

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

static const struct {
	const char *network, *host;
	bool        has;
} members[] = {
	{ "10.0.0.0/8", "10.0.0.0", true },
	{ "10.0.0.0/8", "10.255.255.255", true },
	{ "10.0.0.0/8", "9.255.255.255", false },
	{ "10.0.0.0/8", "11.0.0.0", false },
	{ "10.0.0.0/8", "::ffff:10.1.2.3", true },
	{ "10.0.0.0/8", "::10.1.2.3", false },
	{ "192.0.2.0/23", "192.0.3.255", true },
	{ "192.0.2.0/23", "192.0.4.0", false },
	{ "192.0.2.7", "192.0.2.7", true },
	{ "192.0.2.7", "192.0.2.6", false },
	{ "192.0.2.7", "::ffff:192.0.2.7", true },
	{ "0.0.0.0/0", "255.1.2.3", true },
	{ "0.0.0.0/0", "::ffff:255.1.2.3", true },
	{ "0.0.0.0/0", "::1", false },
	{ "::/0", "::1", true },
	{ "::/0", "ffff::", true },
	{ "::/0", "10.1.2.3", false },
	{ "::/0", "::ffff:10.1.2.3", false },
	{ "::fffe:0:0/95", "::ffff:10.1.2.3", false },
	{ "::fffe:0:0/95", "::fffe:10.1.2.3", true },
	{ "::ffff:10.0.0.0/104", "10.1.2.3", true },
	{ "2001:db8::/33", "2001:db8:7fff::1", true },
	{ "2001:db8::/33", "2001:db8:8000::1", false },
	{ "2001:db8::1", "2001:db8::1", true },
	{ "2001:db8::1", "2001:db8::2", false },
	{ "0:0:1::/48", "0:0:1::ffff:1.2.3.4", true },
	{ "1.2.3.4", "0:0:1::ffff:1.2.3.4", false },
};

START_TEST(knows_its_members)
{
	struct network n;
	struct address a;
	char           why[128];

	ck_assert_int_eq(network_parse(members[_i].network, &n, why, sizeof why), 0);
	make_address(members[_i].host, &a);
	ck_assert(network_has(&n, &a) == members[_i].has);
}
END_TEST

/* All ones and none: each prefix has the addresses that begin with it, and no others. */
START_TEST(holds_every_prefix)
{
	struct network n;
	struct address a;
	char           text[64], why[128];

	for (unsigned bits = 0; bits <= 32; bits++) {
		struct in_addr in = { htonl(bits == 0 ? 0 : ~0u << (32 - bits)) };
		char           host[INET_ADDRSTRLEN];

		inet_ntop(AF_INET, &in, host, sizeof host);
		snprintf(text, sizeof text, "%s/%u", host, bits);
		ck_assert_int_eq(network_parse(text, &n, why, sizeof why), 0);
		for (unsigned flip = 0; flip < 32; flip++) {
			struct in_addr other = { in.s_addr ^ htonl(1u << (31 - flip)) };

			inet_ntop(AF_INET, &other, host, sizeof host);
			make_address(host, &a);
			ck_assert_msg(
			    network_has(&n, &a) == (flip >= bits), "%s %s", text, host);
		}
	}
}
END_TEST

START_TEST(has_no_other_family)
{
	struct network n;
	struct address a = { .storage = { .ss_family = AF_UNIX },
		.size = sizeof(sa_family_t) };
	char           why[128];

	ck_assert_int_eq(network_parse("0.0.0.0/0", &n, why, sizeof why), 0);
	ck_assert(!network_has(&n, &a));
	ck_assert_int_eq(network_parse("::/0", &n, why, sizeof why), 0);
	ck_assert(!network_has(&n, &a));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("network");

	TABLE(suite, parses_and_prints, goods);
	TABLE(suite, refuses, bads);
	TABLE(suite, knows_its_members, members);
	TEST(suite, holds_every_prefix);
	TEST(suite, has_no_other_family);
	return unit_run(suite);
}
