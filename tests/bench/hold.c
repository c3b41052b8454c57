/* SPDX-License-Identifier: MIT */
/* hold.c - open so many connections, say so, and keep them idle until standard input ends */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "dial.h"

int
main(int argc, char **argv)
{
	char c;

	if (argc != 3) {
		fputs("usage: hold CONNECTIONS PORT\n", stderr);
		return EX_USAGE;
	}
	for (int i = 0; i < atoi(argv[1]); i++) {
		if (dial(SOCK_STREAM, (unsigned)i, (in_port_t)atoi(argv[2])) == -1) {
			perror("hold");
			return EX_OSERR;
		}
	}
	puts("held");
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	return 0;
}
