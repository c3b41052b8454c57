/* SPDX-License-Identifier: MIT */
/* check_exec_environ.c - tests exec_environ.c */
#include "handler/exec_environ.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "common/address.h"
#include "unit.h"

static const char *
value_of(const struct exec_environ *e, const char *name)
{
	size_t length = strlen(name);

	for (char **v = e->list; *v != NULL; v++)
		if (strncmp(*v, name, length) == 0 && (*v)[length] == '=')
			return *v + length + 1;
	return NULL;
}

/* The server's side of a connection over loopback. */
static int
connection(int family)
{
	struct sockaddr_storage address = { .ss_family = (sa_family_t)family };
	socklen_t               size = sizeof address;
	int                     listener = socket(family, SOCK_STREAM, 0), client, fd;

	if (family == AF_INET)
		((struct sockaddr_in *)&address)->sin_addr.s_addr =
		    htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&address,
			     family == AF_INET ? sizeof(struct sockaddr_in) :
						 sizeof(struct sockaddr_in6)),
	    0);
	ck_assert_int_eq(listen(listener, 1), 0);
	ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	if (family == AF_INET6) /* an IPv4 client of it */
		inet_pton(AF_INET6, "::ffff:127.0.0.1",
		    &((struct sockaddr_in6 *)&address)->sin6_addr);
	client = socket(family, SOCK_STREAM, 0);
	ck_assert_int_eq(connect(client, (struct sockaddr *)&address, size), 0);
	fd = accept(listener, NULL, NULL);
	ck_assert_int_ne(fd, -1);
	close(listener);
	return fd;
}

START_TEST(tells_of_the_internet)
{
	static const int    families[] = { AF_INET, AF_INET6 };
	struct strings      common = { NULL, 0 };
	struct exec_environ e;

	strings_add(&common, "A=b");
	exec_environ_make(&e, &common, EXEC_UCSPI | EXEC_INETD | EXEC_SYSTEMD,
	    connection(families[_i]));
	ck_assert_str_eq(value_of(&e, "A"), "b");
	ck_assert_str_eq(value_of(&e, "PROTO"), "TCP");
	ck_assert_str_eq(value_of(&e, "TCPLOCALIP"), "127.0.0.1");
	ck_assert_str_eq(value_of(&e, "TCPREMOTEIP"), "127.0.0.1");
	ck_assert_str_eq(value_of(&e, "REMOTE_HOST"), "127.0.0.1");
	ck_assert_str_eq(value_of(&e, "REMOTE_PORT"), value_of(&e, "TCPREMOTEPORT"));
	ck_assert_str_ne(value_of(&e, "TCPLOCALPORT"), value_of(&e, "TCPREMOTEPORT"));
	snprintf(e.pid, e.pid_size, "%d", 4711);
	ck_assert_str_eq(value_of(&e, "LISTEN_PID"), "4711");
	ck_assert_str_eq(value_of(&e, "LISTEN_FDS"), "1");
	exec_environ_finish(&e);
	strings_finish(&common);
}
END_TEST

/* Of a socket that is at every address the kernel has told it; what is not known is left out. */
START_TEST(tells_of_datagrams)
{
	struct strings common = { NULL, 0 };
	struct address local = { .size = sizeof(struct sockaddr_in) }, remote = local;
	struct sockaddr_in *in = (void *)&local.storage;
	struct exec_environ e;

	*in = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(53) };
	inet_pton(AF_INET, "192.0.2.1", &in->sin_addr);
	in = (void *)&remote.storage;
	*in = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(4711) };
	inet_pton(AF_INET, "192.0.2.7", &in->sin_addr);
	exec_environ_make_datagram(
	    &e, &common, EXEC_UCSPI | EXEC_INETD | EXEC_SYSTEMD, &local, &remote);
	ck_assert_str_eq(value_of(&e, "PROTO"), "UDP");
	ck_assert_str_eq(value_of(&e, "UDPLOCALIP"), "192.0.2.1");
	ck_assert_str_eq(value_of(&e, "UDPLOCALPORT"), "53");
	ck_assert_str_eq(value_of(&e, "UDPREMOTEIP"), "192.0.2.7");
	ck_assert_str_eq(value_of(&e, "UDPREMOTEPORT"), "4711");
	ck_assert_str_eq(value_of(&e, "REMOTE_HOST"), "192.0.2.7");
	ck_assert_str_eq(value_of(&e, "REMOTE_ADDR"), "192.0.2.7");
	ck_assert_str_eq(value_of(&e, "REMOTE_PORT"), "4711");
	ck_assert_ptr_null(value_of(&e, "TCPREMOTEIP"));
	ck_assert_ptr_null(value_of(&e, "LISTEN_FDS"));
	ck_assert_ptr_null(e.pid);
	exec_environ_finish(&e);
	local.storage.ss_family = AF_UNSPEC;
	exec_environ_make_datagram(
	    &e, &common, EXEC_UCSPI | EXEC_INETD | EXEC_SYSTEMD, &local, &remote);
	ck_assert_ptr_null(e.list[0]);
	exec_environ_finish(&e);
}
END_TEST

START_TEST(tells_of_unix)
{
	struct strings      common = { NULL, 0 };
	struct exec_environ e;
	int                 fds[2];
	char                uid[16];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	snprintf(uid, sizeof uid, "%u", (unsigned)geteuid());
	exec_environ_make(&e, &common, EXEC_UCSPI, fds[0]);
	ck_assert_str_eq(value_of(&e, "PROTO"), "IPC");
	ck_assert_str_eq(value_of(&e, "IPCREMOTEEUID"), uid);
	ck_assert_ptr_null(value_of(&e, "IPCLOCALPATH"));
	ck_assert_ptr_null(e.pid);
	exec_environ_finish(&e);
	exec_environ_make(&e, &common, 0, fds[0]);
	ck_assert_ptr_null(e.list[0]);
	exec_environ_finish(&e);
}
END_TEST

START_TEST(begins_with_what_is_allowed)
{
	struct strings settings = { NULL, 0 }, common = { NULL, 0 };

	clearenv();
	setenv("SECRET", "x", 1);
	setenv("LD_PRELOAD", "", 1);
	setenv("TZ", "UTC", 1);
	setenv("LANG", "C", 1);
	strings_add(&settings, "LANG=de");
	strings_add(&settings, "PATH=/bin");
	strings_add(&settings, "PATHS=x");
	exec_environ_begin(&common, &settings);
	ck_assert_uint_eq(common.n, 4);
	ck_assert_str_eq(common.list[0], "PATH=/bin");
	ck_assert_str_eq(common.list[1], "LANG=de");
	ck_assert_str_eq(common.list[2], "TZ=UTC");
	ck_assert_str_eq(common.list[3], "PATHS=x");
	strings_finish(&settings);
	strings_finish(&common);
}
END_TEST

START_TEST(knows_the_styles)
{
	struct strings words = { NULL, 0 };
	const char    *bad;

	ck_assert_uint_eq(exec_environ_styles(&words, &bad), 0);
	ck_assert_ptr_null(bad);
	strings_add(&words, "systemd");
	strings_add(&words, "ucspi");
	ck_assert_uint_eq(exec_environ_styles(&words, &bad), EXEC_SYSTEMD | EXEC_UCSPI);
	ck_assert_ptr_null(bad);
	strings_add(&words, "systemd"); /* is no harm */
	ck_assert_uint_eq(exec_environ_styles(&words, &bad), EXEC_SYSTEMD | EXEC_UCSPI);
	ck_assert_ptr_null(bad);
	strings_add(&words, "cgi");
	exec_environ_styles(&words, &bad);
	ck_assert_str_eq(bad, "cgi");
	strings_finish(&words);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exec_environ");

	TESTS(suite, tells_of_the_internet, 2);
	TEST(suite, tells_of_datagrams);
	TEST(suite, tells_of_unix);
	TEST(suite, begins_with_what_is_allowed);
	TEST(suite, knows_the_styles);
	return unit_run(suite);
}
