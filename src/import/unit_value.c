/* SPDX-License-Identifier: MIT */
/* unit_value.c - words, specifiers, times and sizes in the lines of systemd's units */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "import/draft.h"
#include "import/unit.h"
#include "import/word.h"

#define BLANKS " \t\r\v\f"

/* So many bytes of text stand for one, by \xHH or \NNN; 0 if they do not. */
static size_t
number_escape(const char *at, char *c)
{
	char   digits[4] = "";
	size_t n = at[0] == 'x' ? 2 : 3;
	char  *end;

	strncpy(digits, at[0] == 'x' ? at + 1 : at, n);
	*c = (char)strtoul(digits, &end, at[0] == 'x' ? 16 : 8);
	return isxdigit((unsigned char)digits[0]) && end == digits + n && *c != '\0' ?
	    n + (at[0] == 'x') :
	    0;
}

/* What stands behind a backslash; as much of it as was meant. */
static size_t
unescape(const char *at, FILE *word)
{
	static const char from[] = "abfnrtvs\\\"'", to[] = "\a\b\f\n\r\t\v \\\"'";
	const char       *known = at[0] != '\0' ? strchr(from, at[0]) : NULL;
	char              c;
	size_t            n;

	if (known != NULL) {
		fputc(to[known - from], word);
		return 1;
	}
	n = number_escape(at, &c);
	if (n > 0)
		fputc(c, word);
	else
		fputc('\\', word); /* and what is behind it comes by itself */
	return n;
}

/* A word, parts of which may be in quotes, to the file; its end, or NULL in a quote. */
static const char *
copy_word(const char *text, FILE *word)
{
	char quote = '\0';

	for (; *text != '\0' && (quote != '\0' || strchr(BLANKS, *text) == NULL);) {
		if (*text == '\\')
			text += 1 + unescape(text + 1, word);
		else if (*text == quote)
			text++, quote = '\0';
		else if (quote == '\0' && (*text == '"' || *text == '\''))
			quote = *text++;
		else
			fputc(*text++, word);
	}
	return quote == '\0' ? text : NULL;
}

const char *
unit_split(struct strings *words, const char *value)
{
	while (*(value += strspn(value, BLANKS)) != '\0') {
		char  *text = NULL;
		size_t size;
		FILE  *word;

		if (words->n == WORDS_MOST)
			return word_too_many;
		word = open_memstream(&text, &size);
		if (word == NULL)
			return word_too_many;
		value = copy_word(value, word);
		fclose(word);
		strings_own(words, text);
		if (value == NULL)
			return word_open_quote;
	}
	return NULL;
}

/* A unit's name up to its ending, or only up to "@", or only what is behind it. */
static char *
name_part(const struct unit *unit, char specifier)
{
	const char *dot = strrchr(unit->name, '.'), *at = strchr(unit->name, '@');
	size_t      whole = dot != NULL ? (size_t)(dot - unit->name) : strlen(unit->name);
	bool        is_template = at != NULL && (size_t)(at - unit->name) + 1 == whole;

	if (specifier == 'p')
		return xstrndup(
		    unit->name, at != NULL ? (size_t)(at - unit->name) : whole);
	if (is_template)
		return NULL;
	if (specifier == 'n')
		return xstrdup(unit->name);
	if (specifier == 'N')
		return xstrndup(unit->name, whole);
	return at == NULL ? xstrdup("") :
			    xstrndup(at + 1, whole - (size_t)(at + 1 - unit->name));
}

/* What it stands for wherever the unit runs, or NULL. */
static char *
specifier_value(const struct unit *unit, char specifier)
{
	static const struct {
		char        specifier;
		const char *value;
	} constants[] = { { '%', "%" }, { 't', "/run" }, { 'S', "/var/lib" },
		{ 'C', "/var/cache" }, { 'L', "/var/log" }, { 'E', "/etc" },
		{ 'T', "/tmp" }, { 'V', "/var/tmp" } };

	for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
		if (constants[i].specifier == specifier)
			return xstrdup(constants[i].value);
	return specifier != '\0' && strchr("pnNi", specifier) != NULL ?
	    name_part(unit, specifier) :
	    NULL;
}

char *
unit_expand(struct draft *draft, const struct unit *unit, const struct unit_line *line,
    const char *value)
{
	struct place place = unit_place(line);
	char        *text = NULL;
	size_t       size;
	FILE        *f = open_memstream(&text, &size);

	if (f == NULL)
		return xstrdup(value);
	while (*value != '\0') {
		char *known = value[0] == '%' ? specifier_value(unit, value[1]) : NULL;

		if (known != NULL) {
			fputs(known, f);
			value += 2;
		} else {
			if (value[0] == '%')
				draft_lose(draft, &place,
				    "%.2s is not known here; write what it stands for",
				    value);
			fputc(*value++, f);
		}
		free(known);
	}
	fclose(f);
	return text;
}

int
unit_bool(struct draft *draft, const struct unit_line *line, bool *result)
{
	static const char *const words[][5] = { { "no", "false", "off", "n", "0" },
		{ "yes", "true", "on", "y", "1" } };

	for (int is = 0; is < 2; is++)
		for (size_t i = 0; i < 5; i++)
			if (strcasecmp(words[is][i], line->value) == 0) {
				*result = is == 1;
				return 0;
			}
	draft_wrong(draft, &line->at, "%s: must be yes or no", line->key);
	return -1;
}

/* One "NUMBER[UNIT]" at *text, in ms; -1 if it is none. */
static long long
time_part(const char **text)
{
	static const struct {
		const char *names;
		double      ms;
	} units[] = { { " s sec second seconds ", 1000 }, { " ms msec ", 1 },
		{ " us usec ", 0.001 }, { " m min minute minutes ", 60000 },
		{ " h hr hour hours ", 3600000 }, { " d day days ", 86400000 },
		{ " w week weeks ", 604800000 } };
	char  *end, *unit;
	size_t length = strspn(*text, "0123456789.");
	double number = strtod(*text, &end), factor = -1;

	if (length == 0 || end != *text + length)
		return -1;
	end += strspn(end, BLANKS);
	length = strspn(end, "abcdefghijklmnopqrstuvwxyz");
	unit = xasprintf(" %.*s ", (int)length, length > 0 ? end : "s");
	if (length == 0)
		factor = 1000;
	for (size_t i = 0; i < sizeof units / sizeof *units && length < 10; i++)
		if (strstr(units[i].names, unit) != NULL)
			factor = units[i].ms;
	free(unit);
	*text = end + length + strspn(end + length, BLANKS);
	return factor < 0 || number * factor > 1e15 ? -1 : (long long)(number * factor);
}

char *
unit_time(struct draft *draft, const struct unit_line *line, const char *value)
{
	long long ms = 0, part = 0;

	if (strcmp(value, "infinity") == 0)
		return xstrdup("0");
	do {
		part = time_part(&value);
		ms += part;
	} while (part >= 0 && *value != '\0' && ms < (long long)1e15);
	if (part >= 0 && *value == '\0')
		return xasprintf("%lldms", ms);
	draft_wrong(draft, &line->at,
	    "%s: must be a time such as 90, 90s, 5min or infinity", line->key);
	return NULL;
}

char *
unit_size(struct draft *draft, const struct unit_line *line, const char *value)
{
	static const char units[] = "KMGT";
	char             *end;
	double            number = strtod(value, &end);
	const char       *unit =
            *end != '\0' ? strchr(units, toupper((unsigned char)*end)) : NULL;

	if (strcmp(value, "infinity") == 0)
		return xstrdup(value);
	for (size_t i = 0; unit != NULL && i <= (size_t)(unit - units); i++)
		number *= 1024;
	if (isdigit((unsigned char)value[0]) && end[unit != NULL] == '\0' &&
	    number < 1e15)
		return xasprintf("%lld", (long long)number);
	draft_wrong(
	    draft, &line->at, "%s: must be a size such as 65536, 64K or 1G", line->key);
	return NULL;
}
