/* SPDX-License-Identifier: MIT */
/* fuzz_quantity.c - numbers, times and sizes: what is accepted prints and parses to the same */
#include <limits.h>

#include "config/kind.h"
#include "config/quantity.h"
#include "config/setting.h"
#include "fuzz.h"

/* What quantity_print makes of it, without its quotes. */
static void
print(const struct unit *units, long long n, char *text, size_t size)
{
	char  quoted[64] = "";
	FILE *f = fmemopen(quoted, sizeof quoted, "w");

	must(f != NULL);
	quantity_print(units, n, f);
	fclose(f);
	must(strlen(quoted) > 2 && quoted[0] == '"');
	snprintf(text, size, "%.*s", (int)strlen(quoted) - 2, quoted + 1);
}

static void
check(const struct unit *units, const struct setting *row, const char *input)
{
	char         why[256] = "", text[64];
	struct parse p = { NULL, why, sizeof why };
	long long    n = 4711, again;

	if (quantity_parse(units, "a number", row, &n, input, &p) != 0) {
		must(n == 4711 && why[0] != '\0');
		return;
	}
	must(n >= row->min && n <= row->max);
	print(units, n, text, sizeof text);
	must(quantity_parse(units, "a number", row, &again, text, &p) == 0);
	must(again == n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct unit *const units[] = { quantity_plain, quantity_times,
		quantity_sizes };
	static const struct setting     rows[] = {
		    { .name = "any", .min = LLONG_MIN, .max = LLONG_MAX },
		    { .name = "some", .min = -20, .max = 100000 },
	};
	char *text = fuzz_string(data, size);

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
			check(units[i], &rows[k], text);
	free(text);
	return 0;
}
