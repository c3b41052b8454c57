/* SPDX-License-Identifier: MIT */
/* kind_program.c - the kinds of values that only programs have */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "config/kind.h"
#include "config/kind_wire.h"
#include "config/quantity.h"
#include "config/setting.h"

/* Any string, an empty one too. */
static int
command_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	(void)row;
	(void)p;
	strings_add(field, text);
	return 0;
}

char *
command_as_list(const char *text)
{
	struct strings words = { NULL, 0 };
	char          *list = NULL;
	size_t         size, length;
	FILE          *f = open_memstream(&list, &size);

	for (text += strspn(text, " \t"); *text != '\0'; text += strspn(text, " \t")) {
		length = strcspn(text, " \t");
		strings_own(&words, xstrndup(text, length));
		text += length;
	}
	if (f != NULL) {
		strings_print(NULL, &words, f);
		fclose(f);
	}
	strings_finish(&words);
	return list != NULL ? list : xstrdup("[ \"/usr/bin/prog\", \"arg\" ]");
}

/* "NAME=value", as tree.c makes it of NAME = "value". */
static int
pairs_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	size_t length = strcspn(text, "=");

	(void)row;
	if (text[0] == '\0')
		return 0;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)text[i]) && text[i] != '_')
			return parse_refuse(
			    p, "a name must be of letters, digits and \"_\"");
	strings_add(field, text);
	return 0;
}

static void
pairs_print(const struct setting *row, const void *field, FILE *f)
{
	const struct strings *s = field;

	(void)row;
	fputs("{ ", f);
	for (size_t i = 0; i < s->n; i++) {
		size_t length = strcspn(s->list[i], "=");

		fprintf(f, "%.*s = ", (int)length, s->list[i]);
		setting_print_string(
		    s->list[i] + length + (s->list[i][length] == '='), f);
		fputs("; ", f);
	}
	fputs("}", f);
}

static int
ready_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	static const char like[] = "\"start\", \"notify\" or such as \"after 2s\"";
	long long        *ready = field;
	struct setting    times = *row; /* beside the two words */

	if (strcmp(text, "start") == 0) {
		*ready = READY_START;
		return 0;
	}
	if (strcmp(text, "notify") == 0) {
		*ready = READY_NOTIFY;
		return 0;
	}
	if (strncmp(text, "after ", 6) != 0)
		return parse_refuse(p, "must be %s", like);
	times.min = 1;
	return quantity_parse(quantity_times, like, &times, ready, text + 6, p);
}

static void
ready_print(const struct setting *row, const void *field, FILE *f)
{
	const long long *ready = field;

	(void)row;
	if (*ready == READY_START || *ready == READY_NOTIFY) {
		fputs(*ready == READY_START ? "\"start\"" : "\"notify\"", f);
		return;
	}
	fputs("\"after ", f);
	quantity_print_bare(quantity_times, *ready, f);
	fputc('"', f);
}

static bool
ready_same(const void *a, const void *b)
{
	return *(const long long *)a == *(const long long *)b;
}

static void
ready_finish(void *field)
{
	(void)field;
}

const struct kind kind_command = { "a ", "list of strings", LITERAL_STRING, false, 0,
	command_parse, strings_print, strings_same, strings_end, strings_put,
	strings_take };
const struct kind kind_pairs = { "a ", "group of strings", LITERAL_STRING, false, 0,
	pairs_parse, pairs_print, strings_same, strings_end, strings_put, strings_take };
const struct kind kind_ready = { "a ", "word", LITERAL_STRING, false, sizeof(long long),
	ready_parse, ready_print, ready_same, ready_finish, number_put, number_take };
