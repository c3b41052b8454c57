/* SPDX-License-Identifier: MIT */
/* stamp.c - have the files of a program changed? */
#include "config/stamp.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/hash.h"
#include "common/xalloc.h"
#include "config/settings.h"
#include "config/workers.h"
#include "sockd.h"

/* Nobody steers it. */
static const struct hash_key any;

/* As the program will find it: in the service's root, from its directory. */
static int
look_up(const struct service_conf *service, const char *word, struct stat *st)
{
	const char *directory = word[0] == '/' ? "" : service->directory;
	char       *path = xasprintf(
		  "%s%s%s%s", service->chroot, directory, word[0] == '/' ? "" : "/", word);
	int result = stat(path, st);

	free(path);
	return result;
}

long long
stamp_of(const struct service_conf *service)
{
	const struct sockd_handler *h = service->handler;
	const char                 *word;
	struct stat                 st;
	uint64_t                    sum = 1;

	if (workers_keep(service) != SOCKD_KEEPS_EACH || h->program == NULL)
		return 0;
	for (size_t i = 0; (word = h->program(service->options, i)) != NULL; i++) {
		if (look_up(service, word, &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		const uint64_t facts[] = { sum, i, st.st_dev, st.st_ino,
			(uint64_t)st.st_mtim.tv_sec, (uint64_t)st.st_mtim.tv_nsec };

		sum = hash(&any, facts, sizeof facts);
	}
	return (long long)(sum & LLONG_MAX);
}
