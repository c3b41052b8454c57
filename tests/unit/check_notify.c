/* SPDX-License-Identifier: MIT */
/* check_notify.c - tests notify.c */
#include "master/notify.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/un.h>

#include "unit.h"

static int
service_manager(const char *name)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int                fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	strcpy(un.sun_path, name);
	if (name[0] == '@')
		un.sun_path[0] = '\0';
	ck_assert_int_eq(
	    bind(fd, (struct sockaddr *)&un,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))),
	    0);
	return fd;
}

static const char *
received(int fd)
{
	static char text[2048];
	ssize_t     n = recv(fd, text, sizeof text - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

START_TEST(sends_to_the_socket)
{
	char name[64], text[1000];
	int  fd;

	if (_i == 0)
		snprintf(name, sizeof name, "%s", unit_path("notify"));
	else
		snprintf(name, sizeof name, "@sockd-check-notify-%d", (int)getpid());
	fd = service_manager(name);
	setenv("NOTIFY_SOCKET", name, 1);
	notify_init();
	ck_assert_ptr_null(getenv("NOTIFY_SOCKET"));
	ck_assert(notify_wanted());
	notify_send("READY=1\nMAINPID=%d", 7);
	ck_assert_str_eq(received(fd), "READY=1\nMAINPID=7");
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	notify_send("%s", text);
	ck_assert_uint_eq(strlen(received(fd)), 511);
	notify_send("%s", "");
	ck_assert_str_eq(received(fd), "");
	close(fd);
	notify_send("to nobody");
}
END_TEST

/* A manager that reads nothing must not stop us. */
START_TEST(never_waits)
{
	int fd = service_manager(unit_path("notify"));

	setenv("NOTIFY_SOCKET", unit_path("notify"), 1);
	notify_init();
	for (int i = 0; i < 5000; i++)
		notify_send("%500d", i);
	close(fd);
}
END_TEST

static const char *const bads[] = { NULL, "", "/", "@", "relative", "vsock:1:2",
	"/ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"
	"pp"
	"pppppppppppppppppppppppppp" };

START_TEST(needs_a_good_address)
{
	int before = dup(0);

	close(before);
	if (bads[_i] != NULL)
		setenv("NOTIFY_SOCKET", bads[_i], 1);
	else
		unsetenv("NOTIFY_SOCKET");
	notify_init();
	ck_assert(!notify_wanted());
	ck_assert_ptr_null(getenv("NOTIFY_SOCKET"));
	notify_send("READY=1");
	ck_assert_int_eq(dup(0), before);
	close(before);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("notify");

	TESTS(s, sends_to_the_socket, 2);
	TEST(s, never_waits);
	TABLE(s, needs_a_good_address, bads);
	return unit_run(s);
}
