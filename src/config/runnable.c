/* SPDX-License-Identifier: MIT */
/* runnable.c - may the workers of a service run that program? */
#include "config/runnable.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/quote.h"
#include "config/settings.h"

/* Exit codes beyond every errno. */
enum { NO_FILE = 200, NO_ROOT, NO_RIGHTS, NO_INTERPRETER };

/* The first line of a script, execve(2). */
#define LINE 256

/* What a script names behind "#!"; "" if the file is none, or cannot be read. */
static void
read_interpreter(const char *path, char name[LINE])
{
	char    line[LINE] = "";
	int     fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	name[0] = '\0';
	if (fd != -1) {
		n = read(fd, line, sizeof line - 1);
		close(fd);
	}
	if (n < 3 || line[0] != '#' || line[1] != '!')
		return;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	n = 2 + (ssize_t)strspn(line + 2, " \t");
	snprintf(name, LINE, "%.*s", (int)strcspn(line + n, " \t"), line + n);
}

/* 0, an errno of the program, or one of the above. */
static int
look_at(const char *path)
{
	struct stat st;
	char        interpreter[LINE];

	if (stat(path, &st) != 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return NO_FILE;
	if (access(path, X_OK) != 0)
		return errno;
	read_interpreter(path, interpreter);
	return interpreter[0] == '\0' || access(interpreter, X_OK) == 0 ? 0 :
									  NO_INTERPRETER;
}

static void
print_why(const char *path, int result, char *why, size_t size)
{
	char name[LINE], quoted[QUOTE_TEXT];

	if (result == NO_INTERPRETER) {
		read_interpreter(path, name);
		quote(quoted, sizeof quoted, name, strlen(name));
		snprintf(why, size, "its interpreter, %s, is not there or cannot be run",
		    quoted);
	} else {
		snprintf(why, size, "%s",
		    result == NO_FILE ? "is no file that could be run" :
					strerror(result));
	}
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
	print_why(path, result, why, size);
	return false;
}
