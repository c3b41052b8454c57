/* SPDX-License-Identifier: MIT */
/* verdict.c - is an answer complete, is it good, and why did an exchange fail */
#include "sockc/verdict.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/endpoint.h"
#include "sockc/exchange.h"
#include "sockc/plan.h"

bool
verdict_is_complete(const struct exchange *e)
{
	const struct plan *p = e->plan;

	if (plan_is_datagram(p))
		return true;
	if (!p->keep || e->is_half_closed)
		return false;
	return !plan_is_stream(p) || e->answer.n_bytes >= plan_answer_size(p);
}

bool
verdict_is_good(const struct exchange *e)
{
	const struct plan *p = e->plan;

	if (p->expect != NULL)
		return answer_is(&e->answer, p->expect_size);
	if (p->keep && plan_is_stream(p))
		return e->answer.n_bytes == p->text_size;
	return e->answer.n_bytes > 0 || plan_is_datagram(p);
}

enum outcome
verdict_of_error(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return OUTCOME_REFUSED;
	case ECONNRESET:
	case EPIPE:
		return OUTCOME_RESET;
	case ETIMEDOUT:
		return OUTCOME_TIMEOUT;
	default:
		return OUTCOME_OTHER;
	}
}

static void
explain_short(const struct exchange *e, char *text, size_t size)
{
	const struct plan *p = e->plan;

	if (p->expect != NULL)
		answer_explain(&e->answer, p->expect, p->expect_size, text, size);
	else if (e->answer.n_bytes == 0)
		snprintf(text, size, "the server closed without an answer");
	else
		snprintf(text, size, "got %llu bytes, expected %zu", e->answer.n_bytes,
		    p->text_size);
}

void
verdict_explain(const struct exchange *e, char *text, size_t size)
{
	static const char *const steps[] = { "connect", "send", "receive",
		"standard output" };
	char                     why[VERDICT_TEXT];

	if (e->outcome == OUTCOME_SHORT)
		explain_short(e, why, sizeof why);
	else if (e->error == 0)
		snprintf(why, sizeof why, "timed out after %g s",
		    (double)e->plan->wait_ms / 1000);
	else
		snprintf(why, sizeof why, "%s", strerror(e->error));
	snprintf(text, size, "%s: %s: %s", e->plan->endpoint->text, steps[e->step], why);
}
