/* SPDX-License-Identifier: MIT */
/* check_complaint.c - tests complaint.c */
#include "config/complaint.h"

#include <sysexits.h>

#include "config/setting.h"
#include "unit.h"

/* Sort these and compare with the expected order: "FILE:LINE: TEXT" each, in one string.
 */
static const struct {
	struct {
		const char *file;
		int         line;
		const char *text;
	} list[8];
	const char *sorted;
} orders[] = {
	{ { { NULL, 0, NULL } }, "" },
	{ { { "a", 1, "x" } }, "a:1: x|" },
	{ { { "a", 0, "x" } }, "a: x|" },
	{ { { "a", 3, "x" }, { "a", 1, "y" }, { "a", 2, "z" } },
	    "a:1: y|a:2: z|a:3: x|" },
	{ { { "a", 2, "x" }, { "a", 2, "y" }, { "a", 1, "z" }, { "a", 2, "w" } },
	    "a:1: z|a:2: x|a:2: y|a:2: w|" },
	{ { { "b", 9, "x" }, { "a", 1, "y" }, { "b", 2, "z" }, { "a", 0, "w" } },
	    "b:2: z|b:9: x|a: w|a:1: y|" },
	{ { { "a", 10, "x" }, { "a", 9, "y" } }, "a:9: y|a:10: x|" },
};

START_TEST(sorts)
{
	struct complaints complaints = { .n = 0 };
	char              text[256] = "";

	for (size_t i = 0; orders[_i].list[i].file != NULL; i++)
		complain(&complaints, EX_CONFIG,
		    &(struct origin){ orders[_i].list[i].file, orders[_i].list[i].line },
		    "%s", orders[_i].list[i].text);
	complaints_sort(&complaints);
	for (size_t i = 0; i < complaints.n; i++) {
		char *line = complaint_text(&complaints.list[i]);

		strcat(strcat(text, line), "|");
		free(line);
	}
	ck_assert_str_eq(text, orders[_i].sorted);
	complaints_finish(&complaints);
	ck_assert_uint_eq(complaints.n, 0);
}
END_TEST

START_TEST(keeps_the_first_status)
{
	const struct origin origin = { "f", 1 };
	struct complaints   complaints = { .n = 0 };

	complain(&complaints, EX_NOINPUT, &origin, "first");
	complain(&complaints, EX_CONFIG, &origin, "second");
	ck_assert_int_eq(complaints.status, EX_NOINPUT);
	complaints_finish(&complaints);
}
END_TEST

START_TEST(makes_text_safe_and_short)
{
	const struct origin origin = { "f\n\x1b", 1 };
	struct complaints   complaints = { .n = 0 };
	char                text[3000], *line;

	complain(&complaints, EX_CONFIG, &origin, "%d \x1b[31m\n\xc2\x9b", 7);
	line = complaint_text(&complaints.list[0]);
	ck_assert_str_eq(line, "f??:1: 7 ?[31m???");
	free(line);
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	complain(&complaints, EX_CONFIG, &origin, "%s", text);
	ck_assert_uint_eq(strlen(complaints.list[1].text), 1023);
	complaints_finish(&complaints);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("complaint");

	TABLE(s, sorts, orders);
	TEST(s, keeps_the_first_status);
	TEST(s, makes_text_safe_and_short);
	return unit_run(s);
}
