/* SPDX-License-Identifier: MIT */
/* number.c - the numbers of a settings file as libconfig reads them, before it wraps them */
#include "config/number.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* INT_MAX as text: libconfig keeps int. */
#define INT_MOST "2147483647"

static size_t
count_digits(const char *text)
{
	return strspn(text, "0123456789");
}

static size_t
count_sign(const char *text)
{
	return *text == '-' || *text == '+';
}

/* libconfig 1.5 keeps the low 32 bits of any number, and newer ones take 010 for 8. */
static const char *
check(const char *text, const char *digits, bool is_hex, bool is_long)
{
	long long n;

	errno = 0;
	n = strtoll(text, NULL, is_hex ? 16 : 10);
	if (errno == ERANGE || (!is_long && (n > INT_MAX || n < INT_MIN)))
		return "is too large for a number; none is larger than " INT_MOST;
	if (!is_hex && digits[0] == '0' && isdigit((unsigned char)digits[1]))
		return "a number does not begin with 0";
	return NULL;
}

/* What may follow the digits of a fraction; 0 if this is none. */
static size_t
fraction_length(const char *text, bool has_digits)
{
	size_t length = *text == '.' ? 1 + count_digits(text + 1) : 0, digits;

	if ((has_digits || length > 0) && (text[length] == 'e' || text[length] == 'E')) {
		digits = length + 1 + count_sign(text + length + 1);
		if (count_digits(text + digits) > 0)
			return digits + count_digits(text + digits);
	}
	return length;
}

/* What stands behind it without a space may be the next name: 5e is a number, 5e3 another. */
size_t
number_length(const char *text, const char **why)
{
	const char *digits = text + count_sign(text);
	size_t      n_digits = count_digits(digits), more;
	bool        is_hex;

	*why = NULL;
	more = fraction_length(digits + n_digits, n_digits > 0);
	if (more > 0)
		return (size_t)(digits - text) + n_digits +
		    more; /* no setting takes one */
	if (n_digits == 0)
		return 0;
	is_hex = digits == text && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') &&
	    isxdigit((unsigned char)text[2]);
	if (is_hex) {
		digits += 2;
		n_digits = strspn(digits, "0123456789abcdefABCDEF");
	}
	more = strspn(digits + n_digits, "L");
	*why = check(text, digits, is_hex, more > 0);
	return (size_t)(digits - text) + n_digits + (more < 2 ? more : 2);
}
