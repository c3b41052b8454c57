/* SPDX-License-Identifier: MIT */
/* word.c - the words of the files that are imported */
#include "import/word.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "import/draft.h"
#include "import/import.h"

char *
word_line(const char **text)
{
	const char *begin = *text;
	size_t      length = strcspn(begin, "\n");

	if (begin[0] == '\0')
		return NULL;
	*text = begin + length + (begin[length] == '\n');
	return xstrndup(begin, length);
}

_Static_assert(WORDS_MOST == 2000, "as word_too_many has it");
const char *const word_too_many = "more than 2000 words";
const char *const word_open_quote = "a quote is not closed";

const char *
word_split(struct strings *words, const char *text, const char *separators)
{
	for (text += strspn(text, separators); *text != '\0';
	     text += strspn(text, separators)) {
		size_t length = strcspn(text, separators);

		if (words->n == WORDS_MOST)
			return word_too_many;
		strings_own(words, xstrndup(text, length));
		text += length;
	}
	return NULL;
}

const char *
word_split_quoted(struct strings *words, const char *text)
{
	const char *end;

	while (*(text += strspn(text, " \t\r\v\f")) != '\0') {
		if (words->n == WORDS_MOST)
			return word_too_many;
		if (*text == '"' || *text == '\'') {
			end = strchr(text + 1, *text);
			if (end == NULL)
				return word_open_quote;
			text++;
		} else {
			end = text + strcspn(text, " \t\r\v\f");
		}
		strings_own(words, xstrndup(text, (size_t)(end - text)));
		text = end + (*end == '"' || *end == '\'');
	}
	return NULL;
}

unsigned
word_port(const struct import *import, const char *text, const char *protocol)
{
	unsigned long n;

	if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0')
		return import->port(text, protocol);
	n = strlen(text) <= 5 ? strtoul(text, NULL, 10) : 0;
	return n <= 65535 ? (unsigned)n : 0;
}

char *
word_url(const char *scheme, const char *host, unsigned port)
{
	bool bare = strchr(host, ':') != NULL && host[0] != '[';

	return xasprintf(
	    "%s://%s%s%s:%u", scheme, bare ? "[" : "", host, bare ? "]" : "", port);
}

const char *
word_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

char *
word_join(const struct strings *list)
{
	char  *joined = NULL;
	size_t size = 0;
	FILE  *f = open_memstream(&joined, &size);

	if (f == NULL)
		return xstrdup("");
	for (size_t i = 0; i < list->n; i++)
		fprintf(f, "%s%s", i > 0 ? " " : "", list->list[i]);
	fclose(f);
	return joined;
}

char *
word_umask(const char *text)
{
	size_t n = strlen(text);

	return n < 3 && n > 0 && text[strspn(text, "01234567")] == '\0' ?
	    xasprintf("%03lo", strtoul(text, NULL, 8)) :
	    xstrdup(text);
}

void
word_check_name(struct draft *draft, const struct place *name, const char *path)
{
	if (strcmp(name->what, path) != 0 &&
	    strcmp(word_base(name->what), word_base(path)) != 0)
		draft_lose(draft, name,
		    "a program is called by its path, %.100s; if it must have this name, "
		    "make that a symbolic link to it",
		    path);
}
