/* SPDX-License-Identifier: MIT */
/* xinetd.h - the entries of xinetd.conf, as they are written */
#ifndef XINETD_H
#define XINETD_H

#include <stdbool.h>

#include "config/setting.h"
#include "config/strings.h"

struct draft;
struct import;
struct place;

struct attribute {
	struct attribute *next;
	struct origin     at;
	char             *name;
	char              sign; /* '=', '+' or '-' */
	char             *text; /* \"NAME OP VALUE ...\", of one that was merged */
	bool              is_inherited; /* by a service, from the defaults */
	struct strings    values;
};

struct entry {
	struct entry     *next;
	struct origin     origin;
	char             *name; /* of the service; "" of the defaults */
	struct attribute *attributes;
	bool              is_broken; /* it has no { */
};

/* What a file and those that it includes say; all zero at the beginning. */
struct xinetd {
	struct entry *defaults; /* or NULL */
	struct entry *entries;  /* in their order */
};

/* An entry that is being translated. */
struct xservice {
	struct draft     *draft;
	struct attribute *attributes; /* each once, those of the defaults too */
	bool              is_defaults, waits, is_internal, is_datagram;
};

/* An attribute that there is. */
struct xattribute {
	const char *name;
	bool        is_set; /* takes += and -=, and may be there more than once */
	bool        in_defaults;
	/* What a service does with it; NULL: it is used by its name, or lost as why says. */
	void (*take)(struct xservice *, const struct attribute *, const struct place *);
	const char *why;
};

const struct xattribute *xattribute_find(const char *name);

/* The known name that is the nearest to a misspelt one, or NULL. */
const char *xattribute_near(const char *name);

/* Add the entries of a text, and of the files that it includes. */
void xinetd_parse(struct import *, struct xinetd *, const char *file, const char *text);

/* Likewise of the files in a directory, those that includedir takes. */
void xinetd_parse_directory(
    struct import *, struct xinetd *, const struct origin *, const char *path);

struct attribute *attribute_create(const struct origin *, const char *name);
struct attribute *attribute_find(struct attribute *, const char *name);
bool attribute_has(const struct attribute *, const char *value); /* false of NULL */
void attributes_destroy(struct attribute *);
void entries_destroy(struct entry *);

/* allow and deny of only_from and no_access, or NULL. */
void xinetd_admit(
    struct draft *, const struct attribute *only_from, const struct attribute *no_access);

/* What an entry says, each attribute once; and what the defaults add to that. */
struct attribute *attributes_merge(
    struct draft *, const struct entry *, struct attribute *defaults);

#endif
