/* SPDX-License-Identifier: MIT */
/* task.c - a stack of its own for each connection of a worker that serves many: coroutines */
#include "config.h"

/* It would take each jump to another stack for an error, as it looks at its address. */
#undef _FORTIFY_SOURCE

#include "worker/task.h"

#include <errno.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#ifdef HAVE_VALGRIND_VALGRIND_H
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(start, end) 0
#define VALGRIND_STACK_DEREGISTER(id)       ((void)(id))
#endif

/* The address sanitizer must know which stack we are on. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#define LEAVE_STACK(fake, bottom, size) \
	__sanitizer_start_switch_fiber((fake), (bottom), (size))
#define ENTER_STACK(fake, bottom, size) \
	__sanitizer_finish_switch_fiber((fake), (bottom), (size))
#else
#define LEAVE_STACK(fake, bottom, size) ((void)(fake), (void)(bottom), (void)(size))
#define ENTER_STACK(fake, bottom, size) ((void)(fake), (void)(bottom), (void)(size))
#endif

/*
 * Made once with makecontext(3), which asks the kernel for the signal mask at each switch;
 * after that a switch is a jump, and the task that ends is begun again for the next one.
 */
struct task {
	struct task *next; /* when it is free */
	void (*run)(void *);
	void    *arg;
	char    *memory; /* the page that guards the stack, and the stack */
	bool     is_over;
	unsigned stack_id; /* valgrind's */
	void    *fake;     /* the sanitizer's */
	jmp_buf  here;
};

static struct task *current, *free_tasks;
static size_t       n_free, page;
static jmp_buf      outside;
static const void  *outside_bottom;
static size_t       outside_size;

/* The task's side of a switch; what follows is on its stack again. */
static void
leave(struct task *t)
{
	LEAVE_STACK(t->is_over ? NULL : &t->fake, outside_bottom, outside_size);
	if (_setjmp(t->here) == 0)
		_longjmp(outside, 1);
	ENTER_STACK(t->fake, &outside_bottom, &outside_size);
}

/* On the task's own stack, for ever. */
static void
begin(void)
{
	struct task *t = current;

	ENTER_STACK(NULL, &outside_bottom, &outside_size);
	for (;;) {
		leave(t);
		t->run(t->arg);
		t->is_over = true;
		t->fake = NULL;
	}
}

/* Both sides' first switch. */
static int
begin_on(struct task *t, char *stack)
{
	ucontext_t context, back;
	void      *fake = NULL;

	if (getcontext(&context) != 0)
		return -1;
	context.uc_stack.ss_sp = stack;
	context.uc_stack.ss_size = TASK_STACK;
	context.uc_link = NULL;
	makecontext(&context, begin, 0);
	current = t;
	LEAVE_STACK(&fake, stack, TASK_STACK);
	if (_setjmp(outside) == 0)
		swapcontext(&back, &context);
	ENTER_STACK(fake, NULL, NULL);
	return 0;
}

static struct task *
make(void)
{
	struct task *t = calloc(1, sizeof *t);
	char        *stack;

	if (t == NULL)
		return NULL;
	if (page == 0)
		page = (size_t)sysconf(_SC_PAGESIZE);
	t->memory = mmap(NULL, page + TASK_STACK, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
	if (t->memory == MAP_FAILED) {
		free(t);
		return NULL;
	}
	stack = t->memory + page;
	t->stack_id = VALGRIND_STACK_REGISTER(stack, stack + TASK_STACK);
	if (mprotect(stack, TASK_STACK, PROT_READ | PROT_WRITE) != 0 ||
	    begin_on(t, stack) != 0) {
		VALGRIND_STACK_DEREGISTER(t->stack_id);
		munmap(t->memory, page + TASK_STACK);
		free(t);
		return NULL;
	}
	return t;
}

struct task *
task_create(void (*run)(void *), void *arg)
{
	struct task *t = free_tasks;

	if (t != NULL) {
		free_tasks = t->next;
		n_free--;
	} else if ((t = make()) == NULL) {
		return NULL;
	}
	t->run = run;
	t->arg = arg;
	t->is_over = false;
	return t;
}

bool
task_resume(struct task *t)
{
	void *fake = NULL;

	current = t;
	LEAVE_STACK(&fake, t->memory + page, TASK_STACK);
	if (_setjmp(outside) == 0)
		_longjmp(t->here, 1);
	ENTER_STACK(fake, NULL, NULL);
	t = current; /* what a jump leaves of variables is anybody's guess */
	current = NULL;
	if (!t->is_over)
		return true;
	t->next = free_tasks;
	free_tasks = t;
	n_free++;
	return false;
}

void
task_wait(void)
{
	leave(current);
}

void
task_trim(size_t keep)
{
	struct task *t;

	while (n_free > keep) {
		t = free_tasks;
		free_tasks = t->next;
		n_free--;
		VALGRIND_STACK_DEREGISTER(t->stack_id);
		munmap(t->memory, page + TASK_STACK);
		free(t);
	}
}
