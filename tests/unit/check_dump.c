/* SPDX-License-Identifier: MIT */
/* check_dump.c - tests dump.c: what it writes loads again, as the same */
#include "config/dump.h"

#include "config/complaint.h"
#include "config/load.h"
#include "config/settings.h"
#include "unit.h"

static struct config *
load(const char *path)
{
	struct complaints complaints = { .n = 0 };
	struct config    *config = config_load(path, &complaints);

	for (size_t i = 0; i < complaints.n; i++)
		fprintf(
		    stderr, "%d: %s\n", complaints.list[i].line, complaints.list[i].text);
	ck_assert_ptr_nonnull(config);
	return config;
}

/* The caller frees it. */
static char *
dump(const struct config *config)
{
	char  *text = NULL;
	size_t size;
	FILE  *f = open_memstream(&text, &size);

	config_dump(config, f);
	fclose(f);
	return text;
}

/* Without the comments, whose lines differ; strings in these tests have no #. */
static char *
without_comments(char *text)
{
	char *to = text;

	for (const char *from = text; *from != '\0'; from++) {
		if (*from == '#')
			from += strcspn(from, "\n");
		*to++ = *from;
	}
	*to = '\0';
	return text;
}

static const char *const files[] = {
	"services: { a: { listen = \"tcp://127.0.0.1:1\"; handler = \"echo\"; }; };",
	"services: { a: { listen = ( \"unix:///x\", \"unix:@x\", \"udp://*:0\", { at = "
	"\"seqpacket:///y\";"
	" mode = \"600\"; owner = \"0\"; group = \"0\"; } ); handler = \"echo\"; }; };",
	"services: { a: { listen = { at = \"tcp://[::1]:1\"; v6only = false; backlog = "
	"1; "
	"reuseport = true;"
	" defer_accept = \"1500ms\"; fastopen = 3; keepalive = true; nodelay = true; "
	"device "
	"= \"lo\";"
	" freebind = true; mark = 7; tos = 16; receive_buffer = \"64k\"; send_buffer = "
	"\"1025\"; };"
	" handler = \"discard\"; }; };",
	"user = \"root\"; group = \"0\"; pid_file = \"x y\"; log: { facility = "
	"\"local7\"; "
	"level = \"error\";"
	" identity = \"x\"; }; include = \"none*\"; services: { a: { listen = "
	"\"unix:@a\"; "
	"handler: {"
	" type = \"reply\"; text = \"a\\\"b\\\\c\\n\\r\\t\\x01\\x7f \xc3\xa9 \xff { } "
	";\"; "
	"read = 0;"
	" log_request = true; amplification = 3; }; }; };",
	"services: { z: { listen = \"unix:@z\"; handler = \"time\"; workers = 3; umask = "
	"\"000\"; nice = -1;"
	" timeouts: { idle = \"0\"; lifetime = \"1d\"; drain = \"1ms\"; }; directory = "
	"\".\"; chroot = \"/x\";"
	" rlimits: { nofile = 16; nproc = 1; as = \"1m\"; data = \"3g\"; fsize = \"0\"; "
	"stack = \"64k\";"
	" core = \"0\"; memlock = \"1\"; cpu = 1; }; log_connections = false; };"
	" a-b_C9: { listen = \"unix:@a\"; handler: { type = \"reply\"; file = "
	"\"main.conf\"; "
	"}; }; };",
};

START_TEST(loads_again)
{
	struct config *first = load(unit_write("main.conf", files[_i])), *second;
	char          *text = dump(first), *again;
	const struct service_conf *a, *b;

	second = load(unit_write("dump.conf", text));
	ck_assert_int_eq(setting_diff(config_rows, first, second),
	    first->include.n > 0 ? APPLY_LIVE : APPLY_NOTHING);
	b = second->services;
	for (a = first->services; a != NULL; a = a->next, b = b->next) {
		ck_assert_str_eq(a->name, b->name);
		ck_assert_int_eq(service_conf_diff(a, b), APPLY_NOTHING);
	}
	ck_assert_ptr_null(b);
	again = dump(second);
	ck_assert_str_eq(without_comments(text), without_comments(again));
	free(text);
	free(again);
	settings_destroy(first);
	settings_destroy(second);
}
END_TEST

START_TEST(says_where_it_comes_from)
{
	const char    *path = unit_write("main.conf",
	       "services:\n{\na: { listen = \"unix:@a\";\nhandler: {\n type = "
		  "\"reply\";\ntext = \"x\"; };\n"
		  "timeouts: { idle =\n\"5s\"; }; }; };\nlog: { level = \"debug\"; };");
	struct config *config = load(path);
	char          *text = dump(config), line[256];
	static const struct {
		const char *setting;
		int         line;
	} origins[] = {
		{ "\ta:", 3 },
		{ "at = \"unix:@a\";", 3 },
		{ "type = \"reply\";", 4 },
		{ "text = \"x\";", 6 },
		{ "level = \"debug\";", 9 },
	};

	for (size_t i = 0; i < COUNT(origins); i++) {
		snprintf(line, sizeof line, "%s\t# %s:%d\n", origins[i].setting, path,
		    origins[i].line);
		ck_assert_msg(strstr(text, line) != NULL, "no %s in %s", line, text);
	}
	ck_assert_ptr_nonnull(strstr(text, "user = \"nobody\";\t# default\n"));
	ck_assert_ptr_nonnull(strstr(text, "read = 1024;\t# default\n"));
	ck_assert_ptr_nonnull(strstr(text, "backlog = 511;\t# default\n"));
	free(text);
	settings_destroy(config);
}
END_TEST

/* What was included stands in the dump itself. */
START_TEST(holds_what_was_included)
{
	struct config *config;
	char          *text;

	unit_write(
	    "a.part", "services: { b: { listen = \"unix:@b\"; handler = \"echo\"; }; };");
	config = load(unit_write("main.conf", "include = [ \"*.part\" ];"));
	text = dump(config);
	settings_destroy(config);
	ck_assert_int_eq(remove(unit_path("a.part")), 0);
	config = load(unit_write("dump.conf", text));
	ck_assert_str_eq(config->services->name, "b");
	ck_assert_uint_eq(config->include.n, 0);
	free(text);
	settings_destroy(config);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("dump");

	TABLE(s, loads_again, files);
	TEST(s, says_where_it_comes_from);
	TEST(s, holds_what_was_included);
	return unit_run(s);
}
