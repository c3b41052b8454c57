/* SPDX-License-Identifier: MIT */
/* chargen.c - send characters for as long as the client takes them (RFC 864) */
#include <errno.h>

#include "handler/amplify.h"
#include "sockd.h"

/* The RFC's pattern: lines of 72 of the 95 printing characters, each begins one later. */
#define CHARGEN_LINE  74
#define CHARGEN_LINES 95

/* The longest answer to a datagram, RFC 864. */
#define CHARGEN_DATAGRAM 512

struct chargen_options {
	long long amplification;
};

static const struct setting chargen_rows[] = {
	AMPLIFICATION(struct chargen_options),
	ROWS_END,
};

static void
chargen_print(char text[CHARGEN_LINES * CHARGEN_LINE])
{
	for (int line = 0; line < CHARGEN_LINES; line++) {
		for (int i = 0; i < CHARGEN_LINE - 2; i++)
			*text++ = (char)(' ' + (line + i) % CHARGEN_LINES);
		*text++ = '\r';
		*text++ = '\n';
	}
}

static int
chargen_open(const void *options, void **self)
{
	*self = (void *)options;
	return 0;
}

static enum sockd_end
chargen_serve(void *self, struct sockd_conn *conn)
{
	char text[CHARGEN_LINES * CHARGEN_LINE];

	(void)self;
	chargen_print(text);
	while (sockd_write(conn, text, sizeof text) == 0)
		;
	/* It goes on until the client is gone: that is no failure. */
	return errno == EPIPE || errno == ECONNRESET ? SOCKD_DONE : SOCKD_ERROR;
}

static void
chargen_answer(void *self, struct sockd_datagram *datagram)
{
	const struct chargen_options *options = self;
	char                          text[CHARGEN_LINES * CHARGEN_LINE];
	size_t                        asked, size = CHARGEN_DATAGRAM;

	sockd_question(datagram, &asked);
	if (options->amplification > 0 && asked * (size_t)options->amplification < size)
		size = asked * (size_t)options->amplification;
	chargen_print(text);
	(void)sockd_answer(datagram, text, size, options->amplification);
}

extern const struct sockd_handler chargen_handler;
const struct sockd_handler        chargen_handler = {
	       .abi = SOCKD_ABI,
	       .name = "chargen",
	       .help = "Send characters for as long as the client takes them (RFC 864).",
	       .settings = chargen_rows,
	       .options_size = sizeof(struct chargen_options),
	       .open = chargen_open,
	       .serve = chargen_serve,
	       .answer = chargen_answer,
};
