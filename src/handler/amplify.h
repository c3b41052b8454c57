/* SPDX-License-Identifier: MIT */
/* amplify.h - the setting of handlers whose answers may be longer than the question */
#ifndef AMPLIFY_H
#define AMPLIFY_H

#include "config/setting.h"

#define AMPLIFICATION(s)                                                              \
	NUMBER(s, amplification, "1", 0, 1000, APPLY_WORKERS,                         \
	    "Most bytes of a datagram's answer per byte of the question, as sources " \
	    "can be\n"                                                                \
	    "forged; 0 is no limit.")

#endif
