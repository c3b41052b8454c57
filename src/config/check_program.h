/* SPDX-License-Identifier: MIT */
/* check_program.h - do the settings fit the program that the handler starts? */
#ifndef CHECK_PROGRAM_H
#define CHECK_PROGRAM_H

struct complaints;
struct service_conf;

/*
 * Can the service's workers run it?  And where it takes its clients by itself, settings that
 * nobody could keep are refused, rather than ignored; its stamp is taken.
 */
void config_check_program(struct service_conf *, struct complaints *);

#endif
