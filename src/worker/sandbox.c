/* SPDX-License-Identifier: MIT */
/* sandbox.c - a worker becomes what its service says, for good */
#include "worker/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/program.h"
#include "config/settings.h"
#include "config/workers.h"
#include "worker/rights.h"

/* The limit that could not be set, for the log. */
static const char *bad_limit = "";

static int
set_limits(const struct service_conf *service)
{
	const struct rlimits *r = &service->rlimits;
	const struct {
		const char         *name;
		__rlimit_resource_t resource;
		long long           value;
	} limits[] = {
		{ "nofile", RLIMIT_NOFILE, r->nofile },
		{ "nproc", RLIMIT_NPROC, r->nproc },
		{ "as", RLIMIT_AS, r->as },
		{ "data", RLIMIT_DATA, r->data },
		{ "fsize", RLIMIT_FSIZE, r->fsize },
		{ "stack", RLIMIT_STACK, r->stack },
		{ "core", RLIMIT_CORE, r->core },
		{ "memlock", RLIMIT_MEMLOCK, r->memlock },
		{ "cpu", RLIMIT_CPU, r->cpu },
	};

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		const struct rlimit limit = { (rlim_t)limits[i].value,
			(rlim_t)limits[i].value };

		bad_limit = limits[i].name;
		if (limits[i].value != -1 && setrlimit(limits[i].resource, &limit) != 0)
			return -1;
	}
	return 0;
}

/* For many connections as many descriptors, as far as that needs no privilege. */
static int
raise_descriptors(const struct service_conf *service)
{
	rlim_t        needs = (rlim_t)workers_descriptors(service);
	struct rlimit limit;

	if (service->workers.connections == 1 || service->rlimits.nofile != -1 ||
	    getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needs)
		return 0;
	program_keep_descriptors(&limit);
	limit.rlim_cur = needs < limit.rlim_max ? needs : limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit);
}

static int
set_nice(const struct service_conf *service)
{
	if (service->nice == 0)
		return 0;
	errno = 0;
	return nice((int)service->nice) == -1 && errno != 0 ? -1 : 0;
}

static int
set_root(const struct service_conf *service)
{
	umask((mode_t)service->umask);
	return service->chroot[0] != '\0' ? chroot(service->chroot) : 0;
}

static int
set_directory(const struct service_conf *service)
{
	return chdir(service->directory);
}

static int
set_groups(const struct service_conf *service)
{
	return rights_take_groups(&service->identity);
}

static int
set_user(const struct service_conf *service)
{
	return rights_take_user(&service->identity);
}

static int
set_no_new_privileges(const struct service_conf *service)
{
	(void)service;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	errno = EPERM;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : -1;
}

int
sandbox_enter(const struct service_conf *service, pid_t master, const char **step,
    const char **object)
{
	/* The order matters: each step still has the rights it needs, the last has none. */
	const struct {
		const char *name, *object;
		int (*take)(const struct service_conf *);
	} steps[] = {
		{ "set in rlimits the", NULL, set_limits },
		{ "raise the limit of descriptors", "", raise_descriptors },
		{ "set the niceness (nice)", "", set_nice },
		{ "change the root directory (chroot) to", service->chroot, set_root },
		{ "change the directory (directory) to", service->directory,
		    set_directory },
		{ "take on the group", service->group, set_groups },
		{ "take on the user", service->user, set_user },
		{ "renounce new privileges", "", set_no_new_privileges },
	};

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		*step = steps[i].name;
		if (steps[i].take(service) != 0) {
			*object = steps[i].object != NULL ? steps[i].object : bad_limit;
			return -1;
		}
	}
	/* Now, as a change of user clears it; the master may be gone already. */
	*step = "watch the master";
	*object = "";
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
		return -1;
	errno = ESRCH;
	return getppid() == master ? 0 : -1;
}
