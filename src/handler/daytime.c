/* SPDX-License-Identifier: MIT */
/* daytime.c - the date and the time as a line of text (RFC 867) */
#include <time.h>

#include "handler/amplify.h"
#include "sockd.h"

/* Room for "Monday, November 23, 2026 07:20:00-UTC\r\n" with the longest names. */
#define DAYTIME_TEXT 64

struct daytime_options {
	long long amplification;
};

static const struct setting daytime_rows[] = {
	AMPLIFICATION(struct daytime_options),
	ROWS_END,
};

static size_t
daytime_print(char text[DAYTIME_TEXT])
{
	time_t    now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	return strftime(text, DAYTIME_TEXT, "%A, %B %d, %Y %H:%M:%S-UTC\r\n", &tm);
}

static int
daytime_open(const void *options, void **self)
{
	*self = (void *)options;
	return 0;
}

static enum sockd_end
daytime_serve(void *self, struct sockd_conn *conn)
{
	char text[DAYTIME_TEXT];

	(void)self;
	return sockd_write(conn, text, daytime_print(text)) == 0 ? SOCKD_DONE :
								   SOCKD_ERROR;
}

static void
daytime_answer(void *self, struct sockd_datagram *datagram)
{
	const struct daytime_options *options = self;
	char                          text[DAYTIME_TEXT];

	(void)sockd_answer(datagram, text, daytime_print(text), options->amplification);
}

extern const struct sockd_handler daytime_handler;
const struct sockd_handler        daytime_handler = {
	       .abi = SOCKD_ABI,
	       .name = "daytime",
	       .help = "Send the date and the time as a line of text (RFC 867).",
	       .settings = daytime_rows,
	       .options_size = sizeof(struct daytime_options),
	       .open = daytime_open,
	       .serve = daytime_serve,
	       .answer = daytime_answer,
};
