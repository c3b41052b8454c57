/* SPDX-License-Identifier: MIT */
/* hash.c - a hash that who does not know the key cannot steer: SipHash-2-4 (Aumasson, Bernstein) */
#include "common/hash.h"

#include <sys/random.h>

int
hash_make_key(struct hash_key *key)
{
	return getrandom(key, sizeof *key, 0) == (ssize_t)sizeof *key ? 0 : -1;
}

static uint64_t
turn_left(uint64_t word, int bits)
{
	return word << bits | word >> (64 - bits);
}

static void
mix(uint64_t v[4], int rounds)
{
	for (; rounds > 0; rounds--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = turn_left(v[1], 13) ^ v[0];
		v[3] = turn_left(v[3], 16) ^ v[2];
		v[0] = turn_left(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = turn_left(v[1], 17) ^ v[2];
		v[3] = turn_left(v[3], 21) ^ v[0];
		v[2] = turn_left(v[2], 32);
	}
}

/* The first byte is the lowest, whatever the machine. */
static uint64_t
word_of(const unsigned char *bytes, size_t size)
{
	uint64_t word = 0;

	for (size_t i = 0; i < size; i++)
		word |= (uint64_t)bytes[i] << 8 * i;
	return word;
}

uint64_t
hash(const struct hash_key *key, const void *bytes, size_t size)
{
	const unsigned char *p = bytes;
	uint64_t             v[4] = { key->words[0] ^ 0x736f6d6570736575,
			    key->words[1] ^ 0x646f72616e646f6d, key->words[0] ^ 0x6c7967656e657261,
			    key->words[1] ^ 0x7465646279746573 };
	uint64_t             word;
	size_t               left = size;

	for (; left >= 8; left -= 8, p += 8) {
		word = word_of(p, 8);
		v[3] ^= word;
		mix(v, 2);
		v[0] ^= word;
	}
	word = word_of(p, left) | (uint64_t)size << 56;
	v[3] ^= word;
	mix(v, 2);
	v[0] ^= word;
	v[2] ^= 0xff;
	mix(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
