/* SPDX-License-Identifier: MIT */
/* sandbox.h - a worker becomes what its service says, for good */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <sys/types.h>

struct service_conf;

/*
 * Limits, niceness, umask, root, directory, groups and user (see rights.h), and the kernel's
 * promise to signal us when the master is gone.  0, or -1 with errno, the step that
 * failed in *step and what it was about, or "", in *object: then the process must end,
 * as it is neither one nor the other.
 */
int sandbox_enter(
    const struct service_conf *, pid_t master, const char **step, const char **object);

#endif
