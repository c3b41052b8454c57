/* SPDX-License-Identifier: MIT */
/* check_quote.c - tests quote.c */
#include "common/quote.h"

#include <stdbool.h>

#include "unit.h"

/* A literal with its length, as NUL bytes count too. */
#define BYTES(s) s, sizeof(s) - 1

static const struct {
	const char *bytes;
	size_t      n;
	const char *quoted;
} quotes[] = {
	{ BYTES(""), "\"\"" },
	{ BYTES("hello, world"), "\"hello, world\"" },
	{ BYTES("n r t x"), "\"n r t x\"" },
	{ BYTES("\" \\ \n \r \t"), "\"\\\" \\\\ \\n \\r \\t\"" },
	{ BYTES("\0\1\x1b[31m\x1f\x7f"), "\"\\x00\\x01\\x1b[31m\\x1f\\x7f\"" },
	{ BYTES(" ~"), "\" ~\"" },
	{ BYTES("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"),
	    "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"" },
	/* C1 control characters, and the first one that is none */
	{ BYTES("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa1"),
	    "\"\\xc2\\x80\\xc2\\x9b\\xc2\\x9f\xc2\xa1\"" },
	/* what looks like a space: no break, ideographic, Hangul fillers */
	{ BYTES("\xc2\xa0\xe3\x80\x80"), "\"\\xc2\\xa0\\xe3\\x80\\x80\"" },
	{ BYTES("\xe1\x85\x9f\xe3\x85\xa4"), "\"\\xe1\\x85\\x9f\\xe3\\x85\\xa4\"" },
	{ BYTES("\x80\x9b\xff\xfe"), "\"\\x80\\x9b\\xff\\xfe\"" },
	/* soft hyphen, zero width, bidirectional controls, line separator, byte order mark */
	{ BYTES("\xc2\xad"), "\"\\xc2\\xad\"" },
	{ BYTES("\xd8\x9c\xd8\x9b"), "\"\\xd8\\x9c\xd8\x9b\"" },
	{ BYTES("\xe2\x80\x8b"), "\"\\xe2\\x80\\x8b\"" },
	{ BYTES("\xe2\x80\x8f"), "\"\\xe2\\x80\\x8f\"" },
	{ BYTES("\xe2\x80\x90\xe4\xbd\xa0"), "\"\xe2\x80\x90\xe4\xbd\xa0\"" },
	{ BYTES("\xe2\x80\xa8"), "\"\\xe2\\x80\\xa8\"" },
	{ BYTES("\xe2\x80\xae"), "\"\\xe2\\x80\\xae\"" },
	{ BYTES("\xe2\x81\xa6"), "\"\\xe2\\x81\\xa6\"" },
	{ BYTES("\xef\xbb\xbf"), "\"\\xef\\xbb\\xbf\"" },
	/* too long for what they say: / as two, three and four bytes */
	{ BYTES("\xc0\xaf"), "\"\\xc0\\xaf\"" },
	{ BYTES("\xc1\xbf"), "\"\\xc1\\xbf\"" },
	{ BYTES("\xe0\x80\xaf"), "\"\\xe0\\x80\\xaf\"" },
	{ BYTES("\xf0\x80\x80\xaf"), "\"\\xf0\\x80\\x80\\xaf\"" },
	{ BYTES("\xe0\x9f\xbf\xe0\xa0\x80"), "\"\\xe0\\x9f\\xbf\xe0\xa0\x80\"" },
	/* surrogates, private use, tags, beyond Unicode */
	{ BYTES("\xed\xa0\x80"), "\"\\xed\\xa0\\x80\"" },
	{ BYTES("\xed\xbf\xbf"), "\"\\xed\\xbf\\xbf\"" },
	{ BYTES("\xee\x80\x80"), "\"\\xee\\x80\\x80\"" },
	{ BYTES("\xf3\xa0\x81\xa1"), "\"\\xf3\\xa0\\x81\\xa1\"" },
	{ BYTES("\xf4\x90\x80\x80"), "\"\\xf4\\x90\\x80\\x80\"" },
	{ BYTES("\xf5\x80\x80\x80"), "\"\\xf5\\x80\\x80\\x80\"" },
	/* broken off, at the end and in the middle */
	{ BYTES("a\xc3"), "\"a\\xc3\"" },
	{ BYTES("\xe2\x82"), "\"\\xe2\\x82\"" },
	{ BYTES("\xf0\x9f\x98"), "\"\\xf0\\x9f\\x98\"" },
	{ BYTES("\xe2\x82z"), "\"\\xe2\\x82z\"" },
	{ BYTES("\xc3\xc3\xa9"), "\"\\xc3\xc3\xa9\"" },
};

START_TEST(makes_bytes_printable)
{
	char   text[QUOTE_TEXT];
	size_t n = quote(text, sizeof text, quotes[_i].bytes, quotes[_i].n);

	ck_assert_str_eq(text, quotes[_i].quoted);
	ck_assert_uint_eq(n, strlen(text));
}
END_TEST

/* What must hold of any bytes at any size; the byte behind is not quote's. */
static bool
is_cut_well(const char *bytes, size_t n, size_t size)
{
	char   text[128];
	size_t length;

	memset(text, '@', sizeof text);
	length = quote(text, size, bytes, n);
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < 0x20)
			return false;
	return length < size && strlen(text) == length && text[size] == '@' &&
	    text[0] == '"' &&
	    (text[length - 1] == '"' || strcmp(text + length - 4, "\"...") == 0);
}

static const char *const hostile[] = {
	"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82"
	"\xac",
	"\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b"
	"\x1b",
	"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"",
	"a\\b\"c\nd\x01\xc3\xa9\xf0\x9f\x98\x80\xf0\x9f\x98 0123456789 0123456789 "
	"0123456789",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
};

START_TEST(cuts_at_every_size)
{
	size_t n = strlen(hostile[_i]);

	for (size_t size = 16; size < 120; size++)
		for (size_t taken = 0; taken <= n; taken++)
			if (!is_cut_well(hostile[_i], taken, size))
				ck_abort_msg("%zu bytes in %zu", taken, size);
}
END_TEST

START_TEST(says_that_it_cut)
{
	char text[16];

	quote(text, sizeof text, "0123456789abcdef", 16);
	ck_assert_str_eq(text, "\"0123456789\"...");
	quote(text, sizeof text, "0123456789", 10);
	ck_assert_str_eq(text, "\"0123456789\"");
	/* an escape stands whole or not at all */
	quote(text, sizeof text, "01234567\1\1", 10);
	ck_assert_str_eq(text, "\"01234567\"...");
}
END_TEST

static bool
is_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

START_TEST(is_never_misled_by_pairs)
{
	char text[32];

	for (int pair = 0; pair < 65536; pair++) {
		char bytes[2] = { (char)(pair >> 8), (char)pair };

		quote(text, sizeof text, bytes, 2);
		if (!is_printable(text))
			ck_abort_msg("%04x gives %s", (unsigned)pair, text);
	}
}
END_TEST

static const struct {
	const char *line, *plain;
} lines[] = {
	{ "", "" },
	{ "as \"it\" \\ is", "as \"it\" \\ is" },
	{ "two\nlines\tand \x1b[0m", "two?lines?and ?[0m" },
	{ "caf\xc3\xa9 \xe2\x80\xae \xc3", "caf\xc3\xa9 ??? ?" },
	{ "\xc2\x9b\x7f\xff", "????" },
};

START_TEST(makes_lines_plain)
{
	char text[64];

	strcpy(text, lines[_i].line);
	quote_plain(text);
	ck_assert_str_eq(text, lines[_i].plain);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("quote");

	TABLE(s, makes_bytes_printable, quotes);
	TABLE(s, cuts_at_every_size, hostile);
	TEST(s, says_that_it_cut);
	TEST(s, is_never_misled_by_pairs);
	TABLE(s, makes_lines_plain, lines);
	return unit_run(s);
}
