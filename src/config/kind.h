/* SPDX-License-Identifier: MIT */
/* kind.h - the kinds of values that settings have */
#ifndef KIND_H
#define KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct setting;
struct wire;

/* What a kind needs to know to parse, and where it says what is wrong. */
struct parse {
	const char *base; /* directory that relative paths start from */
	char       *why;
	size_t      why_size;
};

/* Say what is wrong and what is allowed; -1, for the caller to return. */
int parse_refuse(const struct parse *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* The path, from base if it is relative; "" stays "" and means none. */
char *parse_path(const char *text, const char *base);

/* "PROG ARG" as the list that it may have meant, which the caller frees. */
char *command_as_list(const char *text);

/* Of a field that is struct strings. */
void strings_print(const struct setting *, const void *field, FILE *);
bool strings_same(const void *a, const void *b);
void strings_end(void *field);

/* To add a kind: these functions in kind.c and a row maker in setting.h. */
struct kind {
	const char *article, *name; /* "a ", "time": in messages and sockd.conf(5) */
	unsigned    literals;       /* enum literal, or'ed: how it may be written */
	bool        ranged;         /* min and max of a row matter */
	size_t      size;           /* of the field, if it can be copied */
	int (*parse)(
	    const struct setting *, void *field, const char *text, const struct parse *);
	void (*print)(const struct setting *, const void *field, FILE *);
	bool (*same)(const void *a, const void *b);
	void (*finish)(void *field);
	/* Through a pipe; take() leaves a valid field also when the wire is bad. */
	void (*put)(const void *field, struct wire *);
	void (*take)(const struct setting *, void *field, struct wire *);
};

#endif
