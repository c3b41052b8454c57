/* SPDX-License-Identifier: MIT */
/* stamp.h - have the files of a program changed? */
#ifndef STAMP_H
#define STAMP_H

struct service_conf;

/*
 * Of a program that takes its clients by itself: a number that is another one when the program,
 * or a file that one of its arguments names, is another file or was written to.  0 of others,
 * which are started anew all the time.
 */
long long stamp_of(const struct service_conf *);

#endif
