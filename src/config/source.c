/* SPDX-License-Identifier: MIT */
/* source.c - the bytes of a settings file, read once */
#include "config/source.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/xalloc.h"
#include "config/setting.h"

/* What is there, up to one byte more than may be; -1 with errno. */
static ssize_t
read_all(int fd, char *bytes)
{
	size_t  used = 0;
	ssize_t n;

	while ((n = read(fd, bytes + used, SOURCE_LARGEST + 1 - used)) > 0)
		used += (size_t)n;
	return n < 0 ? -1 : (ssize_t)used;
}

int
source_open(const char *path)
{
	struct stat st = { .st_mode = 0 };
	int         fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	errno = S_ISDIR(st.st_mode) ? EISDIR : ENODEV;
	return -1;
}

char *
source_read(const char *path, int *status, char *why, size_t why_size)
{
	char   *bytes;
	ssize_t n;
	int     fd = source_open(path);

	*status = EX_NOINPUT;
	if (fd == -1) {
		snprintf(why, why_size, "cannot open it: %s",
		    errno == ENODEV ? "Not a regular file" : strerror(errno));
		return NULL;
	}
	bytes = xcalloc(1, SOURCE_LARGEST + 2);
	n = read_all(fd, bytes);
	close(fd);
	if (n == -1) {
		snprintf(why, why_size, "cannot read it: %s", strerror(errno));
	} else if (n > SOURCE_LARGEST) {
		*status = EX_CONFIG;
		snprintf(why, why_size, "is larger than %d bytes", SOURCE_LARGEST);
	} else if (memchr(bytes, '\0', (size_t)n) != NULL) {
		*status = EX_CONFIG;
		snprintf(why, why_size, "is no text: it has a NUL byte");
	} else {
		return bytes;
	}
	free(bytes);
	return NULL;
}

char *
source_directory(const char *path)
{
	char *copy = xstrdup(path), *slash = strrchr(copy, '/'), *real;

	if (slash == copy)
		slash++;
	if (slash != NULL)
		*slash = '\0';
	real = realpath(slash != NULL ? copy : ".", NULL);
	free(copy);
	return real;
}

/* A directory that cannot be read is no directory without files. */
static int
on_glob_error(const char *path, int error)
{
	(void)path;
	errno = error;
	return error != ENOENT && error != ENOTDIR;
}

int
source_glob(const char *pattern, struct strings *paths)
{
	glob_t found;
	int    result, error;

	errno = 0;
	result = glob(pattern, 0, on_glob_error, &found);
	error = result == GLOB_NOSPACE || errno == 0 ? ENOMEM : errno;
	if (result == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			strings_add(paths, found.gl_pathv[i]);
	}
	globfree(&found);
	errno = error;
	return result == 0 || result == GLOB_NOMATCH ? 0 : -1;
}
