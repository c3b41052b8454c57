/* SPDX-License-Identifier: MIT */
/* program.h - programs that a process starts, each in a process group of its own */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

/* Descriptors that a program is given, from 0 on. */
#define PROGRAM_FDS_MOST 260

/* Who does not die of SIGKILL is sent it again. */
#define PROGRAM_KILL_AGAIN_MS 1000

/* What to start. */
struct program {
	char *const *argv; /* with the path first, which is not searched for */
	char *const *envp;
	int          fds[PROGRAM_FDS_MOST]; /* become 0, 1, ...; each is above 2 */
	int          n_fds;
	char        *pid_text[2]; /* NULL, or where its pid is printed, in envp; */
	size_t       pid_size;    /* such that it fits */
};

/* One that was started. */
struct program_run {
	struct program_run *next;
	pid_t               pid;   /* of its group, too; 0: there is none */
	int                 pidfd; /* can be read when it has ended */
};

/* How it ended. */
struct program_end {
	int           status; /* as wait(2) has it */
	struct rusage usage;
};

/*
 * Once, before the process changes its root and rights: whoever loses its parent among the
 * offspring of programs becomes ours; and where we have a terminal, programs have a session of
 * their own, without it.  -1 with errno.
 */
int program_init(void);

/* Programs are to have this limit of descriptors, which is raised for us now. */
void program_keep_descriptors(const struct rlimit *);

/*
 * Start it, with no signal ignored or blocked and nothing open but its descriptors; it dies
 * with this process.  The memory of this process is not copied.  -1 with errno, of the exec
 * too: then nothing has been started.
 */
int program_start(const struct program *, struct program_run *);

/* It did not end by itself with exit status 0. */
bool program_has_failed(const struct program_end *);

/* Send a signal to the program and all of its group; or to the program alone. */
void program_signal(const struct program_run *, int signal_number);
void program_tell(const struct program_run *, int signal_number);

/*
 * Offspring of programs that has lost its parent is ours, and when it has ended, which SIGCHLD
 * tells, somebody must wait for it.
 */
void program_reap_orphans(void);

/* The list of our children, as proc(5) has it, to be closed; -1 where there is none of ours. */
int program_open_children(void);

/*
 * End those in it that are not spared, and wait for those that have ended.  How many there
 * were: 0 if nothing can come of them any more.
 */
int program_end_others(
    int children_fd, bool (*is_spared)(pid_t, const void *), const void *);

/*
 * Has the program ended?  Then nothing is left of its group, nor of those that left that and
 * belong to nobody else; *run is none.
 */
bool program_has_ended(struct program_run *run, struct program_end *);

/* The same, but what it has left goes on, and is ours. */
bool program_has_left(struct program_run *run, struct program_end *);

/* Programs or what they have left, and others; and end what they have left. */
bool program_has_children(void);
void program_end_orphans(void);

#endif
