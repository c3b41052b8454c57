/* SPDX-License-Identifier: MIT */
/* tree.h - walk a group of libconfig's tree along the rows that it may have */
#ifndef TREE_H
#define TREE_H

#include <libconfig.h>
#include <stdbool.h>

#include "config/expanded.h"
#include "config/scan.h"
#include "config/setting.h"

struct complaints;
struct config;
struct sources;

struct loader {
	struct sources    *sources;
	struct config     *config;
	struct complaints *complaints;
	struct expanded    text; /* of the file being loaded and what it includes */
};

/* What one group of the file fills in. */
struct target {
	const char           *path; /* "services.greeting"; "" at the top */
	const struct setting *rows;
	void                 *conf;
	struct origin        *origins;
	/* Names that special() takes, but for groups of rows; NULL ends. */
	const char *const *specials;
	/* NULL: they have been looked at already */
	void (*special)(struct loader *, config_setting_t *, struct target *);
	struct strings
	    meant; /* what misspelt names seem to have meant; the caller's to finish */
};

/* Where a setting stands. */
struct origin tree_origin(struct loader *, const config_setting_t *);

/* "services.greeting" and "listen" to "services.greeting.listen"; the caller frees it. */
char *tree_path(const char *path, const char *name);

/* Complain of a setting: FILE:LINE: PATH: and the text. */
void tree_refuse(struct loader *, const config_setting_t *, const char *path,
    const char *, ...) __attribute__((format(printf, 4, 5)));

bool tree_is_sequence(const config_setting_t *); /* [ ] or ( ) */

/* Make a scalar the value of the row, or complain. */
void tree_load_value(struct loader *, const config_setting_t *, const struct setting *,
    void *conf, const char *path);

/*
 * Every setting of the group to its row, to special(), or a complaint.  prefix is "" or
 * "timeouts.", the group within the target that this is.
 */
void tree_load_group(
    struct loader *, config_setting_t *, struct target *, const char *prefix);

#endif
