/* SPDX-License-Identifier: MIT */
/* log_skip.c - lines that come too thick and that nobody made: their counts, in shared memory */
#include "common/log_skip.h"

#include <stddef.h>
#include <string.h>

#define SECOND_MS 1000

/* Kinds that a process keeps an eye on; others take the place of those that are quiet. */
#define KINDS 16

/* Lines of one kind in the last second. */
static struct recent {
	unsigned            kind; /* 0: the place is free */
	unsigned            n;
	unsigned long long  end_ms;
	struct log_skipped *skipped; /* once there are as many as pass; or NULL */
} recents[KINDS];

/* FNV-1a. */
unsigned long long
log_key(unsigned kind, const char *line)
{
	const char        *colon = strstr(line, ": ");
	unsigned long long key = 0xcbf29ce484222325ULL ^ kind;

	for (; colon != NULL && line < colon; line++)
		key = (key ^ (unsigned char)*line) * 0x100000001b3ULL;
	return key | 1;
}

struct log_skipped *
log_skip_place(struct log_counts *counts, unsigned long long key)
{
	for (size_t i = 0; i < LOG_SKIPPED; i++) {
		struct log_skipped *s = &counts->skipped[(key + i) % LOG_SKIPPED];
		unsigned long long  seen = 0;

		if (atomic_load(&s->key) == key ||
		    atomic_compare_exchange_strong(&s->key, &seen, key) || seen == key)
			return s;
	}
	return NULL;
}

unsigned long long
log_skip_take(struct log_counts *counts, unsigned long long key)
{
	for (size_t i = 0; i < LOG_SKIPPED; i++) {
		struct log_skipped *s = &counts->skipped[(key + i) % LOG_SKIPPED];
		unsigned long long  seen = atomic_load(&s->key);

		if (seen == key)
			return atomic_load(&s->n) == 0 ? 0 : atomic_exchange(&s->n, 0);
		if (seen == 0)
			break;
	}
	return 0;
}

static struct recent *
find(unsigned kind)
{
	for (int i = 0; i < KINDS; i++)
		if (recents[i].kind == kind)
			return &recents[i];
	return NULL;
}

bool
log_skip(unsigned kind, unsigned long long now_ms)
{
	struct recent *r = kind != 0 ? find(kind) : NULL;

	if (r == NULL || now_ms >= r->end_ms || r->skipped == NULL)
		return false;
	atomic_fetch_add(&r->skipped->n, 1);
	return true;
}

/* Its place, or that of one whose second is over; NULL if there is none. */
static struct recent *
place_for(unsigned kind, unsigned long long now_ms)
{
	struct recent *r = find(kind);

	for (int i = 0; i < KINDS && r == NULL; i++)
		if (now_ms >= recents[i].end_ms)
			r = &recents[i];
	return r;
}

void
log_skip_note(
    struct log_counts *counts, unsigned kind, const char *line, unsigned long long now_ms)
{
	struct recent *r = kind != 0 ? place_for(kind, now_ms) : NULL;

	if (r == NULL)
		return;
	if (r->kind != kind || now_ms >= r->end_ms)
		*r = (struct recent){ .kind = kind, .end_ms = now_ms + SECOND_MS };
	if (++r->n == LOG_LINES)
		r->skipped = log_skip_place(counts, log_key(kind, line));
}

void
log_skip_forget(void)
{
	memset(recents, 0, sizeof recents);
}
