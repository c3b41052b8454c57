/* SPDX-License-Identifier: MIT */
/* tree.c - walk a group of libconfig's tree along the rows that it may have */
#include "config/tree.h"

#include <libconfig.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/xalloc.h"
#include "config/complaint.h"
#include "config/expanded.h"
#include "config/kind.h"
#include "config/near.h"
#include "config/scan.h"
#include "config/settings.h"

struct origin
tree_origin(struct loader *loader, const config_setting_t *setting)
{
	return expanded_origin(&loader->text, (int)config_setting_source_line(setting));
}

void
tree_refuse(struct loader *loader, const config_setting_t *setting, const char *path,
    const char *format, ...)
{
	struct origin origin = tree_origin(loader, setting);
	va_list       args;
	char          text[800];

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	complain(loader->complaints, EX_CONFIG, &origin, "%s%s%s", path,
	    path[0] != '\0' ? ": " : "", text);
}

char *
tree_path(const char *path, const char *name)
{
	return xasprintf("%s%s%s", path, path[0] != '\0' ? "." : "", name);
}

/* A scalar as text and the literal that it was; false for groups and lists. */
static bool
scalar_text(const config_setting_t *setting, enum literal *literal, char **text)
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		*literal = LITERAL_NUMBER;
		*text = xasprintf("%lld",
		    config_setting_type(setting) == CONFIG_TYPE_INT ?
			(long long)config_setting_get_int(setting) :
			config_setting_get_int64(setting));
		return true;
	case CONFIG_TYPE_FLOAT:
		*literal = LITERAL_FRACTION;
		*text = xasprintf("%g", config_setting_get_float(setting));
		return true;
	case CONFIG_TYPE_BOOL:
		*literal = LITERAL_BOOL;
		*text = xstrdup(config_setting_get_bool(setting) ? "true" : "false");
		return true;
	case CONFIG_TYPE_STRING:
		*literal = LITERAL_STRING;
		*text = xstrdup(config_setting_get_string(setting));
		return true;
	default:
		return false;
	}
}

void
tree_load_value(struct loader *loader, const config_setting_t *setting,
    const struct setting *row, void *conf, const char *path)
{
	enum literal  literal;
	struct origin origin = tree_origin(loader, setting);
	char         *text, why[700];

	if (!scalar_text(setting, &literal, &text)) {
		tree_refuse(loader, setting, path, "must be %s%s, not a group or a list",
		    row->kind->article, row->kind->name);
		return;
	}
	/* A number that was found too large is another one by now. */
	if (literal == LITERAL_NUMBER &&
	    complaints_have_number(loader->complaints, &origin))
		;
	else if (setting_parse(row, conf, literal, text, loader->config->directory, why,
		     sizeof why) != 0)
		tree_refuse(loader, setting, path, "%s", why);
	free(text);
}

bool
tree_is_sequence(const config_setting_t *setting)
{
	return config_setting_is_array(setting) || config_setting_is_list(setting);
}

static void
load_element(struct loader *loader, const config_setting_t *setting,
    const struct setting *row, void *conf, const struct origin *list, const char *path)
{
	struct origin origin = tree_origin(loader, setting);

	tree_load_value(loader, setting, row, conf, path);
	setting_note_origin(row, conf, list, &origin);
}

static void
load_pair(struct loader *loader, const config_setting_t *setting,
    const struct setting *row, void *conf, const char *path)
{
	const char *name = config_setting_name(setting);
	const char *value = config_setting_get_string(setting);
	char       *inner = tree_path(path, name), *pair, why[256];

	if (value == NULL) {
		tree_refuse(loader, setting, inner, "must be a string, in \" \"");
	} else {
		pair = xasprintf("%s=%s", name, value);
		if (setting_parse(row, conf, LITERAL_STRING, pair, "", why, sizeof why) !=
		    0)
			tree_refuse(loader, setting, inner, "%s", why);
		free(pair);
	}
	free(inner);
}

static void
load_pairs(struct loader *loader, const config_setting_t *setting,
    const struct setting *row, void *conf, const char *path)
{
	if (!config_setting_is_group(setting))
		tree_refuse(loader, setting, path,
		    "must be a group of strings, such as { TZ = \"UTC\"; }");
	else
		for (int i = 0; i < config_setting_length(setting); i++)
			load_pair(loader, config_setting_get_elem(setting, (unsigned)i),
			    row, conf, path);
}

/* A string alone, which somebody would have to split. */
static void
refuse_command(struct loader *loader, const config_setting_t *setting, const char *path)
{
	const char *text = config_setting_get_string(setting);
	char       *list = command_as_list(text != NULL ? text : "/usr/bin/prog");

	tree_refuse(loader, setting, path,
	    "must be a list of the program and its arguments: %s", list);
	free(list);
}

static void
load_row(struct loader *loader, const config_setting_t *setting,
    const struct setting *row, const struct target *target)
{
	char          *path = tree_path(target->path, row->name);
	struct origin *origin = &target->origins[row - target->rows];

	*origin = tree_origin(loader, setting);
	if (setting_is_list(row))
		setting_clear(row, target->conf);
	if (row->kind == &kind_pairs)
		load_pairs(loader, setting, row, target->conf, path);
	else if (setting_is_list(row) && tree_is_sequence(setting))
		for (int i = 0; i < config_setting_length(setting); i++)
			load_element(loader,
			    config_setting_get_elem(setting, (unsigned)i), row,
			    target->conf, origin, path);
	else if (row->kind == &kind_command)
		refuse_command(loader, setting, path);
	else
		load_element(loader, setting, row, target->conf, origin, path);
	free(path);
}

static bool
is_special(const struct target *target, const char *name)
{
	for (const char *const *s = target->specials; s != NULL && *s != NULL; s++)
		if (strcmp(*s, name) == 0)
			return true;
	return false;
}

static void
unknown(struct loader *loader, const config_setting_t *setting, struct target *target,
    const char *name, size_t prefix)
{
	const char *near = NULL;
	char       *first, *group = prefix > 0 ? xstrndup(name, prefix - 1) : xstrdup("");
	char *path = prefix > 0 ? tree_path(target->path, group) : xstrdup(target->path);
	int   best = -1;

	for (const struct setting *row = target->rows; row->name != NULL; row++) {
		/* In a group its own names are meant, outside of it the group's name. */
		if (strncmp(row->name, name, prefix) != 0)
			continue;
		first = xstrndup(row->name + prefix, strcspn(row->name + prefix, "."));
		if (near_better(name + prefix, first, &best))
			near = row->name + prefix;
		free(first);
	}
	for (const char *const *s = target->specials; s != NULL && *s != NULL; s++) {
		if (prefix == 0 && near_better(name, *s, &best))
			near = *s;
	}
	if (near == NULL)
		tree_refuse(
		    loader, setting, path, "unknown setting \"%s\"", name + prefix);
	else
		tree_refuse(loader, setting, path,
		    "unknown setting \"%s\"; did you mean \"%.*s\"?", name + prefix,
		    (int)strcspn(near, "."), near);
	if (near != NULL)
		strings_add(&target->meant, near);
	free(group);
	free(path);
}

static bool
is_group_name(const struct setting *rows, const char *name)
{
	size_t length = strlen(name);

	for (; rows->name != NULL; rows++)
		if (strncmp(rows->name, name, length) == 0 && rows->name[length] == '.')
			return true;
	return false;
}

/* prefix is "" or "timeouts.", the group within the target that we are in. */
void
tree_load_group(struct loader *loader, config_setting_t *group, struct target *target,
    const char *prefix)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		config_setting_t *child = config_setting_get_elem(group, (unsigned)i);
		char *name = xasprintf("%s%s", prefix, config_setting_name(child));
		const struct setting *row = setting_find(target->rows, name);

		if (row != NULL) {
			load_row(loader, child, row, target);
		} else if (prefix[0] == '\0' && is_special(target, name) &&
		    !(config_setting_is_group(child) &&
			is_group_name(target->rows, name))) {
			if (target->special != NULL)
				target->special(loader, child, target);
		} else if (is_group_name(target->rows, name)) {
			char *inner = xasprintf("%s.", name),
			     *path = tree_path(target->path, name);

			if (config_setting_is_group(child))
				tree_load_group(loader, child, target, inner);
			else
				tree_refuse(loader, child, path, "must be a group { … }");
			free(inner);
			free(path);
		} else {
			unknown(loader, child, target, name, strlen(prefix));
		}
		free(name);
	}
}
