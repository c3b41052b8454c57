/* SPDX-License-Identifier: MIT */
/* exec_datagram.c - a program for each datagram, which is its standard input */
#include <errno.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

#include "common/address.h"
#include "common/io.h"
#include "handler/exec.h"
#include "handler/exec_cache.h"
#include "sockd.h"

static void
make_environment(const struct exec *x, struct exec_job *j, const struct sockd_datagram *d)
{
	struct address local, remote;

	local.size = (socklen_t)sockd_asked_address(d, &local.storage);
	remote.size = (socklen_t)sockd_asker_address(d, &remote.storage);
	exec_environ_make_datagram(
	    &j->environment, &x->common, x->styles, &local, &remote);
}

/*
 * A pipe with all of the datagram in it, and the end of input behind: nobody has to wait for a
 * program that does not read.  A pipe has room for the largest one, but for a user who has too
 * many, see pipe(7).  -1 with errno.
 */
static int
put_question(const struct sockd_datagram *d)
{
	size_t      size;
	const void *bytes = sockd_question(d, &size);
	int         fds[2], saved_errno;
	ssize_t     n;

	if (io_pipe(fds, false) != 0)
		return -1;
	n = io_nonblock(fds[1]) == 0 ? write(fds[1], bytes, size) : -1;
	saved_errno = n == -1 ? errno : ENOBUFS;
	close(fds[1]);
	if (n == (ssize_t)size)
		return fds[0];
	close(fds[0]);
	errno = saved_errno;
	return -1;
}

void
exec_send(const struct exec *x, struct sockd_datagram *d, const char *answer, size_t size)
{
	if (size == 0 || sockd_answer(d, answer, size, x->options->amplification) == 0)
		return;
	if (errno != EMSGSIZE)
		return;
	sockd_note_datagram(d, " unsent=%zu", size);
	sockd_log_datagram(d, LOG_DEBUG,
	    "not answered peer=%s: %zu bytes are too many; see handler.amplification",
	    sockd_asker(d), size);
}

void
exec_answer(void *self, struct sockd_datagram *d)
{
	struct exec    *x = self;
	struct exec_job j = {
		.client = { .datagram = d }, .out_fd = -1, .trouble = &x->trouble
	};

	if (x->cache != NULL) {
		exec_cache_answer(x, d);
		return;
	}
	j.in_fd = put_question(d);
	if (j.in_fd == -1) {
		exec_cannot_run(x, &j);
		return;
	}
	make_environment(x, &j, d);
	if (exec_run(x, &j) == SOCKD_DONE)
		exec_send(x, d, j.answer, j.size);
	else if (j.is_too_large)
		sockd_log_datagram(d, LOG_WARNING,
		    "not answered peer=%s: the program writes more than %lld bytes; see "
		    "handler.answer_size",
		    sockd_asker(d), x->options->answer_size);
	close(j.in_fd);
	free(j.answer);
}
