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
#include <unistd.h>

#include "common/io.h"
#include "master/master.h"
#include "master/service.h"

/* Room for the pids of all our children. */
#define CHILDREN_TEXT 65536

static bool has_none_before; /* all children that we have are our doing */

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

static bool
is_ours(const struct master *m, pid_t pid)
{
	return pid == m->logger.pid || pid == m->reload.old_logger.pid ||
	    pid == m->reload.trial.pid || is_worker(m->services, pid) ||
	    is_worker(m->closing, pid) || is_worker(m->leaving, pid) ||
	    is_worker(m->reload.services, pid);
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

void
strays_end(const struct master *m)
{
	static char text[CHILDREN_TEXT];
	char       *end;
	long        pid;

	if (!has_none_before || !io_has_proc())
		return;
	text[read_children(text, sizeof text - 1)] = '\0';
	for (char *p = text; (pid = strtol(p, &end, 10)) > 0; p = end)
		if (!is_ours(m, (pid_t)pid))
			(void)kill((pid_t)pid, SIGKILL);
}
