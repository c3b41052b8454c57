/* SPDX-License-Identifier: MIT */
/* fuzz_settings.c - whole settings: what is accepted is the same behind a pipe and a dump */
#include "common/wire.h"
#include "config/complaint.h"
#include "config/dump.h"
#include "config/flat.h"
#include "config/load.h"
#include "config/settings.h"
#include "fuzz.h"
#include "memory.h"

/* With origins in comments; the caller frees it. */
static char *
dump(const struct config *config)
{
	char  *text = NULL;
	size_t size;
	FILE  *f = open_memstream(&text, &size);

	must(f != NULL);
	config_dump(config, f);
	fclose(f);
	return text;
}

/* A tab stands in a dump in front of a setting or a comment only: "\t# " begins one. */
static char *
without_comments(char *text)
{
	char *to = text, *from = text, *comment;

	while ((comment = strstr(from, "\t# ")) != NULL) {
		memmove(to, from, (size_t)(comment - from));
		to += comment - from;
		from = comment + strcspn(comment, "\n");
	}
	memmove(to, from, strlen(from) + 1);
	return text;
}

/* NULL if it is refused, and then there are reasons, each a line of the right file. */
static struct config *
load(const char *text)
{
	struct complaints complaints = { .n = 0 };
	struct config    *config;

	memory_main = text;
	config = config_load(MEMORY_MAIN, &complaints);
	must((config != NULL) == (complaints.n == 0));
	for (size_t i = 0; i < complaints.n; i++) {
		char *line = complaint_text(&complaints.list[i]);

		must(complaints.list[i].line >= 0 && strchr(line, '\n') == NULL);
		must(strncmp(line, "/m/", 3) == 0);
		free(line);
	}
	complaints_finish(&complaints);
	return config;
}

static void
check_pipe(const struct config *config)
{
	struct wire    w = { .bytes = NULL };
	struct config *again;
	char          *before = dump(config), *after;

	flat_put(config, &w);
	again = flat_take(&w);
	must(again != NULL);
	after = dump(again);
	must(strcmp(before, after) == 0);
	free(before);
	free(after);
	settings_destroy(again);
	wire_finish(&w);
}

static void
check_dump(const struct config *config)
{
	char          *before = dump(config), *after;
	struct config *again = load(before);

	must(again != NULL);
	after = dump(again);
	must(strcmp(without_comments(before), without_comments(after)) == 0);
	settings_destroy(again);
	free(before);
	free(after);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char          *text = fuzz_string(data, size);
	struct config *config = load(text);

	if (config != NULL) {
		check_pipe(config);
		check_dump(config);
	}
	settings_destroy(config);
	free(text);
	return 0;
}
