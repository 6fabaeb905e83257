/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/check_members.h: whether a table of a plugin's has the members that
 * its header requires.
 */
#ifndef HOST_PLUGIN_CHECK_MEMBERS_H
#define HOST_PLUGIN_CHECK_MEMBERS_H

#include <bsn/base.h>

#include "host/plugin/rule.h"

/* No table is larger; a size beyond is not a size. */
#define TABLE_SIZE_MAX 65536u

/* Whether it is a table at all. */
gboolean plugin_has_a_size(const void *table, const char *name,
			   Refusal *refusal);
/* FALSE, and the refusal. */
gboolean plugin_lacks(Refusal *refusal, const char *table, const char *member);

#define REQUIRE(member)                                                        \
	if (!BSN_HAS(table, member))                                           \
		return plugin_lacks(refusal, name, #member);

/* has_TYPE(table, refusal): TRUE when all required members are there. */
#define DEFINE_HAS(type, REQUIRED)                                             \
	static gboolean has_##type(const type *table, Refusal *refusal)        \
	{                                                                      \
		const char *name = #type;                                      \
                                                                               \
		if (!plugin_has_a_size(table, name, refusal))                  \
			return FALSE;                                          \
		REQUIRED(REQUIRE)                                              \
		return TRUE;                                                   \
	}

#endif
