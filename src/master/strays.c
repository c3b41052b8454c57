/* SPDX-License-Identifier: MIT */
/* strays.c - what programs of a worker leave behind when it dies before it could end them */
#include "master/strays.h"

#include <stdbool.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "common/io.h"
#include "common/program.h"
#include "master/master.h"
#include "master/service.h"

/* How often to look in the end whether all are gone. */
#define LOOKS 100

/* Loggers that old workers still write to. */
#define SPARED 32

static bool  has_none_before; /* all children that we have are our doing */
static pid_t spared[SPARED];

void
strays_init(void)
{
	has_none_before = getpid() != 1 && !program_has_children() &&
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
is_ours(pid_t pid, const void *master)
{
	const struct master *m = master;

	return find_spared(pid) != NULL || pid == m->logger.pid ||
	    pid == m->reload.old_logger.pid || pid == m->reload.trial.pid ||
	    is_worker(m->services, pid) || is_worker(m->closing, pid) ||
	    is_worker(m->leaving, pid) || is_worker(m->reload.services, pid);
}

int
strays_end(const struct master *m)
{
	int fd = has_none_before ? program_open_children() : -1, n = 0;

	if (fd != -1)
		n = program_end_others(fd, is_ours, m);
	io_close(&fd);
	return n;
}

void
strays_finish(const struct master *m)
{
	static const struct timespec rest = { 0, 2000000 };

	for (int i = 0; i < LOOKS && strays_end(m) > 0; i++)
		nanosleep(&rest, NULL);
}
