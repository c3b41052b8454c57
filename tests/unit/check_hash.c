/* SPDX-License-Identifier: MIT */
/* check_hash.c - tests hash.c with the vectors of SipHash's authors */
#include "common/hash.h"

#include "unit.h"

/* Of the bytes 0, 1, 2, … so many, with the key 0, 1, … 15. */
static const struct {
	size_t   size;
	uint64_t hash;
} vectors[] = {
	{ 0, 0x726fdb47dd0e0e31 },
	{ 1, 0x74f839c593dc67fd },
	{ 2, 0x0d6c8009d9a94f5a },
	{ 8, 0x93f5f5799a932462 },
	{ 15, 0xa129ca6149be45e5 },
};

START_TEST(is_siphash)
{
	static const struct hash_key key = { { 0x0706050403020100, 0x0f0e0d0c0b0a0908 } };
	unsigned char                bytes[16];

	for (unsigned i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)i;
	ck_assert_uint_eq(hash(&key, bytes, vectors[_i].size), vectors[_i].hash);
}
END_TEST

START_TEST(keys_differ)
{
	struct hash_key a = { { 0 } }, b = { { 0 } };

	ck_assert_int_eq(hash_make_key(&a), 0);
	ck_assert_int_eq(hash_make_key(&b), 0);
	ck_assert_uint_ne(hash(&a, "sockd", 5), hash(&b, "sockd", 5));
	ck_assert_uint_eq(hash(&a, "sockd", 5), hash(&a, "sockd", 5));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("hash");

	TABLE(suite, is_siphash, vectors);
	TEST(suite, keys_differ);
	return unit_run(suite);
}
