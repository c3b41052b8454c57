/* SPDX-License-Identifier: MIT */
/* fuzz_import.c - files of inetd, xinetd and systemd: what comes of them is a settings file */
#include "config/complaint.h"
#include "config/load.h"
#include "config/settings.h"
#include "fuzz.h"
#include "import/draft.h"
#include "import/import.h"
#include "memory.h"

/* The first byte says which of these is read; a unit and its service have the same text. */
static char *const paths[][2] = {
	{ (char *)MEMORY_MAIN, NULL },
	{ (char *)MEMORY_UNIT ".socket", (char *)MEMORY_UNIT ".service" },
	{ (char *)MEMORY_UNIT ".socket", (char *)MEMORY_UNIT "@.service" },
	{ (char *)MEMORY_UNIT "@x.socket", (char *)MEMORY_UNIT "@.service" },
};

static unsigned
port(const char *name, const char *protocol)
{
	(void)protocol;
	return strcmp(name, "ftp") == 0 ? 21 : 0;
}

/* What may be wrong here: not all programs and users of a file are there. */
static bool
is_expected(const char *said, bool is_empty)
{
	static const char *const expected[] = { ".handler: /", "no such user",
		"no such group" };

	if (is_empty && strcmp(said, "there is no service in it") == 0)
		return true;
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
		if (strncmp(said, "services.", 9) == 0 &&
		    strstr(said, expected[i]) != NULL)
			return true;
	return false;
}

/* libconfig and sockd understand all of it. */
static void
check_output(const struct import *import, bool is_empty)
{
	struct complaints complaints = { .n = 0 };
	char             *text = NULL;
	size_t            size;
	FILE             *f = open_memstream(&text, &size);

	must(f != NULL);
	import_print(import, f);
	fclose(f);
	memory_main = text;
	settings_destroy(config_load(MEMORY_MAIN, &complaints));
	for (size_t i = 0; i < complaints.n; i++) {
		if (is_expected(complaints.list[i].text, is_empty))
			continue;
		fprintf(stderr, "%d: %s\n%s", complaints.list[i].line,
		    complaints.list[i].text, text);
		must(!"settings that sockd refuses");
	}
	complaints_finish(&complaints);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import import = { .port = port };
	char         *text = size > 0 ? fuzz_string(data + 1, size - 1) : NULL;
	char *const  *given;
	bool          is_empty = true;

	if (text == NULL)
		return 0;
	given = paths[data[0] % 4];
	memory_main = text;
	import_read(&import, given, given[1] != NULL ? 2 : 1);
	for (const struct draft *d = import.drafts; d != NULL; d = d->next)
		is_empty = is_empty && d->is_out;
	check_output(&import, is_empty);
	import_finish(&import);
	free(text);
	return 0;
}
