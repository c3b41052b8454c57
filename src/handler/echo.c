/* SPDX-License-Identifier: MIT */
/* echo.c - send back what comes in (RFC 862) */
#include "sockd.h"

static enum sockd_end
echo_serve(void *self, struct sockd_conn *conn)
{
	size_t size;
	char  *buf =
	    sockd_scratch(conn, &size); /* a seqpacket socket's record is cut to it */
	ssize_t n;

	(void)self;
	while ((n = sockd_read(conn, buf, size)) > 0)
		if (sockd_write(conn, buf, (size_t)n) != 0)
			return SOCKD_ERROR;
	return n == 0 ? SOCKD_DONE : SOCKD_ERROR;
}

static void
echo_answer(void *self, struct sockd_datagram *datagram)
{
	size_t      size;
	const void *question = sockd_question(datagram, &size);

	(void)self;
	(void)sockd_answer(datagram, question, size, 1);
}

extern const struct sockd_handler echo_handler;
const struct sockd_handler        echo_handler = {
	       .abi = SOCKD_ABI,
	       .name = "echo",
	       .help = "Send back what comes in (RFC 862).",
	       .serve = echo_serve,
	       .answer = echo_answer,
};
