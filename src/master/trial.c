/* SPDX-License-Identifier: MIT */
/* trial.c - load settings in a process of its own first, which may hang or die of them */
#include "master/trial.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/address.h"
#include "common/io.h"
#include "common/log.h"
#include "common/proctitle.h"
#include "common/xalloc.h"
#include "config/complaint.h"
#include "config/load.h"
#include "config/settings.h"
#include "config/sources.h"

/* Files that are settings load in milliseconds; name servers may need some seconds. */
#define LOAD_SECONDS    3
#define RESOLVE_SECONDS 15

/* What the trial sends: this byte, and the errors as lines, or the files and addresses. */
enum verdict { VERDICT_BAD = 'b', VERDICT_GOOD = 'g' };

/* More would only drive others out of the log. */
#define ERRORS_LOGGED 100

/* Larger results would not be from settings that fit into a file. */
#define RESULT_LARGEST (16u << 20)

static void
send_line(void *fd, const char *line)
{
	(void)io_write(*(const int *)fd, line, strlen(line));
	(void)io_write(*(const int *)fd, "\n", 1);
}

static void
send_complaints(int fd, const struct complaints *complaints)
{
	char verdict = VERDICT_BAD;

	(void)io_write(fd, &verdict, 1);
	complaints_tell(complaints, send_line, &fd);
}

/* For every endpoint in turn: how it is written, how many addresses and which. */
static void
send_addresses(int fd, const struct config *config)
{
	for (const struct service_conf *s = config->services; s != NULL; s = s->next) {
		for (const struct listen_conf *l = s->listens; l != NULL; l = l->next) {
			(void)io_write(fd, l->at.text, strlen(l->at.text) + 1);
			(void)io_write(fd, &l->n_addresses, sizeof l->n_addresses);
			(void)io_write(fd, l->addresses,
			    (size_t)l->n_addresses * sizeof *l->addresses);
		}
	}
}

static void
send_good(int fd, const struct sources *sources, const struct config *config)
{
	char verdict = VERDICT_GOOD;

	(void)io_write(fd, &verdict, 1);
	sources_send(sources, fd);
	send_addresses(fd, config);
}

static void __attribute__((noreturn)) trial_run(const char *file, int fd)
{
	static const struct rlimit seconds = { LOAD_SECONDS, LOAD_SECONDS };
	struct sources             sources = { .list = NULL };
	struct complaints          complaints = { .list = NULL };
	struct config             *config;
	sigset_t                   none;

	if (io_close_others(&fd, 1) != 0)
		_exit(EX_OSERR);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)io_null(STDERR_FILENO); /* libconfig's last words, if it exits */
	log_set_socket(-1, NULL);
	proctitle_set("trial of %s", file);
	signal(SIGALRM, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	(void)setrlimit(RLIMIT_CPU, &seconds);
	alarm(LOAD_SECONDS);
	config = config_load_from(file, &sources, &complaints);
	alarm(RESOLVE_SECONDS);
	if (config != NULL && config_resolve(config, &complaints) == 0)
		send_good(fd, &sources, config);
	else
		send_complaints(fd, &complaints);
	sources_finish(&sources);
	settings_destroy(config);
	complaints_finish(&complaints);
	_exit(0);
}

int
trial_start(struct trial *t, const char *file)
{
	int fds[2];

	if (io_pipe(fds, false) != 0)
		return -1;
	t->pid = fork();
	if (t->pid == 0)
		trial_run(file, fds[1]);
	close(fds[1]);
	if (t->pid == -1 || io_nonblock(fds[0]) != 0) {
		close(fds[0]);
		return -1;
	}
	t->fd = fds[0];
	t->bytes = NULL;
	t->size = 0;
	return 0;
}

bool
trial_read(struct trial *t)
{
	char    chunk[4096];
	ssize_t n = read(t->fd, chunk, sizeof chunk);

	if (n == -1)
		return errno != EAGAIN && errno != EINTR;
	if (n == 0 || t->size > RESULT_LARGEST)
		return true;
	t->bytes = xrealloc(t->bytes, t->size + (size_t)n + 1, 1);
	memcpy(t->bytes + t->size, chunk, (size_t)n);
	t->size += (size_t)n;
	t->bytes[t->size] = '\0';
	return false;
}

static size_t
log_lines(char *text)
{
	size_t n = 0;
	char  *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		if (line[0] == '\0')
			continue;
		if (n++ < ERRORS_LOGGED)
			log_error("%s", line);
	}
	if (n > ERRORS_LOGGED)
		log_error(
		    "and %zu errors more; sockd -t shows them all", n - ERRORS_LOGGED);
	return n;
}

/* The next size bytes of the result; -1 if there are no such. */
static int
take(const char **bytes, size_t *left, void *into, size_t size)
{
	if (size > *left)
		return -1;
	memcpy(into, *bytes, size);
	*bytes += size;
	*left -= size;
	return 0;
}

/* -1 if they are not those of this config. */
static int
take_addresses(struct config *config, const char *bytes, size_t left)
{
	for (struct service_conf *s = config->services; s != NULL; s = s->next) {
		for (struct listen_conf *l = s->listens; l != NULL; l = l->next) {
			size_t length = strnlen(bytes, left);
			int    n;

			if (length == left || strcmp(bytes, l->at.text) != 0)
				return -1;
			bytes += length + 1;
			left -= length + 1;
			if (take(&bytes, &left, &n, sizeof n) != 0 || n <= 0 ||
			    (size_t)n > left / sizeof *l->addresses)
				return -1;
			l->addresses = xcalloc((size_t)n, sizeof *l->addresses);
			if (take(&bytes, &left, l->addresses,
				(size_t)n * sizeof *l->addresses) != 0)
				return -1;
			l->n_addresses = n;
		}
	}
	return left == 0 ? 0 : -1;
}

static void
log_line_of(void *nothing, const char *line)
{
	(void)nothing;
	log_error("%s", line);
}

/* From the very bytes that the trial has read. */
static struct config *
load_here(const struct trial *t, const char *file, size_t *n_errors)
{
	struct complaints complaints = { .list = NULL };
	struct sources    sources = { .list = NULL };
	struct config    *config = NULL;
	const char       *bytes = t->bytes + 1;
	size_t            left = t->size - 1;

	if (sources_take(&sources, &bytes, &left) == 0)
		config = config_load_from(file, &sources, &complaints);
	sources_finish(&sources);
	complaints_tell(&complaints, log_line_of, NULL);
	*n_errors = complaints.n;
	complaints_finish(&complaints);
	if (*n_errors > 0 || (config != NULL && take_addresses(config, bytes, left) == 0))
		return config;
	log_error("%s: the process that tried it told something else", file);
	*n_errors = 1;
	settings_destroy(config);
	return NULL;
}

struct config *
trial_finish(struct trial *t, const char *file, size_t *n_errors)
{
	struct config *config = NULL;

	if (t->size > 0 && t->bytes[0] == VERDICT_GOOD) {
		config = load_here(t, file, n_errors);
	} else if (t->size > 1 && t->bytes[0] == VERDICT_BAD) {
		*n_errors = log_lines(t->bytes + 1);
	} else {
		log_error("%s: the process that tried it died of it, or took longer than "
			  "%d s to "
			  "load it, or %d s to resolve its names",
		    file, LOAD_SECONDS, RESOLVE_SECONDS);
		*n_errors = 1;
	}
	io_close(&t->fd);
	free(t->bytes);
	t->bytes = NULL;
	return config;
}

void
trial_cancel(struct trial *t)
{
	if (t->fd == -1)
		return;
	if (t->pid != 0)
		kill(t->pid, SIGKILL);
	io_close(&t->fd);
	free(t->bytes);
	t->bytes = NULL;
}
