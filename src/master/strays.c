/* SPDX-License-Identifier: MIT */
/* strays.c - what programs of a worker leave behind when it dies before it could end them */
#include "master/strays.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/io.h"
#include "master/master.h"
#include "master/service.h"

/* Room for the pids of all our children. */
#define CHILDREN_TEXT 65536

/* How often to look in the end whether all are gone. */
#define LOOKS 100

/* Loggers that old workers still write to. */
#define SPARED 32

static bool  has_none_before; /* all children that we have are our doing */
static pid_t spared[SPARED];

static bool
has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 ||
	    errno != ECHILD;
}

void
strays_init(void)
{
	has_none_before = getpid() != 1 && !has_children() &&
	    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
}

static bool
is_worker(struct service *list, pid_t pid)
{
	for (; list != NULL; list = list->next)
		if (service_find_process(list, pid) != NULL)
			return true;
	return false;
}

/* The place of that pid; 0 is a free one's. */
static pid_t *
find_spared(pid_t pid)
{
	for (int i = 0; i < SPARED; i++)
		if (spared[i] == pid)
			return &spared[i];
	return NULL;
}

void
strays_spare(pid_t pid)
{
	pid_t *place = find_spared(0);

	if (place != NULL)
		*place = pid;
	else
		has_none_before = false; /* rather none is ended than the wrong one */
}

void
strays_note_end(pid_t pid)
{
	pid_t *place = find_spared(pid);

	if (place != NULL)
		*place = 0;
}

static bool
is_ours(const struct master *m, pid_t pid)
{
	return find_spared(pid) != NULL || pid == m->logger.pid ||
	    pid == m->reload.old_logger.pid || pid == m->reload.trial.pid ||
	    is_worker(m->services, pid) || is_worker(m->closing, pid) ||
	    is_worker(m->leaving, pid) || is_worker(m->reload.services, pid);
}

/* As proc(5) lists them; the length, 0 where there is no list. */
static size_t
read_children(char *text, size_t size)
{
	int     fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	if (fd != -1) {
		n = read(fd, text, size);
		close(fd);
	}
	return n > 0 ? (size_t)n : 0;
}

int
strays_end(const struct master *m)
{
	static char text[CHILDREN_TEXT];
	char       *end;
	long        pid;
	int         n = 0;

	if (!has_none_before || !io_has_proc())
		return 0;
	text[read_children(text, sizeof text - 1)] = '\0';
	for (char *p = text; (pid = strtol(p, &end, 10)) > 0; p = end)
		if (!is_ours(m, (pid_t)pid)) {
			n++;
			(void)kill((pid_t)pid, SIGKILL);
		}
	return n;
}

void
strays_finish(const struct master *m)
{
	static const struct timespec rest = { 0, 2000000 };

	for (int i = 0; i < LOOKS && strays_end(m) > 0; i++) {
		nanosleep(&rest, NULL);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
}
