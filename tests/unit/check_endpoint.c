/* SPDX-License-Identifier: MIT */
/* check_endpoint.c - tests endpoint.c */
#include "config/endpoint.h"

#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "common/address.h"
#include "unit.h"

static const struct {
	const char *text;
	int         family, type, protocol;
	const char *host, *path;
	unsigned    port;
	unsigned    number;
	const char *name;
} goods[] = {
	{ "tcp://127.0.0.1:9999", AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP, "127.0.0.1", NULL,
	    9999, 0, NULL },
	{ "tcp4://localhost:1", AF_INET, SOCK_STREAM, IPPROTO_TCP, "localhost", NULL, 1,
	    0, NULL },
	{ "tcp6://[::1]:65535", AF_INET6, SOCK_STREAM, IPPROTO_TCP, "::1", NULL, 65535, 0,
	    NULL },
	{ "tcp://*:0", AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP, "*", NULL, 0, 0, NULL },
	{ "tcp://[fe80::1%lo]:80", AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP, "fe80::1%lo",
	    NULL, 80, 0, NULL },
	{ "tcp://www.example.org:00080", AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP,
	    "www.example.org", NULL, 80, 0, NULL },
	{ "udp://[::]:53", AF_UNSPEC, SOCK_DGRAM, IPPROTO_UDP, "::", NULL, 53, 0, NULL },
	{ "udp4://*:53", AF_INET, SOCK_DGRAM, IPPROTO_UDP, "*", NULL, 53, 0, NULL },
	{ "udp6://*:53", AF_INET6, SOCK_DGRAM, IPPROTO_UDP, "*", NULL, 53, 0, NULL },
	{ "unix:///run/x", AF_UNIX, SOCK_STREAM, 0, NULL, "/run/x", 0, 0, NULL },
	{ "unix:@name", AF_UNIX, SOCK_STREAM, 0, NULL, "@name", 0, 0, NULL },
	{ "unix:///a:b//c", AF_UNIX, SOCK_STREAM, 0, NULL, "/a:b//c", 0, 0, NULL },
	{ "seqpacket:///run/x", AF_UNIX, SOCK_SEQPACKET, 0, NULL, "/run/x", 0, 0, NULL },
	{ "seqpacket:@x", AF_UNIX, SOCK_SEQPACKET, 0, NULL, "@x", 0, 0, NULL },
	{ "unixgram:///run/x", AF_UNIX, SOCK_DGRAM, 0, NULL, "/run/x", 0, 0, NULL },
	{ "unixgram:@/", AF_UNIX, SOCK_DGRAM, 0, NULL, "@/", 0, 0, NULL },
	{ "mptcp://[::1]:80", AF_UNSPEC, SOCK_STREAM, IPPROTO_MPTCP, "::1", NULL, 80, 0,
	    NULL },
	{ "sctp://*:0", AF_UNSPEC, SOCK_STREAM, IPPROTO_SCTP, "*", NULL, 0, 0, NULL },
	{ "udplite://localhost:7", AF_UNSPEC, SOCK_DGRAM, IPPROTO_UDPLITE, "localhost",
	    NULL, 7, 0, NULL },
	{ "vsock://2:9999", AF_VSOCK, SOCK_STREAM, 0, NULL, NULL, 9999, 2, NULL },
	{ "vsock://*:0", AF_VSOCK, SOCK_STREAM, 0, NULL, NULL, 0, VMADDR_CID_ANY, NULL },
	{ "vsock://4294967295:4294967294", AF_VSOCK, SOCK_STREAM, 0, NULL, NULL,
	    4294967294, VMADDR_CID_ANY, NULL },
	{ "tipc://64:0", AF_TIPC, SOCK_STREAM, 0, NULL, NULL, 0, 64, NULL },
	{ "tipc://4294967295:4294967295", AF_TIPC, SOCK_STREAM, 0, NULL, NULL, 4294967295,
	    4294967295, NULL },
	{ "raw://icmp", AF_INET, SOCK_RAW, IPPROTO_ICMP, NULL, NULL, 1, 0, NULL },
	{ "raw://udplite", AF_INET, SOCK_RAW, IPPROTO_UDPLITE, NULL, NULL, 136, 0, NULL },
	{ "raw://1", AF_INET, SOCK_RAW, 1, NULL, NULL, 1, 0, NULL },
	{ "raw://254", AF_INET, SOCK_RAW, 254, NULL, NULL, 254, 0, NULL },
	{ "packet://lo", AF_PACKET, SOCK_RAW, 0, NULL, NULL, 0, 0, "lo" },
	{ "packet://fifteen-letters", AF_PACKET, SOCK_RAW, 0, NULL, NULL, 0, 0,
	    "fifteen-letters" },
	{ "fd://web", AF_UNSPEC, 0, 0, NULL, NULL, 0, 0, "web" },
	{ "fd://a b/c.socket", AF_UNSPEC, 0, 0, NULL, NULL, 0, 0, "a b/c.socket" },
};

START_TEST(understands)
{
	struct endpoint e;
	char            why[256];

	ck_assert_int_eq(endpoint_parse(goods[_i].text, &e, why, sizeof why), 0);
	ck_assert_str_eq(e.text, goods[_i].text);
	ck_assert_int_eq(e.transport->family, goods[_i].family);
	ck_assert_int_eq(e.transport->type, goods[_i].type);
	ck_assert_int_eq(endpoint_protocol(&e), goods[_i].protocol);
	ck_assert_pstr_eq(e.host, goods[_i].host);
	ck_assert_pstr_eq(e.path, goods[_i].path);
	ck_assert_uint_eq(e.port, goods[_i].port);
	ck_assert_uint_eq(e.number, goods[_i].number);
	ck_assert_pstr_eq(e.name, goods[_i].name);
	ck_assert(endpoint_is_datagram(&e) ==
	    (goods[_i].type == SOCK_DGRAM || goods[_i].type == SOCK_RAW));
	ck_assert(endpoint_is_inet(&e) ==
	    (goods[_i].host != NULL || strncmp(goods[_i].text, "raw:", 4) == 0));
	ck_assert(endpoint_is_inherited(&e) == (goods[_i].type == 0));
	ck_assert(endpoint_wants_any_port(&e) ==
	    (strcmp(goods[_i].text + strlen(goods[_i].text) - 2, ":0") == 0 &&
		goods[_i].family != AF_TIPC));
	ck_assert(
	    endpoint_is_path(&e) == (goods[_i].path != NULL && goods[_i].path[0] == '/'));
	endpoint_finish(&e);
	ck_assert_ptr_null(e.text);
}
END_TEST

#define SCHEMES                                                                  \
	"must begin with one of tcp: tcp4: tcp6: udp: udp4: udp6: mptcp: sctp: " \
	"udplite: unix: seqpacket: unixgram: vsock: tipc: raw: packet: fd:"
#define VSOCK                                                                \
	"must be vsock://CID:PORT, two numbers; * is every CID, port 0 any " \
	"port"
#define TIPC         "must be tipc://TYPE:INSTANCE, two numbers, TYPE from 64"
#define FD           "must be fd://NAME, with 1 to 255 printable characters but :"
#define TEN          "1234567890"
#define RAW          "protocol must be 1-254 or one of icmp igmp tcp udp gre esp ah sctp udplite"
#define PACKET       "must be packet://INTERFACE, a name of 1 to 15 characters"
#define BRACKETS     "an IPv6 address must stand in [ ], as in tcp://[::1]:9999"
#define PORT         "port must be 1-65535"
#define NO_HOST      "has no host; * is every address"
#define NAME         "host must be *, an address, or a name of letters, digits, - and ."
#define NOTHING_MORE "must be SCHEME://HOST:PORT and nothing more"

static const struct {
	const char *text, *why;
} bads[] = {
	{ "", SCHEMES },
	{ ":", SCHEMES },
	{ "://", SCHEMES },
	{ "tcp", SCHEMES },
	{ "TCP://127.0.0.1:1", SCHEMES },
	{ " tcp://127.0.0.1:1", SCHEMES },
	{ "tcp5://127.0.0.1:1", SCHEMES },
	{ "http://127.0.0.1:1", SCHEMES },
	{ "tc://127.0.0.1:1", SCHEMES },
	{ "127.0.0.1:9999", SCHEMES },
	{ "/run/x", SCHEMES },
	{ "9999", SCHEMES },
	{ "tcp:", "must be tcp://HOST:PORT" },
	{ "tcp:/127.0.0.1:1", "must be tcp://HOST:PORT" },
	{ "udp6:127.0.0.1:1", "must be udp6://HOST:PORT" },
	{ "tcp:@name", "must be tcp://HOST:PORT" },
	{ "tcp://", "must end in :PORT" },
	{ "tcp://127.0.0.1", "must end in :PORT" },
	{ "tcp://127.0.0.1/x", "must end in :PORT" },
	{ "tcp://:9999", NO_HOST },
	{ "tcp://:", NO_HOST },
	{ "tcp://[]:9999", NO_HOST },
	{ "tcp://::1:9999", BRACKETS },
	{ "tcp://[::1:9999", BRACKETS },
	{ "tcp://::1]:9999", BRACKETS },
	{ "tcp://[::1]x:9999", BRACKETS },
	{ "tcp://127.0.0.1:80:81", BRACKETS },
	{ "tcp://127.0.0.1:", PORT },
	{ "tcp://[::1]:", PORT },
	{ "tcp://127.0.0.1:65536", PORT },
	{ "tcp://127.0.0.1:99999", PORT },
	{ "tcp://127.0.0.1:000080", PORT },
	{ "tcp://127.0.0.1:4294967376", PORT },
	{ "tcp://127.0.0.1:-1", PORT },
	{ "tcp://127.0.0.1:+1", PORT },
	{ "tcp://127.0.0.1:1x", PORT },
	{ "tcp://127.0.0.1:0x50", PORT },
	{ "tcp://127.0.0.1:http", PORT },
	{ "tcp://127.0.0.1: 80", NOTHING_MORE },
	{ "tcp://127.0.0.1:80 ", NOTHING_MORE },
	{ "tcp://127.0.0.1:80/", NOTHING_MORE },
	{ "tcp://127.0.0.1:80/path", NOTHING_MORE },
	{ "tcp:///127.0.0.1:80", NOTHING_MORE },
	{ "tcp4://[::1]:80", "is for IPv4, and this is an IPv6 address" },
	{ "udp4://[::]:80", "is for IPv4, and this is an IPv6 address" },
	{ "tcp6://127.0.0.1:80", "is for IPv6, and this is an IPv4 address" },
	{ "tcp://[::1]", "must end in :PORT" },
	{ "tcp://1.2.3:80", "host looks like an IPv4 address and is none" },
	{ "tcp://256.1.1.1:80", "host looks like an IPv4 address and is none" },
	{ "tcp://0:80", "host looks like an IPv4 address and is none" },
	{ "tcp://a b:80", NAME },
	{ "tcp://user@host:80", NAME },
	{ "tcp://ho*:80", NAME },
	{ "tcp://h\xc3\xa9:80", NAME },
	{ "unix:/x", "must be unix:///PATH or unix:@NAME" },
	{ "unix:", "must be unix:///PATH or unix:@NAME" },
	{ "unix://", "must be unix:///PATH or unix:@NAME" },
	{ "unix:name", "must be unix:///PATH or unix:@NAME" },
	{ "unix://name", "must be unix:///PATH or unix:@NAME" },
	{ "unix://@name", "must be unix:///PATH or unix:@NAME" },
	{ "seqpacket://x/y", "must be seqpacket:///PATH or seqpacket:@NAME" },
	{ "unix:@", "has no name behind @" },
	{ "unix:///", "has no name behind /" },
	{ "mptcp:127.0.0.1:1", "must be mptcp://HOST:PORT" },
	{ "sctp://127.0.0.1", "must end in :PORT" },
	{ "udplite://127.0.0.1:65536", PORT },
	{ "vsock:2:1", "must be vsock://CID:PORT" },
	{ "vsock://", VSOCK },
	{ "vsock://2", VSOCK },
	{ "vsock://2:", VSOCK },
	{ "vsock://:1", VSOCK },
	{ "vsock://*", VSOCK },
	{ "vsock://**:1", VSOCK },
	{ "vsock://-1:1", VSOCK },
	{ "vsock://2:4294967295", VSOCK },
	{ "vsock://2:4294967296", VSOCK },
	{ "vsock://4294967296:1", VSOCK },
	{ "vsock://2:1:1", VSOCK },
	{ "vsock://2:1/", VSOCK },
	{ "tipc:1000:1", "must be tipc://TYPE:INSTANCE" },
	{ "tipc://", TIPC },
	{ "tipc://1000", TIPC },
	{ "tipc://63:1", TIPC },
	{ "tipc://*:1", TIPC },
	{ "tipc://4294967296:1", TIPC },
	{ "tipc://1000:x", TIPC },
	{ "raw:icmp", "must be raw://PROTOCOL" },
	{ "raw://", RAW },
	{ "raw://0", RAW },
	{ "raw://255", RAW },
	{ "raw://ICMP", RAW },
	{ "raw://icmp ", RAW },
	{ "packet:lo", "must be packet://INTERFACE" },
	{ "packet://", PACKET },
	{ "packet://sixteen--letters", PACKET },
	{ "packet://.", PACKET },
	{ "packet://..", PACKET },
	{ "packet://a/b", PACKET },
	{ "packet://a b", PACKET },
	{ "packet://eth0:1", PACKET },
	{ "fd:web", "must be fd://NAME" },
	{ "fd://", FD },
	{ "fd://a:b", FD },
	{ "fd://a\tb", FD },
	{ "fd://a\x7f", FD },
	{ "fd://" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
		TEN TEN TEN TEN TEN TEN TEN TEN,
	    FD },
	{ "fd://h\xc3\xa9", FD },
};

START_TEST(refuses)
{
	struct endpoint e = { .port = 4711 };
	char            why[256] = "";

	ck_assert_int_eq(endpoint_parse(bads[_i].text, &e, why, sizeof why), -1);
	ck_assert_str_eq(why, bads[_i].why);
	ck_assert_ptr_null(e.text);
	ck_assert_uint_eq(e.port, 4711);
}
END_TEST

START_TEST(cuts_the_reason)
{
	struct endpoint e;
	char            why[9] = "@@@@@@@@";

	for (size_t i = 0; i < COUNT(bads); i++) {
		endpoint_parse(bads[i].text, &e, why, 8);
		ck_assert_int_eq(why[7], '\0');
		ck_assert_int_eq(why[8], '\0');
	}
}
END_TEST

/* 107 bytes of a path: what the kernel takes, with the byte that ends it. */
static const char *const prefixes[] = { "unix://", "unix:", "unixgram:" };

START_TEST(knows_the_longest_path)
{
	struct endpoint e;
	struct address *list;
	char            path[109], text[128], why[256];

	memset(path, 'p', sizeof path - 1);
	path[0] = strchr(prefixes[_i], '/') != NULL ? '/' : '@';
	path[107] = '\0';
	snprintf(text, sizeof text, "%s%s", prefixes[_i], path);
	ck_assert_int_eq(endpoint_parse(text, &e, why, sizeof why), 0);
	ck_assert_int_eq(endpoint_resolve(&e, &list, why, sizeof why), 1);
	ck_assert_uint_le(list->size, sizeof(struct sockaddr_un));
	free(list);
	endpoint_finish(&e);
	strcat(text, "p");
	ck_assert_int_eq(endpoint_parse(text, &e, why, sizeof why), -1);
	ck_assert_str_eq(
	    why, "path has 108 bytes, the kernel takes 107; use a shorter one");
}
END_TEST

static const struct {
	const char *endpoint, *address;
} resolves[] = {
	{ "tcp://127.0.0.1:9999", "127.0.0.1:9999" },
	{ "udp://[::1]:53", "[::1]:53" },
	{ "tcp4://*:80", "0.0.0.0:80" },
	{ "tcp6://*:80", "[::]:80" },
	{ "tcp://*:80", "[::]:80" },
	{ "udp://*:0", "[::]:0" },
	{ "tcp4://localhost:80", "127.0.0.1:80" },
	{ "unix:///run/x", "unix:/run/x" },
	{ "unixgram:@x", "unix:@x" },
	{ "seqpacket:@/run/x", "unix:@/run/x" },
	{ "mptcp://*:80", "[::]:80" },
	{ "sctp://127.0.0.1:80", "127.0.0.1:80" },
	{ "udplite://[::1]:80", "[::1]:80" },
	{ "vsock://1:80", "vsock:1:80" },
	{ "vsock://*:80", "vsock:*:80" },
	{ "vsock://2:0", "vsock:2:4294967295" },
	{ "tipc://1000:7", "tipc:1000:7" },
	{ "raw://icmp", "0.0.0.0:1" },
	{ "packet://lo", "packet" },
};

START_TEST(resolves_without_dns)
{
	struct endpoint e;
	struct address *list;
	char            why[256], text[ADDRESS_TEXT];

	ck_assert_int_eq(endpoint_parse(resolves[_i].endpoint, &e, why, sizeof why), 0);
	ck_assert_int_eq(endpoint_resolve(&e, &list, why, sizeof why), 1);
	address_print(&list[0], text, sizeof text);
	ck_assert_str_eq(text, resolves[_i].address);
	free(list);
	endpoint_finish(&e);
}
END_TEST

/* bind(2) counts the bytes of an abstract name, and the NUL behind a path. */
START_TEST(gives_unix_addresses_their_size)
{
	static const struct {
		const char *text;
		size_t      size;
	} sizes[] = { { "unix:///run/x", 7 }, { "unix:@run/x", 6 } };
	struct endpoint e;
	struct address *list;
	char            why[256];

	ck_assert_int_eq(endpoint_parse(sizes[_i].text, &e, why, sizeof why), 0);
	ck_assert_int_eq(endpoint_resolve(&e, &list, why, sizeof why), 1);
	ck_assert_uint_eq(
	    list->size, offsetof(struct sockaddr_un, sun_path) + sizes[_i].size);
	free(list);
	endpoint_finish(&e);
}
END_TEST

START_TEST(says_which_interface_is_missing)
{
	struct endpoint e;
	struct address *list = NULL;
	char            why[256];

	ck_assert_int_eq(endpoint_parse("packet://nope", &e, why, sizeof why), 0);
	ck_assert_int_eq(endpoint_resolve(&e, &list, why, sizeof why), -1);
	ck_assert_str_eq(
	    why, "nope: No such device; see ip link for the interfaces there are");
	ck_assert_ptr_null(list);
	endpoint_finish(&e);
}
END_TEST

/* A client cannot connect to what only a server has. */
static const struct {
	const char *text, *why; /* NULL: it can */
} peers[] = {
	{ "tcp://127.0.0.1:80", NULL },
	{ "unix:@x", NULL },
	{ "vsock://2:80", NULL },
	{ "tipc://1000:0", NULL },
	{ "udplite://[::1]:80", NULL },
	{ "tcp://*:80", "* is for servers; name the host to connect to" },
	{ "vsock://*:80", "* is for servers; name the host to connect to" },
	{ "vsock://4294967295:80", "* is for servers; name the host to connect to" },
	{ "sctp://127.0.0.1:0", "port 0 is for servers; give the real one" },
	{ "vsock://2:0", "port 0 is for servers; give the real one" },
	{ "fd://web", "fd: is for servers; nobody can connect to it" },
	{ "raw://icmp", "raw: is for servers; nobody can connect to it" },
	{ "packet://lo", "packet: is for servers; nobody can connect to it" },
};

START_TEST(knows_what_a_client_can_connect_to)
{
	struct endpoint e;
	char            why[256] = "";

	ck_assert_int_eq(endpoint_parse(peers[_i].text, &e, why, sizeof why), 0);
	ck_assert_int_eq(
	    endpoint_check_peer(&e, why, sizeof why), peers[_i].why != NULL ? -1 : 0);
	ck_assert_str_eq(why, peers[_i].why != NULL ? peers[_i].why : "");
	endpoint_finish(&e);
}
END_TEST

static const struct {
	const char *a, *b;
	bool        same;
} kinds[] = {
	{ "tcp://127.0.0.1:80", "tcp4://localhost:81", true },
	{ "tcp://127.0.0.1:80", "mptcp://127.0.0.1:80", false },
	{ "tcp://127.0.0.1:80", "udp://127.0.0.1:80", false },
	{ "udp://127.0.0.1:80", "udplite://127.0.0.1:80", false },
	{ "raw://1", "raw://icmp", true },
	{ "raw://1", "raw://2", false },
	{ "unix:@x", "seqpacket:@x", false },
};

START_TEST(knows_the_same_kind)
{
	struct endpoint a, b;
	char            why[256];

	ck_assert_int_eq(endpoint_parse(kinds[_i].a, &a, why, sizeof why), 0);
	ck_assert_int_eq(endpoint_parse(kinds[_i].b, &b, why, sizeof why), 0);
	ck_assert(endpoint_same_kind(&a, &b) == kinds[_i].same);
	endpoint_finish(&a);
	endpoint_finish(&b);
}
END_TEST

/* No name server can know an empty label, so none is asked. */
START_TEST(says_what_does_not_resolve)
{
	static const char *const schemes[] = { "tcp", "udp4" };
	struct endpoint          e;
	struct address          *list = NULL;
	char                     text[32], why[256];

	snprintf(text, sizeof text, "%s://a..b:80", schemes[_i]);
	ck_assert_int_eq(endpoint_parse(text, &e, why, sizeof why), 0);
	ck_assert_int_eq(endpoint_resolve(&e, &list, why, sizeof why), -1);
	ck_assert_ptr_eq(strstr(why, "a..b does not resolve: "), why);
	ck_assert_ptr_nonnull(strstr(why, "; correct the name or give an address"));
	ck_assert_ptr_null(list);
	endpoint_finish(&e);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("endpoint");

	TABLE(s, understands, goods);
	TABLE(s, refuses, bads);
	TEST(s, cuts_the_reason);
	TABLE(s, knows_the_longest_path, prefixes);
	TABLE(s, resolves_without_dns, resolves);
	TESTS(s, gives_unix_addresses_their_size, 2);
	TEST(s, says_which_interface_is_missing);
	TABLE(s, knows_what_a_client_can_connect_to, peers);
	TABLE(s, knows_the_same_kind, kinds);
	TESTS(s, says_what_does_not_resolve, 2);
	return unit_run(s);
}
