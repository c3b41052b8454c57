/* SPDX-License-Identifier: MIT */
/* log.h - one line an event, to standard error or to the logger process */
#ifndef LOG_H
#define LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <syslog.h>

struct log_counts;

/* The longest line with its NUL; longer ones are cut, and end in "...". */
#define LOG_LINE 1024

/*
 * What stands in front of a line on its way to the logger: its priority, a digit, and its
 * kind in eight hexadecimal ones, which tells lines of one place from those of others; 0
 * for those of which none may be left out, however many there are.
 */
#define LOG_HEAD 9

/*
 * Levels: error, someone must act; warning, odd but went on; notice, start, stop and
 * reload; info, a line a connection; debug, the rest.  Errors, warnings and debug lines
 * of one place and service that come too thick are left out by the logger, and counted.
 * Unprintable bytes become '?': what others chose goes through quote() first.
 */
void log_error(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_about(const char *who, int priority, const char *, va_list) /* "WHO: …" */
    __attribute__((format(printf, 3, 0)));
void log_listed_error(const char *line); /* one of a list, all of which was asked for */

/* Lines less urgent than this priority (LOG_ERR … LOG_DEBUG) are dropped at once. */
void log_set_level(int priority);
bool log_wants(int priority);

/*
 * From now on send lines to the logger through this seqpacket socket, never waiting:
 * what it cannot take is counted in what all processes share.  -1: to standard
 * error.
 */
void log_set_socket(int fd, struct log_counts *shared);
int  log_socket(void);

/* Lines of this process are about one service: those too many are not even made. */
void log_set_one_service(void);

/* While sockd starts: warnings and errors go to standard error too. */
void log_set_echo(bool);

#endif
