/* SPDX-License-Identifier: MIT */
/* settings.c - the structs that settings fill: make, compare, free */
#include "config/settings.h"

#include <stdlib.h>
#include <string.h>

#include "common/address.h"
#include "common/xalloc.h"
#include "config/workers.h"
#include "sockd.h"

struct listen_conf *
listen_conf_create(void)
{
	struct listen_conf *listen = xcalloc(1, sizeof *listen);

	listen->origins = xcalloc(setting_number(listen_rows), sizeof *listen->origins);
	setting_preset(listen_rows, listen);
	return listen;
}

void
listen_conf_destroy(struct listen_conf *listen)
{
	if (listen == NULL)
		return;
	setting_finish(listen_rows, listen);
	identity_finish(&listen->ownership);
	free(listen->addresses);
	free(listen->origins);
	free(listen);
}

struct service_conf *
service_conf_create(const char *name)
{
	struct service_conf *service = xcalloc(1, sizeof *service);

	service->name = xstrdup(name);
	service->origins =
	    xcalloc(setting_number(service_rows), sizeof *service->origins);
	setting_preset(service_rows, service);
	return service;
}

void
service_conf_create_options(struct service_conf *service)
{
	const struct sockd_handler *h = service->handler;

	if (h->settings == NULL)
		return;
	service->options = xcalloc(1, h->options_size);
	service->option_origins =
	    xcalloc(setting_number(h->settings), sizeof *service->option_origins);
	setting_preset(h->settings, service->options);
}

void
service_conf_destroy(struct service_conf *service)
{
	struct listen_conf *listen;

	if (service == NULL)
		return;
	while ((listen = service->listens) != NULL) {
		service->listens = listen->next;
		listen_conf_destroy(listen);
	}
	if (service->options != NULL)
		setting_finish(service->handler->settings, service->options);
	setting_finish(service_rows, service);
	identity_finish(&service->identity);
	free(service->options);
	free(service->option_origins);
	free(service->origins);
	free(service->name);
	free(service);
}

struct service_conf *
service_conf_find(const struct config *config, const char *name)
{
	struct service_conf *service = config->services;

	while (service != NULL && strcmp(service->name, name) != 0)
		service = service->next;
	return service;
}

static enum apply
more(enum apply a, enum apply b)
{
	return a > b ? a : b;
}

/* Name servers may give their answers in any order. */
bool
listen_conf_same_addresses(const struct listen_conf *a, const struct listen_conf *b)
{
	int found = 0;

	for (int i = 0; i < a->n_addresses; i++)
		for (int j = 0; j < b->n_addresses; j++)
			found += address_same(&a->addresses[i], &b->addresses[j]);
	return a->n_addresses == b->n_addresses && found == a->n_addresses;
}

static enum apply
listens_diff(const struct listen_conf *a, const struct listen_conf *b)
{
	enum apply most = APPLY_NOTHING;

	for (; a != NULL && b != NULL; a = a->next, b = b->next) {
		if (!listen_conf_same_addresses(a, b) || !setting_same(listen_rows, a, b))
			most = more(most, APPLY_LISTEN);
		most = more(most, setting_diff(listen_rows, a, b));
	}
	return a != b ? more(most, APPLY_LISTEN) : most;
}

enum apply
service_conf_diff(const struct service_conf *a, const struct service_conf *b)
{
	enum apply most = setting_diff(service_rows, a, b);

	if (a->handler != b->handler)
		most = more(most, APPLY_WORKERS);
	else if (a->options != NULL)
		most = more(
		    most, setting_diff(a->handler->settings, a->options, b->options));
	if (!identity_same(&a->identity, &b->identity) || a->stamp != b->stamp)
		most = more(most, APPLY_WORKERS);
	return more(most, listens_diff(a->listens, b->listens));
}

void
service_conf_print_changes(
    const struct service_conf *a, const struct service_conf *b, FILE *f)
{
	const char *between = "";

	if (setting_print_changes(service_rows, "", a, b, f) > 0)
		between = ", ";
	if (a->handler != b->handler) {
		fprintf(
		    f, "%shandler %s -> %s", between, a->handler->name, b->handler->name);
		between = ", ";
	} else if (a->options != NULL &&
	    setting_diff(a->handler->settings, a->options, b->options) != APPLY_NOTHING) {
		fputs(between, f);
		setting_print_changes(
		    a->handler->settings, "handler.", a->options, b->options, f);
		between = ", ";
	}
	if (listens_diff(a->listens, b->listens) != APPLY_NOTHING) {
		fprintf(f, "%slisten changed", between);
		between = ", ";
	}
	if (!identity_same(&a->identity, &b->identity)) {
		fprintf(f, "%sidentity changed", between);
		between = ", ";
	}
	if (a->handler == b->handler && a->stamp != b->stamp)
		fprintf(f, "%sthe program's file changed", between);
}

struct config *
settings_create(void)
{
	struct config *config = xcalloc(1, sizeof *config);

	config->origins = xcalloc(setting_number(config_rows), sizeof *config->origins);
	setting_preset(config_rows, config);
	return config;
}

void
settings_destroy(struct config *config)
{
	struct service_conf *service;

	if (config == NULL)
		return;
	while ((service = config->services) != NULL) {
		config->services = service->next;
		service_conf_destroy(service);
	}
	setting_finish(config_rows, config);
	identity_finish(&config->identity);
	strings_finish(&config->files);
	free(config->directory);
	free(config->origins);
	free(config);
}
