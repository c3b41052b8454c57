/* SPDX-License-Identifier: MIT */
/* forged.h - datagrams that somebody else may have sent than they say */
#ifndef FORGED_H
#define FORGED_H

#include <stdbool.h>

struct address;

/*
 * Is this a source that nobody asks from, so that an answer could only do harm: a port of
 * another service that answers, or an address that is no single host's?  What came without TCP
 * or UDP has no port.
 */
bool forged_is_source(const struct address *, bool has_port);

/*
 * The time to live of an answer to a datagram that came with this one; 0 is no answer.
 * Two services that answer each other, set off by one forged datagram, would go on for
 * ever; each of their answers gets less, so that they fall silent after a dozen.
 */
int forged_answer_ttl(int received);

#endif
