/* SPDX-License-Identifier: MIT */
/* rights.h - become a group and a user, and lose all other rights for good */
#ifndef RIGHTS_H
#define RIGHTS_H

struct identity;

/*
 * First the groups, as the user that we become may not change them; then the user, and
 * with it every capability, whatever securebits say; a process that was never root loses
 * those that it was started with too.  What the kernel says is done is looked at again.
 * 0, or -1 with errno: then the process must end, as it is neither one nor the other.
 */
int rights_take_groups(const struct identity *);
int rights_take_user(const struct identity *);

#endif
