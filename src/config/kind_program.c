/* SPDX-License-Identifier: MIT */
/* kind_program.c - the kinds of values that only programs have */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "config/kind.h"
#include "config/kind_wire.h"
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

const struct kind kind_command = { "a ", "list of strings", LITERAL_STRING, false, 0,
	command_parse, strings_print, strings_same, strings_end, strings_put,
	strings_take };
const struct kind kind_pairs = { "a ", "group of strings", LITERAL_STRING, false, 0,
	pairs_parse, pairs_print, strings_same, strings_end, strings_put, strings_take };
