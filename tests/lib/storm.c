/* SPDX-License-Identifier: MIT */
/* storm.c - connect from one address, over and over, as fast as it goes; says how often a second */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* No port is kept from the next one; and where the queue is full nobody waits for it. */
static int
strike(const struct sockaddr_in *from, const struct sockaddr_in *to)
{
	static const struct linger no_linger = { .l_onoff = 1 };
	static const int           yes = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), result = -1;

	if (fd == -1)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &no_linger, sizeof no_linger);
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
	if (bind(fd, (const struct sockaddr *)from, sizeof *from) == 0 &&
	    (connect(fd, (const struct sockaddr *)to, sizeof *to) == 0 ||
		errno == EINPROGRESS))
		result = 0;
	close(fd);
	return result;
}

/* usage: storm PORT ADDRESS SECONDS */
int
main(int argc, char **argv)
{
	struct sockaddr_in from = { .sin_family = AF_INET }, to = from;
	double             began = now(), seconds, n = 0;

	if (argc != 4 || inet_pton(AF_INET, argv[2], &from.sin_addr) != 1)
		return 64;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons((in_port_t)atoi(argv[1]));
	seconds = atof(argv[3]);
	while (now() < began + seconds)
		n += strike(&from, &to) == 0;
	printf("%.0f\n", n / (now() - began));
	return 0;
}
