/* SPDX-License-Identifier: MIT */
/* flood.c - send datagrams to a port of 127.0.0.1, so many a second; says how many it could */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	static char        payload[] = "a question of 32 bytes, or so it";
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct iovec       iov = { payload, sizeof payload - 1 };
	struct mmsghdr     m[BATCH] = { 0 };
	double             a_second, seconds, began = now();
	unsigned long long n = 0;
	int                fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc != 4 || fd == -1) {
		fputs("usage: flood PORT A_SECOND SECONDS\n", stderr);
		return 64;
	}
	to.sin_port = htons((in_port_t)atoi(argv[1]));
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a_second = atof(argv[2]);
	seconds = atof(argv[3]);
	for (int i = 0; i < BATCH; i++)
		m[i].msg_hdr = (struct msghdr){ .msg_name = &to,
			.msg_namelen = sizeof to,
			.msg_iov = &iov,
			.msg_iovlen = 1 };
	while (now() - began < seconds) {
		if ((double)n < (now() - began) * a_second)
			n += (unsigned long long)(sendmmsg(fd, m, BATCH, 0) > 0 ? BATCH :
										  0);
		else
			usleep(200);
	}
	printf("%llu\n", n);
	return 0;
}
