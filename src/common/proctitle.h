/* SPDX-License-Identifier: MIT */
/* proctitle.h - the name of a process as ps(1) shows it */
#ifndef PROCTITLE_H
#define PROCTITLE_H

/* Once, first thing in main: moves the environment and the arguments away to make room. */
void proctitle_init(int argc, char **argv);

/* Show sockd's name, ": " and this; cut to the room there is.  Nothing before init. */
void proctitle_set(const char *, ...) __attribute__((format(printf, 1, 2)));

#endif
