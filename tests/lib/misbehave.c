/* SPDX-License-Identifier: MIT */
/* misbehave.c - for LD_PRELOAD: a handler that does what its client says, before it answers */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char              word[5];
static volatile unsigned turns;

static void
spin(void)
{
	for (;;)
		turns++;
}

/* So much CPU time: while it is stopped, nothing of it is over. */
static void
work(long ms)
{
	struct timespec begin, now;

	syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &begin);
	do {
		turns++;
		syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &now);
	} while (
	    (now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 <
	    ms);
}

static void
obey(const char *order)
{
	void *leak;

	if (strcmp(order, "spin") == 0) {
		spin();
	} else if (strcmp(order, "deaf") == 0) {
		signal(SIGABRT, SIG_IGN);
		spin();
	} else if (strcmp(order, "rest") == 0) {
		for (;;)
			pause();
	} else if (strcmp(order, "work") == 0) {
		work(600);
	} else if (strcmp(order, "leak") == 0 && (leak = malloc(1 << 20)) != NULL) {
		memset(leak, 1, 1 << 20);
	}
}

ssize_t
recv(int fd, void *bytes, size_t size, int flags)
{
	ssize_t n = recvfrom(fd, bytes, size, flags, NULL, NULL);

	if (n == 4)
		memcpy(word, bytes, 4);
	return n;
}

/* A worker that is to begin in a directory where there is "stuck" never gets there. */
int
chdir(const char *path)
{
	int result = (int)syscall(SYS_chdir, path);

	while (result == 0 && access("stuck", F_OK) == 0)
		pause();
	return result;
}

/* Every call of a handler looks at the clock before it waits for anything. */
int
clock_gettime(clockid_t id, struct timespec *ts)
{
	char order[5];

	if (word[0] != '\0') {
		memcpy(order, word, sizeof order);
		word[0] = '\0';
		obey(order);
	}
	return (int)syscall(SYS_clock_gettime, id, ts);
}
