/* SPDX-License-Identifier: MIT */
/* check_listener.c - tests listener.c */
#include "master/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sysexits.h>

#include "config/settings.h"
#include "unit.h"

static void
set(struct listen_conf *conf, const char *name, enum literal literal, const char *text)
{
	char why[256] = "";
	int  result = setting_parse(
	     setting_find(listen_rows, name), conf, literal, text, "/", why, sizeof why);

	ck_assert_msg(result == 0, "%s", why);
}

/* An endpoint and its addresses; "DIR" stands for the test's directory. */
static struct listen_conf *
conf_of(const char *endpoint)
{
	struct listen_conf *conf = listen_conf_create();
	const char         *directory = strstr(endpoint, "DIR/");
	char                text[256], why[256];

	snprintf(text, sizeof text, "%s", endpoint);
	if (directory != NULL)
		snprintf(text, sizeof text, "%.*s%s", (int)(directory - endpoint),
		    endpoint, unit_path(directory + 4));
	/* As check.c does for a path whose owner nobody named. */
	conf->ownership.uid = (uid_t)-1;
	conf->ownership.gid = (gid_t)-1;
	set(conf, "at", LITERAL_STRING, text);
	conf->n_addresses =
	    endpoint_resolve(&conf->at, &conf->addresses, why, sizeof why);
	ck_assert_int_ge(conf->n_addresses, 1);
	return conf;
}

static struct listener *
open_listener(const struct listen_conf *conf)
{
	int status = 0;

	if (unit_log_fd == -1)
		unit_catch_log();
	return listener_open("test", conf, conf->addresses, NULL, &status);
}

static bool
has_ipv6(void)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int                 fd = socket(AF_INET6, SOCK_STREAM, 0);
	bool has = fd != -1 && bind(fd, (struct sockaddr *)&in6, sizeof in6) == 0;

	close(fd);
	return has;
}

static int
option(const struct listener *l, int level, int name)
{
	int       value = -4711;
	socklen_t size = sizeof value;

	ck_assert_int_eq(getsockopt(l->fd, level, name, &value, &size), 0);
	return value;
}

static const struct {
	const char *endpoint;
	int         family, type, protocol;
	bool        listening;
} kinds[] = {
	{ "tcp://127.0.0.1:0", AF_INET, SOCK_STREAM, IPPROTO_TCP, true },
	{ "tcp://[::1]:0", AF_INET6, SOCK_STREAM, IPPROTO_TCP, true },
	{ "tcp4://*:0", AF_INET, SOCK_STREAM, IPPROTO_TCP, true },
	{ "tcp6://*:0", AF_INET6, SOCK_STREAM, IPPROTO_TCP, true },
	{ "tcp://*:0", AF_INET6, SOCK_STREAM, IPPROTO_TCP, true },
	{ "udp://127.0.0.1:0", AF_INET, SOCK_DGRAM, IPPROTO_UDP, false },
	{ "udp6://[::1]:0", AF_INET6, SOCK_DGRAM, IPPROTO_UDP, false },
	{ "unix://DIR/s", AF_UNIX, SOCK_STREAM, 0, true },
	{ "seqpacket://DIR/s", AF_UNIX, SOCK_SEQPACKET, 0, true },
	{ "unixgram://DIR/s", AF_UNIX, SOCK_DGRAM, 0, false },
	{ "unix:@sockd-check-listener", AF_UNIX, SOCK_STREAM, 0, true },
	{ "mptcp://127.0.0.1:0", AF_INET, SOCK_STREAM, IPPROTO_MPTCP, true },
	{ "mptcp://[::1]:0", AF_INET6, SOCK_STREAM, IPPROTO_MPTCP, true },
	{ "udplite://127.0.0.1:0", AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE, false },
	{ "sctp://127.0.0.1:0", AF_INET, SOCK_STREAM, IPPROTO_SCTP, true },
	{ "vsock://*:0", AF_VSOCK, SOCK_STREAM, 0, true },
	{ "tipc://471100:1", AF_TIPC, SOCK_STREAM, 0, true },
	{ "raw://253", AF_INET, SOCK_RAW, 253, false },
	{ "packet://lo", AF_PACKET, SOCK_RAW, 0, false },
};

/* Does the kernel have such sockets, and may we have one? */
static bool
has_kind(int family, int type, int protocol)
{
	int  fd = socket(family, type, protocol);
	bool has = fd != -1;

	if (has)
		close(fd);
	else
		printf("skipped: socket(%d, %d, %d): %s\n", family, type, protocol,
		    strerror(errno));
	return has;
}

START_TEST(opens)
{
	struct listen_conf *conf = conf_of(kinds[_i].endpoint);
	struct listener    *l;
	char                expected[512], text[ADDRESS_TEXT];
	struct stat         st;

	if ((kinds[_i].family == AF_INET6 && !has_ipv6()) ||
	    !has_kind(kinds[_i].family, kinds[_i].type, kinds[_i].protocol)) {
		listen_conf_destroy(conf);
		return;
	}
	unit_catch_log();
	l = open_listener(conf);
	ck_assert_msg(l != NULL, "%s", unit_log());
	ck_assert_int_eq(option(l, SOL_SOCKET, SO_DOMAIN), kinds[_i].family);
	ck_assert_int_eq(option(l, SOL_SOCKET, SO_TYPE), kinds[_i].type);
	ck_assert_int_eq(option(l, SOL_SOCKET, SO_PROTOCOL), kinds[_i].protocol);
	ck_assert_int_eq(option(l, SOL_SOCKET, SO_ACCEPTCONN), kinds[_i].listening);
	ck_assert(listener_is_datagram(l) == !kinds[_i].listening);
	ck_assert(listener_passes_waits_on(l) == (kinds[_i].protocol == IPPROTO_TCP));
	ck_assert(fcntl(l->fd, F_GETFD) & FD_CLOEXEC);
	ck_assert_int_eq(fcntl(l->fd, F_GETFL) & O_NONBLOCK, 0);
	if (endpoint_is_inet(&conf->at))
		ck_assert_uint_gt(address_port(&l->bound), 0);
	address_print(&l->bound, text, sizeof text);
	snprintf(expected, sizeof expected, "5test: listening on %s as %s", conf->at.text,
	    text);
	ck_assert_str_eq(unit_log(), expected);
	ck_assert_int_eq(l->path != NULL, endpoint_is_path(&conf->at));
	if (l->path != NULL)
		ck_assert(lstat(l->path, &st) == 0 && S_ISSOCK(st.st_mode));
	listener_close(l);
	if (endpoint_is_path(&conf->at))
		ck_assert_int_ne(lstat(conf->at.path, &st), 0);
	listen_conf_destroy(conf);
}
END_TEST

/* An option that was asked for, on a fresh socket and on one that is open already. */
static const struct {
	const char  *endpoint, *setting;
	enum literal literal;
	const char  *text;
	int          level, option, value, otherwise;
	bool         needs_root, once;
} options[] = {
	{ "tcp://127.0.0.1:0", "keepalive", LITERAL_BOOL, "true", SOL_SOCKET,
	    SO_KEEPALIVE, 1, 0, false, false },
	{ "tcp://127.0.0.1:0", "nodelay", LITERAL_BOOL, "true", IPPROTO_TCP, TCP_NODELAY,
	    1, 0, false, false },
	{ "tcp://127.0.0.1:0", "defer_accept", LITERAL_STRING, "1s", IPPROTO_TCP,
	    TCP_DEFER_ACCEPT, 1, 0, false, false },
	{ "tcp://127.0.0.1:0", "defer_accept", LITERAL_STRING, "1ms", IPPROTO_TCP,
	    TCP_DEFER_ACCEPT, 1, 0, false, false },
	{ "tcp://127.0.0.1:0", "fastopen", LITERAL_NUMBER, "17", IPPROTO_TCP,
	    TCP_FASTOPEN, 17, 0, false, false },
	{ "tcp://127.0.0.1:0", "tos", LITERAL_NUMBER, "16", IPPROTO_IP, IP_TOS, 16, 0,
	    false, false },
	{ "udp://127.0.0.1:0", "tos", LITERAL_NUMBER, "16", IPPROTO_IP, IP_TOS, 16, 0,
	    false, false },
	{ "tcp://[::1]:0", "tos", LITERAL_NUMBER, "16", IPPROTO_IPV6, IPV6_TCLASS, 16, 0,
	    false, false },
	{ "tcp://127.0.0.1:0", "mark", LITERAL_NUMBER, "7", SOL_SOCKET, SO_MARK, 7, 0,
	    true, false },
	{ "tcp://127.0.0.1:0", "mark", LITERAL_NUMBER, "2147483647", SOL_SOCKET, SO_MARK,
	    2147483647, 0, true, false },
	/* the kernel doubles what it is given, socket(7) */
	{ "tcp://127.0.0.1:0", "receive_buffer", LITERAL_STRING, "16k", SOL_SOCKET,
	    SO_RCVBUF, 32768, -1, false, true },
	{ "unix:@sockd-check-listener", "send_buffer", LITERAL_STRING, "16k", SOL_SOCKET,
	    SO_SNDBUF, 32768, -1, false, true },
	{ "tcp://127.0.0.1:0", "reuseport", LITERAL_BOOL, "true", SOL_SOCKET,
	    SO_REUSEPORT, 1, 0, false, true },
	{ "tcp://127.0.0.1:0", "freebind", LITERAL_BOOL, "true", IPPROTO_IP, IP_FREEBIND,
	    1, 0, false, true },
	{ "tcp://[::1]:0", "v6only", LITERAL_BOOL, "true", IPPROTO_IPV6, IPV6_V6ONLY, 1,
	    1, false, true },
	{ "tcp://*:0", "v6only", LITERAL_BOOL, "true", IPPROTO_IPV6, IPV6_V6ONLY, 1, 0,
	    false, true },
	{ "tcp6://*:0", "v6only", LITERAL_BOOL, "false", IPPROTO_IPV6, IPV6_V6ONLY, 0, 1,
	    false, true },
};

START_TEST(sets_options)
{
	struct listen_conf *plain = conf_of(options[_i].endpoint),
			   *conf = conf_of(options[_i].endpoint);
	struct listener *l;

	if ((options[_i].needs_root && geteuid() != 0) ||
	    (plain->addresses->storage.ss_family == AF_INET6 && !has_ipv6()))
		goto skip;
	set(conf, options[_i].setting, options[_i].literal, options[_i].text);
	unit_catch_log();
	l = open_listener(conf);
	ck_assert_msg(l != NULL, "%s", unit_log());
	ck_assert_int_eq(
	    option(l, options[_i].level, options[_i].option), options[_i].value);
	listener_close(l);

	l = open_listener(plain);
	ck_assert_msg(l != NULL, "%s", unit_log());
	if (options[_i].otherwise != -1)
		ck_assert_int_eq(option(l, options[_i].level, options[_i].option),
		    options[_i].otherwise);
	if (!options[_i].once) {
		/* and back */
		listener_set_options(l, "test", conf);
		ck_assert_int_eq(
		    option(l, options[_i].level, options[_i].option), options[_i].value);
		listener_set_options(l, "test", plain);
		ck_assert_int_eq(option(l, options[_i].level, options[_i].option),
		    options[_i].otherwise);
	}
	ck_assert_int_eq(unit_log()[0], '5');
	ck_assert_int_eq(unit_log()[0], '5');
	ck_assert_str_eq(unit_log(), "");
	listener_close(l);
skip:
	listen_conf_destroy(plain);
	listen_conf_destroy(conf);
}
END_TEST

START_TEST(binds_to_a_device)
{
	struct listen_conf *conf = conf_of("tcp://127.0.0.1:0");
	struct listener    *l;
	char                name[16] = "";
	socklen_t           size = sizeof name;

	set(conf, "device", LITERAL_STRING, "lo");
	unit_catch_log();
	l = open_listener(conf);
	if (l != NULL) {
		ck_assert_int_eq(
		    getsockopt(l->fd, SOL_SOCKET, SO_BINDTODEVICE, name, &size), 0);
		ck_assert_str_eq(name, "lo");
		listener_close(l);
	} else {
		ck_assert_int_ne(geteuid(), 0);
	}
	set(conf, "device", LITERAL_STRING, "no-such-device");
	unit_catch_log();
	ck_assert_ptr_null(open_listener(conf));
	ck_assert_int_eq(unit_log()[0], '3');
	listen_conf_destroy(conf);
}
END_TEST

/* Worker's accept and its connections must not wait for ever, conn.h. */
START_TEST(lets_the_kernel_end_waits)
{
	static const char *const endpoints[] = { "tcp://127.0.0.1:0", "udp://127.0.0.1:0",
		"unix://DIR/s" };
	struct listen_conf      *conf = conf_of(endpoints[_i]);
	struct listener         *l = open_listener(conf);
	struct timeval           tv = { 0, 0 };
	socklen_t                size = sizeof tv;

	ck_assert_int_eq(getsockopt(l->fd, SOL_SOCKET, SO_RCVTIMEO, &tv, &size), 0);
	ck_assert_int_eq(tv.tv_sec, 5);
	ck_assert_int_eq(getsockopt(l->fd, SOL_SOCKET, SO_SNDTIMEO, &tv, &size), 0);
	ck_assert_int_eq(tv.tv_sec, 5);
	listener_close(l);
	listen_conf_destroy(conf);
}
END_TEST

START_TEST(asks_for_destinations)
{
	struct listen_conf *conf = conf_of(_i == 0 ? "udp://127.0.0.1:0" : "udp://*:0");
	struct listener    *l;

	if (_i == 0 || has_ipv6()) {
		l = open_listener(conf);
		ck_assert_int_eq(option(l, _i == 0 ? IPPROTO_IP : IPPROTO_IPV6,
				     _i == 0 ? IP_PKTINFO : IPV6_RECVPKTINFO),
		    1);
		ck_assert_int_eq(option(l, SOL_SOCKET, SO_REUSEADDR), 0);
		listener_close(l);
	}
	listen_conf_destroy(conf);
}
END_TEST

/* "*" takes IPv4 too. */
START_TEST(takes_both_families)
{
	struct listen_conf *conf = conf_of("tcp://*:0");
	struct listener    *l = open_listener(conf);
	struct sockaddr_in  in = { .sin_family = AF_INET,
		 .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int                 fd = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_ptr_nonnull(l);
	in.sin_port = htons((in_port_t)address_port(&l->bound));
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&in, sizeof in), 0);
	close(fd);
	listener_close(l);
	listen_conf_destroy(conf);
}
END_TEST

static bool
is_blocking(const struct listener *l)
{
	return (fcntl(l->fd, F_GETFL) & O_NONBLOCK) == 0;
}

static long
wait_of(const struct listener *l)
{
	struct timeval wait;
	socklen_t      size = sizeof wait;

	ck_assert_int_eq(getsockopt(l->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, &size), 0);
	return wait.tv_sec;
}

START_TEST(changes_hands)
{
	struct listen_conf *conf = conf_of("tcp://127.0.0.1:0");
	struct listener    *l = open_listener(conf);
	long                wait = wait_of(l);

	ck_assert_int_gt(wait, 0);
	listener_take(l, false);
	ck_assert(!is_blocking(l));
	ck_assert_int_eq(accept(l->fd, NULL, NULL), -1);
	ck_assert_int_eq(errno, EAGAIN);
	listener_give(l);
	ck_assert(is_blocking(l));
	ck_assert_int_eq(wait_of(l), 0);
	/* What a program makes of it stays, whatever options are set. */
	ck_assert_int_eq(fcntl(l->fd, F_SETFL, O_NONBLOCK), 0);
	listener_set_options(l, "s", conf);
	listener_give(l);
	ck_assert(!is_blocking(l));
	ck_assert_int_eq(wait_of(l), 0);
	listener_take(l, true);
	ck_assert(is_blocking(l));
	ck_assert_int_eq(wait_of(l), wait);
	listener_close(l);
	listen_conf_destroy(conf);
}
END_TEST

static void
check_refused(const char *endpoint, int expected_status, const char *expected)
{
	struct listen_conf *conf = conf_of(endpoint);
	int                 status = 0, before = dup(0);
	char                text[512];

	close(before);
	unit_catch_log();
	ck_assert_ptr_null(listener_open("test", conf, conf->addresses, NULL, &status));
	ck_assert_int_eq(status, expected_status);
	snprintf(
	    text, sizeof text, "3test: cannot listen on %s: %s", conf->at.text, expected);
	ck_assert_str_eq(unit_log(), text);
	close(log_socket());
	close(unit_log_fd);
	ck_assert_int_eq(dup(0), before);
	close(before);
	listen_conf_destroy(conf);
}

START_TEST(refuses_an_address_in_use)
{
	struct listen_conf *conf = conf_of("tcp://127.0.0.1:0");
	struct listener    *l = open_listener(conf);
	char                endpoint[64];

	snprintf(
	    endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", address_port(&l->bound));
	check_refused(endpoint, EX_UNAVAILABLE,
	    "Address already in use; another process has it: "
	    "stop that (see ss -lnp) or use another port");
	listener_close(l);
	listen_conf_destroy(conf);
}
END_TEST

/* It is one of our own that is in the way. */
START_TEST(knows_its_own)
{
	struct listen_conf *conf = conf_of("tcp://127.0.0.1:0"), *other;
	struct listener    *l = open_listener(conf);
	char                endpoint[64];
	int                 status = 0;

	snprintf(
	    endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", address_port(&l->bound));
	other = conf_of(endpoint);
	unit_catch_log();
	ck_assert_ptr_null(listener_open("test", other, other->addresses, l, &status));
	ck_assert_int_eq(status, EX_UNAVAILABLE);
	ck_assert_ptr_nonnull(
	    strstr(unit_log(), "; sockd itself has it, by another endpoint: "));
	listener_close(l);
	listen_conf_destroy(conf);
	listen_conf_destroy(other);
}
END_TEST

START_TEST(says_what_to_do)
{
	check_refused("tcp://192.0.2.1:0", EX_OSERR,
	    "Cannot assign requested address; no interface "
	    "has this address: correct it or set freebind = true");
	check_refused("unix://DIR/none/s", EX_CANTCREAT,
	    "No such file or directory; make the directory first");
	if (geteuid() == 0)
		return;
	mkdir(unit_path("closed"), 0500);
	check_refused("unix://DIR/closed/s", EX_NOPERM,
	    "Permission denied; use a directory that we "
	    "may write to");
}
END_TEST

/* The kernel lacks it, or keeps it for others. */
START_TEST(names_the_protocol_that_is_missing)
{
	static const struct {
		const char *endpoint, *expected;
		int         family, type, protocol;
	} missing[] = {
		{ "sctp://127.0.0.1:0", "this kernel has no SCTP: Protocol not supported",
		    AF_INET, SOCK_STREAM, IPPROTO_SCTP },
		{ "tipc://471100:1",
		    "this kernel has no TIPC: Address family not supported by protocol",
		    AF_TIPC, SOCK_STREAM, 0 },
	};
	char expected[256];

	if (has_kind(missing[_i].family, missing[_i].type, missing[_i].protocol))
		return;
	snprintf(expected, sizeof expected,
	    "%s; load its module or, under systemd, see RestrictAddressFamilies=",
	    missing[_i].expected);
	check_refused(missing[_i].endpoint, EX_OSERR, expected);
}
END_TEST

/* What is in the way of a path, and stays there. */
START_TEST(keeps_what_is_no_socket)
{
	static const char *const names[] = { "file", "dir", "fifo", "link", "dangling" };
	char                     endpoint[64];
	struct stat              before, after;

	unit_write("file", "precious");
	mkdir(unit_path("dir"), 0700);
	mkfifo(unit_path("fifo"), 0600);
	ck_assert_int_eq(symlink(unit_path("file"), unit_path("link")), 0);
	ck_assert_int_eq(symlink(unit_path("new"), unit_path("dangling")), 0);
	ck_assert_int_eq(lstat(unit_path(names[_i]), &before), 0);
	snprintf(endpoint, sizeof endpoint, "unix://DIR/%s", names[_i]);
	check_refused(endpoint, EX_CANTCREAT,
	    "File exists; what is there is not a socket: remove it or use "
	    "another path");
	ck_assert_int_eq(lstat(unit_path(names[_i]), &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	ck_assert_int_ne(access(unit_path("new"), F_OK), 0);
}
END_TEST

static const char *const paths[] = { "unix://DIR/s", "seqpacket://DIR/s",
	"unixgram://DIR/s" };

/* A socket that nobody has open any more, of whatever type. */
START_TEST(replaces_a_stale_path)
{
	static const int    types[] = { SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM };
	struct sockaddr_un  un = { .sun_family = AF_UNIX };
	struct listen_conf *conf = conf_of(paths[_i]);
	struct listener    *l;
	struct stat         before, after;
	int                 fd = socket(AF_UNIX, types[_i], 0);

	strcpy(un.sun_path, unit_path("s"));
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&un, sizeof un), 0);
	close(fd);
	ck_assert_int_eq(lstat(un.sun_path, &before), 0);
	l = open_listener(conf);
	ck_assert_ptr_nonnull(l);
	ck_assert_int_eq(lstat(un.sun_path, &after), 0);
	ck_assert_uint_eq(after.st_ino, l->ino);
	listener_close(l);
	listen_conf_destroy(conf);
}
END_TEST

/* One that is served is an error, also when another type asks, or its queue is full. */
START_TEST(keeps_a_live_path)
{
	struct listen_conf *conf = conf_of(paths[_i]);
	struct listener    *l;
	int                 fds[8];

	set(conf, "backlog", LITERAL_NUMBER, "1");
	l = open_listener(conf);
	for (size_t i = 0; i < COUNT(fds); i++) {
		fds[i] = socket(AF_UNIX, l->type | SOCK_NONBLOCK, 0);
		(void)!connect(
		    fds[i], (struct sockaddr *)&l->address.storage, l->address.size);
	}
	for (size_t i = 0; i < COUNT(paths); i++)
		check_refused(paths[i], EX_UNAVAILABLE,
		    "Address already in use; another process serves it: "
		    "stop that or use another path");
	ck_assert_int_eq(access(l->path, F_OK), 0);
	for (size_t i = 0; i < COUNT(fds); i++)
		close(fds[i]);
	listener_close(l);
	listen_conf_destroy(conf);
}
END_TEST

static const struct {
	const char *mode;
	mode_t      umask, expected;
} modes[] = {
	{ "666", 022, 0666 },
	{ "600", 0, 0600 },
	{ "660", 077, 0660 },
	{ "000", 0, 0 },
	{ "777", 0777, 0777 },
};

START_TEST(sets_the_mode_of_a_path)
{
	struct listen_conf *conf = conf_of("unix://DIR/s");
	struct listener    *l;
	struct stat         st;

	set(conf, "mode", LITERAL_STRING, modes[_i].mode);
	unit_path("");
	umask(modes[_i].umask);
	l = open_listener(conf);
	ck_assert_uint_eq(umask(022), modes[_i].umask);
	ck_assert_ptr_nonnull(l);
	ck_assert_int_eq(lstat(l->path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, modes[_i].expected);
	set(conf, "mode", LITERAL_STRING, "640");
	listener_set_options(l, "test", conf);
	ck_assert_int_eq(lstat(l->path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0640);
	listener_close(l);
	listen_conf_destroy(conf);
}
END_TEST

START_TEST(gives_a_path_to_its_owner)
{
	struct listen_conf *conf = conf_of("unix://DIR/s");
	struct listener    *l;
	struct stat         st;

	conf->ownership = (struct identity){ .given = true,
		.uid = geteuid() == 0 ? 4711 : geteuid(),
		.gid = geteuid() == 0 ? 4712 : getegid() };
	l = open_listener(conf);
	ck_assert_ptr_nonnull(l);
	ck_assert_int_eq(lstat(l->path, &st), 0);
	ck_assert_uint_eq(st.st_uid, conf->ownership.uid);
	ck_assert_uint_eq(st.st_gid, conf->ownership.gid);
	listener_close(l);
	listen_conf_destroy(conf);
}
END_TEST

START_TEST(leaves_the_path_of_another)
{
	struct listen_conf *conf = conf_of("unix://DIR/s");
	struct listener    *l = open_listener(conf);

	ck_assert_int_eq(rename(l->path, unit_path("moved")), 0);
	unit_write("s", "new");
	listener_close(l);
	ck_assert_int_eq(access(unit_path("s"), F_OK), 0);
	listen_conf_destroy(conf);
}
END_TEST

/* Whoever may write to the directory can put another file in the socket's place. */
START_TEST(changes_no_file_but_its_socket)
{
	struct listen_conf *conf = conf_of("unix://DIR/s");
	struct listener    *l = open_listener(conf);
	struct stat         st;
	int                 fd = socket(AF_UNIX, SOCK_STREAM, 0);

	ck_assert_int_eq(unlink(l->path), 0);
	chmod(unit_write("target", "precious"), 0600);
	ck_assert_int_eq(symlink(unit_path("target"), l->path), 0);
	listener_set_options(l, "test", conf);
	ck_assert_int_eq(unit_log()[0], '5');
	ck_assert_int_eq(unit_log()[0], '4');
	ck_assert_int_eq(stat(unit_path("target"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);

	/* a socket, but not this one */
	unlink(l->path);
	ck_assert_int_eq(
	    bind(fd, (struct sockaddr *)&l->address.storage, l->address.size), 0);
	chmod(l->path, 0600);
	listener_set_options(l, "test", conf);
	ck_assert_int_eq(stat(l->path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	close(fd);
	listener_close(l);
	listen_conf_destroy(conf);
}
END_TEST

/* What somebody did to the path; is it lost then? */
enum loss { NOTHING, REMOVED, MOVED, REPLACED_BY_FILE, REPLACED_BY_SOCKET, SHUT };
static const struct {
	enum loss what;
	bool      lost;
} losses[] = {
	{ NOTHING, false },
	{ REMOVED, true },
	{ MOVED, true },
	{ REPLACED_BY_FILE, true },
	{ REPLACED_BY_SOCKET, true },
	{ SHUT, true },
};

static void
lose(const struct listener *l, enum loss what)
{
	if (what == SHUT)
		shutdown(l->fd, SHUT_RDWR);
	else if (what == MOVED)
		ck_assert_int_eq(rename(l->path, unit_path("moved")), 0);
	else if (what != NOTHING)
		ck_assert_int_eq(unlink(l->path), 0);
	if (what == REPLACED_BY_FILE)
		unit_write("s", "precious");
	if (what == REPLACED_BY_SOCKET)
		ck_assert_int_eq(
		    bind(socket(AF_UNIX, SOCK_STREAM, 0),
			(const struct sockaddr *)&l->address.storage, l->address.size),
		    0);
}

START_TEST(notes_who_lost_its_path)
{
	struct listen_conf *conf = conf_of("unix://DIR/s");
	struct listener    *l = open_listener(conf);
	bool                there;

	lose(l, losses[_i].what);
	listener_note_lost(l);
	ck_assert(l->lost == losses[_i].lost);
	ck_assert((listener_find(l, "test", &conf->at, conf->addresses) == NULL) ==
	    losses[_i].lost);
	there = access(l->path, F_OK) == 0;
	ck_assert(there ==
	    (losses[_i].what == NOTHING || losses[_i].what == REPLACED_BY_FILE ||
		losses[_i].what == REPLACED_BY_SOCKET));
	listener_close(l);
	ck_assert(
	    (access(conf->at.path, F_OK) == 0) == (there && losses[_i].what != NOTHING));
	listen_conf_destroy(conf);
}
END_TEST

/* By type and by the address that was asked for; with port 0 by the service too. */
START_TEST(finds)
{
	static const char *const endpoints[] = { "tcp://127.0.0.1:0", "udp://127.0.0.1:0",
		"unix:@sockd-check-a", "seqpacket:@sockd-check-a" };
	struct listener         *list = NULL, *l;
	struct listen_conf      *confs[4];

	for (size_t i = 0; i < COUNT(endpoints); i++) {
		confs[i] = conf_of(endpoints[i]);
		if (i == 3)
			break;
		l = open_listener(confs[i]);
		ck_assert_ptr_nonnull(l);
		l->next = list;
		list = l;
	}
	for (size_t i = 0; i < 3; i++) {
		l = listener_find(list, "test", &confs[i]->at, confs[i]->addresses);
		ck_assert_ptr_nonnull(l);
		ck_assert_int_eq(l->type, confs[i]->at.transport->type);
		ck_assert_int_eq(listener_find(list, "other", &confs[i]->at,
				     confs[i]->addresses) != NULL,
		    i == 2);
		l->used = true;
		ck_assert_int_eq(listener_find(list, "test", &confs[i]->at,
				     confs[i]->addresses) != NULL,
		    i == 2);
	}
	ck_assert_ptr_null(
	    listener_find(list, "test", &confs[3]->at, confs[3]->addresses));
	ck_assert_ptr_null(
	    listener_find(NULL, "test", &confs[0]->at, confs[0]->addresses));
	while ((l = list) != NULL) {
		list = l->next;
		listener_close(l);
	}
	for (size_t i = 0; i < COUNT(confs); i++)
		listen_conf_destroy(confs[i]);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("listener");

	TABLE(s, opens, kinds);
	TABLE(s, sets_options, options);
	TEST(s, binds_to_a_device);
	TESTS(s, lets_the_kernel_end_waits, 3);
	TESTS(s, asks_for_destinations, 2);
	TEST(s, takes_both_families);
	TEST(s, changes_hands);
	TEST(s, refuses_an_address_in_use);
	TEST(s, knows_its_own);
	TEST(s, says_what_to_do);
	TESTS(s, names_the_protocol_that_is_missing, 2);
	TESTS(s, keeps_what_is_no_socket, 5);
	TABLE(s, notes_who_lost_its_path, losses);
	TABLE(s, replaces_a_stale_path, paths);
	TABLE(s, keeps_a_live_path, paths);
	TABLE(s, sets_the_mode_of_a_path, modes);
	TEST(s, gives_a_path_to_its_owner);
	TEST(s, leaves_the_path_of_another);
	TEST(s, changes_no_file_but_its_socket);
	TEST(s, finds);
	return unit_run(s);
}
