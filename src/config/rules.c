/* SPDX-License-Identifier: MIT */
/* rules.c - lists of who may come and who may not: networks, and users of UNIX sockets */
#include "config/rules.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/address.h"
#include "common/xalloc.h"
#include "config/setting.h"

/* Every length that a prefix can have, in each family. */
#define LEVELS_MOST (33 + 129)

/* Networks of one family and length: a run of the entries. */
struct level {
	int      family;
	unsigned bits;
	size_t   first, n;
};

struct entry {
	const struct rule *rule;
	bool               allows;
};

struct rules_index {
	struct entry *entries; /* by family, the longest prefix first, then by address */
	size_t        n;
	struct level  levels[LEVELS_MOST];
	size_t        n_levels;
};

/* A number, or a name that the system knows. */
static int
parse_id(const char *text, bool is_user, unsigned *id, char *why, size_t why_size)
{
	char                *end;
	unsigned long        n;
	const struct passwd *pw;
	const struct group  *gr;

	if (isdigit((unsigned char)text[0])) {
		errno = 0;
		n = strtoul(text, &end, 10);
		if (*end != '\0' || errno != 0 || n >= (uid_t)-1) {
			snprintf(why, why_size, "is no number of a %s",
			    is_user ? "user" : "group");
			return -1;
		}
		*id = (unsigned)n;
		return 0;
	}
	pw = is_user ? getpwnam(text) : NULL;
	gr = is_user ? NULL : getgrnam(text);
	if (pw == NULL && gr == NULL) {
		snprintf(
		    why, why_size, "there is no such %s", is_user ? "user" : "group");
		return -1;
	}
	*id = pw != NULL ? pw->pw_uid : gr->gr_gid;
	return 0;
}

int
rules_add(struct rules *rules, const char *text, char *why, size_t why_size)
{
	struct rule rule = { .kind = RULE_NETWORK };

	if (strncmp(text, "uid:", 4) == 0)
		rule.kind = RULE_UID;
	else if (strncmp(text, "gid:", 4) == 0)
		rule.kind = RULE_GID;
	if ((rule.kind == RULE_NETWORK ?
		    network_parse(text, &rule.network, why, why_size) :
		    parse_id(text + 4, rule.kind == RULE_UID, &rule.id, why, why_size)) !=
	    0)
		return -1;
	rule.text = xstrdup(text);
	rules->list = xrealloc(rules->list, rules->n + 1, sizeof *rules->list);
	rules->list[rules->n++] = rule;
	return 0;
}

void
rules_note(struct rules *rules, const char *file, int line)
{
	struct rule *last = &rules->list[rules->n - 1];

	if (last->line != 0)
		return; /* it is about one that was wrong */
	last->file = file != NULL ? strings_keep(&rules->files, file) : NULL;
	last->line = line;
}

struct origin
rules_origin(const struct rule *rule, const struct origin *list)
{
	return (struct origin){ rule->file != NULL ? rule->file : list->file,
		rule->line > 0 ? rule->line : list->line };
}

void
rules_finish(struct rules *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		free(rules->list[i].text);
	strings_finish(&rules->files);
	free(rules->list);
	memset(rules, 0, sizeof *rules);
}

/* Those that mean the same are 0 apart; of networks the longest prefix comes first. */
static int
compare(const struct rule *a, const struct rule *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind != RULE_NETWORK)
		return a->id != b->id ? a->id < b->id ? -1 : 1 : 0;
	if (a->network.family != b->network.family)
		return a->network.family < b->network.family ? -1 : 1;
	if (a->network.bits != b->network.bits)
		return a->network.bits > b->network.bits ? -1 : 1;
	return memcmp(a->network.base, b->network.base, sizeof a->network.base);
}

bool
rules_same(const struct rules *a, const struct rules *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (compare(&a->list[i], &b->list[i]) != 0)
			return false;
	return true;
}

static int
compare_entries(const void *a, const void *b)
{
	return compare(((const struct entry *)a)->rule, ((const struct entry *)b)->rule);
}

static size_t
add_all(struct entry *entries, size_t n, const struct rules *rules, bool allows)
{
	for (size_t i = 0; i < rules->n; i++)
		entries[n++] = (struct entry){ &rules->list[i], allows };
	return n;
}

static void
find_levels(struct rules_index *index)
{
	struct level *last = NULL;

	for (size_t i = 0; i < index->n; i++) {
		const struct rule *rule = index->entries[i].rule;

		if (rule->kind != RULE_NETWORK)
			break;
		if (last == NULL || last->family != rule->network.family ||
		    last->bits != rule->network.bits) {
			last = &index->levels[index->n_levels++];
			*last = (struct level){ rule->network.family, rule->network.bits,
				i, 0 };
		}
		last->n++;
	}
}

struct rules_index *
rules_index_create(const struct rules *allow, const struct rules *deny)
{
	struct rules_index *index = calloc(1, sizeof *index);
	size_t              n = allow->n + deny->n;

	if (index == NULL)
		return NULL;
	index->entries = calloc(n > 0 ? n : 1, sizeof *index->entries);
	if (index->entries == NULL) {
		free(index);
		return NULL;
	}
	index->n = add_all(index->entries, 0, allow, true);
	index->n = add_all(index->entries, index->n, deny, false);
	qsort(index->entries, index->n, sizeof *index->entries, compare_entries);
	find_levels(index);
	return index;
}

void
rules_index_destroy(struct rules_index *index)
{
	if (index == NULL)
		return;
	free(index->entries);
	free(index);
}

bool
rules_meet(const struct rules *a, const struct rules *b, const struct rule **x,
    const struct rule **y)
{
	struct rules_index *index = rules_index_create(a, b);
	bool                found = false;

	for (size_t i = 1; index != NULL && i < index->n && !found; i++) {
		const struct entry *e = &index->entries[i - 1];

		if (compare(e[0].rule, e[1].rule) != 0 || e[0].allows == e[1].allows)
			continue;
		*x = e[0].allows ? e[0].rule : e[1].rule;
		*y = e[0].allows ? e[1].rule : e[0].rule;
		found = true;
	}
	rules_index_destroy(index);
	return found;
}

static const struct entry *
find(const struct rules_index *index, size_t first, size_t n, const struct rule *rule)
{
	struct entry key = { rule, false };

	return bsearch(
	    &key, index->entries + first, n, sizeof *index->entries, compare_entries);
}

/* One that denies, if there is; these are few enough to look at each. */
static const struct entry *
find_group(const struct rules_index *index, const struct peer *peer)
{
	const struct entry *found = NULL;

	for (size_t i = 0; i < index->n; i++) {
		const struct entry *e = &index->entries[i];

		if (e->rule->kind != RULE_GID || (found != NULL && e->allows))
			continue;
		for (size_t j = 0; j < peer->n_gids; j++)
			if (peer->gids[j] == e->rule->id)
				found = e;
	}
	return found;
}

static const struct entry *
find_user(const struct rules_index *index, const struct peer *peer)
{
	const struct rule   user = { .kind = RULE_UID, .id = peer->uid };
	const struct entry *found = find(index, 0, index->n, &user);

	return found != NULL ? found : find_group(index, peer);
}

static const struct entry *
find_network(const struct rules_index *index, const struct address *address)
{
	struct rule         host = { .kind = RULE_NETWORK };
	const struct entry *found = NULL;

	for (size_t i = 0; i < index->n_levels && found == NULL; i++) {
		const struct level *l = &index->levels[i];

		if (network_of(address, l->bits, &host.network) == 0 &&
		    host.network.family == l->family)
			found = find(index, l->first, l->n, &host);
	}
	return found;
}

const struct rule *
rules_find(const struct rules_index *index, const struct peer *peer, bool *allows)
{
	const struct entry *found =
	    peer->has_ids ? find_user(index, peer) : find_network(index, peer->address);

	*allows = found != NULL && found->allows;
	return found != NULL ? found->rule : NULL;
}
