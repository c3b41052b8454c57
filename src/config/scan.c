/* SPDX-License-Identifier: MIT */
/* scan.c - what libconfig would wrap, swallow, wait for or die of, found before it reads */
#include "config/scan.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/xalloc.h"
#include "config/complaint.h"
#include "config/expanded.h"
#include "config/number.h"
#include "config/setting.h"
#include "config/source.h"
#include "config/sources.h"

/* Settings nest 4 deep; libconfig's parser recurses for each level. */
#define DEPTH_MOST 32

/* As libconfig has it. */
#define INCLUDES_MOST 10

/* Includes of a load: files that include others twice and so on have no end in sight. */
#define INCLUDED_MOST 1000

/* The longest piece of the file that an error repeats. */
#define QUOTED_MOST 40

/* A text with the texts of its includes is not larger. */
#define EXPANDED_MOST (4u * SOURCE_LARGEST)

struct scan {
	struct scan_input in;
	const char       *at; /* the next byte */
	int               line;
	const char       *begin;    /* of the text */
	const char       *put;      /* up to here it has been put out */
	int               put_line; /* the line of that */
	const char       *moved;    /* a byte that has been, out of turn; or NULL */
	struct expanded  *out;
	int               depth;      /* of ( [ { */
	int               n_includes; /* files that we are within */
	int              *n_included; /* files in all; one more than may be: given up */
	bool              must_not;   /* be read by libconfig */
};

static void scan_file(struct scan *, const char *path, int line);

/* What has been looked at since the last time. */
static void
put_out(struct scan *s)
{
	for (; s->put < s->at && s->out->size < EXPANDED_MOST; s->put++) {
		if (s->put != s->moved)
			expanded_put(s->out, *s->put, s->in.file, s->put_line);
		s->put_line += *s->put == '\n';
	}
}

static struct origin
here(const struct scan *s, int line)
{
	return (struct origin){ s->in.file, line };
}

/* Of text that makes no sense from here on: the rest cannot be looked at. */
static void
give_up(struct scan *s, int line, const char *why)
{
	struct origin origin = here(s, line);

	complain(s->in.complaints, EX_CONFIG, &origin, "%s", why);
	s->must_not = true;
	s->at += strlen(s->at);
}

/* Of all files together, which is told once. */
static void
give_up_all(struct scan *s, int line, const char *why)
{
	if (*s->n_included <= INCLUDED_MOST)
		give_up(s, line, why);
	*s->n_included = INCLUDED_MOST + 1;
	s->at += strlen(s->at);
}

/* One byte on, counting lines. */
static void
step(struct scan *s)
{
	s->line += *s->at == '\n';
	s->at++;
}

static void
skip_line(struct scan *s)
{
	s->at += strcspn(s->at, "\n");
}

static void
skip_comment(struct scan *s)
{
	int line = s->line;

	for (s->at += 2; *s->at != '\0'; step(s)) {
		if (strncmp(s->at, "*/", 2) == 0) {
			s->at += 2;
			return;
		}
	}
	give_up(s, line, "this comment never ends: */ is missing");
}

static void
skip_string(struct scan *s)
{
	struct origin origin = here(s, s->line);
	int           line = s->line;

	for (step(s); *s->at != '\0' && *s->at != '"'; step(s)) {
		if (*s->at != '\\')
			continue;
		if (strncasecmp(s->at, "\\x00", 4) == 0) {
			origin.line = s->line;
			complain(s->in.complaints, EX_CONFIG, &origin,
			    "%.4s: a string cannot have a NUL byte", s->at);
		}
		if (s->at[1] != '\0')
			step(s);
	}
	if (*s->at == '\0')
		give_up(s, line, "this string never ends: \" is missing");
	else
		step(s);
}

static void
refuse_number(const struct scan *s, size_t length, const char *why)
{
	struct origin origin = here(s, s->line);

	complain(s->in.complaints, EX_CONFIG, &origin, "%.*s: %s",
	    (int)(length < QUOTED_MOST ? length : QUOTED_MOST), s->at, why);
	s->in.complaints->list[s->in.complaints->n - 1].of_number = true;
}

/* A name or a number; anything else is a byte on its own. */
static void
skip_word(struct scan *s)
{
	static const char in_names[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789_*-";
	const char *why = NULL;
	size_t      length = isalpha((unsigned char)*s->at) || *s->at == '*' ?
		 strspn(s->at, in_names) :
		 number_length(s->at, &why);

	if (why != NULL)
		refuse_number(s, length, why);
	if (length == 0)
		step(s);
	s->at += length;
}

static bool
is_comment(const struct scan *s)
{
	return *s->at == '#' || strncmp(s->at, "//", 2) == 0 ||
	    strncmp(s->at, "/*", 2) == 0;
}

/* libconfig knows @include at the beginning of a line only. */
static bool
is_include(const struct scan *s)
{
	const char *before = s->at;

	if (strncmp(s->at, "@include", strlen("@include")) != 0)
		return false;
	while (before > s->begin && (before[-1] == ' ' || before[-1] == '\t'))
		before--;
	return before == s->begin || before[-1] == '\n';
}

/* @include "FILE": the file's text takes its place, in lines of its own. */
static void
scan_include(struct scan *s)
{
	const char *name = s->at + strlen("@include"), *rest;
	char       *path;
	size_t      length;

	name += strspn(name, " \t");
	length = *name == '"' ? strcspn(name + 1, "\"\n") : 0;
	if (*name != '"' || name[1 + length] != '"') {
		give_up(s, s->line,
		    "@include must be followed by the name of a file in \" \"");
		return;
	}
	rest = name + length + 2;
	rest += strspn(rest, " \t\r");
	if (strchr("\n#", *rest) == NULL && strncmp(rest, "//", 2) != 0) {
		give_up(s, s->line, "nothing may follow @include on its line");
		return;
	}
	put_out(s);
	path = name[1] == '/' ?
	    xstrndup(name + 1, length) :
	    xasprintf("%s/%.*s", s->in.directory, (int)length, name + 1);
	s->at = s->put = name + length + 2;
	expanded_put(s->out, '\n', s->in.file, s->line);
	scan_file(s, path, s->line);
	expanded_put(s->out, '\n', s->in.file, s->line);
	free(path);
}

static void
scan_bracket(struct scan *s)
{
	s->depth += strchr("([{", *s->at) != NULL ? 1 : -1;
	s->at++;
	if (s->depth > DEPTH_MOST)
		give_up(s, s->line, "settings are nested more than 32 deep here");
}

static void
scan_string(struct scan *s)
{
	skip_string(s);
	put_out(s);
	s->out->string_end = s->out->size;
}

/*
 * For libconfig a string ends where something else follows, and its line is the line of
 * that: so what ends an element of a list comes right behind it.
 */
static void
end_string(struct scan *s)
{
	struct expanded *out = s->out;
	size_t           end = out->string_end;

	if (isspace((unsigned char)*s->at) || is_comment(s))
		return;
	out->string_end = 0;
	if (end == 0 || strchr(",])", *s->at) == NULL)
		return;
	put_out(s);
	if (end == out->size)
		return;
	expanded_insert(out, end, *s->at);
	s->moved = s->at;
}

static void
scan_next(struct scan *s)
{
	end_string(s);
	if (*s->at == '#' || strncmp(s->at, "//", 2) == 0)
		skip_line(s);
	else if (strncmp(s->at, "/*", 2) == 0)
		skip_comment(s);
	else if (*s->at == '"')
		scan_string(s);
	else if (is_include(s))
		scan_include(s);
	else if (strchr("()[]{}", *s->at) != NULL)
		scan_bracket(s);
	else
		skip_word(s);
}

static void
scan_all(struct scan *s, const char *text)
{
	s->at = s->begin = s->put = text;
	s->moved = NULL;
	s->line = s->put_line = 1;
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		give_up(s, 1, "begins with a byte order mark: save it without one");
	while (*s->at != '\0')
		scan_next(s);
	put_out(s);
}

/* What an @include names: a regular file, or a complaint at the line of the @include. */
static void
scan_file(struct scan *s, const char *path, int line)
{
	struct scan   inner = *s;
	struct origin origin = here(s, line);
	char         *text, why[256];
	int           status;

	if (++inner.n_includes > INCLUDES_MOST) {
		give_up(s, line, "files that include each other: more than 10 deep");
		return;
	}
	if (*s->n_included >= INCLUDED_MOST) {
		give_up_all(s, line, "there are more than 1000 @include");
		return;
	}
	++*s->n_included;
	text = sources_read(s->in.sources, path, &status, why, sizeof why);
	if (text == NULL) {
		complain(s->in.complaints, EX_CONFIG, &origin, "@include of %s: %s", path,
		    why);
		s->must_not = true;
		return;
	}
	inner.in.file = strings_keep(s->in.files, path);
	scan_all(&inner, text);
	s->must_not = inner.must_not;
	s->depth = inner.depth;
	free(text);
	if (s->out->size >= EXPANDED_MOST)
		give_up_all(
		    s, line, "the files are larger together than settings can be");
}

int
scan_text(const struct scan_input *in, const char *text, struct expanded *out)
{
	int         n_included = 0;
	struct scan s = { .in = *in, .out = out, .n_included = &n_included };

	scan_all(&s, text);
	expanded_end(out, in->file, s.line);
	return s.must_not ? -1 : 0;
}

int
scan_dante(const char *text)
{
	static const char *const words[] = { "logoutput", "internal", "external",
		"socksmethod", "clientmethod", "user.privileged", "user.notprivileged",
		"client pass", "client block", "socks pass", "socks block" };
	int                      line = 1;

	for (; *text != '\0';
	     text += strcspn(text, "\n"), text += *text == '\n', line++) {
		text += strspn(text, " \t");
		for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
			const char *rest = text + strlen(words[i]);

			if (strncmp(text, words[i], strlen(words[i])) == 0 &&
			    strchr(":{ \t", *rest) != NULL && *rest != '\0')
				return line;
		}
	}
	return 0;
}
