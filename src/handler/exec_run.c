/* SPDX-License-Identifier: MIT */
/* exec_run.c - a program from its start to its end, and what it says meanwhile */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/io.h"
#include "common/lines.h"
#include "common/xalloc.h"
#include "handler/exec.h"
#include "handler/usage.h"
#include "sockd.h"

/* The room for an answer, to begin with. */
#define ANSWER_FIRST 4096

static void
tell_line(const void *job, const char *quoted)
{
	const struct exec_job *j = job;

	exec_client_log(&j->client, LOG_WARNING, "stderr pid=%d %s", (int)j->pid, quoted);
}

static bool
may_come_later(ssize_t n)
{
	return n == -1 && (errno == EAGAIN || errno == EINTR);
}

/* Of its answer; false if nothing more is there now.  One byte too many is enough. */
static bool
read_answer(const struct exec *x, struct exec_job *j)
{
	size_t  most = (size_t)x->options->answer_size + 1, room = ANSWER_FIRST;
	ssize_t n;

	/* Its size is a power of 2, or nothing has been read, or it has its last size. */
	while (room <= j->size)
		room *= 2;
	if (room > most)
		room = most;
	j->answer = xrealloc(j->answer, room, 1);
	n = read(j->answer_fd, j->answer + j->size, room - j->size);
	if (n > 0)
		j->size += (size_t)n;
	else if (may_come_later(n))
		return false;
	j->is_too_large = j->size == most;
	if (n <= 0 || j->is_too_large)
		io_close(&j->answer_fd);
	return j->answer_fd != -1;
}

static void
finish_answer(const struct exec *x, struct exec_job *j)
{
	while (j->answer_fd != -1 && read_answer(x, j))
		;
	io_close(&j->answer_fd);
}

/* What the program is to have as 0, 1 and 2; ours is closed when it is started. */
static int
open_descriptors(const struct exec *x, struct exec_job *j, int fds[3], int ours[2])
{
	j->answer_fd = j->error.fd = ours[0] = ours[1] = -1;
	fds[0] = j->in_fd;
	fds[1] = j->out_fd;
	if (j->out_fd == -1)
		fds[1] = ours[0] = io_pipe_to_us(&j->answer_fd);
	if (fds[1] == -1)
		return -1;
	switch (x->options->stderr) {
	case EXEC_ERROR_CLIENT:
		fds[2] = fds[1];
		return 0;
	case EXEC_ERROR_NULL:
		fds[2] = x->command.null_fd;
		return 0;
	default:
		fds[2] = ours[1] = lines_open(&j->error);
		return fds[2] != -1 ? 0 : -1;
	}
}

static int
start(const struct exec *x, struct exec_job *j)
{
	struct program program = { .argv = x->command.argv,
		.envp = j->environment.list,
		.n_fds = j->has_conn ? 4 : 3,
		.pid_text = { j->environment.pid },
		.pid_size = j->environment.pid_size };
	int            ours[2], result, saved_errno;

	result = open_descriptors(x, j, program.fds, ours);
	program.fds[3] = j->in_fd;
	if (result == 0)
		result = program_start(&program, &j->run);
	saved_errno = errno;
	exec_environ_finish(&j->environment);
	io_close(&ours[0]);
	io_close(&ours[1]);
	if (result != 0) {
		io_close(&j->answer_fd);
		lines_close(&j->error);
	}
	errno = saved_errno;
	return result;
}

/* The end of a run for all is its own; who is told to end is waited for. */
static int
wait_patiently(const struct exec_job *j, const int *fds, int n, long long ms, bool told)
{
	unsigned long long now_ms = clock_ms(), end_ms;

	if (j->limit_ms == 0)
		return exec_client_wait(&j->client, fds, n, ms);
	end_ms = j->began_ms + (unsigned long long)j->limit_ms;
	if (told)
		return exec_client_wait_shared(&j->client, fds, n, ms);
	if (now_ms < end_ms)
		return exec_client_wait_shared(
		    &j->client, fds, n, (long long)(end_ms - now_ms));
	errno = ETIMEDOUT;
	return -1;
}

static int
wait_for_news(const struct exec *x, struct exec_job *j, long long ms, bool told)
{
	int fds[3] = { j->run.pidfd }, n = 1, result;

	if (j->error.fd != -1)
		fds[n++] = j->error.fd;
	if (j->answer_fd != -1)
		fds[n++] = j->answer_fd;
	result = wait_patiently(j, fds, n, ms, told);
	if (result == -1 && errno == ETIMEDOUT && !told)
		j->end = SOCKD_TIMEOUT;
	else if (result == -1 && errno == ECANCELED && !told)
		j->end = SOCKD_DRAINED;
	lines_read(&j->error, tell_line, j);
	if (j->answer_fd != -1)
		(void)read_answer(x, j);
	return result;
}

/* Until it has ended. */
static void
supervise(const struct exec *x, struct exec_job *j, struct program_end *end)
{
	static const struct timespec rest = { 0, 10000000 };
	unsigned long long           kill_at_ms = CLOCK_NEVER_MS, now_ms;
	long long                    ms = -1;
	int                          result;
	bool                         told = false;

	do {
		result = wait_for_news(x, j, ms, told);
		now_ms = clock_ms();
		if ((result == -1 || j->is_too_large) && !told) {
			program_signal(&j->run, SIGTERM);
			kill_at_ms = now_ms + (unsigned long long)x->options->kill_after;
			told = true;
		} else if (now_ms >= kill_at_ms) {
			program_signal(&j->run, SIGKILL);
			kill_at_ms = now_ms + PROGRAM_KILL_AGAIN_MS;
		} else if (result == -1) {
			nanosleep(&rest, NULL); /* the wait itself fails */
		}
		if (told)
			ms = (long long)(kill_at_ms - now_ms);
	} while (!program_has_ended(&j->run, end));
}

/* Failures that come one after another cost no more than so much. */
static void
note_end(const struct exec_job *j, const struct program_end *end)
{
	long long rest_ms = trouble_note_end(
	    j->trouble, program_has_failed(end), j->began_ms, clock_ms());

	if (rest_ms == 0 || j->limit_ms > 0)
		return;
	exec_client_rest(&j->client, rest_ms);
	exec_client_log(&j->client, LOG_WARNING,
	    "the program fails at once, %d times by now; taking the next client in %lld "
	    "ms",
	    j->trouble->n_young, rest_ms);
}

/* Of a connection sockd says it. */
static void
tell_why(const struct exec_job *j)
{
	static const char *const names[] = { [SOCKD_DONE] = "done",
		[SOCKD_TIMEOUT] = "timeout",
		[SOCKD_DRAINED] = "drained",
		[SOCKD_ERROR] = "error" };

	if (j->client.datagram != NULL)
		exec_client_note(&j->client, " why=%s", names[j->end]);
}

static void
tell_end(const struct exec_job *j, const struct program_end *end)
{
	char text[USAGE_TEXT];

	usage_print(end, text);
	tell_why(j);
	exec_client_note(&j->client, "%s", text);
}

void
exec_cannot_run(const struct exec *x, struct exec_job *j)
{
	long long rest_ms;

	j->errno_of_start = errno;
	rest_ms = trouble_note_none(j->trouble, clock_ms());
	j->end = SOCKD_ERROR;
	tell_why(j);
	exec_client_note(&j->client, " exit=none");
	if (j->limit_ms > 0)
		return;
	exec_client_log(&j->client, LOG_ERR, "cannot run %s: %s", x->command.argv[0],
	    strerror(j->errno_of_start));
	exec_client_rest(&j->client, rest_ms);
}

void
exec_print_failure(
    const struct exec *x, const struct exec_job *j, char *text, size_t size)
{
	int status = j->program_end.status;

	if (j->errno_of_start != 0)
		snprintf(text, size, "cannot run %s: %s", x->command.argv[0],
		    strerror(j->errno_of_start));
	else if (j->is_too_large)
		snprintf(text, size,
		    "the program writes more than %lld bytes; see handler.answer_size",
		    x->options->answer_size);
	else if (j->end == SOCKD_TIMEOUT)
		snprintf(text, size,
		    "the program takes too long and was ended; see handler.run_timeout");
	else if (WIFSIGNALED(status))
		snprintf(text, size, "the program fails: signal=%d", WTERMSIG(status));
	else
		snprintf(text, size, "the program fails: exit=%d", WEXITSTATUS(status));
}

enum sockd_end
exec_run(const struct exec *x, struct exec_job *j)
{
	struct program_end *end = &j->program_end;

	j->began_ms = clock_ms();
	j->end = SOCKD_DONE;
	if (start(x, j) != 0) {
		exec_cannot_run(x, j);
		return j->end;
	}
	j->pid = j->run.pid;
	supervise(x, j, end);
	lines_finish(&j->error, tell_line, j);
	finish_answer(x, j);
	note_end(j, end);
	if (j->end == SOCKD_DONE && (program_has_failed(end) || j->is_too_large))
		j->end = SOCKD_ERROR;
	tell_end(j, end);
	return j->end;
}
