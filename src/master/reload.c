/* SPDX-License-Identifier: MIT */
/* reload.c - from one generation to the next; the start is a reload from nothing */
#include "master/reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "config/settings.h"
#include "master/daemon.h"
#include "master/listener.h"
#include "master/master.h"
#include "master/notify.h"
#include "master/report.h"
#include "master/service.h"
#include "master/spawn.h"
#include "master/summary.h"

/* A worker that is not ready by then never will be. */
#define READY_MS 30000

/* A worker that was told to leave and is stopped or stuck shall not hold up the reload. */
#define SETTLE_MS 5000

static struct service *
service_find(struct service *s, const char *name)
{
	while (s != NULL && strcmp(s->name, name) != 0)
		s = s->next;
	return s;
}

/*
 * The running service that can go on with the next settings as it is, or NULL.  A change
 * of the log needs new workers everywhere: they carry the socket and the level.
 */
static struct service *
kept_service(const struct master *m, const struct config *next,
    const struct service_conf *conf)
{
	struct service *old = service_find(m->services, conf->name);

	if (old == NULL || summary_log_changes(m->config, next) ||
	    service_conf_diff(old->conf, conf) > APPLY_LIVE)
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
	struct listener *l = listener_find(m->listeners, conf->name, &listen->at, address);

	if (l != NULL && l->used) {
		log_error("%s: cannot listen on %s: another endpoint in these settings has its "
		    "address", conf->name, listen->at.text);
		m->reload.status = EX_CONFIG;
		return NULL;
	}
	if (l == NULL) {
		l = listener_open(conf->name, listen, address, &m->reload.status);
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
	int	n = 0;

	*list = NULL;
	for (const struct listen_conf *listen = conf->listens; listen != NULL;
	    listen = listen->next) {
		for (int i = 0; i < listen->n_addresses; i++) {
			struct listener *l = take_listener(m, conf, listen, &listen->addresses[i]);

			if (l == NULL)
				return -1;
			*list = xrealloc(*list, (size_t)n + 1, sizeof **list);
			(*list)[n++] = l;
		}
	}
	for (int i = 0; i < n; i++)
		listener_set_blocking((*list)[i], n == 1);
	return n;
}

static int
start_service(struct master *m, struct service_conf *conf)
{
	struct listener **listeners;
	struct service *s = NULL, **last = &m->reload.services;
	int	n = take_listeners(m, conf, &listeners);

	if (n > 0) {
		s = service_create(conf, listeners, n);
		if (s == NULL)
			log_error("%s: cannot be started: %m", conf->name);
	}
	free(listeners);
	if (s == NULL)
		return -1;
	while (*last != NULL)
		last = &(*last)->next;
	*last = s;
	for (int i = service_want(s); i > 0; i--) {
		if (spawn_worker(m, s) != 0) {
			log_error("%s: cannot start a worker: %m", conf->name);
			return -1;
		}
	}
	return 0;
}

static int
start_services(struct master *m, struct config *next)
{
	mark_all_unused(m);
	for (struct service_conf *conf = next->services; conf != NULL; conf = conf->next)
		if (kept_service(m, next, conf) != NULL)
			mark_used(kept_service(m, next, conf));
	for (struct service_conf *conf = next->services; conf != NULL; conf = conf->next)
		if (kept_service(m, next, conf) == NULL && start_service(m, conf) != 0)
			return -1;
	return 0;
}

static void
warn_of_restart_rows(const struct config *now, const struct config *next)
{
	for (const struct setting *row = config_rows; row->name != NULL; row++)
		if (row->apply == APPLY_RESTART && !setting_same(row, now, next))
			log_warning("%s: a change needs a restart; it stays as it was until then",
			    row->name);
}

/* New workers inherit where lines go; so the log changes before they start. */
static int
change_log(struct master *m, const struct config *next)
{
	struct logger logger;

	if (!summary_log_changes(m->config, next))
		return 0;
	if (logger_open(&logger, next, m->foreground) != 0) {
		log_error("cannot start a logger: %m");
		return -1;
	}
	m->reload.old_logger = m->logger;
	m->reload.has_old_logger = true;
	m->logger = logger;
	log_set_socket(logger.write_fd, logger.lost);
	log_set_level(next->log.level);
	return 0;
}

static void
restore_log(struct master *m)
{
	if (!m->reload.has_old_logger)
		return;
	logger_close(&m->logger);
	m->logger = m->reload.old_logger;
	m->reload.has_old_logger = false;
	log_set_socket(m->logger.write_fd, m->logger.lost);
	log_set_level(m->config->log.level);
}

static void
begin(struct master *m, enum reload_phase phase)
{
	m->reload = (struct reload){ .phase = phase, .status = EX_OSERR,
		.give_up_at_ms = clock_ms() + READY_MS, .trial = { .fd = -1 } };
}

static void
end(struct master *m)
{
	free(m->reload.summary);
	memset(&m->reload, 0, sizeof m->reload);
	m->reload.trial.fd = -1;
	notify_send("READY=1");
	report_status(m);
}

void
reload_begin(struct master *m)
{
	m->n_reloads++;
	begin(m, RELOAD_LOADING);
	notify_send("RELOADING=1\nMONOTONIC_USEC=%llu\nSTATUS=reloading", clock_us());
	if (trial_start(&m->reload.trial, m->file) == 0)
		return;
	log_error("reload %u failed: cannot start a process: %m, the settings in force stay",
	    m->n_reloads);
	end(m);
}

/* The trial has said all it will. */
static void
end_trial(struct master *m)
{
	size_t	n_errors;
	struct config *next = trial_finish(&m->reload.trial, m->file, &n_errors);

	if (next != NULL) {
		reload_begin_with(m, next);
		return;
	}
	log_error("reload %u failed: %zu error%s, the settings in force stay", m->n_reloads,
	    n_errors, n_errors == 1 ? "" : "s");
	end(m);
}

void
reload_begin_with(struct master *m, struct config *next)
{
	begin(m, RELOAD_STARTING);
	if (m->config != NULL)
		warn_of_restart_rows(m->config, next);
	m->reload.config = next;
	m->reload.summary = summary_create(m->config, next);
	if (change_log(m, next) != 0 || start_services(m, next) != 0)
		reload_abort(m);
}

void
reload_abort(struct master *m)
{
	struct service *s;
	bool	first = m->config == NULL;

	if (m->reload.phase == RELOAD_LOADING) {
		trial_cancel(&m->reload.trial);
		end(m);
	}
	if (m->reload.phase != RELOAD_STARTING)
		return;
	m->status = m->reload.status;
	while ((s = m->reload.services) != NULL) {
		m->reload.services = s->next;
		master_let_leave(m, s);
	}
	mark_all_unused(m);
	for (s = m->services; s != NULL; s = s->next)
		mark_used(s);
	close_unused(m);
	restore_log(m);
	settings_destroy(m->reload.config);
	if (first) {
		m->stopping = true;
		free(m->reload.summary);
		memset(&m->reload, 0, sizeof m->reload);
		m->reload.trial.fd = -1;
		return;
	}
	m->status = 0;
	log_error("reload %u failed: the new workers cannot serve, the settings in force stay",
	    m->n_reloads);
	end(m);
}

static bool
all_ready(const struct service *s)
{
	for (; s != NULL; s = s->next)
		if (service_n_ready(s) < service_want(s))
			return false;
	return true;
}

static bool
all_settled(const struct service *s)
{
	for (; s != NULL; s = s->next)
		if (!service_has_stopped_accepting(s))
			return false;
	return true;
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

/* The options of carried-over sockets, which were opened with older settings. */
static void
apply_options(struct service *s)
{
	int	i = 0;

	for (const struct listen_conf *l = s->conf->listens; l != NULL; l = l->next)
		for (int j = 0; j < l->n_addresses; j++)
			listener_set_options(s->listeners[i++], s->name, l);
}

/* The services of the next generation, in the order of its settings. */
static struct service *
next_services(struct master *m)
{
	struct service *first = NULL, **last = &first, *s;

	for (struct service_conf *conf = m->reload.config->services; conf != NULL;
	    conf = conf->next) {
		s = take_service(&m->reload.services, conf->name);
		if (s != NULL) {
			apply_options(s);
		} else {
			s = take_service(&m->services, conf->name);
			s->conf = conf;
		}
		s->next = NULL;
		*last = s;
		last = &s->next;
	}
	return first;
}

static void
commit(struct master *m)
{
	struct service *services = next_services(m), *s;

	while ((s = m->services) != NULL) {
		m->services = s->next;
		master_let_leave(m, s);
	}
	m->services = services;
	close_unused(m);
	if (m->reload.has_old_logger)
		logger_close(&m->reload.old_logger);
	m->reload.has_old_logger = false;
	settings_destroy(m->config);
	m->config = m->reload.config;
	m->reload.config = NULL;
	m->reload.phase = RELOAD_SETTLING;
	m->reload.give_up_at_ms = clock_ms() + SETTLE_MS;
}

static void
log_done(const struct master *m)
{
	int	n_services = 0, n_workers = 0;

	if (m->n_reloads > 0) {
		log_notice("reload %u: %s", m->n_reloads, m->reload.summary);
		return;
	}
	for (const struct service *s = m->services; s != NULL; s = s->next) {
		n_services++;
		n_workers += s->n_alive;
	}
	log_notice("started, %d service%s, %d worker%s", n_services, n_services == 1 ? "" : "s",
	    n_workers, n_workers == 1 ? "" : "s");
	log_set_echo(false);
	daemon_ready(0);
}

void
reload_check(struct master *m)
{
	struct reload *r = &m->reload;

	if (r->phase == RELOAD_LOADING && trial_read(&r->trial))
		end_trial(m);
	if (r->phase == RELOAD_STARTING) {
		if (r->failed || clock_ms() >= r->give_up_at_ms) {
			if (!r->failed)
				log_error("workers are not ready after %d s", READY_MS / 1000);
			reload_abort(m);
		} else if (all_ready(r->services)) {
			commit(m);
		}
	}
	/* Only now can nobody get an answer by the old settings any more. */
	if (r->phase == RELOAD_SETTLING &&
	    (all_settled(m->leaving) || clock_ms() >= r->give_up_at_ms)) {
		log_done(m);
		end(m);
	}
}
