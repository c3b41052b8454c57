/* SPDX-License-Identifier: MIT */
/* systemd_service.c - the section [Service], systemd.service(5) and systemd.exec(5) */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "import/draft.h"
#include "import/systemd.h"
#include "import/word.h"

/* What systemd takes in front of a program's path. */
#define PREFIXES "-@:+!"

/* The value of a variable, or NULL. */
static const char *
variable_find(const struct strings *environment, const char *name, size_t length)
{
	for (size_t i = environment->n; i-- > 0;)
		if (strncmp(environment->list[i], name, length) == 0 &&
		    environment->list[i][length] == '=')
			return environment->list[i] + length + 1;
	return NULL;
}

static size_t
variable_length(const char *text)
{
	size_t n = 0;

	while (isalnum((unsigned char)text[n]) || text[n] == '_')
		n++;
	return n;
}

/* A word of a command with "$$" and the values of "${NAME}"; one that is not set has none. */
static char *
substitute(struct pair *p, const struct unit_line *line,
    const struct strings *environment, const char *word)
{
	struct place place = unit_place(line);
	char        *text = NULL;
	size_t       size;
	FILE        *f = open_memstream(&text, &size);

	while (f != NULL && *word != '\0') {
		bool        braced = word[0] == '$' && word[1] == '{';
		size_t      length = braced ? variable_length(word + 2) : 0;
		const char *value = NULL;

		braced = braced && length > 0 && word[2 + length] == '}';
		if (braced)
			value = variable_find(environment, word + 2, length);
		if (braced && value == NULL)
			draft_lose(p->draft, &place,
			    "the value of %.*s is not known here, and left out; write it",
			    (int)length, word + 2);
		if (braced) {
			fputs(value != NULL ? value : "", f);
			word += length + 3;
		} else {
			word += word[0] == '$' && word[1] == '$';
			fputc(*word++, f);
		}
	}
	if (f != NULL)
		fclose(f);
	return text != NULL ? text : xstrdup("");
}

/* A word that is "$NAME" stands for as many as its value has. */
static void
add_word(struct pair *p, const struct unit_line *line, const struct strings *environment,
    const char *word, struct strings *command)
{
	struct place place = unit_place(line);
	size_t       length = word[0] == '$' ? variable_length(word + 1) : 0;
	const char  *value, *why;

	if (length == 0 || word[1 + length] != '\0') {
		strings_own(command, substitute(p, line, environment, word));
		return;
	}
	value = variable_find(environment, word + 1, length);
	if (value == NULL) {
		draft_lose(p->draft, &place,
		    "the value of %s is not known here, and left out; write it",
		    word + 1);
	} else {
		why = unit_split(command, value);
		if (why != NULL)
			draft_wrong(p->draft, &line->at, "%s: %s", word + 1, why);
	}
}

/* What stands in front of the path, and after "@" the name that the program has. */
static void
take_prefixes(struct pair *p, const struct unit_line *line, struct strings *words)
{
	struct place place = unit_place(line);
	size_t       n = strspn(words->list[0], PREFIXES);
	char        *path = xstrdup(words->list[0] + n);

	words->list[0][n] = '\0';
	if (strpbrk(words->list[0], "+!") != NULL)
		draft_lose(p->draft, &place,
		    "a program has no other rights than its user; run it as root");
	if (strchr(words->list[0], '@') != NULL && words->n > 1) {
		place.what = words->list[1];
		word_check_name(p->draft, &place, path);
		free(words->list[1]);
		memmove(&words->list[1], &words->list[2],
		    (words->n - 2) * sizeof *words->list);
		words->n--;
	}
	free(words->list[0]);
	words->list[0] = path;
}

/* -1 if there is no program. */
static int
take_command(struct pair *p, const struct unit_line *line,
    const struct strings *environment, struct strings *command)
{
	struct place   place = unit_place(line);
	struct strings words = { NULL, 0 };
	char          *value = unit_expand(p->draft, &p->service, line, line->value);
	bool           literal = memchr(value, ':', strspn(value, PREFIXES)) != NULL;
	const char    *why = unit_split(&words, value);

	if (why != NULL || words.n == 0) {
		draft_wrong(p->draft, &line->at, "ExecStart: %s",
		    why != NULL ? why : "there is no program");
		strings_finish(&words);
	} else {
		take_prefixes(p, line, &words);
		if (words.list[0][0] != '/')
			draft_leave_out(p->draft, &place,
			    "nothing is searched for: write the absolute path of %.60s",
			    words.list[0]);
		strings_add(command, words.list[0]);
	}
	for (size_t i = 1; i < words.n; i++) {
		if (strcmp(words.list[i], ";") == 0)
			draft_lose(p->draft, &place,
			    "one program serves; let it be a script that runs them all");
		if (literal)
			strings_add(command, words.list[i]);
		else
			add_word(p, line, environment, words.list[i], command);
	}
	strings_finish(&words);
	free(value);
	return command->n > 0 && !p->draft->is_out ? 0 : -1;
}

/* "NAME=VALUE" of all lines. */
static void
read_environment(struct pair *p, struct strings *environment)
{
	for (size_t i = 0; i < p->service.n; i++) {
		const struct unit_line *line = &p->service.lines[i];
		const char             *why;
		char                   *value;

		if (strcmp(line->section, "Service") != 0 ||
		    strcmp(line->key, "Environment") != 0)
			continue;
		value = unit_expand(p->draft, &p->service, line, line->value);
		why = unit_split(environment, value);
		if (why != NULL)
			draft_wrong(p->draft, &line->at, "Environment: %s", why);
		free(value);
	}
}

/* Where standard error goes, as the handler has words for it. */
static const char *
error_word(const struct pair *p)
{
	const char *output = unit_value(&p->service, "Service", "StandardOutput",
	    p->has_input ? "inherit" : "journal");
	const char *error =
	    unit_value(&p->service, "Service", "StandardError", "inherit");

	if (strcmp(error, "inherit") == 0)
		error =
		    strcmp(output, "inherit") == 0 && p->has_input ? "socket" : output;
	if (strcmp(error, "socket") == 0 && p->accepts)
		return "client";
	return strcmp(error, "null") == 0 ? "null" : "log";
}

static void
set_options(struct pair *p, const struct strings *environment)
{
	const struct unit_line *line = unit_find(&p->service, "Service", "Environment");
	const char  *type = unit_value(&p->service, "Service", "Type", "simple");
	struct place place;

	draft_option(p->draft, "env", "[ \"systemd\" ]");
	draft_option_string(p->draft, "stderr", error_word(p));
	if (p->is_app)
		draft_option_string(p->draft, "ready",
		    strncmp(type, "notify", 6) == 0 ? "notify" : "start");
	if (line != NULL) {
		place = unit_place(line);
		draft_environment(p->draft, &place, environment);
	}
}

static void
set_user(struct pair *p)
{
	const struct unit_line *line = unit_find(&p->service, "Service", "User");
	const struct unit_line *group = unit_find(&p->service, "Service", "Group");
	const struct unit_line *dynamic =
	    unit_find(&p->service, "Service", "DynamicUser");
	struct place place = { p->draft->origin, "User=root" };
	char        *user = line != NULL ?
		   unit_expand(p->draft, &p->service, line, line->value) :
		   xstrdup("root");
	bool         is_dynamic = false;

	if (line != NULL)
		place = unit_place(line);
	if (dynamic != NULL && line == NULL &&
	    unit_bool(p->draft, dynamic, &is_dynamic) == 0 && is_dynamic)
		pair_lose(p, dynamic,
		    "users are not made up; the global user, nobody, runs it");
	else
		draft_user(p->draft, &place, user, group != NULL ? group->value : NULL);
	free(user);
}

static void
set_handler(struct pair *p, const struct unit_line *line, const struct strings *command)
{
	struct place place = unit_place(line);

	if (p->accepts) {
		draft_exec(p->draft, &place, command);
		return;
	}
	if (!p->is_app) {
		draft_exec_wait(p->draft, &place, command);
		return;
	}
	p->draft->handler = "app";
	draft_option_list(p->draft, "command", command);
	/* Started by the first client, and not ended when there are no more. */
	draft_option_string(p->draft, "idle_stop", "365d");
	draft_set(p->draft, &place, "workers.min", "0");
	draft_set(p->draft, &place, "workers.max", "1");
}

int
service_run(struct pair *p)
{
	const struct unit_line *line = unit_find(&p->service, "Service", "ExecStart");
	const char    *type = unit_value(&p->service, "Service", "Type", "simple");
	struct strings command = { NULL, 0 }, environment = { NULL, 0 };
	int            result = -1;

	if (line == NULL) {
		draft_wrong(p->draft,
		    &(struct origin){ p->service.lines != NULL ?
			    p->service.lines[0].at.file :
			    p->draft->origin.file,
			0 },
		    "ExecStart is missing in [Service]");
		return -1;
	}
	if (strcmp(type, "forking") == 0 && p->is_app) {
		struct place place = { line->at, "Type=forking" };

		draft_leave_out(p->draft, &place,
		    "a worker must stay: run it by an option that keeps it in the "
		    "foreground");
		return -1;
	}
	read_environment(p, &environment);
	if (take_command(p, line, &environment, &command) == 0) {
		set_handler(p, line, &command);
		set_options(p, &environment);
		set_user(p);
		result = 0;
	}
	strings_finish(&command);
	strings_finish(&environment);
	return result;
}
