/* SPDX-License-Identifier: MIT */
/* reply.c - read a little, send a fixed text, close: the server of the tutorial */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "common/quote.h"
#include "common/xalloc.h"
#include "config/setting.h"
#include "handler/amplify.h"
#include "sockd.h"

#define REPLY_READ_MOST    (1 << 20)
#define REPLY_FILE_LARGEST (16LL << 20)

struct reply_options {
	char          *text;
	struct content file;
	long long      read;
	bool           log_request;
	long long      amplification;
};

static const struct setting reply_rows[] = {
	STRING(struct reply_options, text, "", APPLY_WORKERS, "What is sent."),
	CONTENT(struct reply_options, file, "", REPLY_FILE_LARGEST, APPLY_WORKERS,
	    "A file whose content, as it is at load, is sent instead of a text."),
	NUMBER(struct reply_options, read, "1024", 0, REPLY_READ_MOST, APPLY_WORKERS,
	    "Wait for the client to send something and read up to so many bytes first;\n"
	    "0 is to answer at once."),
	BOOL(struct reply_options, log_request, "false", APPLY_WORKERS,
	    "Log what was read, quoted."),
	AMPLIFICATION(struct reply_options),
	ROWS_END,
};

struct reply {
	const struct reply_options *options;
	const char                 *bytes;
	size_t                      size;
	char                       *request; /* room for what is read */
};

static int
reply_check(const void *options, char *why, size_t why_size)
{
	const struct reply_options *o = options;

	if ((o->text[0] != '\0') != (o->file.path != NULL))
		return 0;
	snprintf(why, why_size,
	    o->file.path == NULL ? "reply needs a \"text\" or a \"file\" to send" :
				   "reply takes a \"text\" or a \"file\", not both");
	return -1;
}

static int
reply_open(const void *options, void **self)
{
	const struct reply_options *o = options;
	struct reply               *r = xcalloc(1, sizeof *r);

	r->options = o;
	r->bytes = o->file.path != NULL ? o->file.bytes : o->text;
	r->size = o->file.path != NULL ? o->file.size : strlen(o->text);
	r->request = xcalloc(1, (size_t)o->read + 1);
	*self = r;
	return 0;
}

static void
reply_close(void *self)
{
	struct reply *r = self;

	free(r->request);
	free(r);
}

static enum sockd_end
reply_serve(void *self, struct sockd_conn *conn)
{
	struct reply *r = self;
	char          quoted[QUOTE_TEXT];
	ssize_t       n = 0;

	if (r->options->read > 0) {
		n = sockd_read(conn, r->request, (size_t)r->options->read);
		if (n == -1)
			return SOCKD_ERROR;
		if (r->options->log_request) {
			quote(quoted, sizeof quoted, r->request, (size_t)n);
			sockd_log(conn, LOG_INFO, "received peer=%s %s", sockd_peer(conn),
			    quoted);
		}
	}
	return sockd_write(conn, r->bytes, r->size) == 0 ? SOCKD_DONE : SOCKD_ERROR;
}

static void
reply_answer(void *self, struct sockd_datagram *datagram)
{
	struct reply *r = self;
	char          quoted[QUOTE_TEXT];
	size_t        size;
	const void   *question = sockd_question(datagram, &size);

	if (r->options->log_request) {
		quote(quoted, sizeof quoted, question, size);
		sockd_log_datagram(datagram, LOG_INFO, "received peer=%s %s",
		    sockd_asker(datagram), quoted);
	}
	if (sockd_answer(datagram, r->bytes, r->size, r->options->amplification) != 0 &&
	    errno == EMSGSIZE)
		sockd_log_datagram(datagram, LOG_DEBUG,
		    "not answered peer=%s: %zu bytes for "
		    "%zu; see handler.amplification",
		    sockd_asker(datagram), r->size, size);
}

extern const struct sockd_handler reply_handler;
const struct sockd_handler        reply_handler = {
	       .abi = SOCKD_ABI,
	       .name = "reply",
	       .help = "Read a little, send a fixed text and close.",
	       .settings = reply_rows,
	       .options_size = sizeof(struct reply_options),
	       .check = reply_check,
	       .open = reply_open,
	       .serve = reply_serve,
	       .answer = reply_answer,
	       .close = reply_close,
};
