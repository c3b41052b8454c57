/* SPDX-License-Identifier: MIT */
/*
 * torture.c - between our objects and libc: makes one call fail, once; dev/torture links it
 *
 * A site is a call with the stack that led to it, so it is the same in each run, whichever
 * process comes there and when.  $SOCKD_TORTURE names a file that dev/torture made and that
 * all processes of the run share: it says which site shall fail, and takes down who was
 * the first to come there, or else all sites that were reached.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define FRAMES 16
#define SITES  8192

struct site {
	_Atomic uint64_t hash;  /* 0: free */
	uint64_t         call;  /* its place in the table below */
	uint64_t stack[FRAMES]; /* addresses to return to, from the image's start */
};

static struct record {
	uint64_t         wanted; /* 0: none, write down all */
	_Atomic uint64_t failed; /* the process in which it was */
	struct site      sites[SITES];
} * record;

extern const char __executable_start[], __etext[];

__attribute__((constructor)) static void
open_record(void)
{
	const char *path = getenv("SOCKD_TORTURE");
	int         fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void       *p;

	if (fd == -1)
		return;
	p = mmap(NULL, sizeof *record, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	record = p != MAP_FAILED ? p : NULL;
}

/* By frame pointers, as long as they lead up and into our own code. */
static uint64_t
walk(uint64_t call, void *const *frame, uint64_t stack[FRAMES])
{
	uint64_t hash = 0xcbf29ce484222325 ^ call;
	int      n = 0;

	while (n < FRAMES) {
		void *const *up = frame[0];
		uintptr_t    to = (uintptr_t)frame[1];

		if (to < (uintptr_t)__executable_start || to > (uintptr_t)__etext)
			break;
		stack[n] = to - (uintptr_t)__executable_start;
		hash = (hash ^ stack[n++]) * 0x100000001b3;
		if (up <= frame || (uintptr_t)up - (uintptr_t)frame > 1 << 20)
			break;
		frame = up;
	}
	return hash;
}

static void
write_down(uint64_t hash, uint64_t call, const uint64_t stack[FRAMES])
{
	for (size_t i = 0; i < SITES; i++) {
		struct site *s = &record->sites[(hash + i) % SITES];
		uint64_t     there = 0;

		if (atomic_compare_exchange_strong(&s->hash, &there, hash)) {
			s->call = call;
			for (int n = 0; n < FRAMES; n++)
				s->stack[n] = stack[n];
			return;
		}
		if (there == hash)
			return;
	}
}

static bool
must_fail(uint64_t call, void *const *frame, int error)
{
	uint64_t stack[FRAMES] = { 0 }, hash, nobody = 0;

	if (record == NULL)
		return false;
	hash = walk(call, frame, stack);
	if (record->wanted == 0)
		write_down(hash, call, stack);
	if (hash != record->wanted ||
	    !atomic_compare_exchange_strong(&record->failed, &nobody, (uint64_t)getpid()))
		return false;
	errno = error;
	return true;
}

/*
 * Arguments go through as they are: each of them fits into a register, and there are six
 * at most.  dev/torture reads this table too.  Calls that fail for nothing but a mistake of
 * ours, such as sigaction and waitpid, are not in it.
 */
#define WRAP(call, failure, error)                                                 \
	long __real_##call(long, long, long, long, long, long);                    \
	long __wrap_##call(long, long, long, long, long, long);                    \
	long __wrap_##call(long a, long b, long c, long d, long e, long f)         \
	{                                                                          \
		return must_fail(__COUNTER__, __builtin_frame_address(0), error) ? \
		    (failure) :                                                    \
		    __real_##call(a, b, c, d, e, f);                               \
	}

WRAP(accept4, -1, EMFILE)
WRAP(bind, -1, EADDRINUSE)
WRAP(calloc, 0, ENOMEM)
WRAP(chdir, -1, EACCES)
WRAP(chmod, -1, EPERM)
WRAP(chroot, -1, EPERM)
WRAP(close_range, -1, ENOSYS)
WRAP(connect, -1, EAGAIN)
WRAP(dup2, -1, EBUSY)
WRAP(fchmod, -1, EPERM)
WRAP(fchownat, -1, EPERM)
WRAP(fcntl, -1, ENOLCK)
WRAP(fork, -1, EAGAIN)
WRAP(fstat, -1, EIO)
WRAP(getaddrinfo, -3, EAGAIN) /* EAI_AGAIN */
WRAP(getgrnam, 0, EIO)
WRAP(getgrouplist, -1, ENOMEM)
WRAP(getpwnam, 0, EIO)
WRAP(getrandom, -1, ENOSYS)
WRAP(getrlimit, -1, EPERM)
WRAP(getsockname, -1, ENOBUFS)
WRAP(getsockopt, -1, ENOBUFS)
WRAP(glob, 1, ENOMEM) /* GLOB_NOSPACE */
WRAP(kill, -1, EPERM)
WRAP(listen, -1, EADDRINUSE)
WRAP(lstat, -1, EIO)
WRAP(mmap, -1, ENOMEM)
WRAP(nanosleep, -1, EINTR)
WRAP(open, -1, EMFILE)
WRAP(opendir, 0, EMFILE)
WRAP(open_memstream, 0, ENOMEM)
WRAP(pipe2, -1, EMFILE)
WRAP(poll, -1, ENOMEM)
WRAP(ppoll, -1, ENOMEM)
WRAP(prctl, -1, EPERM)
WRAP(read, -1, EIO)
WRAP(reallocarray, 0, ENOMEM)
WRAP(realpath, 0, ENOMEM)
WRAP(recv, -1, ENOMEM)
WRAP(recvmmsg, -1, ENOMEM)
WRAP(recvmsg, -1, ENOMEM)
WRAP(rename, -1, EIO)
WRAP(sched_getaffinity, -1, EINVAL)
WRAP(send, -1, ENOBUFS)
WRAP(sendmmsg, -1, ENOBUFS)
WRAP(sendmsg, -1, ENOBUFS)
WRAP(sendto, -1, ENOBUFS)
WRAP(setgroups, -1, EPERM)
WRAP(setresgid, -1, EPERM)
WRAP(setresuid, -1, EAGAIN)
WRAP(setrlimit, -1, EPERM)
WRAP(setsid, -1, EPERM)
WRAP(setsockopt, -1, ENOBUFS)
WRAP(shutdown, -1, ENOTCONN)
WRAP(socket, -1, EMFILE)
WRAP(socketpair, -1, EMFILE)
WRAP(strdup, 0, ENOMEM)
WRAP(strndup, 0, ENOMEM)
WRAP(unlink, -1, EROFS)
WRAP(vasprintf, -1, ENOMEM)
WRAP(write, -1, EIO)
