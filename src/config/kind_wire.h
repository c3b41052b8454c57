/* SPDX-License-Identifier: MIT */
/* kind_wire.h - values of settings on their way through a pipe, for the kinds of kind.c */
#ifndef KIND_WIRE_H
#define KIND_WIRE_H

struct setting;
struct wire;

void bool_put(const void *field, struct wire *);
void bool_take(const struct setting *, void *field, struct wire *);

/* Of all kinds that are a long long. */
void number_put(const void *field, struct wire *);
void number_take(const struct setting *, void *field, struct wire *);

void choice_put(const void *field, struct wire *);
void choice_take(const struct setting *, void *field, struct wire *);

void string_put(const void *field, struct wire *);
void string_take(const struct setting *, void *field, struct wire *);

void strings_put(const void *field, struct wire *);
void strings_take(const struct setting *, void *field, struct wire *);

void endpoint_put(const void *field, struct wire *);
void endpoint_take(const struct setting *, void *field, struct wire *);

#endif
