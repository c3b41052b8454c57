/* SPDX-License-Identifier: MIT */
/* log_skip.h - lines that come too thick and that nobody made: their counts, in shared memory */
#ifndef LOG_SKIP_H
#define LOG_SKIP_H

#include <stdatomic.h>
#include <stdbool.h>

/* So many lines of a kind pass in each second. */
#define LOG_LINES 20

/* Kinds of which lines can be left out; of others all are sent. */
#define LOG_SKIPPED 256

/*
 * Shared by all processes that log.  A place has the key of one kind for good.  Who lies here
 * makes counts of lines wrong, and nothing else.
 */
struct log_counts {
	_Atomic unsigned long long lost; /* that the logger's socket had no room for */
	struct log_skipped {
		_Atomic unsigned long long key, n; /* 0: it is nobody's */
	} skipped[LOG_SKIPPED];
};

/*
 * Lines of the same kind, which is not 0, and with the same text in front of ": ", the
 * service's name, have the same key.
 */
unsigned long long log_key(unsigned kind, const char *line);

/* Where lines with this key are counted; NULL if there is no room. */
struct log_skipped *log_skip_place(struct log_counts *, unsigned long long key);

/* How many there were since the last time. */
unsigned long long log_skip_take(struct log_counts *, unsigned long long key);

/*
 * In one process: is there no need to make a line of this kind?  Then it has been counted.
 * If there is, log_skip_note() that line.
 */
bool log_skip(unsigned kind, unsigned long long now_ms);
void log_skip_note(
    struct log_counts *, unsigned kind, const char *line, unsigned long long now_ms);
void log_skip_forget(void); /* what was noted */

#endif
