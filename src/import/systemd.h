/* SPDX-License-Identifier: MIT */
/* systemd.h - a .socket and its .service while they are translated */
#ifndef SYSTEMD_H
#define SYSTEMD_H

#include <stdbool.h>

#include "import/unit.h"

struct draft;

struct pair {
	struct draft *draft;
	struct unit   socket, service;
	bool          accepts;   /* a program for each connection, Accept=yes */
	bool          has_input; /* which is its standard input, StandardInput=socket */
	bool          is_app;    /* the program has the listening sockets */
};

/* A key that there is. */
struct unit_key {
	const char *key;
	/* NULL: it is used by its name, or says nothing that sockd does not do anyway. */
	void (*take)(struct pair *, const struct unit_line *, const char *argument);
	const char *argument;
};

/* Why it is lost. */
void pair_lose(struct pair *, const struct unit_line *, const char *why);

/* Likewise, if the value is yes. */
void pair_lose_if_yes(struct pair *, const struct unit_line *, const char *why);

/* Every line of the section, by the table, whose last key is NULL. */
void pair_take(struct pair *, const struct unit *, const char *section,
    const struct unit_key *keys, void (*other)(struct pair *, const struct unit_line *));

/* The endpoints; -1 if there is none. */
int  socket_listen(struct pair *);
void socket_take(struct pair *);

/* The program; -1 if there is none. */
int  service_run(struct pair *);
void service_take(struct pair *);

#endif
