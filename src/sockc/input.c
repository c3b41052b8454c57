/* SPDX-License-Identifier: MIT */
/* input.c - standard input, all of it at once */
#include "sockc/input.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/xalloc.h"

#define FIRST_ROOM 65536

char *
input_read(size_t limit, size_t *size)
{
	size_t  room = FIRST_ROOM, used = 0;
	char   *bytes = xcalloc(room, 1);
	ssize_t n;
	int     error;

	while ((n = read(STDIN_FILENO, bytes + used, room - used)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			goto fail;
		used += (size_t)n;
		errno = EFBIG;
		if (used > limit)
			goto fail;
		if (used == room)
			bytes = xrealloc(bytes, room *= 2, 1);
	}
	*size = used;
	return bytes;
fail:
	error = errno;
	free(bytes);
	errno = error;
	return NULL;
}
