/* SPDX-License-Identifier: MIT */
/* fuzz.h - what fuzz targets share */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The target: any bytes may come, and it must return 0 or crash. */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What must hold for all inputs. */
#define must(condition)                                                            \
	do {                                                                       \
		if (!(condition)) {                                                \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, \
			    #condition);                                           \
			abort();                                                   \
		}                                                                  \
	} while (0)

/* The input as a string, which the caller frees; it ends with the first NUL. */
static inline char *
fuzz_string(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	must(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
