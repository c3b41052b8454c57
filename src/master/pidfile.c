/* SPDX-License-Identifier: MIT */
/* pidfile.c - the master's process number in a file that it keeps locked */
#include "master/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "common/io.h"
#include "common/log.h"
#include "common/xalloc.h"

/*
 * The number is written into a draft beside the file, PATH.new, which then takes the
 * file's place: readers find a whole number or none, and what was there is not written to,
 * whatever it is.  The draft is the turnstile too: none but our user can open it, so who
 * holds its lock is a sockd, and only who holds it looks at the file and replaces it.  The
 * lock stays with the draft when that becomes the file.  Who may only read the file can
 * have it locked for reading when sockd starts, and that says nothing.
 */

/* A sockd that starts has the draft for a moment only. */
#define TURN_MS    10
#define TURNS_MOST 200

static bool
is_in_place(const char *path, const struct stat *st)
{
	struct stat there;

	return lstat(path, &there) == 0 && there.st_dev == st->st_dev &&
	    there.st_ino == st->st_ino;
}

/* The lock belongs to the open file, not to the process: a fork does not lose it. */
static int
lock(int fd)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_OFD_SETLK, &whole);
}

/* 1 if we have the draft, 0 if another one has it for now, -1 with errno. */
static int
try_draft(const char *draft, int *fd, struct stat *st)
{
	*fd = open(draft, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (*fd == -1 || fstat(*fd, st) != 0)
		return -1;
	if (!S_ISREG(st->st_mode) || st->st_nlink > 1 || st->st_uid != geteuid()) {
		errno = EEXIST;
		return -1;
	}
	if (lock(*fd) != 0)
		return errno == EAGAIN ? 0 : -1;
	return is_in_place(draft, st) ? 1 : 0;
}

/* Locked and in its place; -1 with errno. */
static int
open_draft(const char *draft, int *fd, struct stat *st)
{
	static const struct timespec turn = { 0, TURN_MS * 1000000L };
	int                          got = 0;

	for (int i = 0; i < TURNS_MOST && (got = try_draft(draft, fd, st)) == 0; i++) {
		io_close(fd);
		nanosleep(&turn, NULL);
	}
	if (got == 1)
		return 0;
	if (got == 0)
		errno = EBUSY;
	io_close(fd);
	return -1;
}

/* 1 and its number if a sockd runs with this path, 0 if none does, -1 with errno. */
static int
find_owner(const char *path, char *number, size_t size)
{
	struct flock other = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct stat  st;
	ssize_t      n;
	int          fd, result;

	if (lstat(path, &st) != 0)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EEXIST;
		return -1;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	result = fcntl(fd, F_OFD_GETLK, &other);
	if (result == 0)
		result = other.l_type == F_WRLCK;
	n = result >= 0 ? read(fd, number, size - 1) : 0;
	number[n > 0 ? n : 0] = '\0';
	number[strcspn(number, "\n")] = '\0';
	close(fd);
	return result;
}

/* The draft becomes the file.  -1 with errno. */
static int
put_in_place(const char *draft, int fd, const char *path)
{
	char text[16];
	int  n = snprintf(text, sizeof text, "%d\n", (int)getpid());

	if (ftruncate(fd, 0) != 0 || io_write(fd, text, (size_t)n) != 0 ||
	    rename(draft, path) != 0)
		return -1;
	(void)fchmod(fd, 0644); /* not before: see above */
	return 0;
}

static int
refuse(const char *path)
{
	log_error("cannot create the pid file %s: %m; %s", path,
	    errno == EEXIST ?
		"it or its draft (.new) is there and is not a file of ours: remove that "
		"or set another pid_file" :
		"set pid_file to a place that we may write to, or use -f");
	return EX_CANTCREAT;
}

/* With the draft in our hands. */
static int
take_place(const char *draft, int fd, const char *path)
{
	char number[16];

	switch (find_owner(path, number, sizeof number)) {
	case 0:
		break;
	case 1:
		log_error("the pid file %s is locked by process %s: sockd runs already; "
			  "stop that one or set another pid_file",
		    path, number);
		return EX_CANTCREAT;
	default:
		return refuse(path);
	}
	if (put_in_place(draft, fd, path) == 0)
		return 0;
	log_error("cannot write the pid file %s: %m", path);
	return EX_CANTCREAT;
}

int
pidfile_open(struct pidfile *p, const char *path)
{
	char       *draft = xasprintf("%s.new", path), *copy = xstrdup(path);
	struct stat st;
	int         fd, status;

	if (open_draft(draft, &fd, &st) != 0) {
		status = refuse(path);
	} else if ((status = take_place(draft, fd, path)) == 0) {
		*p = (struct pidfile){ copy, fd, st.st_dev, st.st_ino };
		copy = NULL;
	} else {
		unlink(draft);
		close(fd);
	}
	free(draft);
	free(copy);
	return status;
}

void
pidfile_close(struct pidfile *p)
{
	const struct stat ours = { .st_dev = p->dev, .st_ino = p->ino };

	if (p->path == NULL)
		return;
	if (is_in_place(p->path, &ours))
		unlink(p->path);
	close(p->fd);
	free(p->path);
	p->path = NULL;
}
