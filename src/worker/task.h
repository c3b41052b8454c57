/* SPDX-License-Identifier: MIT */
/* task.h - a stack of its own for each connection of a worker that serves many: coroutines */
#ifndef TASK_H
#define TASK_H

#include <stdbool.h>
#include <stddef.h>

struct task;

/*
 * A task that will call run(arg) when it is resumed first.  Its stack has TASK_STACK bytes
 * above a page that nobody may touch.  NULL with errno.
 */
#if defined(__SANITIZE_ADDRESS__)
#define TASK_STACK (256 << 10)
#else
#define TASK_STACK (64 << 10)
#endif
struct task *task_create(void (*run)(void *), void *arg);

/*
 * Go on where it waits, until it waits again; outside of tasks only.  False when run() has
 * returned: the task is gone, and its stack may serve the next one.
 */
bool task_resume(struct task *);

/* In a task: back to who resumed it. */
void task_wait(void);

/* Keep at most so many stacks that no task uses. */
void task_trim(size_t keep);

#endif
