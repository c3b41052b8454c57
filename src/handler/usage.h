/* SPDX-License-Identifier: MIT */
/* usage.h - how a program ended, and what it has used, for the log */
#ifndef USAGE_H
#define USAGE_H

struct program_end;

#define USAGE_TEXT 96

/* " exit=0 cpu_ms=1.2 rss_kb=1536", with signal=15 in place of exit. */
void usage_print(const struct program_end *, char text[USAGE_TEXT]);

#endif
