/* SPDX-License-Identifier: MIT */
/* log.h - one line an event, to standard error or to the logger process */
#ifndef LOG_H
#define LOG_H

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <syslog.h>

/* The longest line; longer ones are cut.  The first byte of a message is its priority. */
#define LOG_LINE 1024

/*
 * Levels: error, someone must act; warning, odd but went on; notice, start, stop and
 * reload; info, a line a connection; debug, the rest.  Unprintable bytes become '?':
 * what others chose goes through quote() first.
 */
void log_error(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_about(const char *who, int priority, const char *, va_list) /* "WHO: …" */
    __attribute__((format(printf, 3, 0)));
void log_line(int priority, const char *, ...) __attribute__((format(printf, 2, 3)));
void log_at(int priority, const char *, va_list) __attribute__((format(printf, 2, 0)));

/* Lines less urgent than this priority (LOG_ERR … LOG_DEBUG) are dropped at once. */
void log_set_level(int priority);
bool log_wants(int priority);

/*
 * From now on send lines to the logger through this seqpacket socket, never waiting:
 * what it cannot take is counted in *counter, which all processes share.  -1: to standard
 * error.
 */
void log_set_socket(int fd, _Atomic unsigned long long *counter);
int  log_socket(void);

/* While sockd starts: warnings and errors go to standard error too. */
void log_set_echo(bool);

#endif
