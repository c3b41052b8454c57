/* SPDX-License-Identifier: MIT */
/* lines.c - what a program prints into a pipe, a line at a time */
#include "common/lines.h"

#include <errno.h>
#include <unistd.h>

#include "common/io.h"
#include "common/quote.h"

#define READ_MOST 4096

/* What is left in the pipe of one that is gone is no more than a pipe holds. */
#define READS_AT_END 16

int
lines_open(struct lines *l)
{
	*l = (struct lines){ .fd = -1 };
	return io_pipe_to_us(&l->fd);
}

void
lines_close(struct lines *l)
{
	io_close(&l->fd);
}

static void
put(struct lines *l, void (*on_line)(const void *, const char *), const void *arg)
{
	char text[QUOTE_TEXT];

	if (l->length == 0)
		return;
	quote(text, sizeof text, l->line, l->length);
	l->length = 0;
	on_line(arg, text);
}

void
lines_read(struct lines *l, void (*on_line)(const void *, const char *), const void *arg)
{
	char    bytes[READ_MOST];
	ssize_t n = l->fd != -1 ? read(l->fd, bytes, sizeof bytes) : 0;

	for (ssize_t i = 0; i < n; i++) {
		if (bytes[i] == '\n' || l->length == sizeof l->line)
			put(l, on_line, arg);
		if (bytes[i] != '\n')
			l->line[l->length++] = bytes[i];
	}
	if (n > 0 || (n == -1 && (errno == EAGAIN || errno == EINTR)))
		return;
	put(l, on_line, arg);
	io_close(&l->fd);
}

void
lines_finish(
    struct lines *l, void (*on_line)(const void *, const char *), const void *arg)
{
	for (int i = 0; i < READS_AT_END && l->fd != -1; i++)
		lines_read(l, on_line, arg);
	put(l, on_line, arg);
	io_close(&l->fd);
}
