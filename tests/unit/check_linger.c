/* SPDX-License-Identifier: MIT */
/* check_linger.c - tests linger.c: half-closed connections with this test as their peer */
#include "worker/linger.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "common/clock.h"
#include "unit.h"

static int peers[LINGER_MOST + 1], ours[LINGER_MOST + 1];

/* So many of them; true if all were taken. */
static bool
keep(int n, unsigned long long ms)
{
	bool all = true;
	int  fds[2];

	for (int i = 0; i < n; i++) {
		ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
		peers[i] = fds[0];
		ours[i] = fds[1];
		shutdown(ours[i], SHUT_WR);
		all &= linger_keep(ours[i], clock_ms() + ms);
	}
	return all;
}

static bool
is_open(int i)
{
	return fcntl(ours[i], F_GETFD) != -1;
}

START_TEST(closes_after_its_peer)
{
	ck_assert(!linger_any());
	ck_assert(keep(3, 10000));
	ck_assert(linger_any());
	linger_look(LINGER_MOST, clock_ms());
	ck_assert(is_open(0) && is_open(1) && is_open(2));
	close(peers[1]);
	ck_assert_int_eq(write(peers[2], "more", 4), 4);
	linger_look(LINGER_MOST, clock_ms());
	ck_assert(is_open(0) && !is_open(1) && is_open(2));
	close(peers[2]);
	linger_look(1, clock_ms()); /* at the first one only */
	ck_assert(is_open(2));
	linger_look(1, clock_ms());
	ck_assert(is_open(0) && !is_open(2));
	close(peers[0]);
	linger_look(LINGER_MOST, clock_ms());
	ck_assert(!is_open(0));
	ck_assert(!linger_any());
}
END_TEST

/* By whatever it is told then, also if the peer sends on. */
START_TEST(closes_in_time)
{
	unsigned long long now_ms = clock_ms();

	ck_assert(keep(1, 1000));
	linger_look(1, now_ms + 900);
	ck_assert(is_open(0));
	ck_assert_int_eq(write(peers[0], "more", 4), 4);
	linger_look(1, now_ms + 2000);
	ck_assert(!is_open(0));
}
END_TEST

START_TEST(has_room_for_some)
{
	ck_assert(keep(LINGER_MOST, 10000));
	ck_assert(!linger_keep(0, 10000));
	close(peers[3]);
	linger_look(LINGER_MOST, clock_ms());
	ck_assert(keep(1, 10000));
	ck_assert(!linger_keep(0, 10000));
}
END_TEST

START_TEST(leaves_descriptors_for_others)
{
	struct rlimit few = { 16, 16 };

	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	ck_assert(!linger_keep(0, 10000));
}
END_TEST

/* Until all peers have closed, or their time or the given one is over. */
START_TEST(waits_for_the_rest)
{
	static const struct {
		unsigned long long each, all, least, most;
	} times[] = { { 10000, 10000, 100, 5000 }, { 200, 10000, 150, 5000 },
		{ 10000, 200, 150, 5000 } };
	unsigned long long began = clock_ms(), took;
	pid_t              pid = 0;

	ck_assert(keep(2, times[_i].each));
	if (_i == 0 && (pid = fork()) == 0) {
		close(ours[0]);
		close(ours[1]);
		usleep(150000);
		_exit(0);
	}
	if (_i == 0) {
		close(peers[0]);
		close(peers[1]);
	}
	linger_finish(began + times[_i].all);
	took = clock_ms() - began;
	ck_assert_uint_ge(took, times[_i].least);
	ck_assert_uint_le(took, times[_i].most);
	ck_assert_int_eq(linger_any(), _i == 2);
	if (pid != 0)
		waitpid(pid, NULL, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("linger");

	TEST(suite, closes_after_its_peer);
	TEST(suite, closes_in_time);
	TEST(suite, has_room_for_some);
	TEST(suite, leaves_descriptors_for_others);
	TESTS(suite, waits_for_the_rest, 3);
	return unit_run(suite);
}
