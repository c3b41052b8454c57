/* SPDX-License-Identifier: MIT */
/* check_exec_store.c - tests exec_store.c */
#include "handler/exec_store.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#define MOST 8
#define NOW  1000000

static struct exec_store *
create(void)
{
	void *p = mmap(NULL, exec_store_size(MOST), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(p, MAP_FAILED);
	return p;
}

START_TEST(keeps_the_last_answer)
{
	struct exec_store *s = create();
	struct exec_record r = { .good_ms = 5, .next_ms = 7, .size = 3 }, got;
	char               answer[MOST];
	unsigned           version;

	ck_assert_uint_eq(exec_store_version(s), 0);
	ck_assert(exec_store_take(s, MOST, NOW, &got, answer, &version));
	ck_assert_uint_eq(got.good_ms, 0);
	ck_assert_uint_eq(got.size, 0);
	for (unsigned i = 1; i <= 3; i++) {
		r.has_failed = i == 2;
		r.trouble.n_young = (int)i;
		exec_store_put(s, MOST, &r, i == 3 ? "two" : "one");
		ck_assert_uint_eq(exec_store_version(s), i);
		ck_assert(exec_store_take(s, MOST, NOW, &got, answer, &version));
		ck_assert_uint_eq(version, i);
		ck_assert_mem_eq(answer, i == 3 ? "two" : "one", 3);
		ck_assert_int_eq(got.has_failed, i == 2);
		ck_assert_int_eq(got.trouble.n_young, (int)i);
		ck_assert_uint_eq(got.next_ms, 7);
	}
	r.size = MOST;
	exec_store_put(s, MOST, &r, "the most");
	ck_assert(exec_store_take(s, MOST, NOW, &got, answer, &version));
	ck_assert_mem_eq(answer, "the most", MOST);
	munmap(s, exec_store_size(MOST));
}
END_TEST

/* Who is killed while it writes has written to what nobody looks at. */
START_TEST(a_writer_may_be_killed)
{
	struct exec_store *s = create();
	struct exec_record r = { .good_ms = 5, .next_ms = 7, .size = MOST }, got;
	char               answer[MOST], *bad;
	unsigned           version;
	pid_t              pid;

	for (int i = 0; i < 20; i++) {
		exec_store_put(s, MOST, &r, "the last");
		bad = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		pid = fork();
		if (pid == 0) { /* reads its answer from where nothing can be read */
			signal(SIGSEGV, SIG_DFL);
			signal(SIGBUS, SIG_DFL);
			exec_store_put(s, MOST, &r, bad);
			_exit(0);
		}
		ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
		munmap(bad, 4096);
		ck_assert(exec_store_take(s, MOST, NOW, &got, answer, &version));
		ck_assert_uint_eq(version, (unsigned)i + 1);
		ck_assert_mem_eq(answer, "the last", MOST);
	}
	munmap(s, exec_store_size(MOST));
}
END_TEST

/* Any bytes may be there. */
START_TEST(believes_nothing)
{
	struct exec_store *s = create();
	size_t             size = exec_store_size(MOST);
	unsigned char     *bytes = (unsigned char *)s;
	struct exec_record got;
	char               answer[MOST];
	unsigned           version;

	srandom(4711);
	for (int i = 0; i < 10000; i++) {
		for (size_t j = 0; j < size; j++)
			bytes[j] = i == 0 ? 0xff : (unsigned char)random();
		ck_assert(exec_store_take(s, MOST, NOW, &got, answer, &version));
		ck_assert_uint_le(got.size, MOST);
		ck_assert(got.good_ms <= NOW + 1000);
		ck_assert(got.next_ms <= NOW + 25 * 60 * 60 * 1000);
		ck_assert(got.trouble.n_young >= 0 && got.trouble.n_young <= 1000000);
		ck_assert(got.trouble.rest_ms >= 0 &&
		    got.trouble.rest_ms <= 25 * 60 * 60 * 1000);
		ck_assert(got.has_failed == 0 || got.has_failed == 1);
	}
	munmap(s, size);
}
END_TEST

static volatile sig_atomic_t always = 1;

/* What is taken is of one answer, whoever writes meanwhile. */
START_TEST(is_never_torn)
{
	struct exec_store *s = create();
	struct exec_record r = { .good_ms = 5, .size = MOST }, got;
	char               answer[MOST], written[MOST];
	unsigned           version;
	int                n_taken = 0;
	pid_t              pid = fork();

	if (pid == 0)
		for (unsigned i = 0; always; i++) {
			memset(written, 'a' + (char)(i % 26), MOST);
			r.next_ms = i % 26;
			exec_store_put(s, MOST, &r, written);
		}
	while (exec_store_version(s) == 0)
		;
	for (int i = 0; i < 200000; i++) {
		if (!exec_store_take(s, MOST, NOW, &got, answer, &version))
			continue;
		memset(written, 'a' + (char)got.next_ms, MOST);
		ck_assert_mem_eq(answer, written, MOST);
		n_taken++;
	}
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_gt(n_taken, 0);
	munmap(s, exec_store_size(MOST));
}
END_TEST

static int
wait_status(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

START_TEST(a_lock_goes_with_its_process)
{
	int   fd = memfd_create("lock", MFD_CLOEXEC), fds[2];
	char  byte;
	pid_t pid;

	ck_assert(exec_store_lock(fd));
	ck_assert(exec_store_lock(fd)); /* the same process */
	pid = fork();
	if (pid == 0)
		_exit(exec_store_lock(fd));
	ck_assert_int_eq(wait_status(pid), 0);
	exec_store_unlock(fd);
	ck_assert_int_eq(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		byte = (char)exec_store_lock(fd);
		(void)!write(fds[1], &byte, 1);
		for (;;)
			pause();
	}
	ck_assert_int_eq(read(fds[0], &byte, 1), 1);
	ck_assert_int_eq(byte, 1);
	ck_assert(!exec_store_lock(fd));
	kill(pid, SIGKILL);
	(void)wait_status(pid);
	ck_assert(exec_store_lock(fd));
	close(fd);
}
END_TEST

/* With cache = 10 and stale = 100; the last good answer ended at 1000. */
static const struct {
	unsigned long long good_ms, next_ms;
	bool               has_failed;
	unsigned long long now_ms;
	enum exec_say      say, left;
} says[] = {
	{ 0, 0, false, 1000, EXEC_SAY_RUN, EXEC_SAY_FALLBACK },
	{ 1000, 1010, false, 1000, EXEC_SAY_CACHED, EXEC_SAY_STALE },
	{ 1000, 1010, false, 1009, EXEC_SAY_CACHED, EXEC_SAY_STALE },
	{ 1000, 1010, false, 1010, EXEC_SAY_RUN, EXEC_SAY_STALE },
	{ 1000, 1010, false, 1109, EXEC_SAY_RUN, EXEC_SAY_STALE },
	{ 1000, 1010, false, 1110, EXEC_SAY_RUN, EXEC_SAY_FALLBACK },
	{ 1000, 1030, true, 1029, EXEC_SAY_STALE, EXEC_SAY_STALE },
	{ 1000, 1030, true, 1030, EXEC_SAY_RUN, EXEC_SAY_STALE },
	{ 1000, 1120, true, 1109, EXEC_SAY_STALE, EXEC_SAY_STALE },
	{ 1000, 1120, true, 1110, EXEC_SAY_FALLBACK, EXEC_SAY_FALLBACK },
	{ 0, 1030, true, 1029, EXEC_SAY_FALLBACK, EXEC_SAY_FALLBACK },
	{ 0, 1030, true, 1030, EXEC_SAY_RUN, EXEC_SAY_FALLBACK },
};

START_TEST(says_what_an_asker_gets)
{
	struct exec_record r = { .good_ms = says[_i].good_ms,
		.next_ms = says[_i].next_ms,
		.has_failed = says[_i].has_failed };

	ck_assert_int_eq(exec_record_say(&r, says[_i].now_ms, 10, 100), says[_i].say);
	ck_assert_int_eq(exec_record_left(&r, says[_i].now_ms, 10, 100), says[_i].left);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exec_store");

	TEST(suite, keeps_the_last_answer);
	TEST(suite, a_writer_may_be_killed);
	TEST(suite, believes_nothing);
	TEST(suite, is_never_torn);
	TEST(suite, a_lock_goes_with_its_process);
	TABLE(suite, says_what_an_asker_gets, says);
	return unit_run(suite);
}
