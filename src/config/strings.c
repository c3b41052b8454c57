/* SPDX-License-Identifier: MIT */
/* strings.c - a list of strings */
#include "config/strings.h"

#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"

void
strings_add(struct strings *s, const char *string)
{
	strings_own(s, xstrdup(string));
}

void
strings_own(struct strings *s, char *string)
{
	s->list = xrealloc(s->list, s->n + 1, sizeof *s->list);
	s->list[s->n++] = string;
}

const char *
strings_keep(struct strings *s, const char *string)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->list[i], string) == 0)
			return s->list[i];
	strings_add(s, string);
	return s->list[s->n - 1];
}

long long
strings_number(const struct strings *s, const char *kept)
{
	long long i = (long long)s->n - 1;

	while (i >= 0 && s->list[i] != kept)
		i--;
	return i;
}

bool
strings_have(const struct strings *s, const char *string)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->list[i], string) == 0)
			return true;
	return false;
}

void
strings_finish(struct strings *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->list[i]);
	free(s->list);
	s->list = NULL;
	s->n = 0;
}
