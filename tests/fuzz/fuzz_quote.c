/* SPDX-License-Identifier: MIT */
/* fuzz_quote.c - escaping for the log: one printable line of bounded length that tells the truth */
#include "common/quote.h"
#include "fuzz.h"

/* No control character, also not those behind U+007F. */
static void
check_printable(const char *text)
{
	for (const unsigned char *s = (const unsigned char *)text; *s != '\0'; s++) {
		must(*s >= ' ' && *s != 0x7f);
		must(s[0] != 0xc2 || s[1] >= 0xa0);
		must(s[0] < 0xf8 && s[0] != 0xc0 && s[0] != 0xc1);
	}
}

/* The byte that an escape or itself stands for, and how long that is. */
static size_t
meaning(const char *s, unsigned char *byte)
{
	static const char names[] = "nrt\"\\", bytes[] = "\n\r\t\"\\";
	char              hex[3] = "";

	*byte = (unsigned char)s[0];
	if (s[0] != '\\')
		return 1;
	if (s[1] != 'x') {
		must(s[1] != '\0' && strchr(names, s[1]) != NULL);
		*byte = (unsigned char)bytes[strchr(names, s[1]) - names];
		return 2;
	}
	memcpy(hex, s + 2, 2);
	*byte = (unsigned char)strtoul(hex, NULL, 16);
	return 4;
}

/* Between the quotes is how the bytes begin; all of them, if no dots are behind. */
static void
check_quoted(const char *text, size_t length, const uint8_t *data, size_t size)
{
	int           is_cut = length >= 5 && strcmp(text + length - 4, "\"...") == 0;
	const char   *end = text + length - (is_cut ? 4 : 1);
	unsigned char byte;
	size_t        n = 0;

	must(text[0] == '"' && *end == '"');
	for (const char *s = text + 1; s < end; n++) {
		must(*s != '"');
		s += meaning(s, &byte);
		must(n < size && byte == data[n]);
	}
	must(is_cut ? n < size : n == size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room = size > 0 ? 16 + data[0] : 16, length;
	char  *out = malloc(room), *plain = fuzz_string(data, size), *once;

	must(out != NULL);
	length = quote(out, room, data, size);
	must(length < room && strlen(out) == length);
	check_printable(out);
	check_quoted(out, length, data, size);

	length = strlen(plain);
	quote_plain(plain);
	must(strlen(plain) == length);
	check_printable(plain);
	once = fuzz_string((const uint8_t *)plain, length);
	quote_plain(plain);
	must(strcmp(plain, once) == 0);
	free(once);
	free(plain);
	free(out);
	return 0;
}
