/* SPDX-License-Identifier: MIT */
/* rules.h - lists of who may come and who may not: networks, and users of UNIX sockets */
#ifndef RULES_H
#define RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "common/network.h"
#include "config/strings.h"

struct origin;

enum rule_kind { RULE_NETWORK, RULE_UID, RULE_GID };

struct rule {
	enum rule_kind kind;
	struct network network;
	unsigned       id;   /* of a user or group */
	char          *text; /* as it stands there */
	const char    *file; /* where, in files; NULL: in that of the list */
	int            line; /* 0: not known yet */
};

/* All zero is the empty list. */
struct rules {
	struct rule   *list;
	size_t         n;
	struct strings files;
};

/*
 * Add one: "10.0.0.0/8", "uid:1000", "gid:adm".  Looks names up.  0, or -1 and why.
 */
int rules_add(struct rules *, const char *text, char *why, size_t why_size);

/* Where the last one stands, if that is not known yet. */
void rules_note(struct rules *, const char *file, int line);

struct origin rules_origin(const struct rule *, const struct origin *list);
void          rules_finish(struct rules *);
bool          rules_same(const struct rules *, const struct rules *);

/* A rule of each that mean the same peers; false if there is none. */
bool rules_meet(const struct rules *, const struct rules *, const struct rule **,
    const struct rule **);

/* Both lists, such that the one that counts for a peer is found fast.  They must stay. */
struct rules_index;
struct rules_index *rules_index_create(
    const struct rules *allow, const struct rules *deny); /* NULL: out of memory */
void rules_index_destroy(struct rules_index *);

/* Who comes: an address, or, from a UNIX socket, a user and the groups it is in. */
struct peer {
	const struct address *address;
	bool                  has_ids;
	unsigned              uid;
	const gid_t          *gids;
	size_t                n_gids;
};

/*
 * The rule that counts for this peer, and whether it is one that allows; NULL if none does.
 * That is the one of its networks with the longest prefix; of users the user's own, then
 * one that denies one of its groups, then one that allows one.
 */
const struct rule *rules_find(
    const struct rules_index *, const struct peer *, bool *allows);

#endif
