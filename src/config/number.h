/* SPDX-License-Identifier: MIT */
/* number.h - the numbers of a settings file as libconfig reads them, before it wraps them */
#ifndef NUMBER_H
#define NUMBER_H

#include <stddef.h>

/*
 * How many bytes of text libconfig takes for a number, 0 if it begins with none; and in
 * *why what is wrong with it, or NULL.
 */
size_t number_length(const char *text, const char **why);

#endif
