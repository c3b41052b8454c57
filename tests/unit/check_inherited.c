/* SPDX-License-Identifier: MIT */
/* check_inherited.c - tests inherited.c, and what check.c says of inherited sockets */
#include "common/inherited.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/wait.h>

#include "common/address.h"
#include "config/check.h"
#include "config/complaint.h"
#include "config/settings.h"
#include "sockd.h"
#include "unit.h"

/* Descriptors from 3 up are check's: in a child of its own a test can have them all. */
static void
in_child(void (*test)(int), int i)
{
	int   status;
	pid_t pid = fork();

	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		close_range(3, ~0U, 0);
		test(i);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

static void
expect(bool good, const char *what, int i)
{
	if (good)
		return;
	fprintf(stderr, "row %d: not as expected: %s\n", i, what);
	_exit(1);
}

/* 3 listens, 4 takes datagrams, 5 does not listen, 6 is no socket. */
static void
open_all(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };

	for (int fd = 3; fd <= 5; fd++)
		expect(socket(AF_INET, fd == 4 ? SOCK_DGRAM : SOCK_STREAM, 0) == fd &&
			bind(fd, (struct sockaddr *)&in, sizeof in) == 0,
		    "descriptors", fd);
	expect(listen(3, 5) == 0 && open("/dev/null", O_RDONLY) == 6, "descriptors", 6);
}

static void
set(const char *name, const char *value)
{
	if (value == NULL)
		unsetenv(name);
	else
		setenv(name, value, 1);
}

static const struct {
	const char *pid, *count, *names; /* "" of pid: ours */
	int         result;
	size_t      n;
	const char *why;
} environments[] = {
	{ NULL, NULL, NULL, 0, 0, "" },
	{ "", NULL, NULL, 0, 0, "" },
	{ NULL, "2", "a:b", 0, 0, "" },
	{ "1", "2", "a:b", 0, 0, "" },
	{ "1", "nonsense", "a:b", 0, 0, "" },
	{ "nonsense", "2", "a:b", 0, 0, "" },
	{ "", "0", NULL, 0, 0, "" },
	{ "", "0", "", 0, 0, "" },
	{ "", "2", "a:b", 0, 2, "" },
	{ "", "4", "a:b:a:", 0, 4, "" },
	{ "", "1", NULL, 0, 1, "" },
	{ "", "2", "a", -1, 0, "LISTEN_FDS=2, but in LISTEN_FDNAMES names: 1" },
	{ "", "1", "a:", -1, 0, "LISTEN_FDS=1, but in LISTEN_FDNAMES names: 2" },
	{ "", "5", NULL, -1, 5, "LISTEN_FDS=5: descriptor 7: Bad file descriptor" },
	{ "", "-1", NULL, -1, 0, "LISTEN_FDS=-1: must be a number of descriptors" },
	{ "", "", NULL, -1, 0, "LISTEN_FDS=: must be a number of descriptors" },
	{ "", "2147483647", NULL, -1, 0,
	    "LISTEN_FDS=2147483647: must be a number of descriptors" },
};

static void
read_environment(int i)
{
	char              pid[16], why[256] = "";
	size_t            n;
	struct inherited *all;

	open_all();
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	set("LISTEN_PID",
	    environments[i].pid == NULL || environments[i].pid[0] != '\0' ?
		environments[i].pid :
		pid);
	set("LISTEN_FDS", environments[i].count);
	set("LISTEN_FDNAMES", environments[i].names);
	expect(inherited_init(why, sizeof why) == environments[i].result, "result", i);
	expect(strcmp(why, environments[i].why) == 0, why, i);
	expect(getenv("LISTEN_PID") == NULL && getenv("LISTEN_FDS") == NULL &&
		getenv("LISTEN_FDNAMES") == NULL,
	    "environment", i);
	all = inherited_list(&n);
	expect(n == environments[i].n, "number", i);
	for (size_t k = 0; k < n && environments[i].result == 0; k++)
		expect(all[k].fd == (int)k + 3 &&
			(fcntl(all[k].fd, F_GETFD) & FD_CLOEXEC) != 0,
		    "close on exec", i);
}

/* LISTEN_FDS and its like: a wrong number, a wrong process, odd names. */
START_TEST(reads_the_environment)
{
	in_child(read_environment, _i);
}
END_TEST

static void
take_four(void)
{
	char why[256], pid[16];

	open_all();
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	set("LISTEN_PID", pid);
	set("LISTEN_FDS", "4");
	set("LISTEN_FDNAMES", "web:dns:web:");
	expect(inherited_init(why, sizeof why) == 0, why, 0);
}

static void
look_at_sockets(int i)
{
	static const struct {
		const char *name, *fault;
		bool        is_datagram;
	} expected[] = {
		{ "web", NULL, false },
		{ "dns", NULL, true },
		{ "web", "does not listen; in a socket unit set Accept=no", false },
		{ "", "is no socket", false },
	};
	size_t            n;
	struct inherited *all;
	struct address    a;

	take_four();
	all = inherited_list(&n);
	expect(strcmp(all[i].name, expected[i].name) == 0, all[i].name, i);
	expect(all[i].is_datagram == expected[i].is_datagram, "datagram", i);
	expect((all[i].fault == NULL) == (expected[i].fault == NULL), "fault", i);
	expect(all[i].fault == NULL || strcmp(all[i].fault, expected[i].fault) == 0,
	    all[i].fault, i);
	inherited_put(&all[i], &a);
	expect(inherited_find(&a) == &all[i], "find", i);
	all[i].fd = -1;
	expect(inherited_find(&a) == NULL, "closed", i);
	inherited_put(&all[i], &a);
	expect(inherited_find(&a) == NULL, "none", i);
}

START_TEST(looks_at_each)
{
	in_child(look_at_sockets, _i);
}
END_TEST

static enum sockd_end
serve(void *self, struct sockd_conn *conn)
{
	(void)self;
	(void)conn;
	return SOCKD_DONE;
}

static void
answer(void *self, struct sockd_datagram *datagram)
{
	(void)self;
	(void)datagram;
}

/* The handler and the name; what is wrong with it. */
static const struct {
	struct sockd_handler handler;
	const char          *endpoint, *told;
} services[] = {
	{ { .name = "s", .serve = serve }, "fd://dns",
	    "services.x.listen: \"fd://dns\": the handler s serves no datagrams" },
	{ { .name = "a", .answer = answer }, "fd://dns", NULL },
	{ { .name = "s", .serve = serve }, "fd://one", NULL },
	{ { .name = "a", .answer = answer }, "fd://one",
	    "services.x.listen: \"fd://one\": the handler a serves datagrams only" },
};

static void
compare_with_handler(int i)
{
	struct complaints    complaints = { .n = 0 };
	struct service_conf *service = service_conf_create("x");
	struct listen_conf  *listen = listen_conf_create();
	char                 why[256];
	size_t               n;

	take_four();
	inherited_list(&n)[0].name = (char *)"one";
	service->handler = &services[i].handler;
	listen->origins[0] = (struct origin){ "main.conf", 1 };
	expect(endpoint_parse(services[i].endpoint, &listen->at, why, sizeof why) == 0,
	    why, i);
	listen->n_addresses =
	    endpoint_resolve(&listen->at, &listen->addresses, why, sizeof why);
	expect(listen->n_addresses == 1, why, i);
	config_check_inherited(service, listen, &complaints);
	expect(complaints.n == (services[i].told != NULL), "complaints", i);
	expect(
	    complaints.n == 0 || strcmp(complaints.list[0].text, services[i].told) == 0,
	    "text", i);
}

/* Of datagrams or connections nobody knows before it is there. */
START_TEST(fits_the_handler)
{
	in_child(compare_with_handler, _i);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("inherited");

	TABLE(s, reads_the_environment, environments);
	TESTS(s, looks_at_each, 4);
	TABLE(s, fits_the_handler, services);
	return unit_run(s);
}
