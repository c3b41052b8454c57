/* SPDX-License-Identifier: MIT */
/* runnable.c - may the workers of a service run that program? */
#include "config/runnable.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/settings.h"

/* Exit codes beyond every errno. */
enum { NO_FILE = 200, NO_ROOT, NO_RIGHTS };

/* 0, an errno of the program, or one of the above. */
static int
look_at(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return NO_FILE;
	return access(path, X_OK) == 0 ? 0 : errno;
}

/* In a process of its own: become what a worker will be, as far as that matters, and look. */
static int
look_as_worker(const struct service_conf *service, const char *path)
{
	const struct identity *i = &service->identity;

	if (service->chroot[0] != '\0' &&
	    (chroot(service->chroot) != 0 || chdir("/") != 0))
		return NO_ROOT;
	if (i->given && i->gid != (gid_t)-1 &&
	    (setgroups((size_t)i->n_groups, i->groups) != 0 ||
		setresgid(i->gid, i->gid, i->gid) != 0))
		return NO_RIGHTS;
	if (i->given && i->uid != (uid_t)-1 && setresuid(i->uid, i->uid, i->uid) != 0)
		return NO_RIGHTS;
	return look_at(path);
}

bool
runnable(const struct service_conf *service, const char *path, char *why, size_t size)
{
	int   status, result;
	pid_t pid;

	if (geteuid() != 0) {
		/* Who cannot change its root must not say what is in another one. */
		result = service->chroot[0] != '\0' ? 0 : look_at(path);
	} else {
		pid = fork();
		if (pid == 0)
			_exit(look_as_worker(service, path));
		if (pid == -1)
			return true; /* it is no matter of the program */
		while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
			;
		result = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	}
	if (result == 0 || result == NO_ROOT || result == NO_RIGHTS)
		return true; /* others tell that */
	snprintf(why, size, "%s",
	    result == NO_FILE ? "is no file that could be run" : strerror(result));
	return false;
}
