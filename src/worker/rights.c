/* SPDX-License-Identifier: MIT */
/* rights.c - become a group and a user, and lose all other rights for good */
#include "worker/rights.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/xalloc.h"
#include "config/identity.h"

static bool
has(const struct identity *i, gid_t group)
{
	for (int k = 0; k < i->n_groups; k++)
		if (i->groups[k] == group)
			return true;
	return false;
}

/* Is there no supplementary group but those? */
static bool
has_no_others(const struct identity *i)
{
	gid_t *groups = xcalloc((size_t)i->n_groups + 1, sizeof *groups);
	int    n = getgroups(i->n_groups + 1, groups), known = 0;

	while (known < n && has(i, groups[known]))
		known++;
	free(groups);
	return known == n;
}

int
rights_take_groups(const struct identity *i)
{
	gid_t real, effective, saved;
	bool  took, is_done;

	if (!i->given || i->gid == (gid_t)-1)
		return 0;
	/* Who is not root may have the right to it all the same; or has no others to give up. */
	took = setgroups((size_t)i->n_groups, i->groups) == 0;
	if (!took && (geteuid() == 0 || errno != EPERM))
		return -1;
	if (setresgid(i->gid, i->gid, i->gid) != 0 ||
	    getresgid(&real, &effective, &saved) != 0)
		return -1;
	is_done = real == i->gid && effective == i->gid && saved == i->gid &&
	    (!took || has_no_others(i));
	errno = EPERM;
	return is_done ? 0 : -1;
}

/* A change of user does this by itself, but not with every securebit. */
static int
drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version =
						       _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct   none[_LINUX_CAPABILITY_U32S_3] = { { 0, 0, 0 } };

	return geteuid() == 0 ? 0 : (int)syscall(SYS_capset, &header, none);
}

int
rights_take_user(const struct identity *i)
{
	uid_t real, effective, saved;

	if (!i->given || i->uid == (uid_t)-1)
		return drop_capabilities();
	if (setresuid(i->uid, i->uid, i->uid) != 0 || drop_capabilities() != 0 ||
	    getresuid(&real, &effective, &saved) != 0)
		return -1;
	errno = EPERM;
	if (real != i->uid || effective != i->uid || saved != i->uid)
		return -1;
	/* Who is not root any more must not be able to become it again. */
	return i->uid != 0 && setresuid((uid_t)-1, 0, (uid_t)-1) == 0 ? -1 : 0;
}
