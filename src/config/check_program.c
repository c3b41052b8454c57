/* SPDX-License-Identifier: MIT */
/* check_program.c - do the settings fit the program that the handler starts? */
#include "config/check_program.h"

#include <stddef.h>
#include <sysexits.h>

#include "config/complaint.h"
#include "config/runnable.h"
#include "config/settings.h"
#include "config/stamp.h"
#include "config/workers.h"
#include "sockd.h"

static const struct origin *
origin_of(const struct service_conf *service, const char *name)
{
	return setting_origin(
	    service_rows, name, service->origins, &service->handler_origin);
}

/* What sockd does with clients it can only do with those that it accepts. */
static void
check_rows(const struct service_conf *service, struct complaints *complaints)
{
	static const char *const names[] = { "workers.connections", "workers.recycle",
		"timeouts.idle", "timeouts.lifetime", "timeouts.min_rate", "allow",
		"deny", "limits.connections", "limits.rate", "limits.per_source",
		"limits.rate_per_source", "limits.dry_run", "refuse.how", "refuse.text" };
	struct service_conf     *defaults = service_conf_create("");

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!setting_same(
			setting_find(service_rows, names[i]), service, defaults))
			complain(complaints, EX_CONFIG, origin_of(service, names[i]),
			    "services.%s.%s: cannot be kept where the program accepts "
			    "its clients "
			    "by itself; exec without wait can",
			    service->name, names[i]);
	service_conf_destroy(defaults);
}

static void
check_each(const struct service_conf *service, struct complaints *complaints)
{
	int min = workers_min(service), max = workers_max(service);

	if (min != max && min != 0)
		complain(complaints, EX_CONFIG, origin_of(service, "workers.max"),
		    "services.%s.workers: %d to %d: nobody but the program knows how "
		    "busy "
		    "it is, so the pool is of fixed size (workers = %d), or min is 0: "
		    "all "
		    "when a client comes, none when nobody does",
		    service->name, min, max, max);
	if (service->workers.spare > 0)
		complain(complaints, EX_CONFIG, origin_of(service, "workers.spare"),
		    "services.%s.workers.spare: nobody but the program knows how busy it "
		    "is; must be left out",
		    service->name);
}

static void
check_keeper(const struct service_conf *service, struct complaints *complaints)
{
	enum sockd_keeps keeps = workers_keep(service);

	if (keeps == SOCKD_KEEPS_NONE)
		return;
	check_rows(service, complaints);
	if (keeps == SOCKD_KEEPS_EACH)
		check_each(service, complaints);
	else if (service->listens != NULL && service->listens->next != NULL)
		complain(complaints, EX_CONFIG, &service->listens->next->origins[0],
		    "services.%s.listen: \"%s\": with wait the program gets one "
		    "listener; make it two services",
		    service->name, service->listens->next->at.text);
	else if (workers_max(service) > 1)
		complain(complaints, EX_CONFIG, origin_of(service, "workers.max"),
		    "services.%s.workers: %d: with wait there is one program at a time, "
		    "so no more than one worker",
		    service->name, workers_max(service));
}

void
config_check_program(struct service_conf *service, struct complaints *complaints)
{
	const struct sockd_handler *h = service->handler;
	const char                 *path;
	char                        why[256];

	check_keeper(service, complaints);
	if (h->program == NULL)
		return;
	path = h->program(service->options, 0);
	if (!runnable(service, path, why, sizeof why))
		complain(complaints, EX_CONFIG, &service->handler_origin,
		    "services.%s.handler: %s: %s", service->name, path, why);
	service->stamp = stamp_of(service);
}
