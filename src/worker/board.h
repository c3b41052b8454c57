/* SPDX-License-Identifier: MIT */
/* board.h - what a worker tells of itself on the scoreboard, and when it tells the master to look */
#ifndef BOARD_H
#define BOARD_H

struct orders;
struct slot;

struct board {
	struct slot   *slot; /* the worker's own */
	struct orders *orders;
	int            news_fd; /* write end: "look at the slots" */
	unsigned long long
	    worn_at; /* connections and datagrams that wear it; 0: none do */
};

/*
 * Wear the worker after recycle of them, or some fewer, so that those that started together
 * are not replaced together; 0: never.
 */
void board_init(
    struct board *, struct slot *, struct orders *, int news_fd, long long recycle);

/* Ready for the first client. */
void board_ready(struct board *);

/* From now on it serves, or not any more; in and out are the bytes that it served. */
void board_set_busy(struct board *, unsigned long long now_ms);
void board_set_idle(struct board *, unsigned long long in, unsigned long long out);

#endif
