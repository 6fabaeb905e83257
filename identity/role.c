/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/certificate.h"

static const struct {
	Role role;
	const char *name;
} roles[] = {
	{ ROLE_AUDITOR, "auditor" },
	{ ROLE_CLIENT, "client" },
	{ ROLE_NODE, "node" },
	{ ROLE_ADMIN, "admin" },
};

const char *
role_name(Role role)
{
	for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
		if (roles[i].role == role)
			return roles[i].name;
	return "none";
}

Role
role_from_name(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
		if (g_strcmp0(roles[i].name, name) == 0)
			return roles[i].role;
	return ROLE_NONE;
}

int
role_allows(Role have, Role need)
{
	if (have == ROLE_NODE || need == ROLE_NODE)
		return have == need;
	return have >= need;
}
