/* SPDX-License-Identifier: MIT */
/* draft_print.c - a service that was translated, as a part of a settings file */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/quote.h"
#include "common/xalloc.h"
#include "config/kind.h"
#include "import/draft.h"

/* Each is compared with each. */
#define VARIABLES_MOST 1000

/* Of a comment behind its tab. */
#define COMMENT_WIDTH 90

void
draft_option(struct draft *draft, const char *name, const char *value)
{
	strings_own(&draft->options, xasprintf("%s = %s;", name, value));
}

void
draft_option_string(struct draft *draft, const char *name, const char *value)
{
	char  *text = NULL;
	size_t size;
	FILE  *f = open_memstream(&text, &size);

	if (f == NULL)
		return;
	setting_print_string(value, f);
	fclose(f);
	draft_option(draft, name, text);
	free(text);
}

void
draft_option_list(struct draft *draft, const char *name, const struct strings *list)
{
	char  *text = NULL;
	size_t size;
	FILE  *f = open_memstream(&text, &size);

	if (f == NULL)
		return;
	strings_print(NULL, list, f);
	fclose(f);
	draft_option(draft, name, text);
	free(text);
}

/* As libconfig and the setting "environment" have names. */
static bool
is_good_variable(const char *variable)
{
	size_t length = strcspn(variable, "=");

	if (variable[length] == '\0' || !isalpha((unsigned char)variable[0]))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)variable[i]) && variable[i] != '_')
			return false;
	return !(length == 4 && strncasecmp(variable, "true", 4) == 0) &&
	    !(length == 5 && strncasecmp(variable, "false", 5) == 0);
}

/* Does a later one count? */
static bool
is_set_again(const struct strings *variables, size_t i)
{
	size_t length = strcspn(variables->list[i], "=") + 1;

	for (size_t j = i + 1; j < variables->n; j++)
		if (strncmp(variables->list[i], variables->list[j], length) == 0)
			return true;
	return false;
}

void
draft_environment(
    struct draft *draft, const struct place *place, const struct strings *variables)
{
	char  *text = NULL;
	size_t size, n = 0;
	FILE  *f = open_memstream(&text, &size);

	if (f == NULL)
		return;
	fputs("{ ", f);
	if (variables->n > VARIABLES_MOST)
		draft_lose(draft, place, "has more than %d variables", VARIABLES_MOST);
	for (size_t i = 0; i < variables->n && i < VARIABLES_MOST; i++) {
		const char *v = variables->list[i];
		size_t      length = strcspn(v, "=");

		if (is_set_again(variables, i))
			continue;
		if (!is_good_variable(v)) {
			draft_lose(draft, place,
			    "\"%.60s\": must be NAME=VALUE, the name of letters, digits "
			    "and _ behind a letter; set it in a shell script",
			    v);
			continue;
		}
		fprintf(f, "%.*s = ", (int)length, v);
		setting_print_string(v + length + 1, f);
		fputs("; ", f);
		n++;
	}
	fputs("}", f);
	fclose(f);
	if (n > 0)
		draft_option(draft, "environment", text);
	free(text);
}

/* A comment, in as many lines as it takes. */
static void
print_comment(const char *text, FILE *f)
{
	size_t length, n = 0;

	fputs("\t#", f);
	while (*(text += strspn(text, " ")) != '\0') {
		length = strcspn(text, " ");
		if (n > 0 && n + length > COMMENT_WIDTH) {
			fputs("\n\t#    ", f);
			n = 4;
		}
		fprintf(f, " %.*s", (int)length, text);
		text += length;
		n += length + 1;
	}
	fputs("\n", f);
}

static void
print_remarks(const struct draft *draft, FILE *f)
{
	if (draft->wished != NULL && !draft->is_out) {
		char *wished = xasprintf("%.120s", draft->wished);

		quote_plain(wished);
		fprintf(f, "\t# It is \"%s\" in the log, not \"%s\".\n",
		    draft->conf->name, wished);
		free(wished);
	}
	for (size_t i = 0; i < draft->remarks.n; i++) {
		char *text = xstrdup(draft->remarks.list[i]);

		quote_plain(text);
		print_comment(text, f);
		free(text);
	}
}

/* The length of "timeouts" in "timeouts.idle"; 0 outside any group. */
static size_t
group_of(const char *name)
{
	const char *dot = strchr(name, '.');

	return dot != NULL ? (size_t)(dot - name) : 0;
}

/* Those of a row's group that were set, in one line. */
static const struct setting *
print_group(const struct setting *row, const struct service_conf *conf, FILE *f)
{
	const char *name = row->name;
	size_t      length = group_of(name);
	bool        any = false;

	for (; row->name != NULL && group_of(row->name) == length &&
	     strncmp(row->name, name, length) == 0;
	     row++) {
		if (conf->origins[row - service_rows].file == NULL)
			continue;
		if (!any)
			fprintf(f, "\t\t%.*s: { ", (int)length, name);
		any = true;
		fprintf(f, "%s = ", row->name + length + 1);
		setting_print(row, conf, f);
		fputs("; ", f);
	}
	if (any)
		fputs("};\n", f);
	return row;
}

static void
print_settings(const struct service_conf *conf, FILE *f)
{
	const struct setting *row = service_rows;

	while (row->name != NULL) {
		if (group_of(row->name) > 0) {
			row = print_group(row, conf, f);
			continue;
		}
		if (conf->origins[row - service_rows].file != NULL) {
			fprintf(f, "\t\t%s = ", row->name);
			setting_print(row, conf, f);
			fputs(";\n", f);
		}
		row++;
	}
}

/* An endpoint alone, or a group with its options. */
static void
print_listen(const struct listen_conf *listen, FILE *f)
{
	size_t n = 0;

	for (size_t i = 0; listen_rows[i].name != NULL; i++)
		n += listen->origins[i].file != NULL;
	if (n == 1) {
		setting_print(&listen_rows[0], listen, f);
		return;
	}
	fputs("{ ", f);
	for (size_t i = 0; listen_rows[i].name != NULL; i++) {
		if (listen->origins[i].file == NULL)
			continue;
		fprintf(f, "%s = ", listen_rows[i].name);
		setting_print(&listen_rows[i], listen, f);
		fputs("; ", f);
	}
	fputs("}", f);
}

static void
print_port(const struct draft *draft, FILE *f)
{
	char *port = xasprintf("\t# %s", draft->port != NULL ? draft->port : "");

	quote_plain(port + 1);
	fprintf(f, "%s\n", draft->port != NULL ? port : "");
	free(port);
}

static void
print_listens(const struct draft *draft, FILE *f)
{
	const struct listen_conf *listen = draft->conf->listens;

	if (listen->next == NULL) {
		fputs("\t\tlisten = ", f);
		if (listen->origins[0].file != NULL)
			print_listen(listen, f);
		fputs(";", f);
		print_port(draft, f);
		return;
	}
	fputs("\t\tlisten = (\n", f);
	for (; listen != NULL; listen = listen->next) {
		fputs("\t\t\t", f);
		print_listen(listen, f);
		fputs(listen->next != NULL ? ",\n" : "\n", f);
	}
	fputs("\t\t);\n", f);
}

static void
print_handler(const struct draft *draft, FILE *f)
{
	if (draft->options.n == 0) {
		fprintf(f, "\t\thandler = \"%s\";\n", draft->handler);
		return;
	}
	fprintf(f, "\t\thandler:\n\t\t{\n\t\t\ttype = \"%s\";\n", draft->handler);
	for (size_t i = 0; i < draft->options.n; i++)
		fprintf(f, "\t\t\t%s\n", draft->options.list[i]);
	fputs("\t\t};\n", f);
}

void
draft_print(const struct draft *draft, FILE *f)
{
	char *place;

	print_remarks(draft, f);
	if (draft->is_out)
		return;
	place = draft->origin.line > 0 ?
	    xasprintf("%s:%d", draft->origin.file, draft->origin.line) :
	    xstrdup(draft->origin.file);
	quote_plain(place);
	fprintf(f, "\t%s:\t# %s\n\t{\n", draft->conf->name, place);
	free(place);
	print_listens(draft, f);
	print_handler(draft, f);
	print_settings(draft->conf, f);
	fputs("\t};\n", f);
}
