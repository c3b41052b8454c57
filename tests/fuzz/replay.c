/* SPDX-License-Identifier: MIT */
/* replay.c - give a fuzz target its corpus, or the files named, where there is no libFuzzer */
#include <dirent.h>

#include "fuzz.h"

static void
replay(const char *path)
{
	static uint8_t bytes[1 << 20];
	FILE          *f = fopen(path, "rb");
	size_t         n;

	must(f != NULL);
	n = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	fprintf(stderr, "%s, %zu bytes\n", path, n);
	LLVMFuzzerTestOneInput(bytes, n);
}

static int
replay_corpus(const char *name)
{
	const char    *top = getenv("top_srcdir");
	char           path[4096];
	struct dirent *entry;
	DIR           *directory;
	int            n = 0;

	snprintf(
	    path, sizeof path, "%s/tests/fuzz/corpus/%s", top != NULL ? top : ".", name);
	directory = opendir(path);
	must(directory != NULL);
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/tests/fuzz/corpus/%s/%s",
		    top != NULL ? top : ".", name, entry->d_name);
		replay(path);
		n++;
	}
	closedir(directory);
	return n;
}

int
main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');

	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	if (argc > 1)
		return 0;
	/* tests/fuzz/fuzz_NAME replays tests/fuzz/corpus/NAME. */
	name = strstr(name != NULL ? name : argv[0], "fuzz_");
	must(name != NULL);
	must(replay_corpus(name + strlen("fuzz_")) > 0);
	return 0;
}
