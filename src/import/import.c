/* SPDX-License-Identifier: MIT */
/* import.c - which form a file has; what came of all of them, as a settings file */
#include "import/import.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "common/quote.h"
#include "common/xalloc.h"
#include "config/source.h"
#include "import/draft.h"
#include "import/word.h"

/* Each is compared with each. */
#define DRAFTS_MOST 1000

/* Files within files. */
#define DEPTH_MOST 32

bool
import_is_full(struct import *import, const struct origin *origin)
{
	if (import->n_drafts < DRAFTS_MOST)
		return false;
	if (!import->is_full)
		complain(&import->wrong, EX_CONFIG, origin,
		    "there are more than %d services; take fewer at a time", DRAFTS_MOST);
	import->is_full = true;
	return true;
}

void
import_wrong(struct import *import, int status, const struct origin *origin,
    const char *format, ...)
{
	char          text[1024];
	va_list       args;
	struct draft *draft;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	complain(&import->wrong, status, origin, "%s", text);
	if (import_is_full(import, origin))
		return;
	draft = draft_add(import, origin, "");
	draft->is_out = true;
	draft_note(draft, origin, "wrong: %s", text);
}

static bool
is_read(const struct import *import, const char *file)
{
	for (size_t i = 0; i < import->sources.n; i++)
		if (strcmp(import->sources.list[i].path, file) == 0)
			return true;
	return false;
}

char *
import_load(struct import *import, const struct origin *origin, const char *file)
{
	char *text, why[256];
	int   status;

	if (strings_have(&import->open, file) || import->open.n == DEPTH_MOST) {
		import_wrong(import, EX_CONFIG, origin, "%.200s: %s", file,
		    import->open.n == DEPTH_MOST ? "too many files within files" :
						   "is being read already");
		return NULL;
	}
	if (is_read(import, file))
		return NULL;
	text = sources_read(&import->sources, file, &status, why, sizeof why);
	if (text == NULL)
		import_wrong(import, status,
		    origin->line > 0 ? origin : &(struct origin){ file, 0 }, "%.200s%s%s",
		    origin->line > 0 ? file : "", origin->line > 0 ? ": " : "", why);
	else
		strings_add(&import->open, file);
	return text;
}

void
import_unload(struct import *import, char *text)
{
	free(import->open.list[--import->open.n]);
	free(text);
}

/* What a pattern would take for itself. */
static char *
escape(const char *path)
{
	char *escaped = xcalloc(2 * strlen(path) + 1, 1), *to = escaped;

	for (; *path != '\0'; path++) {
		if (strchr("*?[\\", *path) != NULL)
			*to++ = '\\';
		*to++ = *path;
	}
	return escaped;
}

int
import_list_directory(struct import *import, const struct origin *origin,
    const char *path, struct strings *paths)
{
	struct stat st;
	char       *escaped = escape(path), *pattern;
	size_t      length = strlen(escaped);
	int         result = 0;

	while (length > 0 && escaped[length - 1] == '/')
		escaped[--length] = '\0';
	pattern = xasprintf("%s/*", escaped);
	errno = ENOTDIR;
	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode) ||
	    source_glob(pattern, paths) != 0) {
		import_wrong(import, EX_NOINPUT, origin, "%.200s: cannot be read: %s",
		    path, strerror(errno));
		result = -1;
	}
	free(pattern);
	free(escaped);
	return result;
}

static bool
has_ending(const char *path, const char *ending)
{
	size_t n = strlen(path), m = strlen(ending);

	return n > m && strcmp(path + n - m, ending) == 0;
}

static void
read_text(struct import *import, const char *path)
{
	const char *file = strings_keep(&import->files, path);
	char       *text = import_load(import, &(struct origin){ file, 0 }, file);

	if (text == NULL)
		return;
	if (xinetd_is_form(text))
		import_xinetd(import, file, text);
	else
		import_inetd(import, file, text);
	import_unload(import, text);
}

/* What xinetd would read of it; and units. */
static void
read_directory(
    struct import *import, const char *path, const struct strings *services, bool *used)
{
	struct origin  whole = { strings_keep(&import->files, path), 0 };
	struct strings paths = { NULL, 0 };

	if (import_list_directory(import, &whole, path, &paths) != 0)
		return;
	for (size_t i = 0; i < paths.n; i++)
		if (has_ending(paths.list[i], ".socket"))
			import_systemd(import, paths.list[i], services, used);
	strings_finish(&paths);
	import_xinetd_directory(import, path);
}

static void
read_path(
    struct import *import, const char *path, const struct strings *services, bool *used)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		read_directory(import, path, services, used);
	else if (has_ending(path, ".socket"))
		import_systemd(import, path, services, used);
	else if (!has_ending(path, ".service"))
		read_text(import, path);
}

void
import_read(struct import *import, char *const *paths, size_t n)
{
	struct strings services = { NULL, 0 };
	bool          *used = xcalloc(n + 1, sizeof *used);

	for (size_t i = 0; i < n; i++)
		if (has_ending(paths[i], ".service"))
			strings_add(&services, paths[i]);
	for (size_t i = 0; i < n; i++)
		read_path(import, paths[i], &services, used);
	for (size_t i = 0; i < services.n; i++)
		if (!used[i])
			import_wrong(import, EX_CONFIG,
			    &(struct origin){
				strings_keep(&import->files, services.list[i]), 0 },
			    "no .socket that was given starts it; sockd takes the place "
			    "of "
			    "sockets, not of services");
	for (struct draft *d = import->drafts; d != NULL; d = d->next)
		draft_set_pool(d);
	strings_finish(&services);
	free(used);
	complaints_sort(&import->wrong);
}

static void
print_head(const struct import *import, FILE *f)
{
	size_t n_wrong = import->wrong.n;

	fputs("# By \"" SOCKD " --import\".  Read the comments, then check it: " SOCKD
	      " -t -c FILE\n",
	    f);
	if (n_wrong > 0)
		fprintf(f, "# %zu mistake%s in what was read, see \"wrong\" below.\n",
		    n_wrong, n_wrong > 1 ? "s" : "");
	if (import->n_lost > 0)
		fprintf(f,
		    "# %d thing%s could not be translated, see \"not translated\" and "
		    "\"left "
		    "out\" below.\n",
		    import->n_lost, import->n_lost > 1 ? "s" : "");
	if (import->drafts == NULL)
		fputs("# There is no service in what was read.\n", f);
	if (import->of_xinetd)
		fputs("# xinetd asks /etc/hosts.allow and hosts.deny; sockd"
		      " does not: see allow and deny.\n",
		    f);
	for (size_t i = 0; i < import->globals.n; i++)
		fprintf(f, "%s\n", import->globals.list[i]);
}

void
import_print(const struct import *import, FILE *f)
{
	bool any = false;

	print_head(import, f);
	fputs("services:\n{\n", f);
	for (const struct draft *d = import->drafts; d != NULL; d = d->next) {
		if (!d->is_out && any)
			fputs("\n", f);
		draft_print(d, f);
		any = any || !d->is_out || d->remarks.n > 0;
	}
	fputs("};\n", f);
}

void
import_finish(struct import *import)
{
	while (import->drafts != NULL) {
		struct draft *next = import->drafts->next;

		draft_destroy(import->drafts);
		import->drafts = next;
	}
	strings_finish(&import->files);
	strings_finish(&import->globals);
	strings_finish(&import->open);
	sources_finish(&import->sources);
	complaints_finish(&import->wrong);
}

static unsigned
find_port(const char *name, const char *protocol)
{
	const struct servent *s = getservbyname(name, protocol);

	return s != NULL ? ntohs((uint16_t)s->s_port) : 0;
}

static void
tell(void *arg, const char *line)
{
	(void)arg;
	fprintf(stderr, "%s\n", line);
}

int
import_run(char *const *paths, size_t n)
{
	struct import import = { .port = find_port };
	int           status;

	import_read(&import, paths, n);
	complaints_tell(&import.wrong, tell, NULL);
	import_print(&import, stdout);
	status = import.wrong.n > 0 ? import.wrong.status :
	    import.n_lost > 0       ? EX_DATAERR :
				      EX_OK;
	import_finish(&import);
	return status;
}
