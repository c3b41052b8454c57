/* SPDX-License-Identifier: MIT */
/* report.c - the state of every service and worker, as log lines */
#include "master/report.h"

#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "common/address.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/quote.h"
#include "common/scoreboard.h"
#include "master/listener.h"
#include "master/master.h"
#include "master/notify.h"
#include "master/service.h"

/* Workers may write what they like there: read once, print, believe nothing. */
static void
report_worker(const struct service *s, int i, unsigned long long now_ms)
{
	struct slot       *slot = &s->slots[i];
	int                n = service_connections(s, i);
	char               peer[ADDRESS_TEXT] = "-";
	struct address     address;
	unsigned long long since_ms = atomic_load(&slot->since_ms);
	char               status[SLOT_STATUS_TEXT], quoted[SLOT_STATUS_TEXT * 4 + 16];

	slot_get_status(&s->board->statuses[i], status);
	quote(quoted, sizeof quoted, status, strlen(status));
	/* Of many connections none is the one. */
	if (n > 0 && s->connections_most == 1 && slot_get_peer(slot, &address))
		address_print(&address, peer, sizeof peer);
	log_notice("state: %s worker pid=%d state=%s connections=%d served=%llu in=%llu "
		   "out=%llu dropped=%llu refused=%llu "
		   "since_ms=%llu peer=%s%s%s",
	    s->name, (int)s->processes[i].pid,
	    s->processes[i].told ?
		"leaving" :
		slot_state_name(n > 0 ? SLOT_BUSY : atomic_load(&slot->state)),
	    n, atomic_load(&slot->served), atomic_load(&slot->in),
	    atomic_load(&slot->out), atomic_load(&slot->dropped),
	    atomic_load(&slot->refused), since_ms < now_ms ? now_ms - since_ms : 0, peer,
	    s->keeps_programs && status[0] != '\0' ? " status=" : "",
	    s->keeps_programs && status[0] != '\0' ? quoted : "");
}

/* What the kernel has thrown away at a listener, mostly as its queue was full. */
static unsigned
count_lost(const struct listener *l)
{
	unsigned  values[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof values;

	(void)getsockopt(l->fd, SOL_SOCKET, SO_MEMINFO, values, &size);
	return values[SK_MEMINFO_DROPS];
}

static void
report_services(const struct service *s, const char *what)
{
	char text[ADDRESS_TEXT];

	for (; s != NULL; s = s->next) {
		unsigned long long served = s->served, in = s->in, out = s->out,
				   dropped = s->dropped, refused = s->refused;

		for (int i = 0; i < s->n_slots; i++) {
			if (s->processes[i].pid == 0)
				continue;
			served += atomic_load(&s->slots[i].served);
			in += atomic_load(&s->slots[i].in);
			out += atomic_load(&s->slots[i].out);
			dropped += atomic_load(&s->slots[i].dropped);
			refused += atomic_load(&s->slots[i].refused);
		}
		log_notice("state: %s workers=%d ready=%d%s served=%llu in=%llu out=%llu "
			   "dropped=%llu refused=%llu",
		    s->name, s->n_alive, service_n_ready(s), what, served, in, out,
		    dropped, refused);
		for (int i = 0; i < s->n_listeners && s->conf != NULL; i++) {
			address_print(&s->listeners[i]->bound, text, sizeof text);
			log_notice("state: %s listener %s lost=%u", s->name, text,
			    count_lost(s->listeners[i]));
		}
		for (int i = 0; i < s->n_slots; i++)
			if (s->processes[i].pid != 0)
				report_worker(s, i, clock_ms());
	}
}

void
report_state(const struct master *m)
{
	log_notice("state: master pid=%d up_ms=%llu reloads=%u", (int)m->pid,
	    clock_ms() - m->started_ms, m->n_reloads);
	report_services(m->services, "");
	report_services(m->closing, " leaving");
	report_services(m->leaving, " leaving");
}

void
report_status(const struct master *m)
{
	int n_services = 0, n_workers = 0;

	for (const struct service *s = m->services; s != NULL; s = s->next) {
		n_services++;
		n_workers += s->n_alive;
	}
	notify_send("STATUS=%d service%s, %d worker%s", n_services,
	    n_services == 1 ? "" : "s", n_workers, n_workers == 1 ? "" : "s");
}
