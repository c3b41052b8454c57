/* SPDX-License-Identifier: MIT */
/* reference.c - a prefork server that does nothing but the work, with one of three loops */
#include "reference.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define BACKLOG       511 /* as sockd has it by default */
#define DEFER_SECONDS 10

struct loop {
	const char *name;
	void (*serve)(int fd);
	int  type;
	bool defers;  /* accepts a connection when it has brought something */
	bool spreads; /* each worker has a socket, and the kernel spreads the clients */
};

static const struct loop loops[] = {
	{ "blocking", blocking_serve, SOCK_STREAM, true, false },
	{ "epoll", epoll_serve, SOCK_STREAM, false, true },
	{ "recvmmsg", recvmmsg_serve, SOCK_DGRAM, false, false },
	{ 0 },
};

void
give_up(const char *what)
{
	perror(what);
	exit(EX_OSERR);
}

static void
set_option(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof value) != 0)
		give_up("setsockopt");
}

/* The kernel chooses *port if it is 0. */
static int
open_socket(const struct loop *loop, in_port_t *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = *port,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t          size = sizeof at;
	int                fd = socket(AF_INET, loop->type, 0);

	if (fd == -1)
		give_up("socket");
	if (loop->spreads)
		set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (loop->defers)
		set_option(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, DEFER_SECONDS);
	if (bind(fd, (struct sockaddr *)&at, size) != 0)
		give_up("bind");
	if (loop->type == SOCK_STREAM && listen(fd, BACKLOG) != 0)
		give_up("listen");
	if (getsockname(fd, (struct sockaddr *)&at, &size) != 0)
		give_up("getsockname");
	*port = at.sin_port;
	return fd;
}

static void
start_worker(const struct loop *loop, int fd)
{
	pid_t pid = fork();

	if (pid == -1)
		give_up("fork");
	if (pid > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	loop->serve(fd);
	_exit(0);
}

static const struct loop *
loop_find(const char *name)
{
	for (const struct loop *l = loops; l->name != NULL; l++)
		if (strcmp(l->name, name) == 0)
			return l;
	return NULL;
}

int
main(int argc, char **argv)
{
	const struct loop *loop = argc == 3 ? loop_find(argv[1]) : NULL;
	in_port_t          port = 0;
	int                fd = -1;

	if (loop == NULL) {
		fputs("usage: reference blocking|epoll|recvmmsg WORKERS\n", stderr);
		return EX_USAGE;
	}
	for (int i = 0; i < atoi(argv[2]); i++) {
		if (fd == -1 || loop->spreads)
			fd = open_socket(loop, &port);
		start_worker(loop, fd);
	}
	printf("%d\n", ntohs(port));
	fflush(stdout);
	/* A worker that is gone would make the others look better than they are. */
	wait(NULL);
	return EX_SOFTWARE;
}
