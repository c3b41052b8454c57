/* SPDX-License-Identifier: MIT */
/* exec_cache.c - one program for all who ask within a time */
#include "handler/exec_cache.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/xalloc.h"
#include "handler/exec.h"

/* Who waits looks so often whether the one that runs the program was killed. */
#define LOOK_AGAIN_MS 100

/* And so soon if it was told of the end of the run, and there is none. */
#define LOOK_SOON_MS 20

/* How much longer than a run may take, with its end, somebody waits for it. */
#define WAIT_LONGER_MS 1000

/* What is sent stays there while that lasts, also if there is a newer one by then. */
struct answer {
	int    n_users;
	size_t size;
	char   bytes[];
};

/* A connection that waits for a run, which another one of this worker sees to. */
struct waiter {
	struct waiter            *next, **link; /* NULL when it has been woken */
	const struct exec_client *client;
};

struct exec_cache {
	const struct exec_options *options;
	struct sockd_shared        shared;
	struct exec_store         *store;
	unsigned                   version; /* of what follows, in the store */
	struct exec_record         record;
	struct answer             *answer, *fallback;
	bool                       is_running; /* the program, by this worker */
	bool                       is_watched; /* the end of another's run */
	struct waiter             *waiting;
};

static struct answer *
create_answer(const char *bytes, size_t size)
{
	struct answer *a = xcalloc(1, sizeof *a + size);

	*a = (struct answer){ .n_users = 1, .size = size };
	if (size > 0)
		memcpy(a->bytes, bytes, size);
	return a;
}

static struct answer *
use(struct answer *a)
{
	a->n_users++;
	return a;
}

static void
leave(struct answer *a)
{
	if (a != NULL && --a->n_users == 0)
		free(a);
}

struct exec_cache *
exec_cache_create(const struct exec_options *options, const struct sockd_shared *shared)
{
	struct exec_cache *c = xcalloc(1, sizeof *c);

	c->options = options;
	c->shared = *shared;
	c->store = shared->memory;
	c->answer = create_answer(NULL, 0);
	if (options->fallback[0] != '\0')
		c->fallback = create_answer(options->fallback, strlen(options->fallback));
	return c;
}

void
exec_cache_destroy(struct exec_cache *c)
{
	if (c == NULL)
		return;
	leave(c->answer);
	leave(c->fallback);
	free(c);
}

/* Is there another answer than the one that we have? */
static void
look(struct exec_cache *c)
{
	size_t             most = (size_t)c->options->answer_size;
	struct exec_record record;
	struct answer     *a;
	unsigned           version;

	if (exec_store_version(c->store) == c->version)
		return;
	a = xcalloc(1, sizeof *a + most);
	if (!exec_store_take(c->store, most, clock_ms(), &record, a->bytes, &version)) {
		free(a);
		return;
	}
	a = xrealloc(a, 1, sizeof *a + record.size);
	*a = (struct answer){ .n_users = 1, .size = record.size };
	leave(c->answer);
	c->answer = a;
	c->record = record;
	c->version = version;
}

static enum exec_say
what_is_left(const struct exec_cache *c)
{
	return exec_record_left(
	    &c->record, clock_ms(), c->options->cache, c->options->stale);
}

static void
enlist(struct exec_cache *c, struct waiter *w)
{
	w->next = c->waiting;
	w->link = &c->waiting;
	if (w->next != NULL)
		w->next->link = &w->next;
	c->waiting = w;
}

/* Who has been woken is in no list any more. */
static void
delist(struct waiter *w)
{
	if (w->link == NULL)
		return;
	*w->link = w->next;
	if (w->next != NULL)
		w->next->link = w->link;
}

static void
wake_all(struct exec_cache *c)
{
	struct waiter *next;

	for (struct waiter *w = c->waiting; w != NULL; w = next) {
		next = w->next;
		w->link = NULL;
		exec_client_wake(w->client);
	}
	c->waiting = NULL;
}

/* The event says that nobody runs the program. */
static bool
begin_run(struct exec_cache *c)
{
	uint64_t n;

	if (c->is_running || !exec_store_lock(c->shared.lock_fd))
		return false;
	c->is_running = true;
	(void)!read(c->shared.event_fd, &n, sizeof n);
	return true;
}

static void
end_run(struct exec_cache *c)
{
	static const uint64_t one = 1;

	/* In this order who begins next takes the event back. */
	(void)!write(c->shared.event_fd, &one, sizeof one);
	exec_store_unlock(c->shared.lock_fd);
	c->is_running = false;
	wake_all(c);
}

/* Once when it begins to fail, and once when that is over. */
static void
tell_change(const struct exec *x, const struct exec_job *j, bool had_failed)
{
	char text[512];

	if (had_failed && j->end == SOCKD_DONE)
		exec_client_log(&j->client, LOG_NOTICE, "the program does well again");
	if (had_failed || j->end == SOCKD_DONE)
		return;
	exec_print_failure(x, j, text, sizeof text);
	exec_client_log(&j->client, j->errno_of_start != 0 ? LOG_ERR : LOG_WARNING,
	    "%s; nothing more is told until it does well again", text);
}

/* For all to see. */
static void
publish(struct exec_cache *c, const struct exec_job *j)
{
	bool               is_good = j->end == SOCKD_DONE;
	struct exec_record r = c->record;
	unsigned long long now_ms = clock_ms();
	long long          rest_ms = c->options->cache;

	r.trouble = *j->trouble;
	if (r.trouble.rest_ms > rest_ms)
		rest_ms = r.trouble.rest_ms;
	r.has_failed = !is_good;
	r.next_ms = now_ms + (unsigned long long)rest_ms;
	if (is_good) {
		r.good_ms = now_ms;
		r.size = j->size;
	}
	exec_store_put(c->store, (size_t)c->options->answer_size, &r,
	    is_good ? j->answer : c->answer->bytes);
}

static struct exec_job
run(struct exec *x, const struct exec_client *client, struct trouble *trouble)
{
	struct exec_job j = { .client = *client,
		.in_fd = x->command.null_fd,
		.out_fd = -1,
		.trouble = trouble,
		.limit_ms = x->options->run_timeout };

	exec_environ_make_bare(&j.environment, &x->common);
	(void)exec_run(x, &j);
	return j;
}

/* Nobody else runs it; but somebody may have until now. */
static enum exec_say
run_for_all(struct exec *x, const struct exec_client *client)
{
	struct exec_cache *c = x->cache;
	struct trouble     trouble;
	struct exec_job    j;
	enum exec_say      say;

	look(c);
	say =
	    exec_record_say(&c->record, clock_ms(), c->options->cache, c->options->stale);
	if (say != EXEC_SAY_RUN)
		return say;
	trouble = c->record.trouble;
	j = run(x, client, &trouble);
	/* That it was ended with its worker says nothing of it: another one may run it. */
	if (j.end != SOCKD_DRAINED) {
		tell_change(x, &j, c->record.has_failed);
		publish(c, &j);
		look(c);
	}
	free(j.answer);
	return j.end == SOCKD_DONE ? EXEC_SAY_NEW : what_is_left(c);
}

/* Beside another one that does. */
static enum exec_say
run_for_one(struct exec *x, const struct exec_client *client, struct answer **answer)
{
	struct trouble  trouble = { 0 };
	enum exec_say   say = what_is_left(x->cache);
	struct exec_job j;

	if (say == EXEC_SAY_STALE)
		return say;
	j = run(x, client, &trouble);
	if (j.end == SOCKD_DONE) {
		*answer = create_answer(j.answer, j.size);
		say = EXEC_SAY_NEW;
	}
	free(j.answer);
	return say;
}

/* 1 when the run may be over, 0 if it is time to look, -1 with errno. */
static int
wait_for_run(
    struct exec_cache *c, const struct exec_client *client, bool is_vain, long long ms)
{
	struct waiter w = { .client = client };
	int           result;

	if (!c->is_running && !c->is_watched) {
		c->is_watched = true;
		result = exec_client_wait(client, &c->shared.event_fd, is_vain ? 0 : 1,
		    is_vain ? LOOK_SOON_MS : LOOK_AGAIN_MS);
		c->is_watched = false;
		return result;
	}
	enlist(c, &w);
	result = exec_client_wait(client, NULL, 0, ms);
	delist(&w);
	return result;
}

/* The answer is new, if it is set: it is for this client alone. */
static enum exec_say
find(struct exec *x, const struct exec_client *client, struct answer **answer)
{
	const struct exec_options *o = x->options;
	struct exec_cache         *c = x->cache;
	long long                  ms = o->run_timeout + o->kill_after + WAIT_LONGER_MS;
	unsigned long long         end_ms = clock_ms() + (unsigned long long)ms, now_ms;
	unsigned                   seen;
	enum exec_say              say;
	int                        result = 0;

	look(c);
	for (seen = c->version;; look(c)) {
		now_ms = clock_ms();
		if (c->version != seen && !c->record.has_failed)
			return EXEC_SAY_CACHED;
		if (c->version != seen || now_ms >= end_ms || result == -1)
			return what_is_left(c);
		say = exec_record_say(&c->record, now_ms, o->cache, o->stale);
		if (say != EXEC_SAY_RUN)
			return say;
		if (begin_run(c)) {
			say = run_for_all(x, client);
			end_run(c);
			return say;
		}
		if (!o->coalesce)
			return run_for_one(x, client, answer);
		result =
		    wait_for_run(c, client, result == 1, (long long)(end_ms - now_ms));
	}
}

/* The caller leaves it; NULL: there is none. */
static struct answer *
get(struct exec *x, const struct exec_client *client, const char **name)
{
	static const char *const names[] = { [EXEC_SAY_NEW] = "new",
		[EXEC_SAY_CACHED] = "cached",
		[EXEC_SAY_STALE] = "stale",
		[EXEC_SAY_FALLBACK] = "fallback" };
	struct exec_cache       *c = x->cache;
	struct answer           *own = NULL;
	enum exec_say            say = find(x, client, &own);

	/* Who has left the watch, and those that were not woken by a run. */
	if (!c->is_running && !c->is_watched)
		wake_all(c);
	*name = names[say];
	if (own != NULL)
		return own;
	if (say != EXEC_SAY_FALLBACK)
		return use(c->answer);
	if (c->fallback != NULL)
		return use(c->fallback);
	*name = "none";
	return NULL;
}

enum sockd_end
exec_cache_serve(struct exec *x, struct sockd_conn *conn)
{
	struct exec_client client = { .conn = conn };
	struct answer     *answer;
	const char        *name;
	int                result = -1;

	sockd_skip(conn);
	answer = get(x, &client, &name);
	sockd_note(conn, " answer=%s", name);
	if (answer != NULL)
		result = sockd_write(conn, answer->bytes, answer->size);
	leave(answer);
	return result == 0 ? SOCKD_DONE : SOCKD_ERROR;
}

void
exec_cache_answer(struct exec *x, struct sockd_datagram *datagram)
{
	struct exec_client client = { .datagram = datagram };
	const char        *name;
	struct answer     *answer = get(x, &client, &name);

	sockd_note_datagram(datagram, " answer=%s", name);
	if (answer != NULL)
		exec_send(x, datagram, answer->bytes, answer->size);
	leave(answer);
}
