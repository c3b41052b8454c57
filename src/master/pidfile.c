/* SPDX-License-Identifier: MIT */
/* pidfile.c - the master's process number in a file that it keeps locked */
#include "master/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/io.h"
#include "common/log.h"
#include "common/xalloc.h"

/* Is what we locked still what the path names?  Its last owner may have removed it. */
static bool
is_in_place(const char *path, int fd, struct stat *st)
{
	struct stat there;

	return fstat(fd, st) == 0 && lstat(path, &there) == 0 &&
	    there.st_dev == st->st_dev && there.st_ino == st->st_ino;
}

/*
 * Open and lock a regular file: 0, or -1 with errno; EWOULDBLOCK if another process has
 * it, and then *fd is open to see which.
 */
static int
open_locked(const char *path, int *fd, struct stat *st)
{
	for (;;) {
		*fd = open(
		    path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
		if (*fd == -1)
			return -1;
		if (fstat(*fd, st) == 0 && !S_ISREG(st->st_mode)) {
			io_close(fd);
			errno = EEXIST;
			return -1;
		}
		if (flock(*fd, LOCK_EX | LOCK_NB) != 0)
			return -1;
		if (is_in_place(path, *fd, st))
			return 0;
		io_close(fd);
	}
}

static int
already_running(const char *path, int fd)
{
	char    text[16] = "";
	ssize_t n = read(fd, text, sizeof text - 1);

	text[n > 0 ? strcspn(text, "\n") : 0] = '\0';
	log_error("the pid file %s is locked by process %s: sockd runs already; stop "
		  "that one or "
		  "set another pid_file",
	    path, text);
	close(fd);
	return EX_CANTCREAT;
}

int
pidfile_open(struct pidfile *p, const char *path)
{
	struct stat st;
	char        text[16];
	int         fd, n;

	if (open_locked(path, &fd, &st) != 0) {
		if (fd != -1 && errno == EWOULDBLOCK)
			return already_running(path, fd);
		log_error("cannot create the pid file %s: %m; set pid_file to a place "
			  "that we may "
			  "write to, or use -f",
		    path);
		io_close(&fd);
		return EX_CANTCREAT;
	}
	n = snprintf(text, sizeof text, "%d\n", (int)getpid());
	if (ftruncate(fd, 0) != 0 || io_write(fd, text, (size_t)n) != 0) {
		log_error("cannot write the pid file %s: %m", path);
		unlink(path);
		close(fd);
		return EX_CANTCREAT;
	}
	p->path = xstrdup(path);
	p->fd = fd;
	p->dev = st.st_dev;
	p->ino = st.st_ino;
	return 0;
}

void
pidfile_close(struct pidfile *p)
{
	struct stat st;

	if (p->path == NULL)
		return;
	if (lstat(p->path, &st) == 0 && st.st_dev == p->dev && st.st_ino == p->ino)
		unlink(p->path);
	close(p->fd);
	free(p->path);
	p->path = NULL;
}
