/* SPDX-License-Identifier: MIT */
/* identity.c - what names of users and groups mean to the kernel */
#include "config/identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"

/* A number that stands for itself; (uid_t)-1 means nobody to the kernel. */
static bool
parse_id(const char *text, unsigned *id)
{
	char         *end;
	unsigned long n = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || n >= (uid_t)-1)
		return false;
	*id = (unsigned)n;
	return true;
}

static void
list_groups(struct identity *identity, const char *user)
{
	int n = 0;

	getgrouplist(user, identity->gid, NULL, &n);
	identity->groups = xcalloc((size_t)n, sizeof *identity->groups);
	if (getgrouplist(user, identity->gid, identity->groups, &n) < 0)
		n = 0;
	identity->n_groups = n;
}

static void
only_group(struct identity *identity)
{
	identity->groups = xcalloc(1, sizeof *identity->groups);
	identity->groups[0] = identity->gid;
	identity->n_groups = 1;
}

int
identity_find(const char *user, const char *group, struct identity *identity,
    const char **bad, char *why, size_t why_size)
{
	struct identity      i = { .given = true, .uid = (uid_t)-1, .gid = (gid_t)-1 };
	const struct passwd *pw = user[0] != '\0' ? getpwnam(user) : NULL;
	const struct group  *gr = group[0] != '\0' ? getgrnam(group) : NULL;

	if (pw != NULL) {
		i.uid = pw->pw_uid;
		i.gid = pw->pw_gid;
	} else if (user[0] != '\0' && !parse_id(user, &i.uid)) {
		*bad = "user";
		snprintf(why, why_size, "\"%s\": no such user", user);
		return -1;
	}
	if (gr != NULL) {
		i.gid = gr->gr_gid;
	} else if (group[0] != '\0' && !parse_id(group, &i.gid)) {
		*bad = "group";
		snprintf(why, why_size, "\"%s\": no such group", group);
		return -1;
	}
	if (i.uid != (uid_t)-1 && i.gid == (gid_t)-1) {
		*bad = "user";
		snprintf(why, why_size, "\"%s\": a user without a name needs a group too",
		    user);
		return -1;
	}
	if (pw != NULL)
		list_groups(&i, pw->pw_name);
	else if (i.gid != (gid_t)-1)
		only_group(&i);
	*identity = i;
	return 0;
}

void
identity_finish(struct identity *identity)
{
	free(identity->groups);
	memset(identity, 0, sizeof *identity);
}

bool
identity_same(const struct identity *a, const struct identity *b)
{
	return a->given == b->given && a->uid == b->uid && a->gid == b->gid &&
	    a->n_groups == b->n_groups &&
	    (a->n_groups == 0 ||
		memcmp(a->groups, b->groups, (size_t)a->n_groups * sizeof *a->groups) ==
		    0);
}
