/* SPDX-License-Identifier: MIT */
/* reload.c - from one generation to the next; the start is a reload from nothing */
#include "master/reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/wire.h"
#include "common/xalloc.h"
#include "config/flat.h"
#include "config/settings.h"
#include "master/daemon.h"
#include "master/generation.h"
#include "master/last_call.h"
#include "master/listener.h"
#include "master/master.h"
#include "master/notify.h"
#include "master/report.h"
#include "master/roll.h"
#include "master/service.h"
#include "master/summary.h"

/* A worker that is not ready by then never will be. */
#define READY_MS 30000

/* A worker that was told to leave and is stopped or stuck shall not hold up the reload. */
#define SETTLE_MS 5000

/* How often to look whether new programs have lived for long enough. */
#define LOOK_MS 50

/* More than a service and its listeners take: then memory is looked at again. */
#define RESERVE (1 << 20)

/* More errors in the settings would only drive others out of the log. */
#define ERRORS_LOGGED 100

/* What a reload cannot change any more stays as it is, in the next settings too. */
static void
keep_rows(const struct setting *rows, const char *path, const void *now, void *next)
{
	for (const struct setting *row = rows; row->name != NULL; row++) {
		if (row->apply != APPLY_RESTART || setting_same(row, now, next))
			continue;
		log_warning("%s%s: a change needs a restart of sockd; it stays as it was "
			    "until then",
		    path, row->name);
		setting_copy(row, now, next);
	}
}

/* The settings by which the socket was opened that this endpoint will carry over. */
static const struct listen_conf *
opened_with(const struct config *now, const char *service, const struct listen_conf *next)
{
	bool any_port = endpoint_wants_any_port(&next->at);

	for (const struct service_conf *s = now->services; s != NULL; s = s->next) {
		for (const struct listen_conf *l = s->listens; l != NULL; l = l->next)
			if (endpoint_same_kind(&l->at, &next->at) &&
			    listen_conf_same_addresses(l, next) &&
			    (!any_port || strcmp(s->name, service) == 0))
				return l;
	}
	return NULL;
}

static void
keep_restart_rows(const struct config *now, struct config *next)
{
	const struct listen_conf *old;
	char                     *path;

	keep_rows(config_rows, "", now, next);
	for (struct service_conf *s = next->services; s != NULL; s = s->next) {
		path = xasprintf("services.%s.listen.", s->name);
		for (struct listen_conf *l = s->listens; l != NULL; l = l->next)
			if ((old = opened_with(now, s->name, l)) != NULL)
				keep_rows(listen_rows, path, old, l);
		free(path);
	}
}

/* New workers inherit where lines go; so the log changes before they start. */
static int
change_log(struct master *m, const struct config *next)
{
	struct logger logger;

	if (!m->reload.replaces_all)
		return 0;
	if (logger_open(&logger, next, m->foreground) != 0) {
		log_error("cannot start a logger: %m");
		return -1;
	}
	m->reload.old_logger = m->logger;
	m->reload.has_old_logger = true;
	m->logger = logger;
	log_set_socket(logger.write_fd, logger.counts);
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
	log_set_socket(m->logger.write_fd, m->logger.counts);
	log_set_level(m->config->log.level);
}

/* -1 if there is no memory for it. */
static int
begin(struct master *m, enum reload_phase phase)
{
	m->reload = (struct reload){ .phase = phase,
		.status = EX_OSERR,
		.give_up_at_ms = clock_ms() + READY_MS,
		.trial = { .fd = -1 } };
	return xalloc_reserve(RESERVE);
}

/* There is no reload under way any more. */
static void
forget(struct master *m)
{
	free(m->reload.summary);
	memset(&m->reload, 0, sizeof m->reload);
	m->reload.trial.fd = -1;
}

static void
end(struct master *m)
{
	forget(m);
	notify_send("READY=1");
	report_status(m);
}

static void
end_failed(struct master *m, const char *why)
{
	log_error("reload %u failed: %s, the settings in force stay", m->n_reloads, why);
	end(m);
}

void
reload_begin(struct master *m)
{
	m->n_reloads++;
	if (begin(m, RELOAD_LOADING) != 0) {
		end_failed(m, "out of memory");
		return;
	}
	notify_send("RELOADING=1\nMONOTONIC_USEC=%llu\nSTATUS=reloading", clock_us());
	if (trial_start(&m->reload.trial, m->file, true) == 0)
		return;
	log_error(
	    "reload %u failed: cannot start a process: %m, the settings in force stay",
	    m->n_reloads);
	end(m);
}

static void
log_errors(const struct strings *lines)
{
	for (size_t i = 0; i < lines->n && i < ERRORS_LOGGED; i++)
		log_listed_error(lines->list[i]);
	if (lines->n > ERRORS_LOGGED)
		log_error("and %zu errors more; " SOCKD " -t shows them all",
		    lines->n - ERRORS_LOGGED);
}

/* The trial has said all it will. */
static void
end_trial(struct master *m)
{
	struct trial_errors errors;
	struct config      *next = trial_finish(&m->reload.trial, m->file, &errors);

	if (next != NULL) {
		reload_begin_with(m, next);
		return;
	}
	log_errors(&errors.lines);
	log_error("reload %u failed: %zu error%s, the settings in force stay",
	    m->n_reloads, errors.lines.n, errors.lines.n == 1 ? "" : "s");
	strings_finish(&errors.lines);
	end(m);
}

static void
start(struct master *m)
{
	if (change_log(m, m->reload.config) != 0 ||
	    generation_start(m, m->reload.config) != 0)
		reload_abort(m, "not everything can be opened");
}

void
reload_begin_with(struct master *m, struct config *next)
{
	if (begin(m, RELOAD_STARTING) != 0 && m->config != NULL) {
		settings_destroy(next);
		end_failed(m, "out of memory");
		return;
	}
	if (m->config != NULL)
		keep_restart_rows(m->config, next);
	else
		generation_close_unwanted(next);
	listener_note_lost(m->listeners);
	m->reload.config = next;
	m->reload.summary = summary_create(m->config, next, m->services);
	m->reload.replaces_all = summary_replaces_all(m->config, next);
	start(m);
}

void
reload_replace_all(struct master *m, const char *why)
{
	struct wire settings = { .bytes = NULL };

	m->n_reloads++;
	if (begin(m, RELOAD_STARTING) == 0) {
		flat_put(m->config, &settings);
		m->reload.config = flat_take(&settings);
		wire_finish(&settings);
	}
	if (m->reload.config == NULL) {
		end_failed(m, "out of memory");
		return;
	}
	m->reload.summary = xasprintf("all workers are new: %s", why);
	m->reload.replaces_all = true;
	start(m);
}

static void
log_done(const struct master *m)
{
	int n_services = 0, n_workers = 0;

	if (m->n_reloads > 0) {
		log_notice("reload %u: %s", m->n_reloads, m->reload.summary);
		return;
	}
	for (const struct service *s = m->services; s != NULL; s = s->next) {
		n_services++;
		n_workers += s->n_alive;
	}
	log_notice("started, %d service%s, %d worker%s", n_services,
	    n_services == 1 ? "" : "s", n_workers, n_workers == 1 ? "" : "s");
	log_set_echo(false);
	daemon_ready(0);
}

void
reload_abort(struct master *m, const char *why)
{
	bool first = m->config == NULL;

	if (m->reload.phase == RELOAD_LOADING) {
		trial_cancel(&m->reload.trial);
		end_failed(m, why);
	}
	if (m->reload.phase == RELOAD_SETTLING) {
		log_done(m); /* there is no way back any more */
		end(m);
	}
	if (m->reload.phase != RELOAD_STARTING)
		return;
	m->status = m->reload.status;
	master_let_all_leave(m, &m->reload.services);
	generation_close_unused(m);
	generation_stay(m);
	last_call_shut_doors(m);
	restore_log(m);
	settings_destroy(m->reload.config);
	if (first) {
		m->stopping = true;
		forget(m);
		return;
	}
	m->status = 0;
	end_failed(m, why);
}

/* Programs that take the place of others must live for a moment, too. */
static bool
all_ready(const struct service *s)
{
	for (; s != NULL; s = s->next)
		if ((s->replaces ? service_n_proven(s) : service_n_ready(s)) <
		    service_n_first(s))
			return false;
	return true;
}

unsigned long long
reload_look_again_ms(const struct master *m)
{
	const struct reload *r = &m->reload;

	if (r->phase == RELOAD_NONE)
		return CLOCK_NEVER_MS;
	for (const struct service *s = r->services; s != NULL; s = s->next)
		if (s->replaces)
			return clock_ms() + LOOK_MS;
	return r->give_up_at_ms;
}

static bool
all_settled(const struct service *s)
{
	for (; s != NULL; s = s->next)
		if (!service_has_stopped_accepting(s))
			return false;
	return true;
}

static void
commit(struct master *m)
{
	struct service *services = generation_take(m), *old;

	generation_mark_used(m, services);
	while ((old = m->services) != NULL) {
		m->services = old->next;
		if (roll_is_due(old, services))
			roll_begin(m, old);
		else
			last_call_give(m, old);
	}
	m->services = services;
	last_call_shut_doors(m);
	last_call_check(m);
	if (m->reload.has_old_logger)
		logger_close(&m->reload.old_logger);
	m->reload.has_old_logger = false;
	settings_destroy(m->config);
	m->config = m->reload.config;
	m->reload.config = NULL;
	m->reload.phase = RELOAD_SETTLING;
	m->reload.give_up_at_ms = clock_ms() + SETTLE_MS;
}

void
reload_check(struct master *m)
{
	struct reload *r = &m->reload;

	if (r->phase == RELOAD_LOADING && trial_read(&r->trial))
		end_trial(m);
	else if (r->phase == RELOAD_LOADING && clock_ms() >= r->give_up_at_ms)
		reload_abort(m, "the settings do not get loaded");
	if (r->phase == RELOAD_STARTING) {
		if (r->failed) {
			reload_abort(m, "the new workers cannot serve");
		} else if (xalloc_is_short()) {
			if (m->config == NULL)
				log_error("not started: out of memory");
			reload_abort(m, "out of memory");
		} else if (clock_ms() >= r->give_up_at_ms) {
			if (m->config == NULL)
				log_error("not started: the workers do not get ready");
			reload_abort(m, "the new workers do not get ready");
		} else if (all_ready(r->services)) {
			commit(m);
		}
	}
	/* Only now can nobody get an answer by the old settings any more. */
	if (r->phase == RELOAD_SETTLING &&
	    ((m->closing == NULL && all_settled(m->leaving)) ||
		clock_ms() >= r->give_up_at_ms)) {
		log_done(m);
		end(m);
	}
}
