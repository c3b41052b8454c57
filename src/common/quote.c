/* SPDX-License-Identifier: MIT */
/* quote.c - bytes that somebody else chose, made fit for one line of a log */
#include "common/quote.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Characters that do not print, or that turn or hide the text around them. */
static bool
is_invisible(unsigned c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
	    c == 0x180e || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2060 && c <= 0x206f) || (c >= 0xd800 && c <= 0xf8ff) || c == 0xfeff ||
	    (c >= 0xfff0 && c <= 0xffff) || c >= 0xe0000;
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
	unsigned char *s = (unsigned char *)line;
	size_t         length;

	while (*s != '\0') {
		length = printable(s, strlen((char *)s));
		if (length == 0)
			*s = '?';
		s += length != 0 ? length : 1;
	}
}
