/* SPDX-License-Identifier: MIT */
/* xinetd_access.c - only_from and no_access to allow and deny */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/network.h"
#include "common/xalloc.h"
#include "import/draft.h"
#include "import/xinetd.h"

/* Up to four numbers with dots between; those at the right that are 0 stand for any. */
static bool
parse_dotted(const char *text, struct network *n)
{
	unsigned char bytes[16] = { 0 };
	unsigned      n_bytes = 0, bits = 0;
	char         *end;

	for (const char *at = text;; at = end + 1) {
		unsigned long value = strtoul(at, &end, 10);

		if (end == at || end - at > 3 || strspn(at, "0123456789") == 0 ||
		    value > 255 || n_bytes == 4)
			return false;
		bytes[n_bytes++] = (unsigned char)value;
		if (value != 0)
			bits = 8 * n_bytes;
		if (*end == '\0')
			break;
		if (*end != '.')
			return false;
	}
	*n = (struct network){ .family = AF_INET, .bits = bits };
	memcpy(n->base, bytes, 4);
	return n_bytes == 4;
}

/* ADDRESS/BITS, where bits behind the prefix do not count. */
static bool
parse_prefix(const char *text, struct network *n)
{
	const char   *slash = strchr(text, '/');
	char         *host, *end, why[256];
	unsigned long bits;
	bool          good;

	if (slash == NULL || strlen(slash) > 4 || strspn(slash + 1, "0123456789") == 0)
		return false;
	bits = strtoul(slash + 1, &end, 10);
	host = xstrndup(text, (size_t)(slash - text));
	good = *end == '\0' && network_parse(host, n, why, sizeof why) == 0 &&
	    bits <= (n->family == AF_INET ? 32 : 128);
	free(host);
	if (!good)
		return false;
	n->bits = (unsigned)bits;
	for (unsigned i = n->bits; i < 128; i++)
		n->base[i / 8] &= (unsigned char)~(0x80 >> i % 8);
	return true;
}

static void
add(struct strings *list, const struct network *n)
{
	char text[NETWORK_TEXT + 4];

	network_print(n, text, sizeof text);
	if (!strings_have(list, text))
		strings_add(list, text);
}

/* "A.B.{C,D}": a network for each of these. */
static bool
add_factorized(struct strings *list, const char *text)
{
	const char    *brace = strchr(text, '{');
	struct strings parts = { NULL, 0 };
	struct network n;
	unsigned       dots = 0;
	bool           good = true;
	char          *inner;

	if (brace == NULL || brace == text || text[strlen(text) - 1] != '}')
		return false;
	for (const char *c = text; c < brace; c++)
		dots += *c == '.';
	inner = xstrndup(brace + 1, strlen(brace) - 2);
	for (char *part = strtok(inner, ","); part != NULL; part = strtok(NULL, ",")) {
		char *address = xasprintf("%.*s%s%s", (int)(brace - text), text, part,
		    dots == 1     ? ".0.0" :
			dots == 2 ? ".0" :
				    "");

		good = good && dots > 0 && dots < 4 && parse_dotted(address, &n);
		/* The components that are written are all meant, also when they are 0. */
		n.bits = 8 * (dots + 1);
		if (good)
			add(&parts, &n);
		free(address);
	}
	for (size_t i = 0; good && i < parts.n; i++)
		if (!strings_have(list, parts.list[i]))
			strings_add(list, parts.list[i]);
	good = good && parts.n > 0;
	strings_finish(&parts);
	free(inner);
	return good;
}

static bool
add_address(struct strings *list, const char *text)
{
	struct network n;
	char           why[256];

	if (strcmp(text, "localhost") == 0) {
		strings_keep(list, "127.0.0.1");
		strings_keep(list, "::1");
		return true;
	}
	if (add_factorized(list, text))
		return true;
	if (!parse_dotted(text, &n) && !parse_prefix(text, &n) &&
	    (strchr(text, ':') == NULL || network_parse(text, &n, why, sizeof why) != 0))
		return false;
	add(list, &n);
	return true;
}

static void
translate(struct draft *draft, const struct attribute *a, struct strings *list)
{
	struct place place = { a->at, a->text };

	for (size_t i = 0; i < a->values.n; i++)
		if (!add_address(list, a->values.list[i]))
			draft_lose(draft, &place,
			    "\"%.60s\" is no address; sockd does not look up names of "
			    "clients: give their addresses",
			    a->values.list[i]);
}

static void
set_all(struct draft *draft, const struct attribute *a, const char *setting,
    const struct strings *list)
{
	struct place place = { a->at, a->text };

	for (size_t i = 0; i < list->n; i++)
		draft_set(draft, &place, setting, list->list[i]);
}

/* Of two that are equal the one that denies counts; sockd takes no such two. */
static void
take_away(struct strings *list, const struct strings *those)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (strings_have(those, list->list[i]))
			free(list->list[i]);
		else
			list->list[n++] = list->list[i];
	}
	list->n = n;
}

void
xinetd_admit(struct draft *draft, const struct attribute *only_from,
    const struct attribute *no_access)
{
	struct strings allow = { NULL, 0 }, deny = { NULL, 0 };

	if (only_from != NULL)
		translate(draft, only_from, &allow);
	if (no_access != NULL)
		translate(draft, no_access, &deny);
	take_away(&allow, &deny);
	if (only_from != NULL && allow.n == 0) {
		strings_finish(&deny);
		strings_add(&deny, "0.0.0.0/0");
		strings_add(&deny, "::/0");
		draft_note(
		    draft, &only_from->at, "only_from: nobody is left who may come");
		set_all(draft, only_from, "deny", &deny);
	} else {
		if (only_from != NULL)
			set_all(draft, only_from, "allow", &allow);
		if (no_access != NULL)
			set_all(draft, no_access, "deny", &deny);
	}
	strings_finish(&allow);
	strings_finish(&deny);
}
