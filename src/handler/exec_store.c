/* SPDX-License-Identifier: MIT */
/* exec_store.c - the answer that the workers of a service share, and who may make the next one */
#include "handler/exec_store.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>

/* Who writes without end keeps no reader. */
#define TRIES_MOST 8

/* Nobody rests for longer between two runs, whatever the settings: a day and a bit. */
#define REST_MOST_MS (25LL * 60 * 60 * 1000)

/* Another processor's clock is not ahead of ours by more. */
#define AHEAD_MOST_MS 1000

/* So many failures in a row are as good as any more. */
#define YOUNG_MOST 1000000

/* Version n is in half n % 2, and the next one is written into the other. */
struct exec_store {
	_Atomic unsigned   version;
	struct exec_record records[2];
	char               answers[]; /* of both */
};

size_t
exec_store_size(size_t answer_most)
{
	return sizeof(struct exec_store) + 2 * answer_most;
}

unsigned
exec_store_version(const struct exec_store *s)
{
	return atomic_load_explicit(&s->version, memory_order_acquire);
}

/* Of the values any may be there. */
static void
bound(struct exec_record *r, size_t answer_most, unsigned long long now_ms)
{
	if (r->size > answer_most || r->good_ms > now_ms + AHEAD_MOST_MS)
		r->good_ms = 0;
	if (r->good_ms == 0)
		r->size = 0;
	if (r->next_ms > now_ms + REST_MOST_MS)
		r->next_ms = 0;
	if (r->trouble.n_young < 0 || r->trouble.n_young > YOUNG_MOST)
		r->trouble.n_young = 0;
	if (r->trouble.rest_ms < 0 || r->trouble.rest_ms > REST_MOST_MS)
		r->trouble.rest_ms = 0;
}

/* Byte by byte it may be anything; a bool may not. */
static void
copy_record(const struct exec_record *from, struct exec_record *to)
{
	unsigned char has_failed;

	memcpy(to, from, sizeof *to);
	memcpy(&has_failed, &from->has_failed, 1);
	to->has_failed = has_failed != 0;
}

bool
exec_store_take(const struct exec_store *s, size_t answer_most, unsigned long long now_ms,
    struct exec_record *record, char *answer, unsigned *version)
{
	struct exec_record r;
	unsigned           half;

	for (int i = 0; i < TRIES_MOST; i++) {
		*version = exec_store_version(s);
		half = *version % 2;
		copy_record(&s->records[half], &r);
		bound(&r, answer_most, now_ms);
		memcpy(answer, s->answers + half * answer_most, r.size);
		atomic_thread_fence(memory_order_acquire);
		/* Into this half nobody writes before there is another version. */
		if (atomic_load_explicit(&s->version, memory_order_relaxed) == *version) {
			*record = r;
			return true;
		}
	}
	return false;
}

void
exec_store_put(struct exec_store *s, size_t answer_most, const struct exec_record *record,
    const char *answer)
{
	unsigned next = exec_store_version(s) + 1;

	atomic_thread_fence(memory_order_seq_cst);
	s->records[next % 2] = *record;
	memcpy(s->answers + next % 2 * answer_most, answer, record->size);
	atomic_store_explicit(&s->version, next, memory_order_release);
}

static int
set_lock(int fd, short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_len = 1 };

	return fcntl(fd, F_SETLK, &lock);
}

bool
exec_store_lock(int lock_fd)
{
	return set_lock(lock_fd, F_WRLCK) == 0;
}

void
exec_store_unlock(int lock_fd)
{
	(void)set_lock(lock_fd, F_UNLCK);
}

enum exec_say
exec_record_left(const struct exec_record *r, unsigned long long now_ms,
    long long cache_ms, long long stale_ms)
{
	if (r->good_ms != 0 &&
	    now_ms < r->good_ms + (unsigned long long)(cache_ms + stale_ms))
		return EXEC_SAY_STALE;
	return EXEC_SAY_FALLBACK;
}

enum exec_say
exec_record_say(const struct exec_record *r, unsigned long long now_ms,
    long long cache_ms, long long stale_ms)
{
	if (now_ms >= r->next_ms)
		return EXEC_SAY_RUN;
	if (r->good_ms != 0 && !r->has_failed)
		return EXEC_SAY_CACHED;
	return exec_record_left(r, now_ms, cache_ms, stale_ms);
}
