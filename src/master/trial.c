/* SPDX-License-Identifier: MIT */
/* trial.c - load settings in a process of its own, which may hang or die of them */
#include "master/trial.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/io.h"
#include "common/log.h"
#include "common/proctitle.h"
#include "common/quote.h"
#include "common/xalloc.h"
#include "config/complaint.h"
#include "config/flat.h"
#include "config/load.h"
#include "config/settings.h"

/*
 * libconfig reads some files in a time that grows with the square of their size, ends the
 * process over others, and dies without memory.  Files that are settings load in
 * milliseconds and a few megabytes; name servers may need some seconds.
 */
#define LOAD_SECONDS    3
#define RESOLVE_SECONDS 15
#define LOAD_MEBIBYTES  256

/* No answer is longer, with the contents of files that handlers send. */
#define ANSWER_MEBIBYTES 64
#define ANSWER_LARGEST   ((size_t)ANSWER_MEBIBYTES << 20)

/* Nor does it hold more errors, unless somebody else makes it. */
#define ERRORS_MOST 10000

static void
put_error(void *wire, const char *line)
{
	wire_put_string(wire, line);
}

static void
set_limit(int resource, rlim_t most)
{
	const struct rlimit limit = { most, most };

	(void)setrlimit((__rlimit_resource_t)resource, &limit);
}

static void
limit_all(void)
{
	set_limit(RLIMIT_CPU, LOAD_SECONDS);
	set_limit(RLIMIT_CORE, 0);
#if !defined(__SANITIZE_ADDRESS__) /* which takes terabytes */
	set_limit(RLIMIT_DATA, (rlim_t)LOAD_MEBIBYTES << 20);
#endif
}

/* Nothing of ours shall reach it, and nothing that ends it shall be ignored. */
static void
leave_others(int *fd)
{
	sigset_t none;

	if (io_close_others(fd, 1) != 0)
		_exit(EX_OSERR);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)io_null(STDERR_FILENO); /* libconfig's last words, if it exits */
	log_set_socket(-1, NULL);
	signal(SIGALRM, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGXCPU, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* What it sends: a status, and then the config or, if that is not 0, the errors. */
static void __attribute__((noreturn)) run(const char *file, bool resolve, int fd)
{
	struct complaints complaints = { .list = NULL };
	struct wire       answer = { .bytes = NULL };
	struct config    *config;

	leave_others(&fd);
	proctitle_set("trial of %s", file);
	limit_all();
	alarm(LOAD_SECONDS);
	config = config_load(file, &complaints);
	alarm(RESOLVE_SECONDS);
	if (config != NULL && resolve)
		(void)config_resolve(config, &complaints);
	wire_put_number(&answer, complaints.status);
	if (complaints.n == 0)
		flat_put(config, &answer);
	complaints_tell(&complaints, put_error, &answer);
	_exit(!answer.bad && io_write(fd, answer.bytes, answer.size) == 0 ? 0 : EX_OSERR);
}

int
trial_start(struct trial *t, const char *file, bool resolve)
{
	int fds[2];

	if (io_pipe(fds, false) != 0)
		return -1;
	t->pid = fork();
	if (t->pid == 0)
		run(file, resolve, fds[1]);
	close(fds[1]);
	if (t->pid == -1 || io_nonblock(fds[0]) != 0) {
		close(fds[0]);
		return -1;
	}
	t->fd = fds[0];
	memset(&t->answer, 0, sizeof t->answer);
	return 0;
}

bool
trial_read(struct trial *t)
{
	static char chunk[1 << 16];
	ssize_t     n = read(t->fd, chunk, sizeof chunk);

	if (n == -1)
		return errno != EAGAIN && errno != EINTR;
	wire_put(&t->answer, chunk, (size_t)n);
	return n == 0 || t->answer.bad || t->answer.size > ANSWER_LARGEST;
}

static void
add_error(struct trial_errors *errors, int status, char *line)
{
	if (errors->lines.n == 0)
		errors->status = status;
	quote_plain(line);
	strings_own(&errors->lines, line);
}

/* It has been led astray, or is cut short. */
static void
refuse_answer(const struct trial *t, const char *file, struct trial_errors *errors)
{
	if (t->answer.lacks_memory)
		add_error(errors, EX_OSERR, xasprintf("%s: out of memory", file));
	else if (t->answer.size > ANSWER_LARGEST)
		add_error(errors, EX_CONFIG,
		    xasprintf(
			"%s: with the files that are sent the settings are larger than "
			"%d MiB",
			file, ANSWER_MEBIBYTES));
	else if (t->answer.size > 0)
		add_error(errors, EX_SOFTWARE,
		    xasprintf("%s: the process that loaded it told nonsense", file));
	else
		add_error(errors, EX_CONFIG,
		    xasprintf("%s: the process that loaded it died of it: it may take %d "
			      "s and %d MiB to load, and %d s to resolve its names",
			file, LOAD_SECONDS, LOAD_MEBIBYTES, RESOLVE_SECONDS));
}

static void
take_errors(struct wire *answer, int status, struct trial_errors *errors)
{
	char *line;

	while (!answer->bad && !wire_is_done(answer) && errors->lines.n < ERRORS_MOST)
		if ((line = wire_take_string(answer)) != NULL)
			add_error(errors, status, line);
}

struct config *
trial_finish(struct trial *t, const char *file, struct trial_errors *errors)
{
	int            status = (int)wire_take_number(&t->answer, 0, EX__MAX);
	struct config *config = NULL;

	memset(errors, 0, sizeof *errors);
	if (!t->answer.bad && status == 0)
		config = flat_take(&t->answer);
	else
		take_errors(&t->answer, status, errors);
	if (config == NULL && errors->lines.n == 0)
		refuse_answer(t, file, errors);
	io_close(&t->fd);
	wire_finish(&t->answer);
	return config;
}

struct config *
trial_load(const char *file, bool resolve, struct trial_errors *errors)
{
	struct trial       t;
	struct pollfd      p = { .events = POLLIN };
	unsigned long long end_ms =
	    clock_ms() + (LOAD_SECONDS + RESOLVE_SECONDS + 1) * 1000;

	if (trial_start(&t, file, resolve) != 0) {
		memset(errors, 0, sizeof *errors);
		add_error(errors, EX_OSERR,
		    xasprintf("cannot start a process to load %s: %m", file));
		return NULL;
	}
	p.fd = t.fd;
	while (!trial_read(&t) && clock_ms() < end_ms)
		(void)poll(&p, 1, clock_poll_ms(clock_ms(), end_ms));
	kill(t.pid, SIGKILL); /* not reaped yet, so it is nobody else */
	while (waitpid(t.pid, NULL, 0) == -1 && errno == EINTR)
		;
	return trial_finish(&t, file, errors);
}

void
trial_cancel(struct trial *t)
{
	if (t->fd == -1)
		return;
	if (t->pid != 0)
		kill(t->pid, SIGKILL);
	io_close(&t->fd);
	wire_finish(&t->answer);
}
