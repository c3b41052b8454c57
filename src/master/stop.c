/* SPDX-License-Identifier: MIT */
/* stop.c - the end of all services; last_call.c lets them serve who waits already */
#include "master/stop.h"

#include <stddef.h>

#include "common/log.h"
#include "master/generation.h"
#include "master/last_call.h"
#include "master/master.h"
#include "master/notify.h"
#include "master/reload.h"
#include "master/service.h"

static void
begin(struct master *m)
{
	if (m->config == NULL)
		log_error("not started: sockd was told to stop");
	reload_abort(m, "sockd was told to stop");
	m->stopping = true;
	notify_send("STOPPING=1\nSTATUS=stopping");
}

void
stop_begin(struct master *m)
{
	struct service *s;

	if (m->stopping)
		return;
	begin(m);
	generation_mark_used(m, NULL);
	while ((s = m->services) != NULL) {
		m->services = s->next;
		last_call_give(m, s);
	}
	log_notice("stopping: workers finish what they serve"); /* and nobody gets in */
}

void
stop_at_once(struct master *m)
{
	if (!m->stopping) {
		begin(m);
		log_notice("stopping: at once");
	}
	master_let_all_leave(m, &m->services);
	master_let_all_leave(m, &m->closing);
	generation_close_unused(m);
	for (struct service *s = m->leaving; s != NULL; s = s->next)
		service_kill(s);
}
