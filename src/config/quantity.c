/* SPDX-License-Identifier: MIT */
/* quantity.c - numbers with units: parse and print */
#include "config/quantity.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/kind.h"
#include "config/setting.h"

const struct unit quantity_plain[] = { { "", 1 }, { NULL, 0 } };

/* Times are kept in milliseconds; a number without a unit would be a riddle. */
const struct unit quantity_times[] = {
	{ "d", 24 * 60 * 60 * 1000 },
	{ "h", 60 * 60 * 1000 },
	{ "min", 60 * 1000 },
	{ "s", 1000 },
	{ "ms", 1 },
	{ NULL, 0 },
};

const struct unit quantity_sizes[] = {
	{ "g", 1LL << 30 },
	{ "m", 1LL << 20 },
	{ "k", 1LL << 10 },
	{ "", 1 },
	{ NULL, 0 },
};

void
quantity_print_bare(const struct unit *unit, long long n, FILE *f)
{
	if (n == 0) {
		fputc('0', f);
		return;
	}
	while (n % unit->factor != 0)
		unit++;
	fprintf(f, "%lld%s", n / unit->factor, unit->suffix);
}

void
quantity_print(const struct unit *unit, long long n, FILE *f)
{
	fputc('"', f);
	quantity_print_bare(unit, n, f);
	fputc('"', f);
}

static int
refuse_range(const struct setting *row, const struct parse *p, const struct unit *units)
{
	char  *text = NULL;
	size_t size;
	FILE  *f = open_memstream(&text, &size);

	if (f == NULL)
		return parse_refuse(p, "is out of range");
	fputs("must be ", f);
	if (units == quantity_plain) {
		fprintf(f, "%lld to %lld", row->min, row->max);
	} else {
		quantity_print(units, row->min, f);
		fputs(" to ", f);
		quantity_print(units, row->max, f);
	}
	fclose(f);
	parse_refuse(p, "%s", text);
	free(text);
	return -1;
}

/* A decimal number and one of the units; zero needs none. */
int
quantity_parse(const struct unit *units, const char *like, const struct setting *row,
    long long *field, const char *text, const struct parse *p)
{
	const struct unit *unit;
	char              *end;
	long long          n;
	bool               overflow;

	errno = 0;
	n = strtoll(text, &end, 10);
	overflow = errno == ERANGE;
	if (end == text || !(isdigit((unsigned char)text[0]) || text[0] == '-'))
		return parse_refuse(p, "must be %s", like);
	for (unit = units; unit->suffix != NULL; unit++)
		if (strcmp(end, unit->suffix) == 0)
			break;
	if (unit->suffix == NULL && !(n == 0 && *end == '\0'))
		return parse_refuse(p, "must be %s", like);
	if (overflow ||
	    (unit->suffix != NULL && __builtin_mul_overflow(n, unit->factor, &n)) ||
	    n < row->min || n > row->max)
		return refuse_range(row, p, units);
	*field = n;
	return 0;
}
