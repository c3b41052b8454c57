/* SPDX-License-Identifier: MIT */
/* check_flat.c - tests flat.c: a config is the same behind the pipe, and nothing else is one */
#include "config/flat.h"

#include "common/address.h"
#include "common/wire.h"
#include "config/complaint.h"
#include "config/dump.h"
#include "config/load.h"
#include "config/settings.h"
#include "unit.h"

static const char *const files[] = {
	"services: { a: { listen = \"tcp://127.0.0.1:1\"; handler = \"discard\"; }; };",
	"user = \"root\"; group = \"0\"; pid_file = \"p\"; include = [ \"none*\", \"x*\" "
	"];\n"
	"log: { facility = \"local7\"; level = \"error\"; identity = \"x\"; };\n"
	"services:\n{\n"
	" a: { listen = ( \"unix:@a\", { at = \"tcp://*:0\"; v6only = true; mark = 7; "
	"},\n"
	"  { at = \"unix:///x/y\"; mode = \"600\"; owner = \"1\"; group = \"2\"; } );\n"
	"  handler: { type = \"reply\"; text = \"a\\nb\"; log_request = true; };\n"
	"  workers = 3; nice = -20; user = \"1\"; group = \"2\";\n"
	"  timeouts: { idle = \"0\"; lifetime = \"365d\"; }; };\n"
	" b: { listen = \"udp://[::1]:5\"; handler: { type = \"reply\"; file = \"f\"; "
	"};\n"
	"  rlimits: { nofile = 16; stack = \"64k\"; }; chroot = \"c\"; };\n"
	"};\n",
};

static struct config *
load(const char *text)
{
	struct complaints complaints = { .n = 0 };
	struct config    *config;

	unit_write("f", "a file\nof lines");
	config = config_load(unit_write("sockd.conf", text), &complaints);
	for (size_t i = 0; i < complaints.n; i++)
		fprintf(stderr, "%s\n", complaints.list[i].text);
	ck_assert_ptr_nonnull(config);
	ck_assert_int_eq(config_resolve(config, &complaints), 0);
	return config;
}

/* With the origins in comments; the caller frees it. */
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

START_TEST(is_the_same_again)
{
	struct config *config = load(files[_i]), *again;
	struct wire    w = { .bytes = NULL };
	char          *before = dump(config), *after;

	flat_put(config, &w);
	again = flat_take(&w);
	ck_assert_ptr_nonnull(again);
	after = dump(again);
	ck_assert_str_eq(after, before);
	ck_assert_str_eq(again->directory, config->directory);
	for (struct service_conf *a = config->services, *b = again->services; a != NULL;
	     a = a->next, b = b->next) {
		ck_assert_int_eq(service_conf_diff(a, b), APPLY_NOTHING);
		for (struct listen_conf *x = a->listens, *y = b->listens; x != NULL;
		     x = x->next, y = y->next)
			ck_assert(identity_same(&x->ownership, &y->ownership));
	}
	ck_assert(identity_same(&config->identity, &again->identity));
	free(before);
	free(after);
	wire_finish(&w);
	settings_destroy(config);
	settings_destroy(again);
}
END_TEST

START_TEST(is_nothing_when_it_is_cut)
{
	struct config *config = load(files[_i]), *again;
	struct wire    w = { .bytes = NULL };
	size_t         size, whole = 0;

	flat_put(config, &w);
	size = w.size;
	for (size_t n = 0; n < size; n++) {
		w.size = n;
		w.at = 0;
		w.bad = false;
		again = flat_take(&w);
		/* What ends where a service does is one with fewer of them. */
		whole += again != NULL;
		settings_destroy(again);
	}
	ck_assert_uint_le(whole, 2);
	wire_finish(&w);
	settings_destroy(config);
}
END_TEST

/* Whatever a byte becomes: a config or none, that can be printed and ended. */
START_TEST(stands_any_byte)
{
	struct config             *config = load(files[_i]), *again;
	struct wire                w = { .bytes = NULL };
	static const unsigned char values[] = { 0, 1, 0x7f, 0x80, 0xff };

	flat_put(config, &w);
	for (size_t n = 0; n < w.size; n++) {
		char kept = w.bytes[n];

		for (size_t v = 0; v < COUNT(values); v++) {
			w.bytes[n] = (char)values[v];
			w.at = 0;
			w.bad = false;
			again = flat_take(&w);
			if (again != NULL)
				free(dump(again));
			settings_destroy(again);
		}
		w.bytes[n] = kept;
	}
	wire_finish(&w);
	settings_destroy(config);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("flat");

	TABLE(suite, is_the_same_again, files);
	TABLE(suite, is_nothing_when_it_is_cut, files);
	TABLE(suite, stands_any_byte, files);
	return unit_run(suite);
}
