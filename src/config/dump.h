/* SPDX-License-Identifier: MIT */
/* dump.h - every setting in force, as a settings file that loads again */
#ifndef DUMP_H
#define DUMP_H

#include <stdio.h>

struct config;

/* Each with its origin, default or FILE:LINE, in a comment behind. */
void config_dump(const struct config *, FILE *);

#endif
