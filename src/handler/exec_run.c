/* SPDX-License-Identifier: MIT */
/* exec_run.c - a program from its start to its end, and what it says meanwhile */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/io.h"
#include "common/quote.h"
#include "common/xalloc.h"
#include "handler/exec.h"
#include "sockd.h"

/* What is read of standard error at a time; and the room for an answer, to begin with. */
#define ERROR_READ   4096
#define ANSWER_FIRST 4096

/* Who does not die of SIGKILL is sent it again. */
#define KILL_AGAIN_MS 1000

/* So many that fail within this time of their start, one after another, are too many. */
#define YOUNG_MS   50
#define YOUNG_MOST 10

/* Then the worker rests, longer each time. */
#define REST_FIRST_MS 10
#define REST_MOST_MS  1000

/* As it does when a program cannot be started at all. */
#define FAILED_REST_FIRST_MS 100
#define FAILED_REST_MOST_MS  10000

static long long
next_rest(long long ms, long long first, long long most)
{
	ms = ms < first ? first : 2 * ms;
	return ms < most ? ms : most;
}

static void
put_line(struct exec_job *j)
{
	char text[QUOTE_TEXT];

	if (j->length == 0)
		return;
	quote(text, sizeof text, j->line, j->length);
	exec_client_log(&j->client, LOG_WARNING, "stderr pid=%d %s", (int)j->pid, text);
	j->length = 0;
}

static bool
may_come_later(ssize_t n)
{
	return n == -1 && (errno == EAGAIN || errno == EINTR);
}

/* What it says, as it comes: a line at a time, and long ones in pieces. */
static void
read_error(struct exec_job *j)
{
	char    bytes[ERROR_READ];
	ssize_t n = read(j->error_fd, bytes, sizeof bytes);

	for (ssize_t i = 0; i < n; i++) {
		if (bytes[i] == '\n' || j->length == sizeof j->line)
			put_line(j);
		if (bytes[i] != '\n')
			j->line[j->length++] = bytes[i];
	}
	if (n > 0 || may_come_later(n))
		return;
	put_line(j);
	io_close(&j->error_fd);
}

/* The rest of it, as far as it is there. */
static void
finish_error(struct exec_job *j)
{
	for (int i = 0; i < 16 && j->error_fd != -1; i++)
		read_error(j);
	put_line(j);
	io_close(&j->error_fd);
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

/* A pipe that the program writes to and we read from, without waiting. */
static int
open_pipe(int *read_fd, int *write_fd)
{
	int fds[2];

	if (io_pipe(fds, false) != 0)
		return -1;
	*read_fd = fds[0];
	*write_fd = fds[1];
	return io_nonblock(fds[0]);
}

/* What the program is to have as 0, 1 and 2; ours is closed when it is started. */
static int
open_descriptors(const struct exec *x, struct exec_job *j, int fds[3], int ours[2])
{
	j->answer_fd = j->error_fd = ours[0] = ours[1] = -1;
	fds[0] = j->in_fd;
	fds[1] = j->out_fd;
	if (j->out_fd == -1) {
		if (open_pipe(&j->answer_fd, &ours[0]) != 0)
			return -1;
		fds[1] = ours[0];
	}
	switch (x->options->stderr) {
	case EXEC_ERROR_CLIENT:
		fds[2] = fds[1];
		return 0;
	case EXEC_ERROR_NULL:
		fds[2] = x->null_fd;
		return 0;
	default:
		if (open_pipe(&j->error_fd, &ours[1]) != 0)
			return -1;
		fds[2] = ours[1];
		return 0;
	}
}

static int
start(const struct exec *x, struct exec_job *j)
{
	struct program program = { .argv = x->argv,
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
		io_close(&j->error_fd);
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

	if (j->error_fd != -1)
		fds[n++] = j->error_fd;
	if (j->answer_fd != -1)
		fds[n++] = j->answer_fd;
	result = wait_patiently(j, fds, n, ms, told);
	if (result == -1 && errno == ETIMEDOUT && !told)
		j->end = SOCKD_TIMEOUT;
	else if (result == -1 && errno == ECANCELED && !told)
		j->end = SOCKD_DRAINED;
	if (j->error_fd != -1)
		read_error(j);
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
			kill_at_ms = now_ms + KILL_AGAIN_MS;
		} else if (result == -1) {
			nanosleep(&rest, NULL); /* the wait itself fails */
		}
		if (told)
			ms = (long long)(kill_at_ms - now_ms);
	} while (!program_has_ended(&j->run, end));
}

static bool
has_failed(const struct program_end *end)
{
	return !WIFEXITED(end->status) || WEXITSTATUS(end->status) != 0;
}

/* Failures that come one after another cost no more than so much. */
static void
note_end(const struct exec_job *j, const struct program_end *end)
{
	struct exec_trouble *t = j->trouble;

	if (!has_failed(end) || clock_ms() >= j->began_ms + YOUNG_MS) {
		t->n_young = 0;
		t->rest_ms = 0;
		return;
	}
	if (++t->n_young < YOUNG_MOST)
		return;
	t->rest_ms = next_rest(t->rest_ms, REST_FIRST_MS, REST_MOST_MS);
	if (j->limit_ms > 0)
		return;
	exec_client_rest(&j->client, t->rest_ms);
	exec_client_log(&j->client, LOG_WARNING,
	    "the program fails at once, %d times by now; taking the next client in %lld "
	    "ms",
	    t->n_young, t->rest_ms);
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
	const struct rusage *u = &end->usage;
	unsigned long long   us =
	    (unsigned long long)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1000000 +
	    (unsigned long long)(u->ru_utime.tv_usec + u->ru_stime.tv_usec);

	tell_why(j);
	if (WIFSIGNALED(end->status))
		exec_client_note(&j->client, " signal=%d", WTERMSIG(end->status));
	else
		exec_client_note(&j->client, " exit=%d", WEXITSTATUS(end->status));
	exec_client_note(&j->client, " cpu_ms=%llu.%llu rss_kb=%ld", us / 1000,
	    us / 100 % 10, u->ru_maxrss);
}

void
exec_cannot_run(const struct exec *x, struct exec_job *j)
{
	struct exec_trouble *t = j->trouble;

	j->error = errno;
	j->end = SOCKD_ERROR;
	t->rest_ms = next_rest(t->rest_ms, FAILED_REST_FIRST_MS, FAILED_REST_MOST_MS);
	tell_why(j);
	exec_client_note(&j->client, " exit=none");
	if (j->limit_ms > 0)
		return;
	exec_client_log(
	    &j->client, LOG_ERR, "cannot run %s: %s", x->argv[0], strerror(j->error));
	exec_client_rest(&j->client, t->rest_ms);
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
	finish_error(j);
	finish_answer(x, j);
	note_end(j, end);
	if (j->end == SOCKD_DONE && (has_failed(end) || j->is_too_large))
		j->end = SOCKD_ERROR;
	tell_end(j, end);
	return j->end;
}
