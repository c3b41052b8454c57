/* SPDX-License-Identifier: MIT */
/* handlers.h - the handlers there are */
#ifndef HANDLERS_H
#define HANDLERS_H

struct sockd_handler;

extern const struct sockd_handler *const handlers[]; /* ends with NULL */

const struct sockd_handler *handler_find(const char *name);

#endif
