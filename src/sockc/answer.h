/* SPDX-License-Identifier: MIT */
/* answer.h - how much came back, and whether it is what was expected */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>
#include <stddef.h>

/* Room for what is kept to be shown; more than QUOTE_TEXT can show. */
#define ANSWER_HEAD 256

struct answer {
	unsigned long long n_bytes;
	unsigned long long n_matched; /* the first of them, as expected */
	char               head[ANSWER_HEAD];
};

void answer_clear(struct answer *);

/* n more bytes came.  expect may be NULL. */
void answer_add(
    struct answer *, const char *bytes, size_t n, const char *expect, size_t expect_size);

/* Is it, from the first byte to the last, what answer_add was told to expect? */
bool answer_is(const struct answer *, size_t expect_size);

/* Both of them quoted: 'got "…", expected "…"'. */
void answer_explain(const struct answer *, const char *expect, size_t expect_size,
    char *text, size_t size);

#endif
