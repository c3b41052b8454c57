/* SPDX-License-Identifier: MIT */
/* import.h - the files of inetd, xinetd and systemd as a settings file */
#ifndef IMPORT_H
#define IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "config/complaint.h"
#include "config/setting.h"
#include "config/sources.h"
#include "config/strings.h"

struct draft;

/* All zero at the beginning but for port. */
struct import {
	/* The number of the port that a name stands for, in host order; 0: unknown. */
	unsigned (*port)(const char *name, const char *protocol);
	struct strings    files;   /* their names: every origin points in here */
	struct complaints wrong;   /* what cannot be read, and what is no such file */
	struct draft     *drafts;  /* in the order of the files */
	int               n_lost;  /* things that the settings do not say */
	struct strings    globals; /* settings outside services, as "NAME = VALUE;" */
	struct strings    open;    /* files that are being read, the outermost first */
	struct sources    sources; /* what was read; each file counts once */
	int               n_drafts;
	bool              is_full, of_xinetd;
};

/*
 * Read these files, or the files in these directories, and translate them.  All that is
 * wrong with them is complained of in import->wrong.  Give it to import_finish.
 */
void import_read(struct import *, char *const *paths, size_t n);

/* The settings file, with comments on what it does not say. */
void import_print(const struct import *, FILE *);
void import_finish(struct import *);

/* All of this: to standard output and standard error; the sysexits(3) code to exit with. */
int import_run(char *const *paths, size_t n);

/*
 * The whole of a file, which the caller gives to import_unload; or NULL if it has been
 * read already or cannot be.  What is wrong is complained of at that place.
 */
char *import_load(struct import *, const struct origin *, const char *file);
void  import_unload(struct import *, char *text);

/* The paths of the files in a directory, in the order of the C locale; -1, and told. */
int import_list_directory(
    struct import *, const struct origin *, const char *path, struct strings *);

/* Are these more services than anybody has?  Complains once. */
bool import_is_full(struct import *, const struct origin *);

/* Complain, and keep a place for it in the output. */
void import_wrong(struct import *, int status, const struct origin *, const char *, ...)
    __attribute__((format(printf, 4, 5)));

/* The forms. */
void import_inetd(struct import *, const char *file, const char *text);
void import_xinetd(struct import *, const char *file, const char *text);
void import_xinetd_directory(struct import *, const char *path);
bool xinetd_is_form(const char *text);

/* A .socket with its .service, beside it or among these paths; those are marked used. */
void import_systemd(
    struct import *, const char *path, const struct strings *services, bool *used);

#endif
