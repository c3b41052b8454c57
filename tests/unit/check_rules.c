/* SPDX-License-Identifier: MIT */
/* check_rules.c - tests rules.c, against looking at every rule */
#include "config/rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "common/address.h"
#include "unit.h"

static struct rules allow, deny;

static void
add(struct rules *rules, const char *text)
{
	char why[256] = "";

	ck_assert_msg(rules_add(rules, text, why, sizeof why) == 0, "%s: %s", text, why);
}

static struct address
address_of(const char *text)
{
	struct address       a = { 0 };
	struct sockaddr_in  *in = (struct sockaddr_in *)&a.storage;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&a.storage;

	if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
		a.storage.ss_family = AF_INET;
		a.size = sizeof *in;
	} else {
		ck_assert_int_eq(inet_pton(AF_INET6, text, &in6->sin6_addr), 1);
		a.storage.ss_family = AF_INET6;
		a.size = sizeof *in6;
	}
	return a;
}

static void
finish(void)
{
	rules_finish(&allow);
	rules_finish(&deny);
}

/* The text of the rule that counts, with + or - before it; "" if there is none. */
static const char *
found(const struct peer *peer)
{
	static char         text[100];
	struct rules_index *index = rules_index_create(&allow, &deny);
	bool                allows;
	const struct rule  *rule = rules_find(index, peer, &allows);

	snprintf(text, sizeof text, "%s%s",
	    rule == NULL ? "" :
		allows   ? "+" :
			   "-",
	    rule == NULL ? "" : rule->text);
	rules_index_destroy(index);
	return text;
}

static const struct {
	const char *address, *rule;
} networks[] = {
	{ "192.0.2.1", "+192.0.2.0/24" },
	{ "192.0.2.7", "-192.0.2.7" },
	{ "192.0.2.8", "+192.0.2.8/29" },
	{ "192.0.2.15", "+192.0.2.8/29" },
	{ "192.0.2.16", "-192.0.2.16/28" },
	{ "192.0.3.1", "-0.0.0.0/0" },
	{ "::ffff:192.0.2.7", "-192.0.2.7" },
	{ "::ffff:192.0.2.1", "+192.0.2.0/24" },
	{ "2001:db8::1", "+2001:db8::/32" },
	{ "2001:db8:1::1", "-2001:db8:1::/48" },
	{ "2001:db9::1", "" },
	{ "::1", "+::1" },
};

START_TEST(longest_prefix_wins)
{
	struct address address = address_of(networks[_i].address);
	struct peer    peer = { .address = &address };

	add(&allow, "192.0.2.0/24");
	add(&allow, "2001:db8::/32");
	add(&allow, "::1");
	add(&allow, "192.0.2.8/29");
	add(&deny, "192.0.2.7");
	add(&deny, "0.0.0.0/0");
	add(&deny, "192.0.2.16/28");
	add(&deny, "2001:db8:1::/48");
	ck_assert_str_eq(found(&peer), networks[_i].rule);
	finish();
}
END_TEST

static const struct {
	unsigned    uid;
	gid_t       gids[3];
	const char *rule;
} users[] = {
	{ 0, { 0, 0, 0 }, "-uid:0" },
	{ 1000, { 7, 8, 9 }, "+uid:1000" },
	{ 1001, { 7, 8, 4 }, "+gid:4" },
	{ 1001, { 4, 5, 6 }, "-gid:5" },
	{ 1001, { 6, 5, 4 }, "-gid:5" },
	{ 1001, { 7, 8, 9 }, "" },
	{ 1001, { 3, 4, 9 }, "-gid:3" },
	{ 1000, { 5, 5, 5 }, "+uid:1000" },
};

START_TEST(users_and_groups)
{
	struct peer peer = {
		.has_ids = true, .uid = users[_i].uid, .gids = users[_i].gids, .n_gids = 3
	};

	add(&allow, "uid:1000");
	add(&allow, "gid:4");
	add(&allow, "0.0.0.0/0");
	add(&deny, "uid:0");
	add(&deny, "gid:5");
	add(&deny, "gid:3");
	ck_assert_str_eq(found(&peer), users[_i].rule);
	finish();
}
END_TEST

START_TEST(knows_names)
{
	add(&allow, "uid:root");
	add(&deny, "gid:root");
	ck_assert_int_eq(allow.list[0].kind, RULE_UID);
	ck_assert_uint_eq(allow.list[0].id, 0);
	ck_assert_int_eq(deny.list[0].kind, RULE_GID);
	ck_assert_uint_eq(deny.list[0].id, 0);
	finish();
}
END_TEST

static const char *const bad[] = { "", "localhost", "10.0.0.0/33", "10.0.0.1/8",
	"uid:", "uid:-1", "uid:4294967295", "uid:4294967296", "uid:99999999999999999999",
	"uid:1x", "uid:no-such-user", "gid:no-such-group", "gid:", "user:0",
	"10.0.0.0/8 " };

START_TEST(refuses)
{
	char why[256] = "";

	ck_assert_int_eq(rules_add(&allow, bad[_i], why, sizeof why), -1);
	ck_assert_str_ne(why, "");
	ck_assert_uint_eq(allow.n, 0);
}
END_TEST

START_TEST(finds_what_is_in_both)
{
	const struct rule *a, *d;

	add(&allow, "10.0.0.0/8");
	add(&allow, "::ffff:192.0.2.1");
	add(&deny, "10.0.0.0/9");
	add(&deny, "uid:5");
	ck_assert(!rules_meet(&allow, &deny, &a, &d));
	add(&deny, "192.0.2.1/32");
	ck_assert(rules_meet(&allow, &deny, &a, &d));
	ck_assert_str_eq(a->text, "::ffff:192.0.2.1");
	ck_assert_str_eq(d->text, "192.0.2.1/32");
	ck_assert(!rules_same(&allow, &deny));
	ck_assert(rules_same(&deny, &deny));
	finish();
}
END_TEST

/* What the index is to find, by looking at each. */
static const struct rule *
find_slowly(const struct address *address, bool *allows)
{
	const struct rules *lists[] = { &allow, &deny };
	const struct rule  *best = NULL;

	for (size_t l = 0; l < 2; l++) {
		for (size_t i = 0; i < lists[l]->n; i++) {
			const struct rule *r = &lists[l]->list[i];

			if (!network_has(&r->network, address) ||
			    (best != NULL && best->network.bits >= r->network.bits))
				continue;
			best = r;
			*allows = l == 0;
		}
	}
	return best;
}

/* Addresses that have much in common, so that networks lie in networks. */
static void
random_address(struct address *a)
{
	static const char *const some[] = { "10.0.0.0", "10.0.3.7", "255.255.255.255",
		"2001:db8::", "2001:db8:ffff::", "::ffff:10.0.1.2" };
	struct sockaddr_in      *in = (struct sockaddr_in *)&a->storage;
	struct sockaddr_in6     *in6 = (struct sockaddr_in6 *)&a->storage;

	*a = address_of(some[rand() % (int)COUNT(some)]);
	for (int i = rand() % 4; i > 0; i--) {
		if (a->storage.ss_family == AF_INET)
			((unsigned char *)&in->sin_addr)[rand() % 4] ^=
			    (unsigned char)(1 << rand() % 8);
		else
			in6->sin6_addr.s6_addr[rand() % 16] ^=
			    (unsigned char)(1 << rand() % 8);
	}
}

static void
add_random(struct rules *rules)
{
	struct address a;
	struct network n;
	char           text[NETWORK_TEXT];

	random_address(&a);
	ck_assert_int_eq(network_of(&a, (unsigned)rand() % 129, &n), 0);
	network_print(&n, text, sizeof text);
	add(rules, text);
}

START_TEST(is_as_looking_at_each)
{
	const struct rule  *a, *d, *fast, *slow;
	struct rules_index *index;
	struct address      address;
	struct peer         peer = { .address = &address };
	bool                x, y;

	srand((unsigned)_i);
	for (int i = rand() % 60; i > 0; i--)
		add_random(rand() % 2 == 0 ? &allow : &deny);
	if (rules_meet(&allow, &deny, &a, &d)) { /* check.c refuses them */
		finish();
		return;
	}
	index = rules_index_create(&allow, &deny);
	for (int i = 0; i < 200; i++) {
		random_address(&address);
		x = y = false;
		fast = rules_find(index, &peer, &x);
		slow = find_slowly(&address, &y);
		ck_assert_int_eq(fast == NULL, slow == NULL);
		ck_assert_int_eq(x, y);
		if (fast != NULL)
			ck_assert_uint_eq(fast->network.bits, slow->network.bits);
	}
	rules_index_destroy(index);
	finish();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rules");

	TABLE(suite, longest_prefix_wins, networks);
	TABLE(suite, users_and_groups, users);
	TEST(suite, knows_names);
	TABLE(suite, refuses, bad);
	TEST(suite, finds_what_is_in_both);
	TESTS(suite, is_as_looking_at_each, 500);
	return unit_run(suite);
}
