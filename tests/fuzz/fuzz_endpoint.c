/* SPDX-License-Identifier: MIT */
/* fuzz_endpoint.c - endpoints: what is accepted is kept as written and within its bounds */
#include <sys/un.h>

#include "config/endpoint.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char           *text = fuzz_string(data, size), why[256] = "";
	struct endpoint e = { .port = 4711 }, again;

	if (endpoint_parse(text, &e, why, sizeof why) != 0) {
		must(e.text == NULL && e.port == 4711);
		must(why[0] != '\0' && strlen(why) < sizeof why);
		must(strchr(why, '\n') == NULL);
	} else {
		must(strcmp(e.text, text) == 0);
		must(
		    strncmp(text, e.transport->scheme, strlen(e.transport->scheme)) == 0);
		must(e.path == NULL ||
		    strlen(e.path) < sizeof((struct sockaddr_un *)0)->sun_path);
		must(endpoint_parse(e.text, &again, why, sizeof why) == 0);
		must(again.transport == e.transport && again.port == e.port);
		(void)endpoint_is_datagram(&e);
		(void)endpoint_is_path(&e);
		(void)endpoint_is_inet(&e);
		endpoint_finish(&e);
		endpoint_finish(&again);
	}
	free(text);
	return 0;
}
