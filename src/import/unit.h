/* SPDX-License-Identifier: MIT */
/* unit.h - a unit of systemd: its text, and the words and values in it */
#ifndef UNIT_H
#define UNIT_H

#include <stdbool.h>
#include <stddef.h>

#include "config/setting.h"
#include "config/strings.h"

struct draft;
struct import;
struct place;

struct unit_line {
	struct origin at;
	char         *section, *key, *value, *text; /* text: "KEY=VALUE" */
};

struct unit {
	char *name; /* "NAME@INSTANCE.service"; as the file, which may have none */
	struct unit_line *lines;
	size_t            n;
};

/*
 * Read a unit and its drop-ins, the files in PATH.d; mistakes are the draft's.  What later
 * lines make void is left out, by lists, NULL at the end: of other keys the last line
 * counts, and an empty value is none.  -1, and told, if the file cannot be read.
 */
int  unit_read(struct draft *, const char *path, const char *const *lists, struct unit *);
void unit_finish(struct unit *);

const struct unit_line *unit_find(
    const struct unit *, const char *section, const char *key);
const char *unit_value(
    const struct unit *, const char *section, const char *key, const char *otherwise);

struct place unit_place(const struct unit_line *);

/* The words of a command or a list; NULL, or what is wrong. */
const char *unit_split(struct strings *, const char *value);

/* The value with its specifiers, which the caller frees.  Those that nobody knows stay, lost. */
char *unit_expand(
    struct draft *, const struct unit *, const struct unit_line *, const char *value);

/* -1, and told, if the value is none. */
int unit_bool(struct draft *, const struct unit_line *, bool *);

/* As settings have it, which the caller frees; NULL, and told.  "infinity" is "0". */
char *unit_time(struct draft *, const struct unit_line *, const char *value);

/* In bytes, likewise, but "infinity" stays. */
char *unit_size(struct draft *, const struct unit_line *, const char *value);

#endif
