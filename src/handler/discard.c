/* SPDX-License-Identifier: MIT */
/* discard.c - read and forget (RFC 863) */
#include "sockd.h"

static enum sockd_end
discard_serve(void *self, struct sockd_conn *conn)
{
	size_t  size;
	char   *buf = sockd_scratch(conn, &size);
	ssize_t n;

	(void)self;
	do
		n = sockd_read(conn, buf, size);
	while (n > 0);
	return n == 0 ? SOCKD_DONE : SOCKD_ERROR;
}

static void
discard_answer(void *self, struct sockd_datagram *datagram)
{
	(void)self;
	(void)datagram;
}

extern const struct sockd_handler discard_handler;
const struct sockd_handler        discard_handler = {
	       .abi = SOCKD_ABI,
	       .name = "discard",
	       .help = "Read everything and answer nothing (RFC 863).",
	       .serve = discard_serve,
	       .answer = discard_answer,
};
