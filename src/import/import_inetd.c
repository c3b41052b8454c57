/* SPDX-License-Identifier: MIT */
/* import_inetd.c - inetd.conf, as OpenBSD's, the GNU and the BSDs' inetd read it */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/xalloc.h"
#include "import/draft.h"
#include "import/import.h"
#include "import/inetd.h"
#include "import/word.h"

#define BLANKS " \t\r\v\f"

/* A number of them, in the unit of a rate; "" is none. */
static void
set_rate(struct draft *draft, const struct place *place, const char *setting,
    const char *number, const char *unit)
{
	char *rate = xasprintf("%s%s", number, unit);

	if (number[0] != '\0' && strcmp(number, "0") != 0)
		draft_set(draft, place, setting, rate);
	free(rate);
}

/* "nowait", ".MAX" a minute; or "/MAX-AT-A-TIME/MAX-A-MINUTE-AND-SOURCE/MAX-OF-SOURCE". */
static void
set_limits(struct inetd *inetd, struct draft *draft)
{
	struct place   place = inetd_place(inetd, WAIT);
	const char    *rest = place.what + strcspn(place.what, ".:/");
	struct strings limits = { NULL, 0 };

	word_split(&limits, rest, ".:/");
	for (size_t i = 0; i < limits.n; i++) {
		const char *limit = limits.list[i];

		if (limit[strspn(limit, "0123456789")] != '\0' || limits.n > 3)
			draft_wrong(draft, &inetd->origin,
			    "\"%.60s\": must be wait or nowait, and .MAX or "
			    "/MAX/MAX/MAX, numbers",
			    place.what);
		else if (rest[0] != '/')
			set_rate(draft, &place, "limits.rate", limit, "/min");
		else
			set_rate(draft, &place,
			    i == 0     ? "limits.connections" :
				i == 1 ? "limits.rate_per_source" :
					 "limits.per_source",
			    limit, i == 1 ? "/min" : "");
	}
	strings_finish(&limits);
}

/* "USER[.GROUP][/CLASS]"; "USER[:GROUP]". */
static void
set_user(struct inetd *inetd, struct draft *draft)
{
	struct place place = inetd_place(inetd, USER);
	char        *user = xstrdup(place.what), *class = strchr(user, '/');
	char        *group;

	if (class != NULL) {
		*class = '\0';
		draft_lose(draft, &place, "there are no login classes; use rlimits");
	}
	group = strchr(user, ':') != NULL ? strchr(user, ':') : strchr(user, '.');
	if (group != NULL)
		*group++ = '\0';
	draft_user(draft, &place, user, group);
	free(user);
}

/* What inetd would run: the path stands for the name that the program is called by. */
static void
take_command(struct inetd *inetd, struct draft *draft, struct strings *command)
{
	const struct strings *words = &inetd->words;
	struct place          place = inetd_place(inetd, PROGRAM);
	const char           *path = place.what;
	size_t                arguments = ARGUMENTS + 1;

	if (strcmp(word_base(path), "tcpd") == 0 && words->n > ARGUMENTS) {
		draft_lose(draft, &place,
		    "/etc/hosts.allow and hosts.deny are not read; use allow and deny");
		path = words->list[ARGUMENTS];
		strings_own(command,
		    path[0] == '/' ? xstrdup(path) : xasprintf("/usr/sbin/%s", path));
	} else {
		strings_add(command, path);
		if (words->n > ARGUMENTS) {
			place.what = words->list[ARGUMENTS];
			word_check_name(draft, &place, path);
		}
	}
	for (size_t i = arguments; i < words->n; i++)
		strings_add(command, words->list[i]);
}

static void
set_program(struct inetd *inetd, struct draft *draft)
{
	struct place   place = inetd_place(inetd, PROGRAM);
	struct strings command = { NULL, 0 };
	bool           waits = strncmp(inetd->words.list[WAIT], "wait", 4) == 0;

	take_command(inetd, draft, &command);
	if (waits) {
		draft_exec_wait(draft, &place, &command);
		place = inetd_place(inetd, WAIT);
		if (strcmp(place.what, "wait") != 0)
			draft_lose(draft, &place,
			    "the program takes the clients, so that sockd cannot count "
			    "them");
	} else {
		draft_exec(draft, &place, &command);
		draft_option(draft, "stderr", "\"client\"");
		set_limits(inetd, draft);
	}
	set_user(inetd, draft);
	strings_finish(&command);
}

static void
set_handler(struct inetd *inetd, struct draft *draft)
{
	struct place place = inetd_place(inetd, PROGRAM);
	const char *wait = inetd->words.list[WAIT], *service = inetd->words.list[SERVICE];
	size_t      length = strcspn(wait, ".:/");

	if ((length != 4 || strncmp(wait, "wait", 4) != 0) &&
	    (length != 6 || strncmp(wait, "nowait", 6) != 0)) {
		draft_wrong(draft, &inetd->origin,
		    "\"%.60s\": must be wait or nowait, and .MAX or /MAX/MAX/MAX, "
		    "numbers",
		    wait);
		draft->is_out = true;
	} else if (strcmp(place.what, "internal") == 0) {
		service += strrchr(service, ':') != NULL ?
		    (size_t)(strrchr(service, ':') + 1 - service) :
		    0;
		if (!draft_builtin(draft, &place, service))
			draft_leave_out(draft, &place,
			    "sockd has no handler for \"%.60s\"; run a program", service);
	} else if (place.what[0] != '/') {
		draft_wrong(draft, &inetd->origin,
		    "\"%.60s\": the program must be an absolute path or internal",
		    place.what);
		draft->is_out = true;
	} else {
		set_program(inetd, draft);
	}
}

/* For a name: what stands for the port, or the program if that is a number. */
static char *
name_of(const struct inetd *inetd)
{
	const char *field = inetd->words.list[SERVICE], *colon = strrchr(field, ':');
	const char *service = colon != NULL ? colon + 1 : field;

	const char *protocol = inetd->words.list[PROTOCOL];

	if (service[0] == '/')
		return xstrdup(word_base(service));
	if (draft_is_taken(inetd->import, service))
		return xasprintf(
		    "%s-%.*s", service, (int)strcspn(protocol, ","), protocol);
	if (isdigit((unsigned char)service[0]))
		return xasprintf("%.3s-%s", protocol, service);
	return xstrdup(service);
}

static void
translate(struct inetd *inetd)
{
	char         *name = name_of(inetd);
	struct draft *draft = draft_add(inetd->import, &inetd->origin, name);
	struct place  place = inetd_place(inetd, SERVICE);

	if (strncmp(place.what, "tcpmux/", 7) == 0)
		draft_leave_out(draft, &place, "there is no tcpmux; give it a port");
	else if (inetd_listen(inetd, draft) != 0)
		draft->is_out = true;
	else
		set_handler(inetd, draft);
	free(name);
}

/* A program that waits gets one listener: there is a service for each host. */
static void
translate_each(struct inetd *inetd)
{
	char          *field = xstrdup(inetd->words.list[SERVICE]);
	char          *colon = strrchr(field, ':');
	struct strings hosts = { NULL, 0 };

	if (colon != NULL)
		*colon = '\0';
	if (strncmp(inetd->words.list[WAIT], "wait", 4) == 0)
		(void)word_split(&hosts, colon != NULL ? field : inetd->host, ",");
	for (size_t i = 0; hosts.n > 1 && i < hosts.n; i++) {
		free(inetd->words.list[SERVICE]);
		inetd->words.list[SERVICE] =
		    xasprintf("%s:%s", hosts.list[i], colon != NULL ? colon + 1 : field);
		translate(inetd);
	}
	if (hosts.n <= 1)
		translate(inetd);
	strings_finish(&hosts);
	free(field);
}

/* The entry is complete. */
static void
finish_entry(struct inetd *inetd)
{
	const struct strings *words = &inetd->words;
	char                 *host = words->n == 1 ? xstrdup(words->list[0]) : NULL;
	size_t                length = host != NULL ? strlen(host) : 0;

	if (length > 1 && host[length - 1] == ':') {
		host[length - 1] = '\0';
		inetd->host = strings_keep(&inetd->hosts, host);
	} else if (words->n > PROGRAM) {
		translate_each(inetd);
	} else if (words->n > 0) {
		import_wrong(inetd->import, EX_CONFIG, &inetd->origin,
		    "%zu fields; an entry is [HOST:]SERVICE TYPE PROTOCOL wait|nowait "
		    "USER "
		    "PROGRAM [NAME [ARGUMENT...]]",
		    words->n);
	}
	free(host);
	strings_finish(&inetd->words);
}

/* A comment; update-inetd(8) begins those that it has switched off with "#<off>#". */
static void
read_comment(struct inetd *inetd, const char *line)
{
	struct strings words = { NULL, 0 };
	struct draft  *draft;

	if (strncmp(line, "#<off>#", 7) != 0)
		return;
	word_split(&words, line + 7 + strspn(line + 7, "# \t"), BLANKS);
	if (words.n > 0) {
		draft = draft_add(inetd->import, &inetd->origin, "");
		draft->is_out = true;
		draft_note(
		    draft, &inetd->origin, "%.60s: is off, left out", words.list[0]);
	}
	strings_finish(&words);
}

/* Of an entry that is wrong nothing is left. */
static void
add_words(struct inetd *inetd, const char *text)
{
	const char *why = word_split_quoted(&inetd->words, text);

	if (why == NULL)
		return;
	import_wrong(inetd->import, EX_CONFIG, &inetd->origin, "%s", why);
	strings_finish(&inetd->words);
}

static void
read_line(struct inetd *inetd, const char *line, int number)
{
	const char *text = line + strspn(line, BLANKS);
	bool        is_more = text != line && inetd->words.n > 0;

	if (!is_more || text[0] == '\0')
		finish_entry(inetd);
	if (!is_more)
		inetd->origin.line = number;
	if (line[0] == '#')
		read_comment(inetd, line);
	else if (text[0] == '\0' || text[0] == '#')
		return;
	else if (text != line && !is_more)
		import_wrong(inetd->import, EX_CONFIG, &inetd->origin,
		    "a line that begins with a space goes on with an entry, and there is "
		    "none above");
	else
		add_words(inetd, text);
}

void
import_inetd(struct import *import, const char *file, const char *text)
{
	struct inetd inetd = { .import = import, .host = "*", .origin = { file, 0 } };
	char        *line;

	for (int number = 1; (line = word_line(&text)) != NULL; number++) {
		if (!import_is_full(import, &(struct origin){ file, number }))
			read_line(&inetd, line, number);
		free(line);
	}
	finish_entry(&inetd);
	draft_share(import);
	strings_finish(&inetd.hosts);
}
