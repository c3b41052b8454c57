/* SPDX-License-Identifier: MIT */
/* settings.h - what a settings file says, as structs; a load fills them, nothing changes them */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>

#include "config/endpoint.h"
#include "config/identity.h"
#include "config/kind.h"
#include "config/rate.h"
#include "config/rules.h"
#include "config/setting.h"

struct address;
struct sockd_handler;

enum { TRISTATE_AUTO = -1, TRISTATE_NO, TRISTATE_YES };

/* An endpoint to listen on and the options of its socket. */
struct listen_conf {
	struct listen_conf *next;
	struct origin      *origins;
	struct endpoint     at;
	struct address     *addresses; /* resolved; none after a mere check */
	int                 n_addresses;
	long long           backlog, fastopen, mark, tos, receive_buffer, send_buffer;
	long long           defer_accept; /* ms */
	int                 v6only;       /* TRISTATE_ */
	bool                reuseport, keepalive, nodelay, freebind;
	char               *device;        /* "": none */
	long long           mode;          /* of a socket path, as are these: */
	char               *owner, *group; /* "": as created */
	struct identity     ownership;     /* what these two names mean */
};

struct workers {
	long long min, max, spare; /* -1: "auto", which workers.c works out */
	long long connections;     /* of a worker at a time */
	long long recycle;         /* 0: never */
};

struct timeouts {
	long long idle, lifetime, drain; /* ms; 0: none */
	long long min_rate;              /* bytes a second; 0: none */
	long long hang;                  /* -1: as workers_hang_ms() has it */
};

struct limits { /* 0: none */
	long long   connections, per_source;
	struct rate rate, rate_per_source;
	long long   prefix4, prefix6; /* bits that make a source */
	bool        dry_run;
};

enum { REFUSE_CLOSE, REFUSE_RESET };

struct refuse {
	int   how;  /* REFUSE_ */
	char *text; /* to send before; "": none */
};

struct rlimits { /* -1: as inherited */
	long long nofile, nproc, as, data, fsize, stack, core, memlock, cpu;
};

struct service_conf {
	struct service_conf        *next;
	struct origin              *origins;
	struct origin               origin; /* of the service itself */
	char                       *name;
	struct listen_conf         *listens;
	struct origin               listen_origin;
	const struct sockd_handler *handler;
	void                       *options; /* the handler's; NULL if it has none */
	struct origin              *option_origins;
	struct origin               handler_origin;
	bool                        bad_options; /* complained of already */
	long long                   stamp;       /* of its program's files, see stamp.h */
	struct workers              workers;
	struct timeouts             timeouts;
	struct rules                allow, deny;
	struct limits               limits;
	struct refuse               refuse;
	char                       *user, *group; /* "": the global ones */
	struct identity             identity;     /* what these two names mean */
	char                       *directory, *chroot;
	long long                   umask, nice;
	struct rlimits              rlimits;
	bool                        log_connections;
};

struct log_conf {
	int   facility, level; /* as syslog(3) numbers them */
	char *identity;
};

struct config {
	struct origin       *origins;
	char                *user, *group, *pid_file;
	struct identity      identity;
	struct strings       include;
	struct log_conf      log;
	struct service_conf *services;  /* in the order of the files */
	char                *directory; /* of the main settings file, absolute */
	struct strings       files;     /* read; every origin points in here */
};

extern const struct setting config_rows[], service_rows[], listen_rows[];

struct service_conf *service_conf_create(const char *name);
void                 service_conf_destroy(struct service_conf *);
/* The defaults of its handler's options, if that has any. */
void                 service_conf_create_options(struct service_conf *);
struct service_conf *service_conf_find(const struct config *, const char *name);

/* What a reload must do to get from a to b, handler and endpoints included. */
enum apply service_conf_diff(const struct service_conf *, const struct service_conf *);

/* The same as text: "workers 2 -> 4, listen changed". */
void service_conf_print_changes(
    const struct service_conf *, const struct service_conf *, FILE *);

struct listen_conf *listen_conf_create(void);
void                listen_conf_destroy(struct listen_conf *);

/* In any order.  Both must be resolved. */
bool listen_conf_same_addresses(const struct listen_conf *, const struct listen_conf *);

struct config *settings_create(void);
void           settings_destroy(struct config *);

#endif
