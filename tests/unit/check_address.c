/* SPDX-License-Identifier: MIT */
/* check_address.c - tests address.c */
#include "common/address.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/un.h>

#include "unit.h"

static struct address
inet_address(const char *host, unsigned port)
{
	struct sockaddr_in  in = { .sin_family = AF_INET,
		 .sin_port = htons((in_port_t)port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
		.sin6_port = htons((in_port_t)port) };
	struct address      a = { .size = 0 };

	if (inet_pton(AF_INET, host, &in.sin_addr) == 1) {
		memcpy(&a.storage, &in, sizeof in);
		a.size = sizeof in;
	} else {
		ck_assert_int_eq(inet_pton(AF_INET6, host, &in6.sin6_addr), 1);
		memcpy(&a.storage, &in6, sizeof in6);
		a.size = sizeof in6;
	}
	return a;
}

static struct address
unix_address(const char *bytes, size_t n)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct address     a = { .size = 0 };

	memcpy(un.sun_path, bytes, n);
	memcpy(&a.storage, &un, sizeof un);
	a.size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	return a;
}

static const struct {
	const char *host;
	unsigned    port;
	const char *text;
} inets[] = {
	{ "192.0.2.7", 4711, "192.0.2.7:4711" },
	{ "0.0.0.0", 0, "0.0.0.0:0" },
	{ "255.255.255.255", 65535, "255.255.255.255:65535" },
	{ "2001:db8::7", 4711, "[2001:db8::7]:4711" },
	{ "::", 1, "[::]:1" },
	{ "::1", 65535, "[::1]:65535" },
	{ "::ffff:192.0.2.7", 80, "192.0.2.7:80" },
	{ "1111:2222:3333:4444:5555:6666:7777:8888", 65535,
	    "[1111:2222:3333:4444:5555:6666:7777:8888]:65535" },
};

START_TEST(prints_inet)
{
	struct address a = inet_address(inets[_i].host, inets[_i].port);
	char           text[ADDRESS_TEXT];

	address_print(&a, text, sizeof text);
	ck_assert_str_eq(text, inets[_i].text);
	ck_assert_uint_eq(address_port(&a), inets[_i].port);
}
END_TEST

static const struct {
	const char *bytes;
	size_t      n;
	const char *text;
} unixes[] = {
	{ "", 0, "unix" },
	{ "/run/x", 7, "unix:/run/x" },
	{ "/run/x", 6, "unix:/run/x" },
	{ "\0name", 5, "unix:@name" },
	{ "\0", 1, "unix:@" },
};

START_TEST(prints_unix)
{
	struct address a = unix_address(unixes[_i].bytes, unixes[_i].n);
	char           text[ADDRESS_TEXT];

	address_print(&a, text, sizeof text);
	ck_assert_str_eq(text, unixes[_i].text);
	ck_assert_uint_eq(address_port(&a), 0);
}
END_TEST

/* The kernel may give a path that fills sun_path, without a NUL, and says a byte more. */
START_TEST(prints_the_longest_path)
{
	struct address a;
	char           path[108], text[ADDRESS_TEXT];

	memset(path, 'p', sizeof path);
	path[0] = '/';
	a = unix_address(path, sizeof path);
	a.size++;
	memset((char *)&a.storage + a.size - 1, 'X', sizeof a.storage - a.size + 1);
	address_print(&a, text, sizeof text);
	ck_assert_uint_eq(strlen(text), strlen("unix:") + sizeof path);
	ck_assert_int_eq(text[strlen(text) - 1], 'p');
}
END_TEST

START_TEST(cuts_what_does_not_fit)
{
	struct address a = inet_address("192.0.2.7", 4711);
	char           text[8] = "@@@@@@@";

	address_print(&a, text, 5);
	ck_assert_str_eq(text, "192.");
	ck_assert_str_eq(text + 5, "@@");
}
END_TEST

START_TEST(prints_vsock)
{
	struct sockaddr_vm vm = { .svm_family = AF_VSOCK, .svm_cid = 2 };
	struct address     a = { .size = sizeof vm };
	char               text[ADDRESS_TEXT];

	vm.svm_port = 4294967294;
	memcpy(&a.storage, &vm, sizeof vm);
	address_print(&a, text, sizeof text);
	ck_assert_str_eq(text, "vsock:2:4294967294");
	vm.svm_cid = VMADDR_CID_ANY;
	memcpy(&a.storage, &vm, sizeof vm);
	address_print(&a, text, sizeof text);
	ck_assert_str_eq(text, "vsock:*:4294967294");
	ck_assert_uint_eq(address_port(&a), 0);
}
END_TEST

/* A service by its name, a socket by its number on its node. */
START_TEST(prints_tipc)
{
	struct sockaddr_tipc tipc = { .family = AF_TIPC, .addrtype = TIPC_ADDR_NAME };
	struct address       a = { .size = sizeof tipc };
	char                 text[ADDRESS_TEXT];

	tipc.addr.name.name.type = 1000;
	tipc.addr.name.name.instance = 7;
	memcpy(&a.storage, &tipc, sizeof tipc);
	address_print(&a, text, sizeof text);
	ck_assert_str_eq(text, "tipc:1000:7");
	tipc.addrtype = TIPC_ADDR_ID;
	tipc.addr.id.node = 0x1001001;
	tipc.addr.id.ref = 4711;
	memcpy(&a.storage, &tipc, sizeof tipc);
	address_print(&a, text, sizeof text);
	ck_assert_str_eq(text, "tipc:1001001/4711");
}
END_TEST

/* The length is the kernel's word, but sll_addr ends after 8. */
START_TEST(prints_packet)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET,
		.sll_halen = 6,
		.sll_addr = { 2, 0, 0, 0, 0xab, 1 } };
	struct address     a = { .size = sizeof ll };
	char               text[ADDRESS_TEXT];

	memcpy(&a.storage, &ll, sizeof ll);
	address_print(&a, text, sizeof text);
	ck_assert_str_eq(text, "packet:02:00:00:00:ab:01");
	address_print(&a, text, 10);
	ck_assert_str_eq(text, "packet:02");
	ll.sll_halen = 255;
	memcpy(&a.storage, &ll, sizeof ll);
	address_print(&a, text, sizeof text);
	ck_assert_str_eq(text, "packet:02:00:00:00:ab:01:00:00");
	ll.sll_halen = 0;
	memcpy(&a.storage, &ll, sizeof ll);
	address_print(&a, text, sizeof text);
	ck_assert_str_eq(text, "packet");
}
END_TEST

START_TEST(prints_other_families)
{
	struct address a = { .size = sizeof(sa_family_t) };
	char           text[ADDRESS_TEXT];

	a.storage.ss_family = AF_NETLINK;
	address_print(&a, text, sizeof text);
	ck_assert_str_eq(text, "family 16");
	ck_assert_uint_eq(address_port(&a), 0);
}
END_TEST

START_TEST(compares)
{
	struct address a = inet_address("192.0.2.7", 80), b = a;
	struct address longer = unix_address("/a", 3), path = unix_address("/a", 2);

	memset((char *)&b.storage + b.size, 'x', sizeof b.storage - b.size);
	ck_assert(address_same(&a, &b));
	b = inet_address("192.0.2.7", 81);
	ck_assert(!address_same(&a, &b));
	b = inet_address("192.0.2.8", 80);
	ck_assert(!address_same(&a, &b));
	b = inet_address("::ffff:192.0.2.7", 80);
	ck_assert(!address_same(&a, &b));
	ck_assert(!address_same(&path, &longer));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("address");

	TABLE(s, prints_inet, inets);
	TABLE(s, prints_unix, unixes);
	TEST(s, prints_the_longest_path);
	TEST(s, cuts_what_does_not_fit);
	TEST(s, prints_vsock);
	TEST(s, prints_tipc);
	TEST(s, prints_packet);
	TEST(s, prints_other_families);
	TEST(s, compares);
	return unit_run(s);
}
