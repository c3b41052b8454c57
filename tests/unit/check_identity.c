/* SPDX-License-Identifier: MIT */
/* check_identity.c - tests identity.c */
#include "config/identity.h"

#include <grp.h>
#include <pwd.h>

#include "unit.h"

#define NO_UID ((uid_t)-1)
#define NO_GID ((gid_t)-1)

/* By number, and by the names that every machine has. */
static const struct {
	const char *user, *group;
	uid_t       uid;
	gid_t       gid;
	int         n_groups; /* -1: as the machine has it */
} goods[] = {
	{ "", "", NO_UID, NO_GID, 0 },
	{ "root", "", 0, 0, -1 },
	{ "0", "0", 0, 0, 1 },
	{ "", "0", NO_UID, 0, 1 },
	{ "", "root", NO_UID, 0, 1 },
	{ "root", "4711", 0, 4711, -1 },
	{ "4711", "4712", 4711, 4712, 1 },
	{ "4711", "root", 4711, 0, 1 },
	{ "4294967294", "4294967294", 4294967294U, 4294967294U, 1 },
};

START_TEST(finds)
{
	struct identity i;
	bool            found = false;
	const char     *bad;
	char            why[256];

	if ((strcmp(goods[_i].user, "root") == 0 && getpwnam("root") == NULL) ||
	    (strcmp(goods[_i].group, "root") == 0 && getgrnam("root") == NULL))
		return; /* the machine has them not */
	ck_assert_int_eq(
	    identity_find(goods[_i].user, goods[_i].group, &i, &bad, why, sizeof why), 0);
	ck_assert(i.given);
	ck_assert_uint_eq(i.uid, goods[_i].uid);
	ck_assert_uint_eq(i.gid, goods[_i].gid);
	if (goods[_i].n_groups != -1)
		ck_assert_int_eq(i.n_groups, goods[_i].n_groups);
	for (int n = 0; n < i.n_groups; n++)
		found = found || i.groups[n] == i.gid;
	ck_assert(found || goods[_i].gid == NO_GID);
	identity_finish(&i);
	ck_assert_ptr_null(i.groups);
	ck_assert(!i.given);
}
END_TEST

static const struct {
	const char *user, *group, *why;
} bads[] = {
	{ "no-such-user", "", "\"no-such-user\": no such user" },
	{ "no-such-user", "0", "\"no-such-user\": no such user" },
	{ "", "no-such-group", "\"no-such-group\": no such group" },
	{ "root", "no-such-group", "\"no-such-group\": no such group" },
	{ "4711", "", "\"4711\": a user without a name needs a group too" },
	{ "-1", "0", "\"-1\": no such user" },
	{ "+1", "0", "\"+1\": no such user" },
	{ " 1", "0", "\" 1\": no such user" },
	{ "1 ", "0", "\"1 \": no such user" },
	{ "0x0", "0", "\"0x0\": no such user" },
	{ "4294967295", "0", "\"4294967295\": no such user" },
	{ "4294967296", "0", "\"4294967296\": no such user" },
	{ "99999999999999999999", "0", "\"99999999999999999999\": no such user" },
	{ "0", "4294967295", "\"4294967295\": no such group" },
	{ "0", "-1", "\"-1\": no such group" },
};

START_TEST(refuses)
{
	struct identity i = { .uid = 4711 };
	const char     *bad;
	char            why[256];

	ck_assert_int_eq(
	    identity_find(bads[_i].user, bads[_i].group, &i, &bad, why, sizeof why), -1);
	ck_assert_str_eq(why, bads[_i].why);
	ck_assert_uint_eq(i.uid, 4711);
	ck_assert_ptr_null(i.groups);
}
END_TEST

START_TEST(compares)
{
	gid_t                 one[] = { 1, 2 }, same[] = { 1, 2 }, other[] = { 1, 3 };
	const struct identity a = { true, 1, 2, one, 2 };
	struct identity       b = { true, 1, 2, same, 2 };

	ck_assert(identity_same(&a, &b));
	b.groups = other;
	ck_assert(!identity_same(&a, &b));
	b.n_groups = 1;
	ck_assert(!identity_same(&a, &b));
	b = (struct identity){ true, 2, 2, same, 2 };
	ck_assert(!identity_same(&a, &b));
	b = (struct identity){ true, 1, 1, same, 2 };
	ck_assert(!identity_same(&a, &b));
	b = (struct identity){ false, 1, 2, same, 2 };
	ck_assert(!identity_same(&a, &b));
	ck_assert(identity_same(
	    &(struct identity){ .given = true }, &(struct identity){ .given = true }));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("identity");

	TABLE(s, finds, goods);
	TABLE(s, refuses, bads);
	TEST(s, compares);
	return unit_run(s);
}
