/* SPDX-License-Identifier: MIT */
/* load.c - settings files to a checked struct config; check.c knows what fits together */
#include "config/load.h"

#include <errno.h>
#include <libconfig.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/address.h"
#include "common/xalloc.h"
#include "config/check.h"
#include "config/complaint.h"
#include "config/expanded.h"
#include "config/near.h"
#include "config/scan.h"
#include "config/settings.h"
#include "config/source.h"
#include "config/sources.h"
#include "config/tree.h"
#include "handler/handlers.h"
#include "sockd.h"

static void
load_listen(struct loader *loader, config_setting_t *setting,
    struct service_conf *service, const char *path)
{
	struct listen_conf *listen = listen_conf_create(), **last = &service->listens;
	struct target target = { path, listen_rows, listen, listen->origins, NULL, NULL,
		{ NULL, 0 } };

	if (config_setting_is_group(setting)) {
		tree_load_group(loader, setting, &target, "");
		if (config_setting_get_member(setting, "at") == NULL &&
		    !strings_have(&target.meant, "at"))
			tree_refuse(
			    loader, setting, path, "\"at\" is missing: the endpoint");
	} else if (config_setting_type(setting) == CONFIG_TYPE_STRING) {
		listen->origins[0] = tree_origin(loader, setting);
		tree_load_value(loader, setting, &listen_rows[0], listen, path);
	} else {
		tree_refuse(loader, setting, path,
		    "must be an endpoint such as \"tcp://127.0.0.1:9999\", a group { at "
		    "= …; } or "
		    "a list ( ) of these");
	}
	strings_finish(&target.meant);
	if (listen->at.text == NULL) {
		listen_conf_destroy(listen);
		return;
	}
	while (*last != NULL)
		last = &(*last)->next;
	*last = listen;
}

static void
load_listens(struct loader *loader, config_setting_t *setting,
    struct service_conf *service, const char *path)
{
	service->listen_origin = tree_origin(loader, setting);
	if (!tree_is_sequence(setting)) {
		load_listen(loader, setting, service, path);
		return;
	}
	for (int i = 0; i < config_setting_length(setting); i++)
		load_listen(
		    loader, config_setting_get_elem(setting, (unsigned)i), service, path);
	if (config_setting_length(setting) == 0)
		tree_refuse(loader, setting, path, "the list is empty");
}

static const struct sockd_handler *
find_handler(struct loader *loader, const config_setting_t *setting, const char *path)
{
	const char *name = config_setting_get_string(setting), *near = NULL;
	int         best = -1;

	if (name == NULL) {
		tree_refuse(
		    loader, setting, path, "must be the name of a handler, in \" \"");
		return NULL;
	}
	if (handler_find(name) != NULL)
		return handler_find(name);
	for (size_t i = 0; handlers[i] != NULL; i++)
		if (near_better(name, handlers[i]->name, &best))
			near = handlers[i]->name;
	tree_refuse(loader, setting, path, "unknown handler \"%s\"%s%s%s", name,
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
	return NULL;
}

/* Without it the other settings mean nothing: only a misspelt one is looked for. */
static void
refuse_without_type(struct loader *loader, config_setting_t *group, const char *path)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		config_setting_t *child = config_setting_get_elem(group, (unsigned)i);
		int               best = -1;

		if (!near_better(config_setting_name(child), "type", &best))
			continue;
		tree_refuse(loader, child, path,
		    "unknown setting \"%s\"; did you mean \"type\"?",
		    config_setting_name(child));
		return;
	}
	tree_refuse(loader, group, path, "\"type\" is missing: the name of the handler");
}

static void
load_handler(struct loader *loader, config_setting_t *setting,
    struct service_conf *service, const char *path)
{
	static const struct setting no_rows[] = {
		ROWS_END,
	};
	static const char *const specials[] = { "type", NULL };
	bool                     is_group = config_setting_is_group(setting) != 0;
	config_setting_t        *type =
            is_group ? config_setting_get_member(setting, "type") : setting;
	const struct sockd_handler *h;
	size_t                      before = loader->complaints->n;
	struct target target = { path, no_rows, NULL, NULL, specials, NULL, { NULL, 0 } };

	service->handler_origin = tree_origin(loader, setting);
	if (type == NULL) {
		refuse_without_type(loader, setting, path);
		return;
	}
	h = find_handler(loader, type, path);
	if (h == NULL)
		return;
	service->handler = h;
	service_conf_create_options(service);
	if (h->settings != NULL) {
		target.rows = h->settings;
		target.conf = service->options;
		target.origins = service->option_origins;
	}
	if (is_group)
		tree_load_group(loader, setting, &target, "");
	strings_finish(&target.meant);
	service->bad_options = loader->complaints->n > before;
}

/* One value in the place of a group is short for these settings of the group. */
static void
load_short(struct loader *loader, const config_setting_t *setting,
    const struct target *target, const char *path, const char *const *names)
{
	for (; *names != NULL; names++) {
		const struct setting *row = setting_find(target->rows, *names);
		size_t                before = loader->complaints->n;

		target->origins[row - target->rows] = tree_origin(loader, setting);
		tree_load_value(loader, setting, row, target->conf, path);
		if (loader->complaints->n > before)
			return; /* once is enough */
	}
}

static void
load_service_part(struct loader *loader, config_setting_t *setting, struct target *target)
{
	/* A pool of fixed size: as many at least as at most. */
	static const char *const pool[] = { "workers.max", "workers.min", NULL };
	static const char *const refuse[] = { "refuse.how", NULL };
	const char              *name = config_setting_name(setting);
	char                    *path = tree_path(target->path, name);

	if (strcmp(name, "listen") == 0)
		load_listens(loader, setting, target->conf, path);
	else if (strcmp(name, "workers") == 0)
		load_short(loader, setting, target, path, pool);
	else if (strcmp(name, "refuse") == 0)
		load_short(loader, setting, target, path, refuse);
	else
		load_handler(loader, setting, target->conf, path);
	free(path);
}

/* Names go into log lines, process titles and, later, into the names of files. */
static bool
is_good_name(const char *name)
{
	return strlen(name) <= 64 &&
	    strspn(name,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == strlen(name);
}

static void
load_service(struct loader *loader, config_setting_t *setting)
{
	static const char *const specials[] = { "listen", "handler", "workers", "refuse",
		NULL };
	const char              *name = config_setting_name(setting);
	char                    *path = tree_path("services", name);
	struct service_conf *service = service_conf_find(loader->config, name), **last;
	struct target        target = { path, service_rows, NULL, NULL, specials,
		       load_service_part, { NULL, 0 } };

	if (service != NULL)
		tree_refuse(loader, setting, path,
		    "there is a service of this name already, %s:%d",
		    service->origin.file, service->origin.line);
	else if (!is_good_name(name))
		tree_refuse(loader, setting, path,
		    "a service's name is 1 to 64 of the characters A-Z a-z 0-9 _ -");
	else if (!config_setting_is_group(setting))
		tree_refuse(loader, setting, path, "must be a group { … }");
	else {
		service = service_conf_create(name);
		service->origin = tree_origin(loader, setting);
		target.conf = service;
		target.origins = service->origins;
		tree_load_group(loader, setting, &target, "");
		/* What is misspelt is not missing too. */
		if (strings_have(&target.meant, "listen"))
			service->listen_origin = service->origin;
		if (strings_have(&target.meant, "handler"))
			service->handler_origin = service->origin;
		strings_finish(&target.meant);
		for (last = &loader->config->services; *last != NULL;
		     last = &(*last)->next)
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
		tree_refuse(loader, setting, "services", "must be a group { … }");
		return;
	}
	for (int i = 0; i < config_setting_length(setting); i++)
		load_service(loader, config_setting_get_elem(setting, (unsigned)i));
}

static void
complain_of_syntax(struct loader *loader, const config_t *tree)
{
	struct origin origin = expanded_origin(&loader->text, config_error_line(tree));
	int           line = scan_dante(loader->text.bytes);

	if (line == 0) {
		complain(loader->complaints, EX_CONFIG, &origin, "%s",
		    config_error_text(tree));
		return;
	}
	origin = expanded_origin(&loader->text, line);
	complain(loader->complaints, EX_CONFIG, &origin,
	    "this is a settings file of Dante's SOCKS server, another program of the "
	    "name sockd; " SOCKD ".conf(5) tells what this one reads");
}

static void
load_text(struct loader *loader, const struct setting *rows)
{
	static const char *const specials[] = { "services", NULL };
	struct target target = { "", rows, loader->config, loader->config->origins,
		specials, load_services, { NULL, 0 } };
	config_t      tree;

	config_init(&tree);
	if (config_read_string(&tree, loader->text.bytes) == CONFIG_TRUE)
		tree_load_group(loader, config_root_setting(&tree), &target, "");
	else
		complain_of_syntax(loader, &tree);
	strings_finish(&target.meant);
	config_destroy(&tree);
}

/* The rows are those of the file: the globals in the main one, none in others. */
static void
load_file(struct loader *loader, const char *file, const struct setting *rows)
{
	struct scan_input   input = { strings_keep(&loader->config->files, file),
		  loader->config->directory, loader->sources, &loader->config->files,
		  loader->complaints };
	const struct origin whole = { input.file, 0 };
	char               *bytes, why[256];
	int                 status;

	bytes = sources_read(loader->sources, file, &status, why, sizeof why);
	if (bytes == NULL) {
		complain(loader->complaints, status, &whole, "%s", why);
		return;
	}
	if (scan_text(&input, bytes, &loader->text) == 0)
		load_text(loader, rows);
	expanded_finish(&loader->text);
	free(bytes);
}

static void
load_includes(struct loader *loader)
{
	static const struct setting no_rows[] = {
		ROWS_END,
	};
	const struct strings *patterns = &loader->config->include;
	const struct origin  *origin =
	    &loader->config->origins[setting_find(config_rows, "include") - config_rows];
	struct strings paths = { NULL, 0 };

	for (size_t i = 0; i < patterns->n; i++) {
		char *pattern = patterns->list[i][0] == '/' ?
		    xstrdup(patterns->list[i]) :
		    xasprintf("%s/%s", loader->config->directory, patterns->list[i]);

		if (source_glob(pattern, &paths) != 0)
			complain(loader->complaints, EX_NOINPUT, origin,
			    "include: \"%s\": cannot be searched: %s", patterns->list[i],
			    strerror(errno));
		free(pattern);
	}
	for (size_t i = 0; i < paths.n; i++)
		load_file(loader, paths.list[i], no_rows);
	strings_finish(&paths);
}

struct config *
config_load(const char *file, struct complaints *complaints)
{
	struct sources sources = { .list = NULL };
	struct loader  loader = {
		 .sources = &sources, .config = settings_create(), .complaints = complaints
	};

	loader.config->directory = source_directory(file);
	if (loader.config->directory != NULL) {
		load_file(&loader, file, config_rows);
		load_includes(&loader);
	} else {
		complain(complaints, EX_NOINPUT,
		    &(struct origin){ strings_keep(&loader.config->files, file), 0 },
		    "cannot find its directory: %s", strerror(errno));
	}
	sources_finish(&sources);
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
	char why[512];

	for (struct service_conf *s = config->services; s != NULL; s = s->next) {
		for (struct listen_conf *l = s->listens; l != NULL; l = l->next) {
			l->n_addresses =
			    endpoint_resolve(&l->at, &l->addresses, why, sizeof why);
			if (endpoint_is_inherited(&l->at))
				config_check_inherited(s, l, complaints);
			if (l->n_addresses > 0)
				continue;
			l->n_addresses = 0;
			complain(complaints, EX_UNAVAILABLE, &l->origins[0],
			    "services.%s.listen: \"%s\": %s", s->name, l->at.text, why);
		}
	}
	return complaints->n == 0 ? 0 : -1;
}
