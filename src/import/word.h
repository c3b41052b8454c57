/* SPDX-License-Identifier: MIT */
/* word.h - the words of the files that are imported */
#ifndef WORD_H
#define WORD_H

#include "config/strings.h"

struct draft;
struct import;
struct place;

/* The next line without its end, which the caller frees; NULL behind the last one. */
char *word_line(const char **text);

/* No list of words is longer; some are compared with each other. */
#define WORDS_MOST 2000

/* One of what is told of text that cannot be split. */
extern const char *const word_too_many, *const word_open_quote;

/*
 * Add what stands between any of these characters, but nothing that is empty.  NULL, or
 * what is wrong: there are too many.
 */
const char *word_split(struct strings *, const char *text, const char *separators);

/* Likewise at blanks, where those in '…' or "…" are parts of words. */
const char *word_split_quoted(struct strings *, const char *text);

/* A number, or the name of a port for tcp or udp; 0 if it is none. */
unsigned word_port(const struct import *, const char *text, const char *protocol);

/* SCHEME://HOST:PORT, which the caller frees. */
char *word_url(const char *scheme, const char *host, unsigned port);

/* What stands behind the last slash. */
const char *word_base(const char *path);

/* The list as it was written, with blanks between; the caller frees it. */
char *word_join(const struct strings *);

/* A mask of bits, of which others may leave out the zeros in front; the caller frees it. */
char *word_umask(const char *text);

/* A program that is called by this name would be called by its path. */
void word_check_name(struct draft *, const struct place *name, const char *path);

#endif
