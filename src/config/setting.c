/* SPDX-License-Identifier: MIT */
/* setting.c - settings by their rows: parse, preset, compare, print; kind.c has the values */
#include "config/setting.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "config/kind.h"
#include "config/rate.h"
#include "config/rules.h"

static void *
field_of(const struct setting *row, void *conf)
{
	return (char *)conf + row->offset;
}

static const void *
field_in(const struct setting *row, const void *conf)
{
	return (const char *)conf + row->offset;
}

size_t
setting_number(const struct setting *rows)
{
	size_t n = 0;

	while (rows[n].name != NULL)
		n++;
	return n;
}

const struct setting *
setting_find(const struct setting *rows, const char *name)
{
	for (; rows->name != NULL; rows++)
		if (strcmp(rows->name, name) == 0)
			return rows;
	return NULL;
}

const struct origin *
setting_origin(const struct setting *rows, const char *name, const struct origin *origins,
    const struct origin *rest)
{
	const struct origin *origin = &origins[setting_find(rows, name) - rows];

	return origin->file != NULL ? origin : rest;
}

bool
setting_is_list(const struct setting *row)
{
	return row->kind == &kind_strings || row->kind == &kind_rules ||
	    row->kind == &kind_command || row->kind == &kind_pairs;
}

void
setting_note_origin(const struct setting *row, void *conf, const struct origin *list,
    const struct origin *origin)
{
	struct rules *rules;

	if (row->kind != &kind_rules)
		return;
	rules = field_of(row, conf);
	if (rules->n > 0)
		rules_note(rules, origin->file != list->file ? origin->file : NULL,
		    origin->line);
}

void
setting_clear(const struct setting *row, void *conf)
{
	row->kind->finish(field_of(row, conf));
}

static const char *
literal_name(enum literal literal)
{
	switch (literal) {
	case LITERAL_BOOL:
		return "true or false";
	case LITERAL_NUMBER:
		return "a number";
	case LITERAL_FRACTION:
		return "a fraction";
	default:
		return "a string";
	}
}

/* A value in the wrong clothes: say which would fit. */
static int
refuse_literal(const struct setting *row, enum literal literal, const char *text,
    char *why, size_t why_size)
{
	const char *quotes = literal == LITERAL_STRING ? "\"" : "";

	snprintf(why, why_size, "%s%.200s%s: must be %s%s%s, not %s", quotes, text,
	    quotes, row->kind->article, row->kind->name,
	    row->kind->literals == LITERAL_STRING ? " in \" \"" : "",
	    literal_name(literal));
	return -1;
}

int
setting_parse(const struct setting *row, void *conf, enum literal literal,
    const char *text, const char *base, char *why, size_t why_size)
{
	char         reason[512];
	struct parse p = { base, reason, sizeof reason };

	/* Where both fit, a string is for the word "auto", and "4" a number in quotes. */
	if ((row->kind->literals & literal) == 0 ||
	    (literal == LITERAL_STRING && (row->kind->literals & LITERAL_NUMBER) != 0 &&
		strcmp(text, "auto") != 0))
		return refuse_literal(row, literal, text, why, why_size);
	if (row->kind->parse(row, field_of(row, conf), text, &p) == 0)
		return 0;
	snprintf(why, why_size,
	    literal == LITERAL_STRING ? "\"%.200s\": %s" : "%.200s: %s", text, reason);
	return -1;
}

/* The first literal that the kind takes and the text looks like. */
static enum literal
preset_literal(const struct setting *row)
{
	if (row->kind->literals & LITERAL_STRING)
		return LITERAL_STRING;
	return row->kind->literals & LITERAL_NUMBER ? LITERAL_NUMBER : LITERAL_BOOL;
}

void
setting_preset(const struct setting *rows, void *conf)
{
	char why[256];
	int  result;

	for (; rows->name != NULL; rows++) {
		if (rows->preset == NULL ||
		    rows->kind == &kind_rules) /* which begin empty */
			continue;
		result = setting_parse(rows, conf, preset_literal(rows), rows->preset,
		    NULL, why, sizeof why);
		assert(result == 0);
		(void)result;
	}
}

void
setting_finish(const struct setting *rows, void *conf)
{
	for (; rows->name != NULL; rows++)
		setting_clear(rows, conf);
}

void
setting_copy(const struct setting *row, const void *from, void *to)
{
	assert(row->kind->size != 0);
	if (row->kind == &kind_string || row->kind == &kind_path) {
		setting_clear(row, to);
		*(char **)field_of(row, to) =
		    xstrdup(*(char *const *)field_in(row, from));
	} else {
		memcpy(field_of(row, to), field_in(row, from), row->kind->size);
	}
}

bool
setting_same(const struct setting *row, const void *a, const void *b)
{
	return row->kind->same(field_in(row, a), field_in(row, b));
}

void
setting_put(const struct setting *row, const void *conf, struct wire *w)
{
	row->kind->put(field_in(row, conf), w);
}

void
setting_take(const struct setting *row, void *conf, struct wire *w)
{
	row->kind->take(row, field_of(row, conf), w);
}

enum apply
setting_diff(const struct setting *rows, const void *a, const void *b)
{
	enum apply most = APPLY_NOTHING;

	for (; rows->name != NULL; rows++)
		if (rows->apply > most && !setting_same(rows, a, b))
			most = rows->apply;
	return most;
}

/* Values are cut, as many changes must fit into a line. */
#define CHANGE_MOST 60

static char *
value_text(const struct setting *row, const void *conf)
{
	char  *text = NULL;
	size_t size;
	FILE  *f = open_memstream(&text, &size);

	if (f == NULL)
		return xstrdup("?");
	setting_print(row, conf, f);
	fclose(f);
	return text != NULL ? text : xstrdup("?");
}

int
setting_print_changes(
    const struct setting *rows, const char *prefix, const void *a, const void *b, FILE *f)
{
	char *old, *new;
	int   n = 0;

	for (; rows->name != NULL; rows++) {
		if (setting_same(rows, a, b))
			continue;
		old = value_text(rows, a);
		new = value_text(rows, b);
		fprintf(f, "%s%s%s ", n++ > 0 ? ", " : "", prefix, rows->name);
		if (strcmp(old, new) == 0)
			fprintf(f, "%s changed inside", new);
		else
			fprintf(f, "%.*s%s -> %.*s%s", CHANGE_MOST, old,
			    strlen(old) > CHANGE_MOST ? "..." : "", CHANGE_MOST, new,
			    strlen(new) > CHANGE_MOST ? "..." : "");
		free(old);
		free(new);
	}
	return n;
}

void
setting_print_string(const char *s, FILE *f)
{
	fputc('"', f);
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			fprintf(f, "\\%c", *s);
		else if (*s == '\n')
			fputs("\\n", f);
		else if (*s == '\r')
			fputs("\\r", f);
		else if (*s == '\t')
			fputs("\\t", f);
		else if ((unsigned char)*s < 0x20 || *s == 0x7f)
			fprintf(f, "\\x%02x", (unsigned)*s);
		else
			fputc(*s, f);
	}
	fputc('"', f);
}

void
setting_print(const struct setting *row, const void *conf, FILE *f)
{
	row->kind->print(row, field_in(row, conf), f);
}

static void
indent(int depth, FILE *f)
{
	while (depth-- > 0)
		fputc('\t', f);
}

/* The length of "timeouts." in "timeouts.idle"; 0 for a name outside any group. */
static size_t
group_length(const char *name)
{
	const char *dot = name != NULL ? strchr(name, '.') : NULL;

	return dot != NULL ? (size_t)(dot - name) + 1 : 0;
}

static bool
same_group(const char *a, const char *b)
{
	size_t n = group_length(a);

	return b != NULL && n == group_length(b) && strncmp(a, b, n) == 0;
}

void
setting_dump(const struct setting *rows, const void *conf, const struct origin *origin,
    int depth, FILE *f)
{
	const char *before = NULL;

	for (; rows->name != NULL; before = rows->name, rows++, origin++) {
		size_t group = group_length(rows->name);

		if (group > 0 && !same_group(rows->name, before)) {
			indent(depth, f);
			fprintf(f, "%.*s: {\n", (int)group - 1, rows->name);
		}
		indent(depth + (group > 0), f);
		fprintf(f, "%s = ", rows->name + group);
		setting_print(rows, conf, f);
		if (origin->file != NULL)
			fprintf(f, ";\t# %s:%d\n", origin->file, origin->line);
		else
			fputs(";\t# default\n", f);
		if (group > 0 && !same_group(rows->name, rows[1].name)) {
			indent(depth, f);
			fputs("};\n", f);
		}
	}
}

/* A number alone is the beginning of a rate, whose unit says enough here. */
static void
print_bound(const struct setting *row, long long bound, FILE *f)
{
	struct rate rate = { bound, 1000 };

	row->kind->print(row, &rate, f);
}

static void
mdoc_row(const struct setting *row, FILE *f)
{
	static const char *const applies[] = { "nothing", "live", "workers", "listen",
		"restart" };

	fprintf(f, ".It Ic %s No = Ar %s\n%s\n", row->name, row->kind->name, row->help);
	if (row->choices != NULL) {
		fputs("One of", f);
		for (const struct choice *c = row->choices; c->word != NULL; c++)
			fprintf(
			    f, "\n.Ql %s%s", c->word, c[1].word != NULL ? " ," : " .");
		fputc('\n', f);
	}
	if (row->kind->ranged) {
		fputs("From\n.Li ", f);
		print_bound(row, row->min, f);
		fputs("\nto\n.Li ", f);
		print_bound(row, row->max, f);
		fputs(" .\n", f);
	}
	if (row->preset == NULL)
		fputs("Must be given.\n", f);
	else if (row->preset[0] == '\0')
		fputs("Not set by default.\n", f);
	else
		fprintf(f, "Default:\n.Ql %s .\n", row->preset);
	fprintf(f, "Reload:\n.Ql %s .\n", applies[row->apply]);
}

void
setting_mdoc(const struct setting *rows, FILE *f)
{
	fputs(".Bl -tag -width Ds\n", f);
	for (; rows->name != NULL; rows++)
		mdoc_row(rows, f);
	fputs(".El\n", f);
}
