/* SPDX-License-Identifier: MIT */
/* check_admission.c - do allow, deny and refuse fit together? */
#include <string.h>
#include <sysexits.h>

#include "config/check.h"
#include "config/complaint.h"
#include "config/settings.h"

/* Where the setting stands, or the service does. */
static const struct origin *
origin_of(const struct service_conf *service, const char *name)
{
	return setting_origin(service_rows, name, service->origins, &service->origin);
}

static bool
names_users(const struct rules *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		if (rules->list[i].kind != RULE_NETWORK)
			return true;
	return false;
}

/* Who sends a datagram to a path is not told by the kernel. */
static void
check_users(const struct service_conf *service, struct complaints *complaints)
{
	static const char *const names[] = { "allow", "deny" };
	const struct rules      *lists[] = { &service->allow, &service->deny };

	for (const struct listen_conf *l = service->listens; l != NULL; l = l->next) {
		for (size_t i = 0; i < 2; i++)
			if (strncmp(l->at.text, "unixgram:", 9) == 0 &&
			    names_users(lists[i]))
				complain(complaints, EX_CONFIG,
				    origin_of(service, names[i]),
				    "services.%s.%s: users and groups cannot be told "
				    "apart at %s; make it two services",
				    service->name, names[i], l->at.text);
	}
}

/* What is in both lists is a mistake in one of them. */
void
config_check_admission(const struct service_conf *service, struct complaints *complaints)
{
	const struct rule *allow, *deny;
	struct origin      origin;

	check_users(service, complaints);
	if (rules_meet(&service->allow, &service->deny, &allow, &deny)) {
		origin = rules_origin(deny, origin_of(service, "deny"));
		complain(complaints, EX_CONFIG, &origin,
		    "services.%s.deny: \"%s\": allow has the same, \"%s\"", service->name,
		    deny->text, allow->text);
	}
	if (service->refuse.how == REFUSE_RESET && service->refuse.text[0] != '\0')
		complain(complaints, EX_CONFIG, origin_of(service, "refuse.text"),
		    "services.%s.refuse.text: a reset throws away what was sent before; "
		    "use how = \"close\"",
		    service->name);
}
