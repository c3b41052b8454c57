/* SPDX-License-Identifier: MIT */
/* kind.c - the kinds of values that settings have: parse, print, compare, free */
#include "config/kind.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "config/endpoint.h"
#include "config/kind_wire.h"
#include "config/quantity.h"
#include "config/setting.h"

int
parse_refuse(const struct parse *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->why, p->why_size, format, args);
	va_end(args);
	return -1;
}

static int
number_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	return quantity_parse(quantity_plain, "a number", row, field, text, p);
}

static int
time_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	return quantity_parse(quantity_times,
	    "a time such as \"500ms\", \"30s\", \"5min\", \"2h\" or \"1d\"", row, field,
	    text, p);
}

static int
size_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	return quantity_parse(quantity_sizes,
	    "a size in bytes such as \"4096\", \"64k\", \"10m\" or \"1g\"", row, field,
	    text, p);
}

static int
auto_number_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	if (strcmp(text, "auto") != 0)
		return quantity_parse(
		    quantity_plain, "a number or \"auto\"", row, field, text, p);
	*(long long *)field = -1;
	return 0;
}

static int
auto_time_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	if (strcmp(text, "auto") != 0)
		return time_parse(row, field, text, p);
	*(long long *)field = -1;
	return 0;
}

static int
auto_size_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	if (strcmp(text, "auto") != 0)
		return size_parse(row, field, text, p);
	*(long long *)field = -1;
	return 0;
}

static void
number_print(const struct setting *row, const void *field, FILE *f)
{
	(void)row;
	fprintf(f, "%lld", *(const long long *)field);
}

static void
time_print(const struct setting *row, const void *field, FILE *f)
{
	(void)row;
	quantity_print(quantity_times, *(const long long *)field, f);
}

static void
size_print(const struct setting *row, const void *field, FILE *f)
{
	(void)row;
	quantity_print(quantity_sizes, *(const long long *)field, f);
}

static void
auto_number_print(const struct setting *row, const void *field, FILE *f)
{
	if (*(const long long *)field == -1)
		fputs("\"auto\"", f);
	else
		number_print(row, field, f);
}

static void
auto_time_print(const struct setting *row, const void *field, FILE *f)
{
	if (*(const long long *)field == -1)
		fputs("\"auto\"", f);
	else
		time_print(row, field, f);
}

static void
auto_size_print(const struct setting *row, const void *field, FILE *f)
{
	if (*(const long long *)field == -1)
		fputs("\"auto\"", f);
	else
		size_print(row, field, f);
}

static bool
number_same(const void *a, const void *b)
{
	return *(const long long *)a == *(const long long *)b;
}

/* Permission bits, three or four octal digits as in chmod(1). */
static int
mode_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	size_t length = strlen(text);
	long   mode = strtol(text, NULL, 8);

	if (length < 3 || length > 4 || strspn(text, "01234567") != length ||
	    mode > row->max)
		return parse_refuse(p, "must be octal digits, 000 to %03llo", row->max);
	*(long long *)field = mode;
	return 0;
}

static void
mode_print(const struct setting *row, const void *field, FILE *f)
{
	(void)row;
	fprintf(f, "\"%03llo\"", (unsigned long long)*(const long long *)field);
}

static int
bool_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	(void)row;
	(void)p;
	*(bool *)field = strcmp(text, "true") == 0;
	return 0;
}

static void
bool_print(const struct setting *row, const void *field, FILE *f)
{
	(void)row;
	fputs(*(const bool *)field ? "true" : "false", f);
}

static bool
bool_same(const void *a, const void *b)
{
	return *(const bool *)a == *(const bool *)b;
}

static int
choice_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	const struct choice *c;
	int                  n;

	for (c = row->choices; c->word != NULL; c++) {
		if (strcmp(c->word, text) == 0) {
			*(int *)field = c->value;
			return 0;
		}
	}
	n = snprintf(p->why, p->why_size, "must be one of");
	for (c = row->choices; c->word != NULL && (size_t)n < p->why_size; c++)
		n += snprintf(p->why + n, p->why_size - (size_t)n, " %s", c->word);
	return -1;
}

static void
choice_print(const struct setting *row, const void *field, FILE *f)
{
	const struct choice *c = row->choices;

	while (c->word != NULL && c->value != *(const int *)field)
		c++;
	if (c->word != NULL &&
	    (strcmp(c->word, "true") == 0 || strcmp(c->word, "false") == 0))
		fputs(c->word, f);
	else
		fprintf(f, "\"%s\"", c->word != NULL ? c->word : "?");
}

static bool
choice_same(const void *a, const void *b)
{
	return *(const int *)a == *(const int *)b;
}

static int
string_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	char **s = field;

	(void)row;
	(void)p;
	free(*s);
	*s = xstrdup(text);
	return 0;
}

static void
string_print(const struct setting *row, const void *field, FILE *f)
{
	(void)row;
	setting_print_string(*(char *const *)field, f);
}

static bool
string_same(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b) == 0;
}

static void
string_finish(void *field)
{
	char **s = field;

	free(*s);
	*s = NULL;
}

char *
parse_path(const char *text, const char *base)
{
	if (text[0] == '/' || text[0] == '\0' || base == NULL)
		return xstrdup(text);
	return xasprintf("%s/%s", strcmp(base, "/") == 0 ? "" : base, text);
}

static int
path_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	char **s = field;

	(void)row;
	if (strlen(text) >= PATH_MAX)
		return parse_refuse(p, "is longer than a path can be");
	free(*s);
	*s = parse_path(text, p->base);
	return 0;
}

static int
strings_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	(void)row;
	(void)p;
	if (text[0] != '\0')
		strings_add(field, text);
	return 0;
}

void
strings_print(const struct setting *row, const void *field, FILE *f)
{
	const struct strings *s = field;

	(void)row;
	fputs("[ ", f);
	for (size_t i = 0; i < s->n; i++) {
		fputs(i > 0 ? ", " : "", f);
		setting_print_string(s->list[i], f);
	}
	fputs(s->n > 0 ? " ]" : "]", f);
}

bool
strings_same(const void *a, const void *b)
{
	const struct strings *x = a, *y = b;

	if (x->n != y->n)
		return false;
	for (size_t i = 0; i < x->n; i++)
		if (strcmp(x->list[i], y->list[i]) != 0)
			return false;
	return true;
}

void
strings_end(void *field)
{
	strings_finish(field);
}

static int
parse_endpoint(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	struct endpoint e;

	(void)row;
	if (endpoint_parse(text, &e, p->why, p->why_size) != 0)
		return -1;
	endpoint_finish(field);
	memcpy(field, &e, sizeof e);
	return 0;
}

static void
endpoint_print(const struct setting *row, const void *field, FILE *f)
{
	const struct endpoint *e = field;

	(void)row;
	setting_print_string(e->text, f);
}

static bool
endpoint_same(const void *a, const void *b)
{
	const struct endpoint *x = a, *y = b;

	return strcmp(x->text, y->text) == 0;
}

static void
finish_endpoint(void *field)
{
	endpoint_finish(field);
}

static void
nothing_finish(void *field)
{
	(void)field;
}

const struct kind kind_bool = { "", "true or false", LITERAL_BOOL, false, sizeof(bool),
	bool_parse, bool_print, bool_same, nothing_finish, bool_put, bool_take };
const struct kind kind_number = { "a ", "number", LITERAL_NUMBER, true, sizeof(long long),
	number_parse, number_print, number_same, nothing_finish, number_put,
	number_take };
const struct kind kind_time = { "a ", "time", LITERAL_STRING, true, sizeof(long long),
	time_parse, time_print, number_same, nothing_finish, number_put, number_take };
const struct kind kind_size = { "a ", "size", LITERAL_STRING, true, sizeof(long long),
	size_parse, size_print, number_same, nothing_finish, number_put, number_take };
const struct kind kind_auto_number = { "a ", "number or \"auto\"",
	LITERAL_NUMBER | LITERAL_STRING, true, sizeof(long long), auto_number_parse,
	auto_number_print, number_same, nothing_finish, number_put, number_take };
const struct kind kind_auto_time = { "a ", "time or \"auto\"", LITERAL_STRING, true,
	sizeof(long long), auto_time_parse, auto_time_print, number_same, nothing_finish,
	number_put, number_take };
const struct kind kind_auto_size = { "a ", "size or \"auto\"", LITERAL_STRING, true,
	sizeof(long long), auto_size_parse, auto_size_print, number_same, nothing_finish,
	number_put, number_take };
const struct kind kind_mode = { "a ", "mode", LITERAL_STRING, false, sizeof(long long),
	mode_parse, mode_print, number_same, nothing_finish, number_put, number_take };
const struct kind kind_choice = { "a ", "word", LITERAL_STRING | LITERAL_BOOL, false,
	sizeof(int), choice_parse, choice_print, choice_same, nothing_finish, choice_put,
	choice_take };
const struct kind kind_string = { "a ", "string", LITERAL_STRING, false, sizeof(char *),
	string_parse, string_print, string_same, string_finish, string_put, string_take };
const struct kind kind_path = { "a ", "path", LITERAL_STRING, false, sizeof(char *),
	path_parse, string_print, string_same, string_finish, string_put, string_take };
const struct kind kind_strings = { "a ", "list of strings", LITERAL_STRING, false, 0,
	strings_parse, strings_print, strings_same, strings_end, strings_put,
	strings_take };
const struct kind kind_endpoint = { "an ", "endpoint", LITERAL_STRING, false, 0,
	parse_endpoint, endpoint_print, endpoint_same, finish_endpoint, endpoint_put,
	endpoint_take };
