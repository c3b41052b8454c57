/* SPDX-License-Identifier: MIT */
/* xinetd_parse.c - the text of xinetd.conf to its entries; import_xinetd.c translates them */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "common/xalloc.h"
#include "config/source.h"
#include "import/import.h"
#include "import/word.h"
#include "import/xinetd.h"

#define BLANKS " \t\r\v\f"

struct parser {
	struct import *import;
	struct xinetd *xinetd;
	struct origin  at;    /* the line that is being read */
	struct entry  *entry; /* that is open, or NULL */
	bool           has_brace;
};

struct attribute *
attribute_create(const struct origin *at, const char *name)
{
	struct attribute *a = xcalloc(1, sizeof *a);

	a->at = *at;
	a->name = xstrdup(name);
	a->sign = '=';
	return a;
}

struct attribute *
attribute_find(struct attribute *a, const char *name)
{
	while (a != NULL && strcmp(a->name, name) != 0)
		a = a->next;
	return a;
}

bool
attribute_has(const struct attribute *a, const char *value)
{
	for (size_t i = 0; a != NULL && i < a->values.n; i++)
		if (strcasecmp(a->values.list[i], value) == 0)
			return true;
	return false;
}

void
attributes_destroy(struct attribute *a)
{
	while (a != NULL) {
		struct attribute *next = a->next;

		strings_finish(&a->values);
		free(a->name);
		free(a->text);
		free(a);
		a = next;
	}
}

void
entries_destroy(struct entry *e)
{
	while (e != NULL) {
		struct entry *next = e->next;

		attributes_destroy(e->attributes);
		free(e->name);
		free(e);
		e = next;
	}
}

/* Begin "service NAME" or "defaults". */
static void
open_entry(struct parser *p, const char *name)
{
	struct entry *e = xcalloc(1, sizeof *e), **last = &p->xinetd->entries;

	if (p->entry != NULL) {
		p->entry->is_broken = !p->has_brace;
		import_wrong(p->import, EX_CONFIG, &p->entry->origin,
		    "the %s of this entry is missing in front of line %d",
		    p->has_brace ? "}" : "{", p->at.line);
	}
	e->origin = p->at;
	e->name = xstrdup(name);
	p->entry = e;
	p->has_brace = false;
	if (name[0] == '\0' && p->xinetd->defaults == NULL) {
		p->xinetd->defaults = e;
		return;
	}
	if (name[0] == '\0')
		import_wrong(p->import, EX_CONFIG, &p->at,
		    "there are defaults already, %s:%d; these count for nothing",
		    p->xinetd->defaults->origin.file, p->xinetd->defaults->origin.line);
	while (*last != NULL)
		last = &(*last)->next;
	*last = e;
}

/* Where its name ends and OP begins, in "NAME OP VALUE ...". */
static size_t
name_length(const char *line)
{
	size_t length = strcspn(line, BLANKS "=");

	if (length > 1 && line[length] == '=' &&
	    (line[length - 1] == '+' || line[length - 1] == '-'))
		length--;
	return length;
}

static void
read_attribute(struct parser *p, const char *line)
{
	size_t            length = name_length(line);
	const char       *op = line + length + strspn(line + length, BLANKS);
	char             *name = xstrndup(line, length);
	struct attribute *a, **last = &p->entry->attributes;

	if (length == 0 ||
	    (op[0] != '=' && strncmp(op, "+=", 2) != 0 && strncmp(op, "-=", 2) != 0)) {
		import_wrong(p->import, EX_CONFIG, &p->at,
		    "\"%.60s\": must be ATTRIBUTE = VALUE, += or -=; or } to end the "
		    "entry",
		    line);
		free(name);
		return;
	}
	a = attribute_create(&p->at, name);
	a->sign = op[0];
	if (word_split(&a->values, op + (op[0] == '=' ? 1 : 2), BLANKS) != NULL)
		import_wrong(
		    p->import, EX_CONFIG, &p->at, "\"%.60s\": %s", name, word_too_many);
	while (*last != NULL)
		last = &(*last)->next;
	*last = a;
	free(name);
}

static void
include(struct parser *p, const char *path)
{
	const char *file = strings_keep(&p->import->files, path);
	char       *text = import_load(p->import, &p->at, file);

	if (text == NULL)
		return;
	xinetd_parse(p->import, p->xinetd, file, text);
	import_unload(p->import, text);
}

/* Outside of entries. */
static void
read_directive(struct parser *p, const struct strings *words, const char *line)
{
	const char *first = words->list[0];
	size_t      n = words->n;
	bool        brace = n > 1 && strcmp(words->list[n - 1], "{") == 0;

	n -= brace;
	if (strcmp(first, "service") == 0 && n == 2)
		open_entry(p, words->list[1]);
	else if (strcmp(first, "defaults") == 0 && n == 1)
		open_entry(p, "");
	else if (strcmp(first, "include") == 0 && n == 2 && p->entry == NULL)
		include(p, words->list[1]);
	else if (strcmp(first, "includedir") == 0 && n == 2 && p->entry == NULL)
		xinetd_parse_directory(p->import, p->xinetd, &p->at, words->list[1]);
	else
		import_wrong(p->import, EX_CONFIG, &p->at,
		    "\"%.60s\": must be \"service NAME\", \"defaults\", \"include FILE\" "
		    "or "
		    "\"includedir DIRECTORY\"%s",
		    line, p->entry != NULL ? ", or the { of the entry above" : "");
	p->has_brace = brace && p->entry != NULL;
}

/* Does a line of an entry begin another one, so that a } is missing? */
static bool
is_opening(const struct strings *words)
{
	return (strcmp(words->list[0], "service") == 0 && words->n >= 2 &&
		   words->list[1][strspn(words->list[1], "+-=")] != '\0' &&
		   words->list[1][0] != '=') ||
	    (strcmp(words->list[0], "defaults") == 0 && words->n == 1);
}

static void
read_line(struct parser *p, const char *line)
{
	struct strings words = { NULL, 0 };

	word_split(&words, line, BLANKS);
	if (words.n == 0 || words.list[0][0] == '#') {
		strings_finish(&words);
		return;
	}
	if (p->entry != NULL && !p->has_brace && words.n == 1 &&
	    strcmp(words.list[0], "{") == 0)
		p->has_brace = true;
	else if (p->entry == NULL || !p->has_brace || is_opening(&words))
		read_directive(p, &words, line);
	else if (words.n == 1 && strcmp(words.list[0], "}") == 0)
		p->entry = NULL;
	else
		read_attribute(p, line);
	strings_finish(&words);
}

void
xinetd_parse(
    struct import *import, struct xinetd *xinetd, const char *file, const char *text)
{
	struct parser p = { import, xinetd, { file, 0 }, NULL, false };
	char         *line;

	for (int number = 1; (line = word_line(&text)) != NULL; number++) {
		p.at.line = number;
		if (!import_is_full(import, &p.at))
			read_line(&p, line + strspn(line, BLANKS));
		free(line);
	}
	if (p.entry == NULL)
		return;
	p.entry->is_broken = !p.has_brace;
	import_wrong(import, EX_CONFIG, &p.entry->origin,
	    "the %s of this entry is missing", p.has_brace ? "}" : "{");
}

/* Those that a directory is read for: xinetd leaves out what has a dot or ends in ~. */
static bool
is_wanted(const char *path)
{
	const char *name = word_base(path);
	struct stat st;

	return strchr(name, '.') == NULL && name[strlen(name) - 1] != '~' &&
	    (stat(path, &st) != 0 || S_ISREG(st.st_mode));
}

void
xinetd_parse_directory(struct import *import, struct xinetd *xinetd,
    const struct origin *origin, const char *path)
{
	struct parser  p = { import, xinetd, *origin, NULL, false };
	struct strings paths = { NULL, 0 };

	if (import_list_directory(import, origin, path, &paths) == 0)
		for (size_t i = 0; i < paths.n; i++)
			if (is_wanted(paths.list[i]))
				include(&p, paths.list[i]);
	strings_finish(&paths);
}

bool
xinetd_is_form(const char *text)
{
	static const char *const firsts[] = { "service", "defaults", "include",
		"includedir" };
	bool                     found = false;
	char                    *line;

	while (!found && (line = word_line(&text)) != NULL) {
		struct strings words = { NULL, 0 };

		word_split(&words, line, BLANKS);
		found = words.n == 1 && strcmp(words.list[0], "{") == 0;
		for (size_t i = 0; !found && words.n > 0 && words.n <= 3 && i < 4; i++)
			found = strcmp(words.list[0], firsts[i]) == 0;
		strings_finish(&words);
		free(line);
	}
	return found;
}
