/* SPDX-License-Identifier: MIT */
/* unit.c - the text of a unit of systemd to its lines, as systemd.syntax(7) has them */
#include "import/unit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/xalloc.h"
#include "import/draft.h"
#include "import/import.h"
#include "import/word.h"

/* Each is compared with each. */
#define LINES_MOST 2000

struct reader {
	struct draft *draft;
	struct unit  *unit;
	struct origin at;
	char         *section;
};

static void
add_line(struct reader *r, const char *text, size_t key_length)
{
	struct unit      *u = r->unit;
	struct unit_line *line;
	const char       *value = strchr(text, '=') + 1;

	if (u->n == LINES_MOST) {
		draft_wrong(r->draft, &r->at, "a unit has at most %d lines", LINES_MOST);
		return;
	}
	u->lines = xrealloc(u->lines, u->n + 1, sizeof *u->lines);
	line = &u->lines[u->n++];
	line->at = r->at;
	line->section = xstrdup(r->section);
	line->key = xstrndup(text, key_length);
	line->value = xstrdup(value + strspn(value, " \t"));
	line->text = xasprintf("%s=%s", line->key, line->value);
}

/* One line, put together, without blanks around it. */
static void
read_logical(struct reader *r, const char *text)
{
	size_t length = strlen(text), key = strcspn(text, "=");

	if (text[0] == '[' && text[length - 1] == ']') {
		free(r->section);
		r->section = xstrndup(text + 1, length - 2);
		return;
	}
	while (key > 0 && isspace((unsigned char)text[key - 1]))
		key--;
	if (strchr(text, '=') == NULL || key == 0)
		draft_wrong(r->draft, &r->at,
		    "\"%.60s\": must be [SECTION], KEY=VALUE or a comment", text);
	else if (r->section == NULL)
		draft_wrong(
		    r->draft, &r->at, "\"%.60s\": must stand below a [SECTION]", text);
	else
		add_line(r, text, key);
}

/* Without blanks at both ends, in place. */
static char *
trim(char *text)
{
	size_t length;

	text += strspn(text, " \t\r\v\f");
	length = strlen(text);
	while (length > 0 && strchr(" \t\r\v\f", text[length - 1]) != NULL)
		text[--length] = '\0';
	return text;
}

/* A line that ends in a backslash goes on; comments in between are none of it. */
static void
read_text(struct reader *r, const char *text)
{
	char  *line, *whole = NULL;
	size_t size = 0;
	FILE  *f = NULL;
	int    number = 0;

	while ((line = word_line(&text)) != NULL) {
		char  *part = trim(line);
		size_t length = strlen(part);
		bool   is_comment = part[0] == '#' || part[0] == ';';
		bool   goes_on = length > 0 && part[length - 1] == '\\' && !is_comment;

		number++;
		if (f == NULL)
			r->at.line = number;
		if (f == NULL && !is_comment && length > 0)
			f = open_memstream(&whole, &size);
		if (f != NULL && !is_comment)
			fprintf(f, "%.*s%s", (int)(length - goes_on), part,
			    goes_on ? " " : "");
		if (f != NULL && !goes_on && !is_comment) {
			fclose(f);
			f = NULL;
			read_logical(r, trim(whole));
			free(whole);
			whole = NULL;
		}
		free(line);
	}
	if (f == NULL)
		return;
	fclose(f);
	draft_wrong(r->draft, &r->at, "a line that goes on (\\) has no next one");
	free(whole);
}

static int
read_file(struct draft *draft, const char *path, struct unit *unit)
{
	struct import *import = draft->import;
	const char    *file = strings_keep(&import->files, path);
	struct reader  r = { draft, unit, { file, 0 }, NULL };
	char          *text, why[256];
	int            status;

	text = sources_read(&import->sources, file, &status, why, sizeof why);
	if (text == NULL) {
		complain(&import->wrong, status, &r.at, "%s", why);
		draft_note(draft, &r.at, "wrong: %s", why);
		return -1;
	}
	read_text(&r, text);
	free(r.section);
	free(text);
	return 0;
}

static void
read_drop_ins(struct draft *draft, const char *path, struct unit *unit)
{
	char          *directory = xasprintf("%s.d", path);
	struct origin  whole = { strings_keep(&draft->import->files, directory), 0 };
	struct strings paths = { NULL, 0 };
	struct stat    st;

	if (stat(directory, &st) == 0 && S_ISDIR(st.st_mode) &&
	    import_list_directory(draft->import, &whole, directory, &paths) == 0)
		for (size_t i = 0; i < paths.n; i++)
			if (strlen(paths.list[i]) > 5 &&
			    strcmp(paths.list[i] + strlen(paths.list[i]) - 5, ".conf") ==
				0)
				(void)read_file(draft, paths.list[i], unit);
	strings_finish(&paths);
	free(directory);
}

static void
line_finish(struct unit_line *line)
{
	free(line->section);
	free(line->key);
	free(line->value);
	free(line->text);
}

/* Does a later line make this one void? */
static bool
is_void(const struct unit *u, size_t i, const char *const *lists)
{
	bool is_list = false;

	if (u->lines[i].value[0] == '\0')
		return true;
	for (; *lists != NULL; lists++)
		is_list = is_list || strcmp(*lists, u->lines[i].key) == 0;
	for (size_t j = i + 1; j < u->n; j++)
		if (strcmp(u->lines[i].section, u->lines[j].section) == 0 &&
		    strcmp(u->lines[i].key, u->lines[j].key) == 0 &&
		    (!is_list || u->lines[j].value[0] == '\0'))
			return true;
	return false;
}

int
unit_read(
    struct draft *draft, const char *path, const char *const *lists, struct unit *unit)
{
	size_t n = 0;

	unit->name = xstrdup(word_base(path));
	if (read_file(draft, path, unit) != 0)
		return -1;
	read_drop_ins(draft, path, unit);
	/* An empty line is void itself, but only after it has been seen by those above it. */
	for (size_t i = 0; i < unit->n; i++) {
		if (is_void(unit, i, lists)) {
			line_finish(&unit->lines[i]);
			unit->lines[i].value = NULL;
		}
		if (unit->lines[i].value == NULL)
			continue;
		unit->lines[n++] = unit->lines[i];
	}
	unit->n = n;
	return 0;
}

void
unit_finish(struct unit *unit)
{
	for (size_t i = 0; i < unit->n; i++)
		line_finish(&unit->lines[i]);
	free(unit->lines);
	free(unit->name);
}

const struct unit_line *
unit_find(const struct unit *unit, const char *section, const char *key)
{
	for (size_t i = 0; i < unit->n; i++)
		if (strcmp(unit->lines[i].section, section) == 0 &&
		    strcmp(unit->lines[i].key, key) == 0)
			return &unit->lines[i];
	return NULL;
}

const char *
unit_value(
    const struct unit *unit, const char *section, const char *key, const char *otherwise)
{
	const struct unit_line *line = unit_find(unit, section, key);

	return line != NULL ? line->value : otherwise;
}

struct place
unit_place(const struct unit_line *line)
{
	return (struct place){ line->at, line->text };
}
