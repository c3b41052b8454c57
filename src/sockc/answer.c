/* SPDX-License-Identifier: MIT */
/* answer.c - how much came back, and whether it is what was expected */
#include "sockc/answer.h"

#include <stdio.h>
#include <string.h>

#include "common/quote.h"

/* From here on the eye, or the cut of quote(), may miss the first difference. */
#define HARD_TO_SEE 40

void
answer_clear(struct answer *a)
{
	a->n_bytes = 0;
	a->n_matched = 0;
}

static void
keep_head(struct answer *a, const char *bytes, size_t n)
{
	size_t room;

	if (a->n_bytes >= ANSWER_HEAD)
		return;
	room = ANSWER_HEAD - (size_t)a->n_bytes;
	memcpy(a->head + a->n_bytes, bytes, n < room ? n : room);
}

static void
match(struct answer *a, const char *bytes, size_t n, const char *expect, size_t size)
{
	size_t done = (size_t)a->n_matched;
	size_t common = n < size - done ? n : size - done;

	if (a->n_matched < a->n_bytes)
		return;
	if (memcmp(bytes, expect + done, common) != 0)
		for (common = 0; bytes[common] == expect[done + common];)
			common++;
	a->n_matched += common;
}

void
answer_add(
    struct answer *a, const char *bytes, size_t n, const char *expect, size_t expect_size)
{
	if (expect != NULL) {
		keep_head(a, bytes, n);
		match(a, bytes, n, expect, expect_size);
	}
	a->n_bytes += n;
}

bool
answer_is(const struct answer *a, size_t expect_size)
{
	return a->n_bytes == expect_size && a->n_matched == expect_size;
}

void
answer_explain(const struct answer *a, const char *expect, size_t expect_size, char *text,
    size_t size)
{
	size_t n_kept = a->n_bytes < ANSWER_HEAD ? (size_t)a->n_bytes : ANSWER_HEAD;
	char   got[QUOTE_TEXT], wanted[QUOTE_TEXT], where[64] = "";

	quote(got, sizeof got, a->head, n_kept);
	quote(wanted, sizeof wanted, expect, expect_size);
	if (a->n_matched >= HARD_TO_SEE)
		snprintf(where, sizeof where, "; they differ from byte %llu on",
		    a->n_matched + 1);
	snprintf(text, size, "got %s, expected %s%s", got, wanted, where);
}
