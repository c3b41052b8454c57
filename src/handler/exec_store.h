/* SPDX-License-Identifier: MIT */
/* exec_store.h - the answer that the workers of a service share, and who may make the next one */
#ifndef EXEC_STORE_H
#define EXEC_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "handler/trouble.h"

/* What is known of the runs there have been; times are of clock_ms(). */
struct exec_record {
	unsigned long long
	    good_ms; /* when the last one that did well ended; 0: none has */
	unsigned long long next_ms;    /* no next one before */
	bool               has_failed; /* the last one */
	struct trouble     trouble;
	size_t             size; /* of the answer of the last one that did well */
};

/*
 * In memory that is zero at first.  Two answers have room there: the one that counts, and the one
 * that is being written, so that a writer may be killed at any time.
 */
struct exec_store;

size_t exec_store_size(size_t answer_most);

/* Of what is there; 0 if that is nothing yet, and another one after each that was put. */
unsigned exec_store_version(const struct exec_store *);

/*
 * Copy what is there, whose version goes to *version, with an answer of up to answer_most bytes.
 * What cannot be is as nothing: others may have written it.  False if it changes all the time.
 */
bool exec_store_take(const struct exec_store *, size_t answer_most,
    unsigned long long now_ms, struct exec_record *, char *answer, unsigned *version);

/* For the one who has the lock. */
void exec_store_put(struct exec_store *, size_t answer_most, const struct exec_record *,
    const char *answer);

/* One process can have it, and loses it with its end.  False if another one has it. */
bool exec_store_lock(int lock_fd);
void exec_store_unlock(int lock_fd);

/* What an asker gets. */
enum exec_say {
	EXEC_SAY_NEW,
	EXEC_SAY_CACHED,
	EXEC_SAY_STALE,
	EXEC_SAY_FALLBACK,
	EXEC_SAY_RUN /* or waits for who does */
};

/* Who comes; and who will not run it nor wait any more. */
enum exec_say exec_record_say(const struct exec_record *, unsigned long long now_ms,
    long long cache_ms, long long stale_ms);
enum exec_say exec_record_left(const struct exec_record *, unsigned long long now_ms,
    long long cache_ms, long long stale_ms);

#endif
