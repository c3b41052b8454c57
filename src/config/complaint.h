/* SPDX-License-Identifier: MIT */
/* complaint.h - everything that is wrong with some settings, gathered before it is told */
#ifndef COMPLAINT_H
#define COMPLAINT_H

#include <stdbool.h>
#include <stddef.h>

struct origin;

struct complaint {
	char *file;
	int   line; /* 0: the file as a whole */
	char *text;
	bool  of_number; /* a number on the line is not what was written any more */
};

struct complaints {
	struct complaint *list;
	size_t            n;
	int               status; /* sysexits(3) code of the first one */
};

/* status is EX_CONFIG, or what else the reason is. */
void complain(struct complaints *, int status, const struct origin *, const char *, ...)
    __attribute__((format(printf, 4, 5)));

/* Is there one of a number on this line? */
bool complaints_have_number(const struct complaints *, const struct origin *);

/* In the order of the lines, files in the order in which they were first named. */
void complaints_sort(struct complaints *);

/* "FILE:LINE: TEXT", which the caller frees. */
char *complaint_text(const struct complaint *);

/* That of each in turn to tell(). */
void complaints_tell(
    const struct complaints *, void (*tell)(void *, const char *line), void *arg);
void complaints_finish(struct complaints *);

#endif
