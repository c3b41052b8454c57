/* SPDX-License-Identifier: MIT */
/* daemon.c - leave the terminal, with an exit status that is true */
#include "master/daemon.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/io.h"

static int status_fd = -1, null_fd = -1;

static void __attribute__((noreturn)) wait_for_status(int fd)
{
	unsigned char status;
	ssize_t       n;

	do
		n = read(fd, &status, 1);
	while (n == -1); /* interrupted: a pipe does not fail in another way */
	_exit(n == 1 ? status : EX_OSERR);
}

int
daemon_start(void)
{
	int fds[2];

	/* Now, as it would be too late to fail when we are ready. */
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null_fd == -1)
		return -1;
	if (io_pipe(fds, false) != 0)
		goto fail_pipe;
	switch (fork()) {
	case -1:
		goto fail_fork;
	case 0:
		close(fds[0]);
		status_fd = fds[1];
		setsid();
		return chdir("/");
	default:
		close(fds[1]);
		wait_for_status(fds[0]);
	}

fail_fork:
	close(fds[0]);
	close(fds[1]);
fail_pipe:
	io_close(&null_fd);
	return -1;
}

void
daemon_ready(int status)
{
	unsigned char byte = (unsigned char)status;

	if (status_fd == -1)
		return;
	if (status == 0)
		for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
			(void)io_replace(fd, null_fd);
	io_close(&null_fd);
	(void)io_write(status_fd, &byte, 1);
	io_close(&status_fd);
}
