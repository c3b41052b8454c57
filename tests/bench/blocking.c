/* SPDX-License-Identifier: MIT */
/* blocking.c - one connection at a time: accept, recv, send, close */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reference.h"

void
blocking_serve(int listener)
{
	char question[1024];

	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd == -1) {
			if (errno == ECONNABORTED)
				continue;
			give_up("accept");
		}
		if (recv(fd, question, sizeof question, 0) > 0)
			(void)!send(
			    fd, REFERENCE_ANSWER, strlen(REFERENCE_ANSWER), MSG_NOSIGNAL);
		close(fd);
	}
}
