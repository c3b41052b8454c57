/* SPDX-License-Identifier: MIT */
/* hash.h - a hash that who does not know the key cannot steer: SipHash-2-4 (Aumasson, Bernstein) */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key {
	uint64_t words[2];
};

/* A random key; -1 with errno. */
int hash_make_key(struct hash_key *);

uint64_t hash(const struct hash_key *, const void *bytes, size_t size);

#endif
