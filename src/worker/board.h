/* SPDX-License-Identifier: MIT */
/* board.h - what a worker tells of itself on the scoreboard, and when it tells the master to look */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>

struct orders;
struct slot;

struct board {
	struct slot       *slot;  /* the worker's own */
	const struct slot *slots; /* of all */
	struct orders     *orders;
	int                news_fd; /* write end: "look at the slots" */
	unsigned long long
	    worn_at; /* connections and datagrams that wear it; 0: none do */
	int n, most; /* connections that it serves, and that it can serve */
};

/*
 * It can serve most connections at a time.  After recycle of them, or some fewer, so that
 * workers that started together are not replaced together, it is worn; 0: never.
 */
void board_init(struct board *, struct slot *, const struct slot *slots, struct orders *,
    int news_fd, int most, long long recycle);

/* Ready for the first client. */
void board_ready(struct board *);

/* Of one that serves clients nobody counts: it is needed, or it is not. */
void board_needed(struct board *, bool is_needed);

/* It serves one more, or one less; in and out are the bytes of that. */
void board_begin(struct board *, unsigned long long now_ms);
void board_end(struct board *, unsigned long long in, unsigned long long out);

#endif
