/* SPDX-License-Identifier: MIT */
/* inetd.h - an entry of inetd.conf while it is translated */
#ifndef INETD_H
#define INETD_H

#include "config/setting.h"
#include "config/strings.h"
#include "import/draft.h"

struct import;

/* The fields in front of the program. */
enum { SERVICE, TYPE, PROTOCOL, WAIT, USER, PROGRAM, ARGUMENTS };

struct inetd {
	struct import *import;
	const char    *host;  /* of entries that name none */
	struct strings words; /* of the entry that is being read; none: no entry */
	struct origin  origin;
	struct strings hosts; /* keeps them */
};

struct place inetd_place(const struct inetd *, int field);

/* The endpoints; -1, and told, if no service can come of the entry. */
int inetd_listen(struct inetd *, struct draft *);

#endif
