/* SPDX-License-Identifier: MIT */
/* fuzz_scan.c - the look before libconfig's: what passes is read as written, and lines are right */
#include <libconfig.h>

#include "config/complaint.h"
#include "config/expanded.h"
#include "config/scan.h"
#include "config/setting.h"
#include "config/sources.h"
#include "config/strings.h"
#include "fuzz.h"
#include "memory.h"

/* Is it written somewhere in the text, in decimal or in hexadecimal? */
static int
is_written(const char *text, long long n)
{
	for (; *text != '\0'; text++)
		if (strtoll(text, NULL, 10) == n || strtoll(text, NULL, 16) == n)
			return 1;
	return 0;
}

/* No number has wrapped, and nothing is there twice. */
static void
check_tree(const config_setting_t *setting, const char *text)
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_INT:
		must(is_written(text, config_setting_get_int(setting)));
		break;
	case CONFIG_TYPE_INT64:
		must(is_written(text, config_setting_get_int64(setting)));
		break;
	case CONFIG_TYPE_GROUP:
	case CONFIG_TYPE_ARRAY:
	case CONFIG_TYPE_LIST:
		for (int i = 0; i < config_setting_length(setting); i++)
			check_tree(config_setting_get_elem(setting, (unsigned)i), text);
		break;
	default:
		break;
	}
}

/* libconfig has no file to include any more: it never says that it cannot. */
static void
check_parse(const char *text)
{
	config_t tree;

	config_init(&tree);
	if (config_read_string(&tree, text) == CONFIG_TRUE)
		check_tree(config_root_setting(&tree), text);
	else
		must(strstr(config_error_text(&tree), "include") == NULL);
	config_destroy(&tree);
}

/* Each line is part of the line that it is said to come from. */
static void
check_lines(const struct expanded *e)
{
	const char   *text = e->bytes, *end;
	struct origin origin;

	for (int line = 1; *text != '\0'; line++, text = end + 1) {
		const char *from;

		end = strchr(text, '\n');
		must(end != NULL);
		origin = expanded_origin(e, line);
		from = memory_find(origin.file);
		must(from != NULL && origin.line > 0);
		for (int i = 1; i < origin.line && from != NULL; i++)
			from = strchr(from, '\n') != NULL ? strchr(from, '\n') + 1 : NULL;
		must(from != NULL);
		must(end == text ||
		    memmem(from, strcspn(from, "\n"), text, (size_t)(end - text)) !=
			NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char             *text = fuzz_string(data, size);
	struct complaints complaints = { .n = 0 };
	struct sources    sources = { .n = 0 };
	struct strings    files = { .n = 0 };
	struct expanded   expanded = { .n_lines = 0 };
	struct scan_input input = { MEMORY_MAIN, "/m", &sources, &files, &complaints };

	memory_main = text;
	if (scan_text(&input, text, &expanded) != 0)
		must(complaints.n > 0);
	else if (complaints.n == 0)
		check_parse(expanded.bytes);
	check_lines(&expanded);
	(void)scan_dante(text);
	expanded_finish(&expanded);
	sources_finish(&sources);
	strings_finish(&files);
	complaints_finish(&complaints);
	free(text);
	return 0;
}
