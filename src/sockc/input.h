/* SPDX-License-Identifier: MIT */
/* input.h - standard input, all of it at once */
#ifndef INPUT_H
#define INPUT_H

#include <stddef.h>

/*
 * Read to the end; the caller frees it.  NULL with errno, EFBIG if there is more than
 * the limit.
 */
char *input_read(size_t limit, size_t *size);

#endif
