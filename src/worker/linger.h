/* SPDX-License-Identifier: MIT */
/* linger.h - half-closed connections whose peer has not closed yet, while others are served */
#ifndef LINGER_H
#define LINGER_H

#include <stdbool.h>

/* Each is a descriptor; more have to be waited for. */
#define LINGER_MOST 8

/*
 * Take over a TCP connection that was half-closed, and close it when its peer has closed
 * too or the time has come, whichever linger_look() finds.  False if there is no room.
 */
bool linger_keep(int fd, unsigned long long end_ms);

/* Look at so many of them, by turns. */
void linger_look(int n, unsigned long long now_ms);

bool linger_any(void);
bool linger_is_crowded(void); /* more than half of the room is taken */

/* Wait for all that are left, at most until the time they have or to end_ms. */
void linger_finish(unsigned long long end_ms);

#endif
