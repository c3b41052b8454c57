/* SPDX-License-Identifier: MIT */
/* quote.c - bytes that somebody else chose, made fit for one line of a log */
#include "common/quote.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Characters that do not print, that look like a space, or that turn or hide others. */
static bool
is_invisible(unsigned c)
{
	static const struct {
		unsigned first, last;
	} ranges[] = {
		{ 0, 0x1f },      /* control characters */
		{ 0x7f, 0xa0 },   /* more of them, and a space that does not break */
		{ 0xad, 0xad },   /* soft hyphen */
		{ 0x600, 0x605 }, /* Arabic and Syriac marks around numbers, up to 8e2 */
		{ 0x61c, 0x61c }, /* Arabic letter mark */
		{ 0x6dd, 0x6dd }, { 0x70f, 0x70f }, { 0x890, 0x891 }, { 0x8e2, 0x8e2 },
		{ 0x115f, 0x1160 }, /* Hangul fillers, as are 3164 and ffa0 */
		{ 0x1680, 0x1680 }, /* space of Ogham */
		{ 0x180e, 0x180e }, /* Mongolian vowel separator */
		{ 0x2000, 0x200f }, /* spaces, joiners, directions */
		{ 0x2028, 0x202f }, /* separators, directions, a space */
		{ 0x205f, 0x206f }, /* a space, operators, directions */
		{ 0x3000, 0x3000 }, /* ideographic space */
		{ 0x3164, 0x3164 }, { 0xd800, 0xf8ff }, /* surrogates, private use */
		{ 0xfeff, 0xfeff },                     /* byte order mark */
		{ 0xffa0, 0xffa0 }, { 0xfff0, 0xffff }, /* specials */
		{ 0x110bd, 0x110cd },                   /* Kaithi number signs */
		{ 0x13430, 0x1343f },                   /* how hieroglyphs are joined */
		{ 0x1bca0, 0x1bca3 },                   /* the same of shorthand */
		{ 0x1d173, 0x1d17a },                   /* and of music */
		{ 0xe0000, ~0u }, /* tags, private use, and what Unicode does not have */
	};

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

/* How long a UTF-8 character is that begins with this byte; 0 if none does (RFC 3629). */
static size_t
length_by(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first >= 0xf5)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* The length of the printable UTF-8 character that s begins with, or 0. */
static size_t
printable(const unsigned char *s, size_t n)
{
	static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t                length = length_by(s[0]);
	unsigned              c;

	if (n > 0 && s[0] >= ' ' && s[0] <= '~')
		return 1; /* as most are */
	if (length == 0 || length > n)
		return 0;
	c = length == 1 ? s[0] : s[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	return c < least[length] || is_invisible(c) ? 0 : length;
}

/* One character of the input as it will stand in the output; how many bytes it took. */
static size_t
quote_next(const unsigned char *s, size_t n, char unit[5])
{
	static const char names[] = "\"\"\\\\\nn\rr\tt";
	const char       *name = memchr(names, s[0], sizeof names - 1);
	size_t            length;

	if (name != NULL && strchr("\"\\\n\r\t", s[0]) != NULL) {
		snprintf(unit, 5, "\\%c", name[1]);
		return 1;
	}
	length = printable(s, n);
	if (length == 0) {
		snprintf(unit, 5, "\\x%02x", s[0]);
		return 1;
	}
	memcpy(unit, s, length);
	unit[length] = '\0';
	return length;
}

size_t
quote(char *out, size_t size, const void *bytes, size_t n)
{
	const unsigned char *s = bytes;
	char                 unit[5];
	size_t               used = 1, taken, i;

	assert(size >= 16);
	out[0] = '"';
	for (i = 0; i < n; i += taken) {
		taken = quote_next(s + i, n - i, unit);
		if (used + strlen(unit) + sizeof "\"..." > size)
			break;
		memcpy(out + used, unit, strlen(unit));
		used += strlen(unit);
	}
	used += (size_t)snprintf(out + used, size - used, "\"%s", i < n ? "..." : "");
	return used;
}

void
quote_plain(char *line)
{
	unsigned char *s = (unsigned char *)line, *end = s + strlen(line);
	size_t         length;

	for (; s < end; s += length) {
		length = printable(s, (size_t)(end - s));
		if (length == 0) {
			*s = '?';
			length = 1;
		}
	}
}
