/* SPDX-License-Identifier: MIT */
/* generation.c - the services of the next settings: which are kept, which are made anew */
#include "master/generation.h"

#include <errno.h>
#include <assert.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/clock.h"
#include "common/inherited.h"
#include "common/io.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "config/settings.h"
#include "master/listener.h"
#include "master/master.h"
#include "master/roll.h"
#include "master/service.h"
#include "master/spawn.h"
#include "worker/admission.h"
#include "worker/worker.h"

/*
 * How often to interrupt workers that another one was quicker than, where accept waits though
 * it should not.
 */
#define POKE_MS 20

/*
 * The running service that can go on with the next settings as it is, or NULL.  A change
 * of the log or of who we are needs new workers everywhere, a lost listener here.
 */
static struct service *
kept_service(const struct master *m, const struct service_conf *conf)
{
	struct service *old = service_find(m->services, conf->name);

	if (old == NULL || m->reload.replaces_all ||
	    service_conf_diff(old->conf, conf) > APPLY_LIVE ||
	    service_lost_listener(old) != NULL)
		return NULL;
	return old;
}

static void
mark_used(const struct service *s)
{
	for (int i = 0; i < s->n_listeners; i++)
		s->listeners[i]->used = true;
}

static void
mark_all_unused(struct master *m)
{
	for (struct listener *l = m->listeners; l != NULL; l = l->next)
		l->used = false;
}

static void
close_unused(struct master *m)
{
	struct listener **where = &m->listeners, *l;

	while ((l = *where) != NULL) {
		if (l->used) {
			where = &l->next;
			continue;
		}
		*where = l->next;
		listener_close(l);
	}
}

/* The listener of this address: carried over if there is one, or opened. */
static struct listener *
take_listener(struct master *m, const struct service_conf *conf,
    const struct listen_conf *listen, const struct address *address)
{
	struct listener *l =
	    listener_find(m->listeners, conf->name, &listen->at, address);

	if (l != NULL && l->used) {
		log_error(
		    "%s: cannot listen on %s: another endpoint in these settings has its "
		    "address",
		    conf->name, listen->at.text);
		m->reload.status = EX_CONFIG;
		return NULL;
	}
	if (l != NULL && l->v6only != listener_wants_v6only(listen, address))
		log_warning("%s: %s is open already with another v6only; a change needs "
			    "a restart of "
			    "sockd",
		    conf->name, listen->at.text);
	if (l == NULL) {
		l = listener_open(
		    conf->name, listen, address, m->listeners, &m->reload.status);
		if (l == NULL)
			return NULL;
		l->next = m->listeners;
		m->listeners = l;
	}
	l->used = true;
	return l;
}

/* All listeners of a service, in an array that the caller frees; -1 if one fails. */
static int
take_listeners(struct master *m, const struct service_conf *conf, struct listener ***list)
{
	int n = 0;

	*list = NULL;
	for (const struct listen_conf *listen = conf->listens; listen != NULL;
	     listen = listen->next) {
		for (int i = 0; i < listen->n_addresses; i++) {
			struct listener *l =
			    take_listener(m, conf, listen, &listen->addresses[i]);

			if (l == NULL)
				return -1;
			if (n == WORKER_LISTENERS_MOST) {
				log_error("%s: has more than %d addresses to listen on; "
					  "make it two "
					  "services",
				    conf->name, WORKER_LISTENERS_MOST);
				m->reload.status = EX_CONFIG;
				return -1;
			}
			*list = xrealloc(*list, (size_t)n + 1, sizeof **list);
			(*list)[n++] = l;
		}
	}
	return n;
}

/* The options of carried-over sockets, which were opened with older settings. */
static void
apply_options(struct service *s)
{
	int n = 0;

	/* A worker with one listener waits in accept, one with several must not. */
	for (int i = 0; i < s->n_listeners; i++)
		if (s->takes_listeners)
			listener_give(s->listeners[i]);
		else
			listener_take(s->listeners[i],
			    s->n_listeners == 1 && s->connections_most == 1 &&
				!admission_lets_wait(s->conf));
	for (const struct listen_conf *l = s->conf->listens; l != NULL; l = l->next)
		for (int j = 0; j < l->n_addresses; j++)
			listener_set_options(s->listeners[n++], s->name, l);
}

static int
start_service(struct master *m, struct service_conf *conf)
{
	struct listener **listeners;
	struct service   *s = NULL, **last = &m->reload.services;
	int               n = take_listeners(m, conf, &listeners);

	if (n > 0) {
		s = service_create(
		    conf, listeners, n, service_find(m->services, conf->name));
		if (s == NULL)
			log_error("%s: cannot be started: %m%s", conf->name,
			    errno == EMFILE ?
				"; allow more descriptors (LimitNOFILE, ulimit -n)" :
				"");
	}
	free(listeners);
	if (s == NULL)
		return -1;
	while (*last != NULL)
		last = &(*last)->next;
	*last = s;
	roll_prepare(m, s);
	/* A program begins with its listener as it will be. */
	if (s->takes_listeners)
		apply_options(s);
	for (int i = service_n_first(s); i > 0; i--) {
		if (spawn_worker(m, s) != 0) {
			log_error("%s: cannot start a worker: %m", conf->name);
			return -1;
		}
	}
	return 0;
}

/* For the master to wait at every listener. */
static void
make_room(struct master *m)
{
	size_t n = MASTER_POLLS;

	for (const struct listener *l = m->listeners; l != NULL; l = l->next)
		n++;
	m->polls = xrealloc(m->polls, n, sizeof *m->polls);
}

int
generation_start(struct master *m, struct config *next)
{
	const struct service *kept;

	mark_all_unused(m);
	for (struct service_conf *conf = next->services; conf != NULL; conf = conf->next)
		if ((kept = kept_service(m, conf)) != NULL)
			mark_used(kept);
	for (struct service_conf *conf = next->services; conf != NULL;
	     conf = conf->next) {
		if (kept_service(m, conf) != NULL)
			continue;
		if (xalloc_is_short()) {
			log_error("%s: cannot be started: out of memory", conf->name);
			return -1;
		}
		if (start_service(m, conf) != 0)
			return -1;
	}
	make_room(m);
	return 0;
}

/* A listener of a service that accepts by itself is as programs of the next one want it. */
static bool
may_be_held_up(const struct service *s)
{
	for (int i = 0; i < s->n_listeners && !s->takes_listeners; i++)
		if (s->listeners[i]->given)
			return true;
	return false;
}

/* True if there are such. */
static bool
poke_all(const struct service *s)
{
	bool any = false;

	for (; s != NULL; s = s->next) {
		if (!may_be_held_up(s))
			continue;
		service_poke(s);
		any = true;
	}
	return any;
}

void
generation_poke(struct master *m)
{
	unsigned long long now_ms = clock_ms();
	bool               any;

	if (m->reload.phase != RELOAD_STARTING || now_ms < m->reload.poke_at_ms)
		return;
	m->reload.poke_at_ms = CLOCK_NEVER_MS;
	any = poke_all(m->services);
	any = poke_all(m->closing) || any;
	if (any)
		m->reload.poke_at_ms = now_ms + POKE_MS;
}

unsigned long long
generation_poke_again_ms(const struct master *m)
{
	return m->reload.phase == RELOAD_STARTING ? m->reload.poke_at_ms : CLOCK_NEVER_MS;
}

void
generation_stay(struct master *m)
{
	for (struct service *s = m->services; s != NULL; s = s->next) {
		bool is_held_up = may_be_held_up(s);

		apply_options(s);
		if (is_held_up)
			service_poke(s);
	}
}

/* Take the service of this name out of a list; NULL if there is none. */
static struct service *
take_service(struct service **list, const char *name)
{
	struct service *s;

	for (; *list != NULL; list = &(*list)->next) {
		if (strcmp((*list)->name, name) == 0) {
			s = *list;
			*list = s->next;
			return s;
		}
	}
	return NULL;
}

/* The services of the next generation, in the order of its settings. */
struct service *
generation_take(struct master *m)
{
	struct service *first = NULL, **last = &first, *s;

	for (struct service_conf *conf = m->reload.config->services; conf != NULL;
	     conf = conf->next) {
		s = take_service(&m->reload.services, conf->name);
		if (s != NULL) {
			apply_options(s);
			service_open_gate(s);
		} else {
			s = take_service(&m->services, conf->name);
			assert(s != NULL); /* or it would have been started */
			s->conf = conf;
			s->extra = 0; /* what TTIN and TTOU did is over */
			s->look = true;
		}
		s->next = NULL;
		*last = s;
		last = &s->next;
	}
	return first;
}

void
generation_mark_used(struct master *m, const struct service *services)
{
	mark_all_unused(m);
	for (const struct service *s = services; s != NULL; s = s->next)
		mark_used(s);
}

void
generation_close_unused(struct master *m)
{
	generation_mark_used(m, m->services);
	for (const struct service *s = m->closing; s != NULL; s = s->next)
		mark_used(s);
	for (const struct service *s = m->reload.services; s != NULL; s = s->next)
		mark_used(s);
	close_unused(m);
}

static bool
is_named(const struct config *config, const char *name)
{
	for (const struct service_conf *s = config->services; s != NULL; s = s->next)
		for (const struct listen_conf *l = s->listens; l != NULL; l = l->next)
			if (endpoint_is_inherited(&l->at) &&
			    strcmp(l->at.name, name) == 0)
				return true;
	return false;
}

void
generation_close_unwanted(const struct config *config)
{
	size_t            n;
	struct inherited *all = inherited_list(&n);

	for (size_t i = 0; i < n; i++) {
		if (all[i].fd == -1 || is_named(config, all[i].name))
			continue;
		log_warning(
		    "descriptor %d, \"%s\", was handed over and no endpoint names it: "
		    "closed",
		    all[i].fd, all[i].name);
		io_close(&all[i].fd);
	}
}
