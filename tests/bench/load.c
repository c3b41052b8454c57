/* SPDX-License-Identifier: MIT */
/* load.c - many clients for some seconds: how many exchanges, how many failed, and how fast */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "client.h"
#include "crew.h"

static int
usage(void)
{
	fputs("usage: load [-c CLIENTS] [-t SECONDS] [-r A_SECOND] KIND PORT\n"
	      "KIND:",
	    stderr);
	for (const struct kind *k = client_kinds; k->name != NULL; k++)
		fprintf(stderr, " %s", k->name);
	fputc('\n', stderr);
	return EX_USAGE;
}

static const struct kind *
kind_find(const char *name)
{
	for (const struct kind *k = client_kinds; k->name != NULL; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

static int
parse(struct plan *plan, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "c:t:r:")) != -1) {
		if (option == 'c')
			plan->clients = (unsigned)atoi(optarg);
		else if (option == 't')
			plan->seconds = atof(optarg);
		else if (option == 'r')
			plan->a_second = atof(optarg);
		else
			return -1;
	}
	if (argc - optind != 2 || plan->clients == 0)
		return -1;
	plan->kind = kind_find(argv[optind]);
	plan->port = (in_port_t)atoi(argv[optind + 1]);
	return plan->kind != NULL ? 0 : -1;
}

static void
start(const struct plan *plan, unsigned number, struct tally *tally)
{
	pid_t pid = fork();

	if (pid == -1) {
		perror("load: fork");
		exit(EX_OSERR);
	}
	if (pid > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (crew_run(plan, number, tally) == 0)
		_exit(0);
	perror("load");
	_exit(EX_OSERR);
}

static int
wait_for_all(void)
{
	int status, result = 0;

	while (wait(&status) > 0)
		if (status != 0)
			result = EX_SOFTWARE;
	return result;
}

static void
report(const struct plan *plan, const struct tally *tallies, uint64_t began_ns)
{
	static struct tally all;
	double              seconds;

	for (unsigned i = 0; i < plan->crews; i++) {
		const struct tally *t = &tallies[i];

		histogram_add(&all.times, &t->times);
		all.failed += t->failed;
		if (t->last_ns > all.last_ns)
			all.last_ns = t->last_ns;
		if (t->failed > 0)
			fprintf(stderr, "load: %llu failed, the first: %s\n", t->failed,
			    t->why);
	}
	seconds = all.last_ns > began_ns ? (double)(all.last_ns - began_ns) / 1e9 :
					   plan->seconds;
	printf("done=%llu failed=%llu rate=%.1f p50_us=%.1f p99_us=%.1f\n",
	    (unsigned long long)all.times.n, all.failed, (double)all.times.n / seconds,
	    (double)histogram_share_ns(&all.times, 0.50) / 1e3,
	    (double)histogram_share_ns(&all.times, 0.99) / 1e3);
}

/* A process for each CPU, so that it is the machine that is full, and not the clients. */
int
main(int argc, char **argv)
{
	long        cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct plan plan = {
		.clients = 1, .crews = cpus > 0 ? (unsigned)cpus : 1, .seconds = 1
	};
	struct tally *tallies;
	uint64_t      began_ns;
	int           result;

	if (parse(&plan, argc, argv) != 0)
		return usage();
	if (plan.crews > plan.clients)
		plan.crews = plan.clients;
	tallies = mmap(NULL, plan.crews * sizeof *tallies, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tallies == MAP_FAILED) {
		perror("load: mmap");
		return EX_OSERR;
	}
	began_ns = now_ns();
	for (unsigned i = 0; i < plan.crews; i++)
		start(&plan, i, &tallies[i]);
	result = wait_for_all();
	report(&plan, tallies, began_ns);
	return result;
}
