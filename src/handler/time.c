/* SPDX-License-Identifier: MIT */
/* time.c - the time as a 32-bit number of seconds (RFC 868) */
#include <arpa/inet.h>
#include <time.h>

#include "handler/amplify.h"
#include "sockd.h"

/* RFC 868 counts from 1900, time(2) from 1970. */
#define SECONDS_1900_TO_1970 2208988800U

struct time_options {
	long long amplification;
};

static const struct setting time_rows[] = {
	AMPLIFICATION(struct time_options),
	ROWS_END,
};

/* In network byte order; wraps in 2036, as the RFC's number does. */
static uint32_t
time_now(void)
{
	return htonl((uint32_t)((unsigned long long)time(NULL) + SECONDS_1900_TO_1970));
}

static int
time_open(const void *options, void **self)
{
	*self = (void *)options;
	return 0;
}

static enum sockd_end
time_serve(void *self, struct sockd_conn *conn)
{
	uint32_t now = time_now();

	(void)self;
	return sockd_write(conn, &now, sizeof now) == 0 ? SOCKD_DONE : SOCKD_ERROR;
}

static void
time_answer(void *self, struct sockd_datagram *datagram)
{
	const struct time_options *options = self;
	uint32_t                   now = time_now();

	(void)sockd_answer(datagram, &now, sizeof now, options->amplification);
}

extern const struct sockd_handler time_handler;
const struct sockd_handler        time_handler = {
	       .abi = SOCKD_ABI,
	       .name = "time",
	       .help = "Send the time as a 32-bit number of seconds since 1900 (RFC 868).",
	       .settings = time_rows,
	       .options_size = sizeof(struct time_options),
	       .open = time_open,
	       .serve = time_serve,
	       .answer = time_answer,
};
