/* SPDX-License-Identifier: MIT */
/* draft.h - a service that is being translated */
#ifndef DRAFT_H
#define DRAFT_H

#include <stdbool.h>
#include <stdio.h>

#include "config/settings.h"
#include "config/strings.h"

struct import;

/* Something that stands in a file: where, and how it reads. */
struct place {
	struct origin at;
	const char   *what;
};

struct draft {
	struct draft        *next;
	struct import       *import;
	struct origin        origin;
	struct service_conf *conf;    /* of the origins those have a file that were set */
	bool                 is_out;  /* no service: its remarks alone are printed */
	struct strings       remarks; /* comments above it */
	char                *wished;  /* the name, if it has another one; or NULL */
	const char          *handler; /* constant; NULL: none yet */
	struct strings       options; /* of the handler, as "NAME = VALUE;" */
	bool  has_pool; /* of as many workers as it needs, and none while nobody comes */
	char *port;     /* the name that the port of its endpoint had; or NULL */
};

/* The next service, by this name if that is a good one and not taken. */
struct draft *draft_add(struct import *, const struct origin *, const char *name);

/* Has a service this name already? */
bool draft_is_taken(const struct import *, const char *name);

/* A comment, of nothing that is lost. */
void draft_note(struct draft *, const struct origin *, const char *, ...)
    __attribute__((format(printf, 3, 4)));

/* The settings do not say this; why, and what to do. */
void draft_lose(struct draft *, const struct place *, const char *, ...)
    __attribute__((format(printf, 3, 4)));

/* No service comes of it, for this reason. */
void draft_leave_out(struct draft *, const struct place *, const char *, ...)
    __attribute__((format(printf, 3, 4)));

/* The file is wrong here, and says it in a comment too. */
void draft_wrong(struct draft *, const struct origin *, const char *, ...)
    __attribute__((format(printf, 3, 4)));

/* The service's setting; lost if it may not have this value.  A list gets one more. */
void draft_set(
    struct draft *, const struct place *, const char *setting, const char *value);

/* One more endpoint; NULL, and lost, if it is none. */
struct listen_conf *draft_listen(struct draft *, const struct place *, const char *url);

/* An option of those endpoints that it fits. */
void draft_listen_set(struct draft *, const struct place *, const char *setting,
    const char *value, bool (*fits)(const struct endpoint *));
bool draft_fits_stream(const struct endpoint *);
bool draft_fits_host(const struct endpoint *);
bool draft_fits_ipv6(const struct endpoint *);
bool draft_fits_all(const struct endpoint *);

/* An option of the handler. */
void draft_option(struct draft *, const char *name, const char *value);
void draft_option_string(struct draft *, const char *name, const char *value);
void draft_option_list(struct draft *, const char *name, const struct strings *);
void draft_environment(struct draft *, const struct place *, const struct strings *);

/* A handler of sockd itself, for the service of this name; false if there is none. */
bool draft_builtin(struct draft *, const struct place *, const char *name);

/* A program for each connection. */
void draft_exec(struct draft *, const struct place *, const struct strings *command);

/* A program that gets the listening socket itself. */
void draft_exec_wait(struct draft *, const struct place *, const struct strings *command);

/* The user, and the group if it is not NULL. */
void draft_user(
    struct draft *, const struct place *, const char *user, const char *group);

/* As many workers as the limits need; when all of these are known. */
void draft_set_pool(struct draft *);

/* Who has all of an address, IPv4 too, leaves that of IPv6 to who asked for no more. */
void draft_share(struct import *);

void draft_print(const struct draft *, FILE *);
void draft_destroy(struct draft *);

#endif
