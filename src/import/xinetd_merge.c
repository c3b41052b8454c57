/* SPDX-License-Identifier: MIT */
/* xinetd_merge.c - what an entry of xinetd.conf and the defaults say together */
#include <stdlib.h>

#include "common/xalloc.h"
#include "import/draft.h"
#include "import/word.h"
#include "import/xinetd.h"

/* Add these values, or take them away; = begins anew unless lists add up. */
static void
combine(struct attribute *to, const struct attribute *more, bool adds_up)
{
	struct strings kept = { NULL, 0 };

	to->at = more->at;
	if (more->sign == '=' && !adds_up)
		strings_finish(&to->values);
	for (size_t i = 0;
	     more->sign != '-' && i < more->values.n && to->values.n < WORDS_MOST; i++)
		strings_add(&to->values, more->values.list[i]);
	if (more->sign != '-')
		return;
	for (size_t i = 0; i < to->values.n; i++)
		if (!strings_have(&more->values, to->values.list[i]))
			strings_add(&kept, to->values.list[i]);
	strings_finish(&to->values);
	to->values = kept;
}

static struct attribute *
append_copy(struct attribute **list, const struct attribute *a)
{
	while (*list != NULL)
		list = &(*list)->next;
	*list = attribute_create(&a->at, a->name);
	for (size_t i = 0; i < a->values.n; i++)
		strings_add(&(*list)->values, a->values.list[i]);
	return *list;
}

static void
refuse_unknown(struct draft *draft, const struct attribute *a)
{
	const char *near = xattribute_near(a->name);

	draft_wrong(draft, &a->at, "unknown attribute \"%.60s\"%s%s%s", a->name,
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
}

/* Is it one that may be here, so? */
static bool
is_allowed(struct draft *draft, const struct attribute *a, const struct attribute *have,
    bool in_defaults)
{
	const struct xattribute *known = xattribute_find(a->name);

	if (known == NULL)
		refuse_unknown(draft, a);
	else if (in_defaults && !known->in_defaults)
		draft_wrong(draft, &a->at, "\"%s\" cannot be in defaults", a->name);
	else if (!known->is_set && a->sign != '=')
		draft_wrong(draft, &a->at, "\"%s\" takes =, not %c=", a->name, a->sign);
	else if (have != NULL && !known->is_set)
		draft_wrong(draft, &a->at, "\"%s\" is in line %d already, which counts",
		    a->name, have->at.line);
	else
		return true;
	return false;
}

static char *
print_attribute(const struct attribute *a)
{
	char *values = word_join(&a->values), *text;
	char  sign[2] = { a->sign != '=' ? a->sign : '\0', '\0' };

	text =
	    xasprintf("%s %s=%s%s", a->name, sign, values[0] != '\0' ? " " : "", values);
	free(values);
	return text;
}

struct attribute *
attributes_merge(
    struct draft *draft, const struct entry *entry, struct attribute *defaults)
{
	struct attribute *merged = NULL, *have, *base;
	bool              in_defaults = entry->name[0] == '\0';

	for (const struct attribute *a = entry->attributes; a != NULL; a = a->next) {
		have = attribute_find(merged, a->name);
		if (!is_allowed(draft, a, have, in_defaults))
			continue;
		base = a->sign != '=' ? attribute_find(defaults, a->name) : NULL;
		if (have == NULL && base != NULL)
			have = append_copy(&merged, base);
		if (have != NULL && a->sign != '-' &&
		    have->values.n + a->values.n > WORDS_MOST)
			draft_wrong(draft, &a->at, "\"%s\": %s", a->name, word_too_many);
		if (have != NULL) {
			combine(have, a, in_defaults);
		} else {
			have = append_copy(&merged, a);
			if (a->sign == '-')
				strings_finish(&have->values);
		}
	}
	for (const struct attribute *a = defaults; a != NULL; a = a->next)
		if (attribute_find(merged, a->name) == NULL)
			append_copy(&merged, a)->is_inherited = true;
	for (struct attribute *a = merged; a != NULL; a = a->next)
		a->text = print_attribute(a);
	return merged;
}
