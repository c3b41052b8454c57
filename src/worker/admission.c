/* SPDX-License-Identifier: MIT */
/* admission.c - who is served, before the handler sees a byte */
#include "worker/admission.h"

#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/address.h"
#include "common/census.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/network.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "worker/board.h"
#include "worker/leave.h"

/* Of the groups that the user of a UNIX socket is in: Linux allows no more. */
#define GROUPS_MOST NGROUPS_MAX

/* How long to say nothing more about clients that wait. */
#define QUIET_MS 60000

/* One that comes, as far as it has been asked for. */
struct caller {
	const struct address *address;
	int                   fd;      /* -1: it is a datagram's, and shared */
	struct network        network; /* of the source; family 0: it is none */
	unsigned              uid;     /* of a UNIX socket, as is this: */
	gid_t                 gid;
	bool                  has_uid;
};

bool
admission_lets_wait(const struct service_conf *service)
{
	return service->limits.connections > 0 || service->limits.rate.n > 0;
}

void
admission_init(struct admission *a, const struct service_conf *service,
    struct census *census, struct board *board)
{
	*a = (struct admission){
		.service = service, .census = census, .board = board, .pid = getpid()
	};
	if (service->allow.n == 0 && service->deny.n == 0)
		return;
	a->rules = rules_index_create(&service->allow, &service->deny);
	if (a->rules == NULL) {
		log_error("%s: cannot prepare allow and deny: %m", service->name);
		exit(EX_OSERR);
	}
}

static struct pace
pace_of(const struct rate *rate)
{
	return (struct pace){ (unsigned long long)rate->n,
		(unsigned long long)rate->per_ms * 1000 };
}

/* Those that the workers serve, and those that they are about to. */
static bool
has_room(const struct admission *a)
{
	const struct limits *l = &a->service->limits;

	if (l->connections == 0)
		return true;
	slot_set_claims(a->board->slot, a->board->n + 1);
	if (slots_count_claims(a->board->slots, a->board->orders) <= l->connections)
		return true;
	slot_set_claims(a->board->slot, a->board->n);
	return false;
}

/* Once for all workers of the service, and only if there is one who waits. */
static void
tell_that_clients_wait(const struct admission *a, int listener_fd, const char *limit)
{
	_Atomic unsigned long long *until_ms = &a->board->orders->quiet_until_ms;
	struct pollfd               p = { .fd = listener_fd, .events = POLLIN };
	unsigned long long          seen = atomic_load(until_ms), now_ms = clock_ms();

	if ((seen > now_ms && seen <= now_ms + QUIET_MS) || leave_is_due() ||
	    poll(&p, 1, 0) != 1 ||
	    !atomic_compare_exchange_strong(until_ms, &seen, now_ms + QUIET_MS))
		return;
	log_warning("%s: %s is reached, clients %swait", a->service->name, limit,
	    a->service->limits.dry_run ? "would " : "");
}

/* Others want the same client: if all of them withdrew, they must not meet again. */
static unsigned long long
next_try_ms(const struct admission *a)
{
	return 1 + (unsigned long long)(a->board->slot - a->board->slots) % 8;
}

unsigned long long
admission_take(struct admission *a, int listener_fd, bool is_datagram)
{
	const struct limits *l = &a->service->limits;
	struct pace          pace = pace_of(&l->rate);
	unsigned long long   us = 0;
	bool                 is_full;

	a->has_token = false;
	if (!is_datagram && !has_room(a)) {
		is_full = slots_count_connections(a->board->slots, a->board->orders) >=
		    l->connections;
		if (is_full)
			tell_that_clients_wait(a, listener_fd, "limits.connections");
		if (!l->dry_run)
			return is_full ? ADMISSION_REST_MS : next_try_ms(a);
	}
	if (l->rate.n > 0)
		us = census_take(a->census, &pace, clock_us());
	a->has_token = l->rate.n > 0 && us == 0;
	if (us == 0)
		return 0;
	tell_that_clients_wait(a, listener_fd, "limits.rate");
	if (l->dry_run)
		return 0;
	slot_set_claims(a->board->slot, a->board->n);
	return us / 1000 + 1;
}

void
admission_give_back(struct admission *a)
{
	struct pace pace = pace_of(&a->service->limits.rate);

	if (!admission_lets_wait(a->service))
		return;
	slot_set_claims(a->board->slot, a->board->n);
	if (a->has_token)
		census_give_back(a->census, &pace);
	a->has_token = false;
}

static void
ask_for_user(struct caller *c)
{
	struct ucred cred;
	socklen_t    size = sizeof cred;

	if (c->fd == -1 || c->address->storage.ss_family != AF_UNIX ||
	    getsockopt(c->fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) != 0)
		return;
	c->uid = cred.uid;
	c->gid = cred.gid;
	c->has_uid = true;
}

static void
print_caller(const struct caller *c, char *text, size_t size)
{
	if (c->has_uid)
		snprintf(text, size, "unix:uid=%u", c->uid);
	else
		address_print(c->address, text, size);
}

/* A setting's place in a file, or that of a rule in it, as "FILE:LINE". */
static void
print_place(const struct service_conf *service, const char *name, const struct rule *rule,
    char *text, size_t size)
{
	struct origin o =
	    service->origins[setting_find(service_rows, name) - service_rows];

	if (rule != NULL)
		o = rules_origin(rule, &o);
	snprintf(text, size, "%s:%d", o.file != NULL ? o.file : "?", o.line);
}

/* Its own group comes first, as SO_PEERGROUPS leaves that out. */
static const struct rule *
find_user_rule(const struct admission *a, const struct caller *c, bool *allows)
{
	static gid_t gids[1 + GROUPS_MOST];
	socklen_t    size = sizeof gids - sizeof gids[0];
	struct peer  peer = { .has_ids = true, .uid = c->uid, .gids = gids, .n_gids = 1 };

	gids[0] = c->gid;
	if (getsockopt(c->fd, SOL_SOCKET, SO_PEERGROUPS, gids + 1, &size) == 0)
		peer.n_gids += size / sizeof gids[0];
	return rules_find(a->rules, &peer, allows);
}

/* allow and deny; if not, why. */
static bool
is_allowed(const struct admission *a, const struct caller *c, char *why, size_t size)
{
	struct peer        peer = { .address = c->address };
	const struct rule *rule;
	bool               allows;
	char               place[512];

	if (a->rules == NULL)
		return true;
	rule = c->has_uid ? find_user_rule(a, c, &allows) :
			    rules_find(a->rules, &peer, &allows);
	if (allows || (rule == NULL && a->service->allow.n == 0))
		return true;
	print_place(
	    a->service, rule != NULL ? "deny" : "allow", rule, place, sizeof place);
	if (rule != NULL)
		snprintf(why, size, "deny \"%s\", %s", rule->text, place);
	else
		snprintf(why, size, "not in allow, %s", place);
	return false;
}

/* What counts as one source: a network, a user, or all others of that family. */
static uint64_t
source_of(const struct admission *a, struct caller *c)
{
	const struct limits *l = &a->service->limits;
	struct {
		int           family;
		unsigned      id;
		unsigned char base[16];
	} key = { 0 };

	memset(&c->network, 0, sizeof c->network);
	if (network_of(c->address, 128, &c->network) == 0)
		(void)network_of(c->address,
		    (unsigned)(c->network.family == AF_INET ? l->prefix4 : l->prefix6),
		    &c->network);
	key.family =
	    c->network.family != 0 ? c->network.family : c->address->storage.ss_family;
	key.id = c->uid;
	memcpy(key.base, c->network.base, sizeof key.base);
	return census_source(a->census, &key, sizeof key);
}

static void
print_limit(const struct admission *a, const struct caller *c, const char *name,
    char *why, size_t size)
{
	char place[512], network[NETWORK_TEXT + 8] = "";

	print_place(a->service, name, NULL, place, sizeof place);
	if (c->network.family != 0) {
		snprintf(network, sizeof network, " of ");
		network_print(&c->network, network + 4, sizeof network - 4);
	}
	snprintf(why, size, "%s%s, %s", name, network, place);
}

/* Its own limits; if it may not, why. */
static bool
is_within(const struct admission *a, struct caller *c, long *mark, char *why, size_t size)
{
	const struct limits *l = &a->service->limits;
	struct pace          pace = pace_of(&l->rate_per_source);
	uint64_t             source;

	if (l->per_source == 0 && l->rate_per_source.n == 0)
		return true;
	source = source_of(a, c);
	if (l->rate_per_source.n > 0 &&
	    !census_come(a->census, source, &pace, clock_us())) {
		print_limit(a, c, "limits.rate_per_source", why, size);
		return false;
	}
	if (mark == NULL || l->per_source == 0 ||
	    census_enter(a->census, source, a->pid, mark) <= (size_t)l->per_source)
		return true;
	print_limit(a, c, "limits.per_source", why, size);
	return false;
}

static bool
is_admitted(const struct admission *a, struct caller *c, long *mark)
{
	char why[800], who[ADDRESS_TEXT];
	bool dry = a->service->limits.dry_run;

	ask_for_user(c);
	if (is_allowed(a, c, why, sizeof why) && is_within(a, c, mark, why, sizeof why))
		return true;
	print_caller(c, who, sizeof who);
	log_warning("%s: %srefused peer=%s: %s", a->service->name, dry ? "would be " : "",
	    who, why);
	if (!dry)
		slot_count_refused(a->board->slot);
	return dry;
}

/* What it has sent is read, as far as it is there, or closing would be a reset. */
static void
answer(const struct refuse *refuse, int fd)
{
	static const struct linger no_linger = { .l_onoff = 1 };
	char                       rest[4096];
	size_t                     size = strlen(refuse->text);

	if (refuse->how == REFUSE_RESET)
		(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &no_linger, sizeof no_linger);
	else if (size > 0)
		(void)send(fd, refuse->text, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (refuse->how == REFUSE_CLOSE) {
		(void)shutdown(fd, SHUT_WR);
		for (int i = 0; i < 16 && recv(fd, rest, sizeof rest, MSG_DONTWAIT) > 0;
		     i++)
			;
	}
	close(fd);
}

bool
admission_enter(struct admission *a, int fd, const struct address *peer, long *mark)
{
	struct caller caller = { .address = peer, .fd = fd };

	*mark = -1;
	if (a->rules == NULL && a->census == NULL)
		return true;
	if (is_admitted(a, &caller, mark))
		return true;
	admission_leave(a, *mark);
	answer(&a->service->refuse, fd);
	return false;
}

void
admission_leave(struct admission *a, long mark)
{
	if (mark != -1)
		census_leave(a->census, mark, a->pid);
}

bool
admission_hear(struct admission *a, const struct address *peer)
{
	struct caller caller = { .address = peer, .fd = -1 };

	return (a->rules == NULL && a->census == NULL) || is_admitted(a, &caller, NULL);
}
