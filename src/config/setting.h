/* SPDX-License-Identifier: MIT */
/* setting.h - everything about a setting is in its row */
#ifndef SETTING_H
#define SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "config/strings.h"

struct wire;

/* What a reload must do when a value changed; each includes the ones above. */
enum apply {
	APPLY_NOTHING, /* the value is as it was */
	APPLY_LIVE,    /* the master uses it from now on */
	APPLY_WORKERS, /* workers finish what they serve and are replaced */
	APPLY_LISTEN,  /* applied to the open socket, then APPLY_WORKERS */
	APPLY_RESTART, /* too late: warn and keep the old value */
};

/* How a value is written in a settings file. */
enum literal {
	LITERAL_BOOL = 1,
	LITERAL_NUMBER = 2,
	LITERAL_STRING = 4,
	LITERAL_FRACTION = 8
};

/* A word that a setting may have, and the number it stands for. */
struct choice {
	const char *word;
	int         value;
};

struct setting {
	const char          *name;   /* as in sockd.conf; "timeouts.idle" is in a group */
	const struct kind   *kind;   /* how to parse, print, compare: kind.h */
	size_t               offset; /* of the field in its struct */
	const char          *preset; /* as in sockd.conf; NULL: must be given */
	long long            min, max; /* of a number */
	enum apply           apply;
	const char          *help;    /* a sentence or two, for sockd.conf(5), in mdoc */
	const struct choice *choices; /* of CHOICE; ends with a NULL word */
};

/* A file and what was in it when the settings were loaded. */
struct content {
	char  *path; /* NULL: none was named */
	char  *bytes;
	size_t size;
};

/* Where a value came from; no file: it is the default. */
struct origin {
	const char *file;
	int         line;
};

/* Row makers.  A row whose kind does not fit its field does not compile. */
#define FIELD(s, f, type) _Generic(&((s *)0)->f, type * : offsetof(s, f))
#define BOOL(s, f, preset, apply, help)                                            \
	{                                                                          \
#f, &kind_bool, FIELD(s, f, bool), preset, 0, 1, apply, help, NULL \
	}
#define NUMBER(s, f, preset, min, max, apply, help)                                      \
	{                                                                                \
#f, &kind_number, FIELD(s, f, long long), preset, min, max, apply, help, \
		    NULL                                                                 \
	}
#define TIME(s, f, preset, min, max, apply, help)                                      \
	{                                                                              \
#f, &kind_time, FIELD(s, f, long long), preset, min, max, apply, help, \
		    NULL                                                               \
	}
#define SIZE(s, f, preset, min, max, apply, help)                                      \
	{                                                                              \
#f, &kind_size, FIELD(s, f, long long), preset, min, max, apply, help, \
		    NULL                                                               \
	}
/* NUMBER, TIME and SIZE that may also be "auto", kept as -1. */
#define AUTO_NUMBER(s, f, preset, min, max, apply, help)                                \
	{                                                                               \
#f, &kind_auto_number, FIELD(s, f, long long), preset, min, max, apply, \
		    help, NULL                                                          \
	}
#define AUTO_TIME(s, f, preset, min, max, apply, help)                                \
	{                                                                             \
#f, &kind_auto_time, FIELD(s, f, long long), preset, min, max, apply, \
		    help, NULL                                                        \
	}
#define AUTO_SIZE(s, f, preset, min, max, apply, help)                                \
	{                                                                             \
#f, &kind_auto_size, FIELD(s, f, long long), preset, min, max, apply, \
		    help, NULL                                                        \
	}
#define MODE(s, f, preset, max, apply, help)                                         \
	{                                                                            \
#f, &kind_mode, FIELD(s, f, long long), preset, 0, max, apply, help, \
		    NULL                                                             \
	}
#define CHOICE(s, f, choices, preset, apply, help)                                     \
	{                                                                              \
#f, &kind_choice, FIELD(s, f, int), preset, 0, 0, apply, help, choices \
	}
#define STRING(s, f, preset, apply, help)                                              \
	{                                                                              \
#f, &kind_string, FIELD(s, f, char *), preset, 0, 0, apply, help, NULL \
	}
#define PATH(s, f, preset, apply, help)                                              \
	{                                                                            \
#f, &kind_path, FIELD(s, f, char *), preset, 0, 0, apply, help, NULL \
	}
#define CONTENT(s, f, preset, max, apply, help)                                        \
	{                                                                              \
#f, &kind_content, FIELD(s, f, struct content), preset, 0, max, apply, \
		    help, NULL                                                         \
	}
#define STRINGS(s, f, preset, apply, help)                                           \
	{                                                                            \
#f, &kind_strings, FIELD(s, f, struct strings), preset, 0, 0, apply, \
		    help, NULL                                                       \
	}
/* A program and its arguments, as a list that nobody has to split. */
#define COMMAND(s, f, apply, help)                                                       \
	{                                                                                \
#f, &kind_command, FIELD(s, f, struct strings), NULL, 0, 0, apply, help, \
		    NULL                                                                 \
	}
/* A group of strings with any names, kept as "NAME=value". */
#define PAIRS(s, f, apply, help)                                                     \
	{                                                                            \
#f, &kind_pairs, FIELD(s, f, struct strings), "", 0, 0, apply, help, \
		    NULL                                                             \
	}
/* When a program is ready: READY_ or, if it is greater, so many ms after its start. */
#define READY_START  0
#define READY_NOTIFY (-1)
#define READY(s, f, preset, max, apply, help)                                       \
	{                                                                           \
#f, &kind_ready, FIELD(s, f, long long), preset, READY_NOTIFY, max, \
		    apply, help, NULL                                               \
	}
#define RATE(s, f, preset, max, apply, help)                                           \
	{                                                                              \
#f, &kind_rate, FIELD(s, f, struct rate), preset, 0, max, apply, help, \
		    NULL                                                               \
	}
#define RULES(s, f, preset, apply, help)                                               \
	{                                                                              \
#f, &kind_rules, FIELD(s, f, struct rules), preset, 0, 0, apply, help, \
		    NULL                                                               \
	}
#define ENDPOINT(s, f, apply, help)                                                  \
	{                                                                            \
#f, &kind_endpoint, FIELD(s, f, struct endpoint), NULL, 0, 0, apply, \
		    help, NULL                                                       \
	}
#define ROWS_END                                                     \
	{                                                            \
		NULL, NULL, 0, NULL, 0, 0, APPLY_NOTHING, NULL, NULL \
	}

extern const struct kind kind_bool, kind_number, kind_time, kind_size, kind_auto_number,
    kind_auto_time, kind_auto_size, kind_mode, kind_choice, kind_string, kind_path,
    kind_content, kind_strings, kind_command, kind_pairs, kind_ready, kind_rate,
    kind_rules, kind_endpoint;

/*
 * Below, rows end with one that has no name; conf is the struct the rows describe, and
 * origins an array with an entry per row.
 */
size_t                setting_number(const struct setting *rows);
const struct setting *setting_find(const struct setting *rows, const char *name);

/* Where the value of this row stands, or, if it is a default, where the rest does. */
const struct origin *setting_origin(const struct setting *rows, const char *name,
    const struct origin *origins, const struct origin *rest);

/*
 * Make text, written as that literal, the value of the row; strings add up in a row of
 * STRINGS.  base is the directory that relative paths start from.  -1 and why: what is
 * wrong and what is allowed.
 */
int  setting_parse(const struct setting *, void *conf, enum literal, const char *text,
     const char *base, char *why, size_t why_size);
bool setting_is_list(const struct setting *);
void setting_note_origin(const struct setting *, void *conf, const struct origin *list,
    const struct origin *); /* of the last one */
void setting_clear(const struct setting *, void *conf);

/* Fill in the default of every row that has one; asserts that they parse. */
void setting_preset(const struct setting *rows, void *conf);
void setting_finish(const struct setting *rows, void *conf);

/* Give to the value that from has: numbers, words and strings only. */
void setting_copy(const struct setting *, const void *from, void *to);

/* The most that any row wants done to get from a to b. */
enum apply setting_diff(const struct setting *rows, const void *a, const void *b);
bool       setting_same(const struct setting *, const void *a, const void *b);

/* "NAME OLD -> NEW, …" for the rows that differ, each with the prefix; how many. */
int setting_print_changes(
    const struct setting *rows, const char *prefix, const void *a, const void *b, FILE *);

/* NAME = VALUE; for every row in the settings' own syntax, with its origin behind. */
void setting_dump(const struct setting *rows, const void *conf, const struct origin *,
    int depth, FILE *);
void setting_print(const struct setting *, const void *conf, FILE *);
void setting_print_string(const char *, FILE *); /* quoted as libconfig reads it */

/* The value through a pipe; the wire is bad if it cannot be one. */
void setting_put(const struct setting *, const void *conf, struct wire *);
void setting_take(const struct setting *, void *conf, struct wire *);

/* The rows as a list for sockd.conf(5). */
void setting_mdoc(const struct setting *rows, FILE *);

#endif
