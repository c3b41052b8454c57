/* SPDX-License-Identifier: MIT */
/* load.c - settings files to a checked struct config; check.c knows what fits together */
#include "config/load.h"

#include <libconfig.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/address.h"
#include "common/xalloc.h"
#include "config/check.h"
#include "config/complaint.h"
#include "config/near.h"
#include "config/settings.h"
#include "config/source.h"
#include "handler/handlers.h"
#include "sockd.h"

struct loader {
	struct config		*config;
	struct complaints	*complaints;
	const char		*file;		/* being read; one of config->files */
};

/* What one group of the file fills in. */
struct target {
	const char		*path;		/* "services.greeting"; "" at the top */
	const struct setting	*rows;
	void			*conf;
	struct origin		*origins;
	const char *const	*specials;	/* names that special() takes; NULL ends */
	void			(*special)(struct loader *, config_setting_t *, struct target *);
};

/* Origins outlive what libconfig knows, so the names of files are kept in the config. */
static const char *
keep_file(struct config *config, const char *name)
{
	struct strings *files = &config->files;

	for (size_t i = 0; i < files->n; i++)
		if (strcmp(files->list[i], name) == 0)
			return files->list[i];
	files->list = xrealloc(files->list, files->n + 1, sizeof *files->list);
	return files->list[files->n++] = xstrdup(name);
}

/* A file that libconfig included, which it names relative to our directory. */
static const char *
keep_included(struct config *config, const char *name)
{
	char	*path = name[0] == '/' ? xstrdup(name) :
	    xasprintf("%s/%s", config->directory, name);
	const char *kept = keep_file(config, path);

	free(path);
	return kept;
}

static struct origin
origin_of(struct loader *loader, const config_setting_t *setting)
{
	const char *file = config_setting_source_file(setting);
	struct origin origin = { loader->file, config_setting_source_line(setting) };

	if (file != NULL)
		origin.file = keep_included(loader->config, file);
	return origin;
}

static void __attribute__((format(printf, 4, 5)))
refuse(struct loader *loader, const config_setting_t *setting, const char *path,
    const char *format, ...)
{
	struct origin origin = origin_of(loader, setting);
	va_list	args;
	char	text[800];

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	complain(loader->complaints, EX_CONFIG, &origin, "%s%s%s", path,
	    path[0] != '\0' ? ": " : "", text);
}

static char *
join(const char *path, const char *name)
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
		*text = xasprintf("%lld", config_setting_type(setting) == CONFIG_TYPE_INT ?
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

static void
load_scalar(struct loader *loader, const config_setting_t *setting,
    const struct setting *row, void *conf, const char *path)
{
	enum literal literal;
	char	*text, why[700];

	if (!scalar_text(setting, &literal, &text)) {
		refuse(loader, setting, path, "must be %s%s, not a group or a list",
		    row->kind->article, row->kind->name);
		return;
	}
	if (setting_parse(row, conf, literal, text, loader->config->directory, why,
	    sizeof why) != 0)
		refuse(loader, setting, path, "%s", why);
	free(text);
}

static bool
is_sequence(const config_setting_t *setting)
{
	return config_setting_is_array(setting) || config_setting_is_list(setting);
}

static void
load_row(struct loader *loader, const config_setting_t *setting, const struct setting *row,
    const struct target *target)
{
	char	*path = join(target->path, row->name);

	target->origins[row - target->rows] = origin_of(loader, setting);
	if (setting_is_list(row)) {
		setting_clear(row, target->conf);
		if (is_sequence(setting)) {
			for (int i = 0; i < config_setting_length(setting); i++)
				load_scalar(loader, config_setting_get_elem(setting, (unsigned)i),
				    row, target->conf, path);
			free(path);
			return;
		}
	}
	load_scalar(loader, setting, row, target->conf, path);
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
unknown(struct loader *loader, const config_setting_t *setting, const struct target *target,
    const char *name, size_t prefix)
{
	const char *near = NULL, *candidate;
	char	*first, *group = prefix > 0 ? strndup(name, prefix - 1) : xstrdup("");
	char	*path = prefix > 0 ? join(target->path, group) : xstrdup(target->path);
	int	 best = -1;

	for (const struct setting *row = target->rows; row->name != NULL; row++) {
		/* In a group its own names are meant, outside of it the group's name. */
		if (strncmp(row->name, name, prefix) != 0)
			continue;
		first = strndup(row->name + prefix, strcspn(row->name + prefix, "."));
		if (first != NULL && near_better(name + prefix, first, &best))
			near = row->name + prefix;
		free(first);
	}
	for (const char *const *s = target->specials; s != NULL && *s != NULL; s++) {
		candidate = *s;
		if (prefix == 0 && near_better(name, candidate, &best))
			near = candidate;
	}
	if (near == NULL)
		refuse(loader, setting, path, "unknown setting \"%s\"", name + prefix);
	else
		refuse(loader, setting, path, "unknown setting \"%s\"; did you mean \"%.*s\"?",
		    name + prefix, (int)strcspn(near, "."), near);
	free(group);
	free(path);
}

static bool
is_group_name(const struct setting *rows, const char *name)
{
	size_t	length = strlen(name);

	for (; rows->name != NULL; rows++)
		if (strncmp(rows->name, name, length) == 0 && rows->name[length] == '.')
			return true;
	return false;
}

/* prefix is "" or "timeouts.", the group within the target that we are in. */
static void
load_group(struct loader *loader, config_setting_t *group, struct target *target,
    const char *prefix)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		config_setting_t *child = config_setting_get_elem(group, (unsigned)i);
		char	*name = xasprintf("%s%s", prefix, config_setting_name(child));
		const struct setting *row = setting_find(target->rows, name);

		if (row != NULL) {
			load_row(loader, child, row, target);
		} else if (prefix[0] == '\0' && is_special(target, name)) {
			target->special(loader, child, target);
		} else if (is_group_name(target->rows, name)) {
			char	*inner = xasprintf("%s.", name), *path = join(target->path, name);

			if (config_setting_is_group(child))
				load_group(loader, child, target, inner);
			else
				refuse(loader, child, path, "must be a group { … }");
			free(inner);
			free(path);
		} else {
			unknown(loader, child, target, name, strlen(prefix));
		}
		free(name);
	}
}

static void
load_listen(struct loader *loader, config_setting_t *setting, struct service_conf *service,
    const char *path)
{
	struct listen_conf *listen = listen_conf_create(), **last = &service->listens;
	struct target target = { path, listen_rows, listen, listen->origins, NULL, NULL };

	if (config_setting_is_group(setting)) {
		load_group(loader, setting, &target, "");
		if (config_setting_get_member(setting, "at") == NULL)
			refuse(loader, setting, path, "\"at\" is missing: the endpoint");
	} else if (config_setting_type(setting) == CONFIG_TYPE_STRING) {
		listen->origins[0] = origin_of(loader, setting);
		load_scalar(loader, setting, &listen_rows[0], listen, path);
	} else {
		refuse(loader, setting, path,
		    "must be an endpoint such as \"tcp://127.0.0.1:9999\", a group { at = …; } or "
		    "a list ( ) of these");
	}
	if (listen->at.text == NULL) {
		listen_conf_destroy(listen);
		return;
	}
	while (*last != NULL)
		last = &(*last)->next;
	*last = listen;
}

static void
load_listens(struct loader *loader, config_setting_t *setting, struct service_conf *service,
    const char *path)
{
	service->listen_origin = origin_of(loader, setting);
	if (!is_sequence(setting)) {
		load_listen(loader, setting, service, path);
		return;
	}
	for (int i = 0; i < config_setting_length(setting); i++)
		load_listen(loader, config_setting_get_elem(setting, (unsigned)i), service, path);
	if (config_setting_length(setting) == 0)
		refuse(loader, setting, path, "the list is empty");
}

static const struct sockd_handler *
find_handler(struct loader *loader, const config_setting_t *setting, const char *path)
{
	const char *name = config_setting_get_string(setting), *near = NULL;
	int	best = -1;

	if (name == NULL) {
		refuse(loader, setting, path, "must be the name of a handler, in \" \"");
		return NULL;
	}
	if (handler_find(name) != NULL)
		return handler_find(name);
	for (size_t i = 0; handlers[i] != NULL; i++)
		if (near_better(name, handlers[i]->name, &best))
			near = handlers[i]->name;
	refuse(loader, setting, path, "unknown handler \"%s\"%s%s%s", name,
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
	return NULL;
}

static void
take_handler_type(struct loader *loader, config_setting_t *setting, struct target *target)
{
	/* load_handler has looked at it already. */
	(void)loader;
	(void)setting;
	(void)target;
}

static void
load_handler(struct loader *loader, config_setting_t *setting, struct service_conf *service,
    const char *path)
{
	static const struct setting no_rows[] = { ROWS_END };
	static const char *const specials[] = { "type", NULL };
	bool	is_group = config_setting_is_group(setting) != 0;
	config_setting_t *type = is_group ? config_setting_get_member(setting, "type") : setting;
	const struct sockd_handler *h;
	struct target target = { path, no_rows, NULL, NULL, specials, take_handler_type };

	service->handler_origin = origin_of(loader, setting);
	if (type == NULL) {
		refuse(loader, setting, path, "\"type\" is missing: the name of the handler");
		return;
	}
	h = find_handler(loader, type, path);
	if (h == NULL)
		return;
	service->handler = h;
	if (h->settings != NULL) {
		service->options = xcalloc(1, h->options_size);
		service->option_origins =
		    xcalloc(setting_number(h->settings), sizeof(struct origin));
		setting_preset(h->settings, service->options);
		target.rows = h->settings;
		target.conf = service->options;
		target.origins = service->option_origins;
	}
	if (is_group)
		load_group(loader, setting, &target, "");
}

static void
load_service_part(struct loader *loader, config_setting_t *setting, struct target *target)
{
	const char *name = config_setting_name(setting);
	char	*path = join(target->path, name);

	if (strcmp(name, "listen") == 0)
		load_listens(loader, setting, target->conf, path);
	else
		load_handler(loader, setting, target->conf, path);
	free(path);
}

/* Names go into log lines, process titles and, later, into the names of files. */
static bool
is_good_name(const char *name)
{
	return strlen(name) <= 64 && strspn(name, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == strlen(name);
}

static void
load_service(struct loader *loader, config_setting_t *setting)
{
	static const char *const specials[] = { "listen", "handler", NULL };
	const char *name = config_setting_name(setting);
	char	*path = join("services", name);
	struct service_conf *service = service_conf_find(loader->config, name), **last;
	struct target target = { path, service_rows, NULL, NULL, specials, load_service_part };

	if (service != NULL)
		refuse(loader, setting, path, "there is a service of this name already, %s:%d",
		    service->origin.file, service->origin.line);
	else if (!is_good_name(name))
		refuse(loader, setting, path,
		    "a service's name is 1 to 64 of the characters A-Z a-z 0-9 _ -");
	else if (!config_setting_is_group(setting))
		refuse(loader, setting, path, "must be a group { … }");
	else {
		service = service_conf_create(name);
		service->origin = origin_of(loader, setting);
		target.conf = service;
		target.origins = service->origins;
		load_group(loader, setting, &target, "");
		for (last = &loader->config->services; *last != NULL; last = &(*last)->next)
			;
		*last = service;
	}
	free(path);
}

static void
load_services(struct loader *loader, config_setting_t *setting, struct target *target)
{
	(void)target;
	if (!config_setting_is_group(setting)) {
		refuse(loader, setting, "services", "must be a group { … }");
		return;
	}
	for (int i = 0; i < config_setting_length(setting); i++)
		load_service(loader, config_setting_get_elem(setting, (unsigned)i));
}

static void
complain_of_syntax(struct loader *loader, const config_t *tree)
{
	const char *file = config_error_file(tree);
	struct origin origin = { loader->file, config_error_line(tree) };

	if (file != NULL)
		origin.file = keep_included(loader->config, file);
	complain(loader->complaints, EX_CONFIG, &origin, "%s", config_error_text(tree));
}

/* The rows are those of the file: the globals in the main one, none in others. */
static void
load_file(struct loader *loader, const char *file, const struct setting *rows)
{
	static const char *const specials[] = { "services", NULL };
	struct target target = { "", rows, loader->config, loader->config->origins, specials,
		load_services };
	struct origin whole;
	config_t tree;
	char	*text, why[256];
	int	 status;

	loader->file = keep_file(loader->config, file);
	whole = (struct origin){ loader->file, 0 };
	text = source_read(file, &status, why, sizeof why);
	if (text == NULL) {
		complain(loader->complaints, status, &whole, "%s", why);
		return;
	}
	config_init(&tree);
	config_set_include_dir(&tree, loader->config->directory);
	if (config_read_string(&tree, text) == CONFIG_TRUE)
		load_group(loader, config_root_setting(&tree), &target, "");
	else
		complain_of_syntax(loader, &tree);
	config_destroy(&tree);
	free(text);
}

static void
load_includes(struct loader *loader)
{
	static const struct setting no_rows[] = { ROWS_END };
	const struct strings *patterns = &loader->config->include;
	struct strings paths = { NULL, 0 };

	for (size_t i = 0; i < patterns->n; i++) {
		char	*pattern = patterns->list[i][0] == '/' ? xstrdup(patterns->list[i]) :
		    xasprintf("%s/%s", loader->config->directory, patterns->list[i]);

		source_glob(pattern, &paths);
		free(pattern);
	}
	for (size_t i = 0; i < paths.n; i++)
		load_file(loader, paths.list[i], no_rows);
	kind_strings.finish(&paths);
}

struct config *
config_load(const char *file, struct complaints *complaints)
{
	struct loader loader = { settings_create(), complaints, NULL };

	loader.config->directory = source_directory(file);
	load_file(&loader, file, config_rows);
	load_includes(&loader);
	if (complaints->n == 0 || complaints->status == EX_CONFIG)
		config_check(loader.config, complaints);
	if (complaints->n == 0)
		return loader.config;
	complaints_sort(complaints);
	settings_destroy(loader.config);
	return NULL;
}

int
config_resolve(struct config *config, struct complaints *complaints)
{
	char	why[512];

	for (struct service_conf *s = config->services; s != NULL; s = s->next) {
		for (struct listen_conf *l = s->listens; l != NULL; l = l->next) {
			l->n_addresses = endpoint_resolve(&l->at, &l->addresses, why, sizeof why);
			if (l->n_addresses > 0)
				continue;
			l->n_addresses = 0;
			complain(complaints, EX_UNAVAILABLE, &l->origins[0],
			    "services.%s.listen: \"%s\": %s", s->name, l->at.text, why);
		}
	}
	return complaints->n == 0 ? 0 : -1;
}
