/* SPDX-License-Identifier: MIT */
/* listener_path.c - a listener's socket in the file system, where others may meddle */
#include "master/listener_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/settings.h"
#include "master/listener.h"

/* Who can write to the directory must not lead us to another file than the socket. */
static int
open_path(const struct listener *l, struct stat *st)
{
	int fd = open(l->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd == -1)
		return -1;
	if (fstat(fd, st) == 0 && S_ISSOCK(st->st_mode) && st->st_dev == l->dev &&
	    st->st_ino == l->ino)
		return fd;
	close(fd);
	errno = ESTALE;
	return -1;
}

/* The path's owner and permissions; it was made with no more than these. */
int
listener_path_set_options(
    const struct listener *l, const struct listen_conf *conf, const char **failed)
{
	struct stat st;
	char        name[32];
	uid_t       uid;
	gid_t       gid;
	int         fd, result;

	*failed = "owner and mode";
	fd = open_path(l, &st);
	if (fd == -1)
		return -1;
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	uid = conf->ownership.uid != (uid_t)-1 ? conf->ownership.uid : geteuid();
	gid = conf->ownership.gid != (gid_t)-1 ? conf->ownership.gid : getegid();
	result = 0;
	/*
	 * While it is ours: to change another's needs more rights.  Without /proc it works
	 * as long as the umask at bind was enough.
	 */
	if ((st.st_mode & 07777) != (mode_t)conf->mode) {
		result = fchownat(fd, "", geteuid(), getegid(), AT_EMPTY_PATH);
		if (result == 0)
			result = chmod(name, (mode_t)conf->mode);
	}
	if (result == 0)
		result = fchownat(fd, "", uid, gid, AT_EMPTY_PATH);
	close(fd);
	return result;
}

/*
 * A socket path that nobody serves any more is in the way: remove it.  -1 with errno if
 * it is not a socket, or somebody serves it (EADDRINUSE).
 */
static int
remove_stale(const struct listener *l)
{
	struct stat st;
	int         fd, result;

	if (lstat(l->path, &st) != 0)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		return -1;
	}
	fd = socket(AF_UNIX, l->type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	result =
	    connect(fd, (const struct sockaddr *)&l->address.storage, l->address.size);
	if (result == 0)
		errno = EADDRINUSE;
	close(fd);
	if (result != 0 && errno == ECONNREFUSED)
		return unlink(l->path);
	if (errno == EPROTOTYPE || errno == EAGAIN)
		errno = EADDRINUSE;
	return -1;
}

int
listener_path_bind(struct listener *l, const struct listen_conf *conf)
{
	struct stat st;
	mode_t      old_mask;
	int         result;

	if (remove_stale(l) != 0)
		return -1;
	old_mask = umask(0777 & ~(mode_t)conf->mode);
	result =
	    bind(l->fd, (const struct sockaddr *)&l->address.storage, l->address.size);
	umask(old_mask);
	if (result != 0 || lstat(l->path, &st) != 0)
		return -1;
	l->dev = st.st_dev;
	l->ino = st.st_ino;
	return 0;
}

bool
listener_path_is_ours(const struct listener *l)
{
	struct stat st;

	/* Where we may not look, nobody says that it is gone. */
	if (lstat(l->path, &st) != 0)
		return errno != ENOENT && errno != ENOTDIR;
	return st.st_dev == l->dev && st.st_ino == l->ino;
}

void
listener_path_remove(const struct listener *l)
{
	struct stat st;

	if (l->path != NULL && l->ino != 0 && lstat(l->path, &st) == 0 &&
	    st.st_dev == l->dev && st.st_ino == l->ino)
		unlink(l->path);
}
