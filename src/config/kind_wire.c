/* SPDX-License-Identifier: MIT */
/* kind_wire.c - values of settings on their way through a pipe, for the kinds of kind.c */
#include "config/kind_wire.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/wire.h"
#include "common/xalloc.h"
#include "config/endpoint.h"
#include "config/kind.h"
#include "config/setting.h"

void
bool_put(const void *field, struct wire *w)
{
	wire_put_number(w, *(const bool *)field);
}

void
bool_take(const struct setting *row, void *field, struct wire *w)
{
	(void)row;
	*(bool *)field = wire_take_number(w, 0, 1) != 0;
}

void
number_put(const void *field, struct wire *w)
{
	wire_put_number(w, *(const long long *)field);
}

/* -1 is "auto"; where that does not exist, it is as good as another wrong number. */
void
number_take(const struct setting *row, void *field, struct wire *w)
{
	*(long long *)field =
	    wire_take_number(w, row->min < -1 ? row->min : -1, row->max);
}

void
choice_put(const void *field, struct wire *w)
{
	wire_put_number(w, *(const int *)field);
}

void
choice_take(const struct setting *row, void *field, struct wire *w)
{
	int                  value = (int)wire_take_number(w, INT_MIN, INT_MAX);
	const struct choice *c = row->choices;

	while (c->word != NULL && c->value != value)
		c++;
	if (c->word == NULL)
		w->bad = true;
	else
		*(int *)field = value;
}

void
string_put(const void *field, struct wire *w)
{
	wire_put_string(w, *(char *const *)field);
}

void
string_take(const struct setting *row, void *field, struct wire *w)
{
	char **s = field, *taken = wire_take_string(w);

	(void)row;
	free(*s);
	*s = taken != NULL ? taken : xstrdup("");
}

void
strings_put(const void *field, struct wire *w)
{
	const struct strings *s = field;

	wire_put_number(w, (long long)s->n);
	for (size_t i = 0; i < s->n; i++)
		wire_put_string(w, s->list[i]);
}

void
strings_take(const struct setting *row, void *field, struct wire *w)
{
	char *s;

	(void)row;
	strings_finish(field);
	for (size_t n = wire_take_count(w); n > 0; n--) {
		s = wire_take_string(w);
		if (s != NULL)
			strings_add(field, s);
		else
			w->bad = true;
		free(s);
	}
}

void
endpoint_put(const void *field, struct wire *w)
{
	const struct endpoint *e = field;

	wire_put_string(w, e->text);
}

void
endpoint_take(const struct setting *row, void *field, struct wire *w)
{
	struct endpoint e;
	char           *text = wire_take_string(w), why[256];

	(void)row;
	if (text == NULL || endpoint_parse(text, &e, why, sizeof why) != 0) {
		w->bad = true;
	} else {
		endpoint_finish(field);
		memcpy(field, &e, sizeof e);
	}
	free(text);
}
