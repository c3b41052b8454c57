/* SPDX-License-Identifier: MIT */
/* exec_environ.h - what a program is told of its connection by its environment */
#ifndef EXEC_ENVIRON_H
#define EXEC_ENVIRON_H

#include <stdbool.h>
#include <stddef.h>

#include "config/setting.h"

struct address;

/* Whose names the variables have. */
enum { EXEC_UCSPI = 1, EXEC_INETD = 2, EXEC_SYSTEMD = 4 };

/* EXEC_ of the words, or'ed; the first word that is none in *bad. */
unsigned exec_environ_styles(const struct strings *list, const char **bad);

/* The same of other words, each of which stands for a bit. */
unsigned exec_environ_words(
    const struct choice *, const struct strings *list, const char **bad);

/* A later variable of the same name takes the place of the earlier one. */
void exec_environ_set(struct strings *, const char *variable);

/* The environment of one connection; the strings that all have in common stay others'. */
struct exec_environ {
	char **list; /* ends with NULL */
	char  *text;
	char  *pid; /* where the program's pid is to be printed, or NULL */
	size_t pid_size;
};

/*
 * What all programs of a service have: some of our own environment, a PATH, and what the
 * settings say.
 */
void exec_environ_begin(struct strings *common, const struct strings *settings);

/* That, and what is to be said of the connection that fd is.  -1 with errno if it is over. */
int exec_environ_make(
    struct exec_environ *, const struct strings *common, unsigned styles, int fd);

/* That alone, for a program that serves nobody in particular. */
void exec_environ_make_bare(struct exec_environ *, const struct strings *common);

/* The same of a datagram, by the address that was asked and who asks. */
void exec_environ_make_datagram(struct exec_environ *, const struct strings *common,
    unsigned styles, const struct address *local, const struct address *remote);
void exec_environ_finish(struct exec_environ *);

#endif
