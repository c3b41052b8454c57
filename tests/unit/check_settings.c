/* SPDX-License-Identifier: MIT */
/* check_settings.c - tests settings.c */
#include "config/settings.h"
#include "config/workers.h"

#include <netinet/in.h>
#include <sched.h>
#include <syslog.h>

#include "common/address.h"
#include "common/scoreboard.h"
#include "common/xalloc.h"
#include "handler/handlers.h"
#include "sockd.h"
#include "unit.h"

static void
set(const struct setting *rows, void *conf, const char *name, enum literal literal,
    const char *text)
{
	char why[256] = "";
	int  result = setting_parse(
	     setting_find(rows, name), conf, literal, text, "/", why, sizeof why);

	ck_assert_msg(result == 0, "%s", why);
}

static struct listen_conf *
add_listen(struct service_conf *service, const char *endpoint)
{
	struct listen_conf *listen = listen_conf_create(), **last = &service->listens;

	set(listen_rows, listen, "at", LITERAL_STRING, endpoint);
	while (*last != NULL)
		last = &(*last)->next;
	return *last = listen;
}

static void
set_handler(struct service_conf *service, const char *name)
{
	service->handler = handler_find(name);
	if (service->handler->settings == NULL)
		return;
	service->options = xcalloc(1, service->handler->options_size);
	setting_preset(service->handler->settings, service->options);
}

static struct service_conf *
greeting(void)
{
	struct service_conf *service = service_conf_create("greeting");

	add_listen(service, "tcp://127.0.0.1:9999");
	set_handler(service, "reply");
	return service;
}

/* Every row, by itself, in both directions. */
static const struct {
	const char  *name;
	enum literal literal;
	const char  *text;
	enum apply   apply;
	const char  *change;
} changes[] = {
	{ "workers.min", LITERAL_NUMBER, "4", APPLY_LIVE, "workers.min \"auto\" -> 4" },
	{ "workers.max", LITERAL_NUMBER, "4", APPLY_LIVE, "workers.max \"auto\" -> 4" },
	{ "workers.spare", LITERAL_NUMBER, "4", APPLY_LIVE,
	    "workers.spare \"auto\" -> 4" },
	{ "workers.recycle", LITERAL_NUMBER, "4", APPLY_WORKERS,
	    "workers.recycle 0 -> 4" },
	{ "timeouts.idle", LITERAL_STRING, "5s", APPLY_WORKERS,
	    "timeouts.idle \"1min\" -> \"5s\"" },
	{ "timeouts.lifetime", LITERAL_STRING, "1h", APPLY_WORKERS,
	    "timeouts.lifetime \"0\" -> \"1h\"" },
	{ "timeouts.drain", LITERAL_STRING, "0", APPLY_WORKERS,
	    "timeouts.drain \"30s\" -> \"0\"" },
	{ "user", LITERAL_STRING, "x", APPLY_WORKERS, "user \"\" -> \"x\"" },
	{ "group", LITERAL_STRING, "x", APPLY_WORKERS, "group \"\" -> \"x\"" },
	{ "directory", LITERAL_STRING, "/x", APPLY_WORKERS, "directory \"/\" -> \"/x\"" },
	{ "chroot", LITERAL_STRING, "/x", APPLY_WORKERS, "chroot \"\" -> \"/x\"" },
	{ "umask", LITERAL_STRING, "077", APPLY_WORKERS, "umask \"022\" -> \"077\"" },
	{ "nice", LITERAL_NUMBER, "-20", APPLY_WORKERS, "nice 0 -> -20" },
	{ "rlimits.nofile", LITERAL_NUMBER, "16", APPLY_WORKERS,
	    "rlimits.nofile \"auto\" -> 16" },
	{ "rlimits.core", LITERAL_STRING, "0", APPLY_WORKERS,
	    "rlimits.core \"auto\" -> \"0\"" },
	{ "log_connections", LITERAL_BOOL, "false", APPLY_WORKERS,
	    "log_connections true -> false" },
};

static const char *
changes_text(const struct service_conf *a, const struct service_conf *b)
{
	static char text[512];
	FILE       *f = fmemopen(text, sizeof text, "w");

	memset(text, 0, sizeof text);
	service_conf_print_changes(a, b, f);
	fclose(f);
	return text;
}

START_TEST(finds_changes)
{
	struct service_conf *a = greeting(), *b = greeting();

	ck_assert_int_eq(service_conf_diff(a, b), APPLY_NOTHING);
	ck_assert_str_eq(changes_text(a, b), "");
	set(service_rows, b, changes[_i].name, changes[_i].literal, changes[_i].text);
	ck_assert_int_eq(service_conf_diff(a, b), changes[_i].apply);
	ck_assert_int_eq(service_conf_diff(b, a), changes[_i].apply);
	ck_assert_str_eq(changes_text(a, b), changes[_i].change);
	service_conf_destroy(a);
	service_conf_destroy(b);
}
END_TEST

/* Options of a listener that differ. */
static const struct {
	const char  *name;
	enum literal literal;
	const char  *text;
	enum apply   apply;
} listen_changes[] = {
	{ "at", LITERAL_STRING, "tcp://127.0.0.1:9998", APPLY_LISTEN },
	{ "backlog", LITERAL_NUMBER, "5", APPLY_LISTEN },
	{ "v6only", LITERAL_BOOL, "true", APPLY_RESTART },
	{ "reuseport", LITERAL_BOOL, "true", APPLY_RESTART },
	{ "defer_accept", LITERAL_STRING, "3s", APPLY_LISTEN },
	{ "fastopen", LITERAL_NUMBER, "5", APPLY_LISTEN },
	{ "keepalive", LITERAL_BOOL, "true", APPLY_LISTEN },
	{ "nodelay", LITERAL_BOOL, "true", APPLY_LISTEN },
	{ "device", LITERAL_STRING, "lo", APPLY_RESTART },
	{ "freebind", LITERAL_BOOL, "true", APPLY_RESTART },
	{ "mark", LITERAL_NUMBER, "2147483647", APPLY_LISTEN },
	{ "tos", LITERAL_NUMBER, "16", APPLY_LISTEN },
	{ "receive_buffer", LITERAL_STRING, "64k", APPLY_RESTART },
	{ "send_buffer", LITERAL_STRING, "64k", APPLY_RESTART },
	{ "mode", LITERAL_STRING, "600", APPLY_LISTEN },
	{ "owner", LITERAL_STRING, "x", APPLY_LISTEN },
	{ "group", LITERAL_STRING, "x", APPLY_LISTEN },
};

START_TEST(finds_changes_of_listeners)
{
	struct service_conf *a = greeting(), *b = greeting();

	set(listen_rows, b->listens, listen_changes[_i].name, listen_changes[_i].literal,
	    listen_changes[_i].text);
	ck_assert_int_eq(service_conf_diff(a, b), listen_changes[_i].apply);
	ck_assert_str_eq(changes_text(a, b), "listen changed");
	service_conf_destroy(a);
	service_conf_destroy(b);
}
END_TEST

START_TEST(sees_listeners_come_and_go)
{
	struct service_conf *a = greeting(), *b = greeting();

	add_listen(b, "udp://127.0.0.1:9999");
	ck_assert_int_eq(service_conf_diff(a, b), APPLY_LISTEN);
	ck_assert_int_eq(service_conf_diff(b, a), APPLY_LISTEN);
	ck_assert_str_eq(changes_text(b, a), "listen changed");
	add_listen(a, "udp://127.0.0.1:9999");
	ck_assert_int_eq(service_conf_diff(a, b), APPLY_NOTHING);
	service_conf_destroy(a);
	service_conf_destroy(b);
}
END_TEST

static void
set_addresses(struct listen_conf *listen, const in_port_t *ports, int n)
{
	struct sockaddr_in in = { .sin_family = AF_INET };

	free(listen->addresses);
	listen->addresses = xcalloc((size_t)n, sizeof *listen->addresses);
	listen->n_addresses = n;
	for (int i = 0; i < n; i++) {
		in.sin_port = ports[i];
		memcpy(&listen->addresses[i].storage, &in, sizeof in);
		listen->addresses[i].size = sizeof in;
	}
}

/* A name that means other addresses now is a change; the same in another order is none.
 */
START_TEST(compares_what_names_resolve_to)
{
	static const struct {
		in_port_t  ports[3];
		int        n;
		enum apply apply;
	} others[] = {
		{ { 1, 2, 3 }, 3, APPLY_NOTHING },
		{ { 3, 1, 2 }, 3, APPLY_NOTHING },
		{ { 1, 2, 4 }, 3, APPLY_LISTEN },
		{ { 1, 2 }, 2, APPLY_LISTEN },
		{ { 0 }, 0, APPLY_LISTEN },
	};
	struct service_conf *a = greeting(), *b = greeting();

	set_addresses(a->listens, others[0].ports, 3);
	for (size_t i = 0; i < COUNT(others); i++) {
		set_addresses(b->listens, others[i].ports, others[i].n);
		ck_assert_int_eq(service_conf_diff(a, b), others[i].apply);
		ck_assert_int_eq(service_conf_diff(b, a), others[i].apply);
	}
	service_conf_destroy(a);
	service_conf_destroy(b);
}
END_TEST

START_TEST(compares_handlers)
{
	struct service_conf *a = greeting(), *b = greeting(),
			    *c = service_conf_create("greeting");

	set(b->handler->settings, b->options, "text", LITERAL_STRING, "hello");
	set(b->handler->settings, b->options, "read", LITERAL_NUMBER, "0");
	ck_assert_int_eq(service_conf_diff(a, b), APPLY_WORKERS);
	ck_assert_str_eq(
	    changes_text(a, b), "handler.text \"\" -> \"hello\", handler.read 1024 -> 0");
	add_listen(c, "tcp://127.0.0.1:9999");
	set_handler(c, "echo");
	ck_assert_int_eq(service_conf_diff(a, c), APPLY_WORKERS);
	ck_assert_int_eq(service_conf_diff(c, a), APPLY_WORKERS);
	ck_assert_str_eq(changes_text(a, c), "handler reply -> echo");
	ck_assert_int_eq(service_conf_diff(c, c), APPLY_NOTHING);
	service_conf_destroy(a);
	service_conf_destroy(b);
	service_conf_destroy(c);
}
END_TEST

/* The name stays but its number is another one: only the identity tells. */
START_TEST(compares_identities)
{
	struct service_conf *a = greeting(), *b = greeting();

	a->identity = (struct identity){ .given = true, .uid = 1, .gid = 1 };
	b->identity = (struct identity){ .given = true, .uid = 2, .gid = 1 };
	ck_assert_int_eq(service_conf_diff(a, b), APPLY_WORKERS);
	ck_assert_str_eq(changes_text(a, b), "identity changed");
	service_conf_destroy(a);
	service_conf_destroy(b);
}
END_TEST

START_TEST(prints_all_changes_in_one_line)
{
	struct service_conf *a = greeting(), *b = service_conf_create("greeting");

	set_handler(b, "echo");
	set(service_rows, b, "workers.min", LITERAL_NUMBER, "4");
	set(service_rows, b, "nice", LITERAL_NUMBER, "1");
	b->identity.given = true;
	ck_assert_int_eq(service_conf_diff(a, b), APPLY_LISTEN);
	ck_assert_str_eq(changes_text(a, b),
	    "workers.min \"auto\" -> 4, nice 0 -> 1, "
	    "handler reply -> echo, listen changed, identity changed");
	service_conf_destroy(a);
	service_conf_destroy(b);
}
END_TEST

/* One per CPU that we may use, worked out once; and at least 2. */
START_TEST(works_out_the_workers)
{
	struct service_conf *service = greeting();
	cpu_set_t            cpus;
	int                  n = 1;

	CPU_ZERO(&cpus);
	CPU_SET((size_t)sched_getcpu(), &cpus);
	if (_i == 1 || sched_setaffinity(0, sizeof cpus, &cpus) != 0)
		if (sched_getaffinity(0, sizeof cpus, &cpus) == 0)
			n = CPU_COUNT(&cpus);
	if (n > 999)
		n = 999;
	n = n < 2 ? 2 : n;
	ck_assert_int_eq(workers_min(service), n);
	ck_assert_int_eq(workers_max(service), n);
	ck_assert_int_eq(workers_spare(service), 1);
	set(service_rows, service, "workers.max", LITERAL_NUMBER, "1");
	ck_assert_int_eq(workers_min(service), 1);
	ck_assert_int_eq(workers_max(service), 1);
	set(service_rows, service, "workers.max", LITERAL_NUMBER, "1000");
	ck_assert_int_eq(workers_min(service), n);
	ck_assert_int_eq(workers_max(service), 1000);
	set(service_rows, service, "workers.min", LITERAL_NUMBER, "1000");
	ck_assert_int_eq(workers_min(service), 1000);
	set(service_rows, service, "workers.max", LITERAL_STRING, "auto");
	ck_assert_int_eq(workers_max(service), 1000);
	set(service_rows, service, "workers.min", LITERAL_NUMBER, "0");
	ck_assert_int_eq(workers_min(service), 0);
	ck_assert_int_eq(workers_max(service), n);
	ck_assert_int_eq(workers_spare(service), 0);
	set(service_rows, service, "workers.spare", LITERAL_NUMBER, "7");
	ck_assert_int_eq(workers_spare(service), 7);
	service_conf_destroy(service);
}
END_TEST

/* The ranges that the scoreboard and the kernel rely on. */
static const struct {
	const struct setting *rows;
	const char           *name;
	long long             min, max;
} ranges[] = {
	{ service_rows, "workers.min", 0, 1000 },
	{ service_rows, "workers.max", 1, 1000 },
	{ service_rows, "workers.spare", 0, 1000 },
	{ service_rows, "nice", -20, 19 },
	{ service_rows, "umask", 0, 0777 },
	{ service_rows, "timeouts.idle", 0, 31536000000 },
	{ listen_rows, "backlog", 1, 65535 },
	{ listen_rows, "mark", 0, 2147483647 },
	{ listen_rows, "tos", 0, 255 },
	{ listen_rows, "mode", 0, 0777 },
};

START_TEST(has_ranges)
{
	const struct setting *row = setting_find(ranges[_i].rows, ranges[_i].name);

	ck_assert_int_eq(row->min, ranges[_i].min);
	ck_assert_int_eq(row->max, ranges[_i].max);
}
END_TEST

/* Each table: names are unique, groups stand together, help and defaults are there. */
START_TEST(has_sound_rows)
{
	static const struct setting *const tables[] = { config_rows, service_rows,
		listen_rows };

	for (const struct setting *row = tables[_i]; row->name != NULL; row++) {
		size_t group = strcspn(row->name, ".") + 1;
		bool   left = false;

		ck_assert_ptr_eq(setting_find(tables[_i], row->name), row);
		ck_assert_str_ne(row->help, "");
		ck_assert_int_ne(row->apply, APPLY_NOTHING);
		ck_assert(row->preset != NULL || strcmp(row->name, "at") == 0);
		if (strchr(row->name, '.') == NULL)
			continue;
		for (const struct setting *r = row + 1; r->name != NULL; r++) {
			bool same = strncmp(r->name, row->name, group) == 0;

			ck_assert_msg(!same || !left, "%s stands apart from %s", r->name,
			    row->name);
			left = left || !same;
		}
	}
}
END_TEST

START_TEST(starts_with_defaults)
{
	struct config *config = settings_create();

	ck_assert_str_eq(config->user, "nobody");
	ck_assert_str_eq(config->group, "");
	ck_assert_str_eq(config->pid_file, "/run/" SOCKD ".pid");
	ck_assert_int_eq(config->log.facility, LOG_DAEMON);
	ck_assert_int_eq(config->log.level, LOG_INFO);
	ck_assert_str_eq(config->log.identity, SOCKD);
	ck_assert_ptr_null(config->services);
	ck_assert_ptr_null(service_conf_find(config, "greeting"));
	config->services = greeting();
	config->services->next = service_conf_create("other");
	ck_assert_ptr_eq(service_conf_find(config, "greeting"), config->services);
	ck_assert_ptr_eq(service_conf_find(config, "other"), config->services->next);
	ck_assert_ptr_null(service_conf_find(config, "othe"));
	settings_destroy(config);
	settings_destroy(NULL);
	service_conf_destroy(NULL);
	listen_conf_destroy(NULL);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("settings");

	TABLE(s, finds_changes, changes);
	TABLE(s, finds_changes_of_listeners, listen_changes);
	TEST(s, sees_listeners_come_and_go);
	TEST(s, compares_what_names_resolve_to);
	TEST(s, compares_handlers);
	TEST(s, compares_identities);
	TEST(s, prints_all_changes_in_one_line);
	TESTS(s, works_out_the_workers, 2);
	TABLE(s, has_ranges, ranges);
	TESTS(s, has_sound_rows, 3);
	TEST(s, starts_with_defaults);
	return unit_run(s);
}
