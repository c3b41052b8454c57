/* SPDX-License-Identifier: MIT */
/* census.h - who is there, and who has come how often: shared by the workers of a service */
#ifndef CENSUS_H
#define CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Sources are hashes, made with census_source().  All is in memory of a fixed size:
 *
 * A connection has a cell, marked with its source and the worker that serves it, somewhere
 * in a window of cells where those of its source are looked for.  So a count is how many are
 * marked, and never wrong: whatever a worker was about when it died, the master takes its
 * marks away.  In a window that is full a connection has no cell and is not counted.
 *
 * How often a source has come is kept in an entry, one of CENSUS_WAYS that it may have.  If
 * all of these belong to others, the one that has waited longest is forgotten.
 *
 * So many sources at once make limits laxer, and never stricter for anybody.
 */
#define CENSUS_WAYS        8
#define CENSUS_ENTRIES     (1U << 16)
#define CENSUS_WINDOW      64    /* at least */
#define CENSUS_WINDOW_MOST 65536 /* and at most, twice as many as a source may have */
#define CENSUS_CELLS_MOST  (1U << 22)

struct census;

/* n at once, and n in per_us in the long run.  n is at most 1,000,000, and 0 no limit. */
struct pace {
	unsigned long long n, per_us;
};

/*
 * For that many connections, of which a source may have so many; the most that is to be
 * counted in either case is above.  NULL with errno.
 */
struct census *census_create(size_t connections, size_t most);

/* One more that uses it; each calls census_destroy(). */
struct census *census_share(struct census *);
void           census_destroy(struct census *);

/* Is it made for these numbers? */
bool census_fits(const struct census *, size_t connections, size_t most);

uint64_t census_source(const struct census *, const void *bytes, size_t size);

/*
 * Mark a cell for a connection of the source that owner serves.  How many the source has
 * now, this one included; *cell is -1 if there was none left.
 */
size_t census_enter(struct census *, uint64_t source, pid_t owner, long *cell);
void   census_leave(struct census *, long cell, pid_t owner);

/* The master's: this worker is gone. */
void census_bury(struct census *, pid_t owner);

/* How many cells are marked. */
size_t census_count(const struct census *);

/* The source comes again: may it, at this pace?  If not it is as if it had not come. */
bool census_come(
    struct census *, uint64_t source, const struct pace *, unsigned long long now_us);

/*
 * The same for all sources together: 0, or how long that will take, us.  What has been taken
 * and was not used goes back.
 */
unsigned long long census_take(
    struct census *, const struct pace *, unsigned long long now_us);
void census_give_back(struct census *, const struct pace *);

#endif
