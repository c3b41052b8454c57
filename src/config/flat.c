/* SPDX-License-Identifier: MIT */
/* flat.c - a checked config as bytes, for the pipe between who loads it and who uses it */
#include "config/flat.h"

#include <limits.h>
#include <stdlib.h>

#include "common/address.h"
#include "common/wire.h"
#include "config/settings.h"
#include "handler/handlers.h"
#include "sockd.h"

/* No answer of a name server holds more. */
#define ADDRESSES_MOST 10000

/* A file is its number in config->files, as every origin points in there. */
static void
put_origin(const struct config *config, const struct origin *origin, struct wire *w)
{
	wire_put_number(w, strings_number(&config->files, origin->file));
	wire_put_number(w, origin->line);
}

static void
take_origin(const struct config *config, struct origin *origin, struct wire *w)
{
	long long file = wire_take_number(w, -1, (long long)config->files.n - 1);

	origin->line = (int)wire_take_number(w, 0, INT_MAX);
	origin->file = file >= 0 && !w->bad ? config->files.list[file] : NULL;
}

static void
put_rows(const struct config *config, const struct setting *rows, const void *conf,
    const struct origin *origins, struct wire *w)
{
	for (size_t i = 0; rows[i].name != NULL; i++) {
		setting_put(&rows[i], conf, w);
		put_origin(config, &origins[i], w);
	}
}

static void
take_rows(const struct config *config, const struct setting *rows, void *conf,
    struct origin *origins, struct wire *w)
{
	for (size_t i = 0; rows[i].name != NULL && !w->bad; i++) {
		setting_take(&rows[i], conf, w);
		take_origin(config, &origins[i], w);
	}
}

static void
put_identity(const struct identity *identity, struct wire *w)
{
	wire_put_number(w, identity->given);
	wire_put_number(w, identity->uid);
	wire_put_number(w, identity->gid);
	wire_put_number(w, identity->n_groups);
	wire_put(
	    w, identity->groups, (size_t)identity->n_groups * sizeof *identity->groups);
}

static void
take_identity(struct identity *identity, struct wire *w)
{
	int n;

	identity->given = wire_take_number(w, 0, 1) != 0;
	identity->uid = (uid_t)wire_take_number(w, 0, (uid_t)-1);
	identity->gid = (gid_t)wire_take_number(w, 0, (gid_t)-1);
	n = (int)wire_take_number(w, 0, NGROUPS_MAX);
	if (n > 0)
		identity->groups = wire_make_room(w, (size_t)n, sizeof *identity->groups);
	identity->n_groups = identity->groups != NULL ? n : 0;
	wire_take(
	    w, identity->groups, (size_t)identity->n_groups * sizeof *identity->groups);
}

static void
put_addresses(const struct listen_conf *l, struct wire *w)
{
	wire_put_number(w, l->n_addresses);
	for (int i = 0; i < l->n_addresses; i++) {
		wire_put_number(w, l->addresses[i].size);
		wire_put(w, &l->addresses[i].storage, l->addresses[i].size);
	}
}

static void
take_addresses(struct listen_conf *l, struct wire *w)
{
	int n = (int)wire_take_number(w, 0, ADDRESSES_MOST);

	if (n > 0)
		l->addresses = wire_make_room(w, (size_t)n, sizeof *l->addresses);
	for (; n > 0 && !w->bad; n--) {
		struct address *a = &l->addresses[l->n_addresses++];

		a->size = (socklen_t)wire_take_number(
		    w, sizeof(sa_family_t), sizeof a->storage);
		wire_take(w, &a->storage, a->size);
	}
}

static void
put_listens(const struct config *config, const struct listen_conf *l, struct wire *w)
{
	long long n = 0;

	for (const struct listen_conf *other = l; other != NULL; other = other->next)
		n++;
	wire_put_number(w, n);
	for (; l != NULL; l = l->next) {
		put_rows(config, listen_rows, l, l->origins, w);
		put_identity(&l->ownership, w);
		put_addresses(l, w);
	}
}

static void
take_listens(const struct config *config, struct listen_conf **last, struct wire *w)
{
	for (size_t n = wire_take_count(w); n > 0 && !w->bad; n--) {
		struct listen_conf *l = *last = listen_conf_create();

		last = &l->next;
		take_rows(config, listen_rows, l, l->origins, w);
		take_identity(&l->ownership, w);
		take_addresses(l, w);
	}
}

static void
put_handler(const struct config *config, const struct service_conf *s, struct wire *w)
{
	wire_put_string(w, s->handler->name);
	put_origin(config, &s->handler_origin, w);
	wire_put_number(w, s->stamp);
	if (s->options != NULL)
		put_rows(config, s->handler->settings, s->options, s->option_origins, w);
}

static void
take_handler(const struct config *config, struct service_conf *s, struct wire *w)
{
	char *name = wire_take_string(w);

	take_origin(config, &s->handler_origin, w);
	s->stamp = wire_take_number(w, 0, LLONG_MAX);
	s->handler = name != NULL ? handler_find(name) : NULL;
	free(name);
	if (s->handler == NULL) {
		w->bad = true;
		return;
	}
	service_conf_create_options(s);
	if (s->options != NULL)
		take_rows(config, s->handler->settings, s->options, s->option_origins, w);
}

static void
put_service(const struct config *config, const struct service_conf *s, struct wire *w)
{
	wire_put_string(w, s->name);
	put_origin(config, &s->origin, w);
	put_rows(config, service_rows, s, s->origins, w);
	put_identity(&s->identity, w);
	put_origin(config, &s->listen_origin, w);
	put_listens(config, s->listens, w);
	put_handler(config, s, w);
}

/* NULL when there is no such any more. */
static struct service_conf *
take_service(const struct config *config, struct wire *w)
{
	char                *name = wire_take_string(w);
	struct service_conf *s;

	if (name == NULL) {
		w->bad = true;
		return NULL;
	}
	s = service_conf_create(name);
	free(name);
	take_origin(config, &s->origin, w);
	take_rows(config, service_rows, s, s->origins, w);
	take_identity(&s->identity, w);
	take_origin(config, &s->listen_origin, w);
	take_listens(config, &s->listens, w);
	take_handler(config, s, w);
	return s;
}

void
flat_put(const struct config *config, struct wire *w)
{
	long long n_services = 0;

	wire_put_string(w, config->directory);
	wire_put_number(w, (long long)config->files.n);
	for (size_t i = 0; i < config->files.n; i++)
		wire_put_string(w, config->files.list[i]);
	put_rows(config, config_rows, config, config->origins, w);
	put_identity(&config->identity, w);
	for (const struct service_conf *s = config->services; s != NULL; s = s->next)
		n_services++;
	wire_put_number(w, n_services); /* so that an end too soon is seen */
	for (const struct service_conf *s = config->services; s != NULL; s = s->next)
		put_service(config, s, w);
}

static void
take_files(struct config *config, struct wire *w)
{
	for (size_t n = wire_take_count(w); n > 0; n--) {
		char *name = wire_take_string(w);

		strings_add(&config->files, name != NULL ? name : "?");
		free(name);
		if (w->bad)
			return;
	}
}

struct config *
flat_take(struct wire *w)
{
	struct config        *config = settings_create();
	struct service_conf **last = &config->services;

	config->directory = wire_take_string(w);
	take_files(config, w);
	take_rows(config, config_rows, config, config->origins, w);
	take_identity(&config->identity, w);
	for (size_t n = wire_take_count(w); n > 0 && !w->bad; n--) {
		*last = take_service(config, w);
		if (*last != NULL)
			last = &(*last)->next;
	}
	if (wire_is_done(w) && config->directory != NULL)
		return config;
	settings_destroy(config);
	return NULL;
}
