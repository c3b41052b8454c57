/* SPDX-License-Identifier: MIT */
/* identity.h - what names of users and groups mean to the kernel */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct identity {
	bool   given; /* false: stay who we are */
	uid_t  uid;   /* (uid_t)-1, (gid_t)-1: not named */
	gid_t  gid;
	gid_t *groups; /* supplementary, gid among them */
	int    n_groups;
};

/*
 * Look up a user and a group, by name or number; "" is none.  Without a group it is the
 * user's own.  0, or -1 and why, with "user" or "group", whichever is to blame, in *bad.
 * Waits for name services.
 */
int  identity_find(const char *user, const char *group, struct identity *,
     const char **bad, char *why, size_t why_size);
void identity_finish(struct identity *);
bool identity_same(const struct identity *, const struct identity *);

#endif
