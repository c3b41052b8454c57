/* SPDX-License-Identifier: MIT */
/* check_lines.c - tests lines.c */
#include "common/lines.h"

#include "unit.h"

/* Lines, each with a bar behind it. */
static char seen[4096];

static void
on_line(const void *arg, const char *quoted)
{
	ck_assert_ptr_eq(arg, seen);
	strcat(seen, quoted);
	strcat(seen, "|");
}

static const struct {
	const char *text, *at_once, *at_end;
} texts[] = {
	{ "", "", "" },
	{ "one\n", "\"one\"|", "\"one\"|" },
	{ "one\ntwo", "\"one\"|", "\"one\"|\"two\"|" },
	{ "\n\n\n", "", "" },
	{ "a\n\nb\n", "\"a\"|\"b\"|", "\"a\"|\"b\"|" },
	{ "\033[1m\xff\"\n", "\"\\x1b[1m\\xff\\\"\"|", "\"\\x1b[1m\\xff\\\"\"|" },
	{ "no end", "", "\"no end\"|" },
};

START_TEST(gives_lines)
{
	struct lines l;
	int          fd = lines_open(&l);

	seen[0] = '\0';
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, texts[_i].text, strlen(texts[_i].text)),
	    (ssize_t)strlen(texts[_i].text));
	lines_read(&l, on_line, seen);
	ck_assert_str_eq(seen, texts[_i].at_once);
	ck_assert_int_ne(l.fd, -1);
	close(fd);
	lines_finish(&l, on_line, seen);
	ck_assert_str_eq(seen, texts[_i].at_end);
	ck_assert_int_eq(l.fd, -1);
}
END_TEST

START_TEST(cuts_long_lines_into_pieces)
{
	struct lines l;
	int          fd = lines_open(&l);
	char         text[2 * LINES_LONGEST + 2];

	seen[0] = '\0';
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\n';
	ck_assert_int_eq(write(fd, text, sizeof text), (ssize_t)sizeof text);
	lines_read(&l, on_line, seen);
	ck_assert_uint_eq(strcspn(seen, "|"), LINES_LONGEST + 2);
	ck_assert_str_eq(seen + 2 * (LINES_LONGEST + 3), "\"x\"|");
	close(fd);
	lines_close(&l);
}
END_TEST

/* Somebody else has the other end still. */
START_TEST(does_not_wait_for_an_end)
{
	struct lines l;
	int          fd = lines_open(&l);

	seen[0] = '\0';
	ck_assert_int_eq(write(fd, "left", 4), 4);
	lines_finish(&l, on_line, seen);
	ck_assert_str_eq(seen, "\"left\"|");
	lines_read(&l, on_line, seen); /* nothing */
	lines_close(&l);
	ck_assert_str_eq(seen, "\"left\"|");
	close(fd);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("lines");

	TABLE(s, gives_lines, texts);
	TEST(s, cuts_long_lines_into_pieces);
	TEST(s, does_not_wait_for_an_end);
	return unit_run(s);
}
