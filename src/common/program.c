/* SPDX-License-Identifier: MIT */
/* program.c - programs that a process starts, each in a process group of its own */
#include "common/program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/io.h"

/* The new process runs on it, until it is another program, while we wait. */
#define STACK 65536

/* How often to look, a millisecond apart, whether those that were killed are gone. */
#define SWEEPS_MOST       50
#define BLIND_SWEEPS_MOST 5

/* Room for the pids of our children, as proc(5) lists them. */
#define CHILDREN_TEXT 65536

/* What the new process does, and how that went. */
struct birth {
	const struct program *program;
	pid_t                 parent;
	volatile int          error;
};

static struct program_run *runs;
static struct rlimit       descriptors; /* that programs have */
static bool                has_descriptors;
static bool                has_terminal;
static sigset_t            changed;          /* signals that we ignore or catch */
static int                 children_fd = -1; /* the list of our offspring, or -1 */

/* As long as that is not sure to be none. */
static bool
look_for_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		return errno != ENXIO;
	close(fd);
	return true;
}

int
program_init(void)
{
	struct sigaction action;

	sigemptyset(&changed);
	for (int i = 1; i < NSIG; i++)
		if (sigaction(i, NULL, &action) == 0 && action.sa_handler != SIG_DFL)
			sigaddset(&changed, i);
	has_terminal = look_for_terminal();
	/* Not everywhere: then who leaves the group is not found. */
	children_fd = program_open_children();
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

void
program_keep_descriptors(const struct rlimit *limit)
{
	descriptors = *limit;
	has_descriptors = true;
}

/* Those that are ignored would stay so, and those that are caught change our memory. */
static void
reset_signals(void)
{
	for (int i = 1; i < NSIG; i++)
		if (sigismember(&changed, i) == 1)
			signal(i, SIG_DFL);
}

/* Its descriptors to 0, 1, ... and no others. */
static int
place_descriptors(const struct program *p)
{
	int fds[PROGRAM_FDS_MOST];

	for (int i = 0; i < p->n_fds; i++) {
		fds[i] = p->fds[i];
		if (fds[i] < p->n_fds)
			fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, p->n_fds);
		if (fds[i] == -1)
			return -1;
	}
	for (int i = 0; i < p->n_fds; i++)
		if (io_replace(i, fds[i]) != 0)
			return -1;
	/* Where there is no such call: all of ours are close-on-exec anyway. */
	(void)close_range((unsigned)p->n_fds, UINT_MAX, 0);
	return 0;
}

/*
 * A session is a group of the scheduler's, too, sched(7): to make one for each program takes
 * time, and so does changing between them.  But who has a terminal could do with it what its
 * owner can.
 */
static int
leave_group(void)
{
	return has_terminal ? (setsid() == -1 ? -1 : 0) : setpgid(0, 0);
}

/*
 * In the new process, which shares our memory: nothing but calls to the kernel, and what it
 * changes there is changed for us.
 */
static int
be_born(void *arg)
{
	struct birth         *b = arg;
	const struct program *p = b->program;
	sigset_t              none;

	sigemptyset(&none);
	if (leave_group() != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
	    place_descriptors(p) != 0) {
		b->error = errno;
		return 127;
	}
	if (getppid() != b->parent)
		return 127; /* which is gone, as is who would read an error */
	if (has_descriptors)
		(void)setrlimit(RLIMIT_NOFILE, &descriptors);
	reset_signals();
	for (size_t i = 0; i < 2; i++)
		if (p->pid_text[i] != NULL)
			snprintf(p->pid_text[i], p->pid_size, "%d", (int)getpid());
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(p->argv[0], p->argv, p->envp);
	b->error = errno;
	return 127;
}

int
program_start(const struct program *program, struct program_run *run)
{
	static char  stack[STACK] __attribute__((aligned(64)));
	struct birth b = { .program = program, .parent = getpid() };
	sigset_t     all, before;
	int          saved_errno;

	/* A handler of ours must not run there, where it would have our memory. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	run->pid = clone(be_born, stack + sizeof stack,
	    CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &b, &run->pidfd);
	saved_errno = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = saved_errno;
	if (run->pid == -1) {
		run->pid = 0;
		return -1;
	}
	if (b.error != 0) {
		(void)waitpid(run->pid, NULL, 0);
		close(run->pidfd);
		run->pid = 0;
		errno = b.error;
		return -1;
	}
	run->next = runs;
	runs = run;
	return 0;
}

bool
program_has_failed(const struct program_end *end)
{
	return !WIFEXITED(end->status) || WEXITSTATUS(end->status) != 0;
}

void
program_signal(const struct program_run *run, int signal_number)
{
	(void)kill(-run->pid, signal_number);
	/* It may have left its group; until we have waited for it the pid is its own. */
	if (getpgid(run->pid) != run->pid)
		(void)kill(run->pid, signal_number);
}

void
program_tell(const struct program_run *run, int signal_number)
{
	(void)kill(run->pid, signal_number);
}

static bool
is_running(pid_t pid)
{
	const struct program_run *r = runs;

	while (r != NULL && r->pid != pid)
		r = r->next;
	return r != NULL;
}

/* Is it one of ours, or in a group of ours that is still there? */
static bool
is_of_ours(pid_t pid)
{
	return is_running(pid) || is_running(getpgid(pid));
}

static bool
is_known(pid_t pid, const void *unused)
{
	(void)unused;
	return is_of_ours(pid);
}

int
program_open_children(void)
{
	return io_has_proc() ? open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC) :
			       -1;
}

int
program_end_others(int fd, bool (*is_spared)(pid_t, const void *), const void *arg)
{
	static char text[CHILDREN_TEXT];
	char       *end;
	ssize_t     n = pread(fd, text, sizeof text - 1, 0);
	long        pid;
	int         n_others = 0;

	text[n > 0 ? n : 0] = '\0';
	for (char *p = text; (pid = strtol(p, &end, 10)) > 0; p = end) {
		if (is_spared((pid_t)pid, arg))
			continue;
		n_others++;
		if (waitpid((pid_t)pid, NULL, WNOHANG) == 0)
			(void)kill((pid_t)pid, SIGKILL);
	}
	return n_others;
}

/* Those that have ended, up to one that is spared, whose turn comes; true if any are left. */
static bool
reap_but(bool (*is_spared)(pid_t))
{
	siginfo_t info = { .si_pid = 0 };

	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0) {
		if (info.si_pid == 0 || is_spared(info.si_pid))
			return true;
		(void)waitpid(info.si_pid, NULL, WNOHANG);
		info.si_pid = 0;
	}
	return false;
}

/* Without a list.  Others that are left must be on their way, if none of ours runs. */
static bool
reap_strays(void)
{
	return reap_but(is_of_ours) && runs == NULL;
}

void
program_reap_orphans(void)
{
	(void)reap_but(is_running);
}

bool
program_has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 ||
	    errno != ECHILD;
}

/* What belongs to no program any more is ended, and so is what it leaves. */
void
program_end_orphans(void)
{
	static const struct timespec rest = { 0, 1000000 };

	if (!program_has_children())
		return;
	for (int i = 0; i < (children_fd != -1 ? SWEEPS_MOST : BLIND_SWEEPS_MOST); i++) {
		if (children_fd != -1 ?
			program_end_others(children_fd, is_known, NULL) == 0 :
			!reap_strays())
			return;
		nanosleep(&rest, NULL);
	}
}

/* True if it has ended; as long as nobody has waited for it its group's number is its own. */
static bool
has_ended(const struct program_run *run)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)run->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
	    info.si_pid != 0;
}

static void
collect(struct program_run *run, struct program_end *end)
{
	memset(end, 0, sizeof *end);
	(void)wait4(run->pid, &end->status, WNOHANG, &end->usage);
	for (struct program_run **r = &runs; *r != NULL; r = &(*r)->next)
		if (*r == run) {
			*r = run->next;
			break;
		}
	io_close(&run->pidfd);
	run->pid = 0;
}

bool
program_has_ended(struct program_run *run, struct program_end *end)
{
	if (!has_ended(run))
		return false;
	(void)kill(-run->pid, SIGKILL);
	collect(run, end);
	program_end_orphans();
	return true;
}

bool
program_has_left(struct program_run *run, struct program_end *end)
{
	if (!has_ended(run))
		return false;
	collect(run, end);
	program_reap_orphans(); /* those that ended before it waited for its turn */
	return true;
}
