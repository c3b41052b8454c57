/* SPDX-License-Identifier: MIT */
/* fuzz_network.c - networks: what is accepted prints and parses to the same, and has its base */
#include <netinet/in.h>

#include "common/address.h"
#include "common/network.h"
#include "fuzz.h"

/* The first address, or with all bits behind the prefix set the last one. */
static struct address
address_of(const struct network *n, int last)
{
	struct address      a = { .size = sizeof a.storage };
	struct sockaddr_in  in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	unsigned char       host[16];

	memcpy(host, n->base, sizeof host);
	for (unsigned bit = n->bits; bit < 128; bit++)
		host[bit / 8] |= (unsigned char)((last ? 0x80 : 0) >> bit % 8);
	memcpy(&in.sin_addr, host, sizeof in.sin_addr);
	memcpy(&in6.sin6_addr, host, sizeof in6.sin6_addr);
	if (n->family == AF_INET)
		memcpy(&a.storage, &in, sizeof in);
	else
		memcpy(&a.storage, &in6, sizeof in6);
	return a;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char                      *text = fuzz_string(data, size), why[128] = "";
	char                       printed[NETWORK_TEXT];
	struct network             n = { .family = 4711 }, again;
	struct address             first, last;
	const struct sockaddr_in6 *in6;

	if (network_parse(text, &n, why, sizeof why) != 0) {
		must(n.family == 4711 && why[0] != '\0' && strlen(why) < sizeof why);
	} else {
		network_print(&n, printed, sizeof printed);
		must(strlen(printed) < sizeof printed - 1);
		must(network_parse(printed, &again, why, sizeof why) == 0);
		must(again.family == n.family && again.bits == n.bits);
		must(memcmp(again.base, n.base, sizeof n.base) == 0);
		first = address_of(&n, 0);
		last = address_of(&n, 1);
		must(network_has(&n, &first));
		/* The last of ::/80 and its like is an IPv4 address. */
		in6 = (const void *)&last.storage;
		must(network_has(&n, &last) ||
		    (n.family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)));
	}
	free(text);
	return 0;
}
