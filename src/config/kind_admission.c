/* SPDX-License-Identifier: MIT */
/* kind_admission.c - the kinds of values that only settings of admission have */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/wire.h"
#include "common/xalloc.h"
#include "config/kind.h"
#include "config/kind_wire.h"
#include "config/rate.h"
#include "config/rules.h"
#include "config/setting.h"

static const struct {
	const char *suffix;
	long long   per_ms;
} spans[] = { { "/s", 1000 }, { "/min", 60 * 1000 }, { "/h", 60 * 60 * 1000 } };

#define N_SPANS (sizeof spans / sizeof *spans)

static int
rate_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	struct rate rate = { 0 };
	char       *end;
	size_t      i;

	errno = 0;
	rate.n = strtoll(text, &end, 10);
	for (i = 0; i < N_SPANS && strcmp(end, spans[i].suffix) != 0; i++)
		;
	if (!(isdigit((unsigned char)text[0]) || text[0] == '-') || end == text ||
	    (i == N_SPANS && !(rate.n == 0 && *end == '\0')))
		return parse_refuse(
		    p, "must be a rate such as \"10/s\", \"90/min\" or \"500/h\"");
	if (errno != 0 || rate.n < 0 || rate.n > row->max)
		return parse_refuse(p,
		    "must be \"0\", or 1 to %lld and \"/s\", \"/min\" or \"/h\"",
		    row->max);
	if (rate.n > 0)
		rate.per_ms = spans[i].per_ms;
	*(struct rate *)field = rate;
	return 0;
}

static void
rate_print(const struct setting *row, const void *field, FILE *f)
{
	const struct rate *rate = field;

	(void)row;
	if (rate->n == 0)
		fputs("\"0\"", f);
	for (size_t i = 0; i < N_SPANS && rate->n != 0; i++)
		if (spans[i].per_ms == rate->per_ms)
			fprintf(f, "\"%lld%s\"", rate->n, spans[i].suffix);
}

static bool
rate_same(const void *a, const void *b)
{
	const struct rate *x = a, *y = b;

	return x->n == y->n && x->per_ms == y->per_ms;
}

static void
rate_finish(void *field)
{
	(void)field;
}

static void
rate_put(const void *field, struct wire *w)
{
	const struct rate *rate = field;

	wire_put_number(w, rate->n);
	wire_put_number(w, rate->per_ms);
}

static void
rate_take(const struct setting *row, void *field, struct wire *w)
{
	struct rate *rate = field;

	rate->n = wire_take_number(w, 0, row->max);
	rate->per_ms = wire_take_number(w, rate->n > 0, spans[N_SPANS - 1].per_ms);
}

static int
rules_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	(void)row;
	return rules_add(field, text, p->why, p->why_size);
}

static void
rules_print(const struct setting *row, const void *field, FILE *f)
{
	const struct rules *rules = field;

	(void)row;
	fputs("[ ", f);
	for (size_t i = 0; i < rules->n; i++) {
		fputs(i > 0 ? ", " : "", f);
		setting_print_string(rules->list[i].text, f);
	}
	fputs(rules->n > 0 ? " ]" : "]", f);
}

static bool
same_rules(const void *a, const void *b)
{
	return rules_same(a, b);
}

static void
finish_rules(void *field)
{
	rules_finish(field);
}

static void
rules_put(const void *field, struct wire *w)
{
	const struct rules *rules = field;

	strings_put(&rules->files, w);
	wire_put_number(w, (long long)rules->n);
	for (size_t i = 0; i < rules->n; i++) {
		const struct rule *r = &rules->list[i];

		wire_put_number(w, r->kind);
		wire_put_number(w, r->id);
		wire_put_string(w, r->text);
		wire_put_number(w, strings_number(&rules->files, r->file));
		wire_put_number(w, r->line);
	}
}

/* Names were looked up by who has put them, and are numbers now. */
static int
take_rule(struct rules *rules, const char *text, int kind, unsigned id)
{
	char why[NETWORK_TEXT + 200], number[32];

	if (kind == RULE_NETWORK)
		return rules_add(rules, text, why, sizeof why);
	snprintf(number, sizeof number, "%s:%u", kind == RULE_UID ? "uid" : "gid", id);
	if (rules_add(rules, number, why, sizeof why) != 0)
		return -1;
	free(rules->list[rules->n - 1].text);
	rules->list[rules->n - 1].text = xstrdup(text);
	return 0;
}

static void
rules_take(const struct setting *row, void *field, struct wire *w)
{
	struct rules  *rules = field;
	struct strings files = { 0 };

	(void)row;
	rules_finish(rules);
	strings_take(row, &files, w);
	for (size_t n = wire_take_count(w); n > 0 && !w->bad; n--) {
		int       kind = (int)wire_take_number(w, RULE_NETWORK, RULE_GID);
		unsigned  id = (unsigned)wire_take_number(w, 0, (unsigned)-1);
		char     *text = wire_take_string(w);
		long long file = wire_take_number(w, -1, (long long)files.n - 1);
		int       line = (int)wire_take_number(w, 0, INT_MAX);

		if (text == NULL || w->bad || take_rule(rules, text, kind, id) != 0)
			w->bad = true;
		else
			rules_note(rules, file >= 0 ? files.list[file] : NULL, line);
		free(text);
	}
	strings_finish(&files);
}

const struct kind kind_rate = { "a ", "rate", LITERAL_STRING, true, sizeof(struct rate),
	rate_parse, rate_print, rate_same, rate_finish, rate_put, rate_take };
const struct kind kind_rules = { "a ", "list of networks and users", LITERAL_STRING,
	false, 0, rules_parse, rules_print, same_rules, finish_rules, rules_put,
	rules_take };
