/* SPDX-License-Identifier: Apache-2.0
 *
 * host/chain/founding.h: a member that a chain begins with.
 */
#ifndef HOST_CHAIN_FOUNDING_H
#define HOST_CHAIN_FOUNDING_H

#include <glib.h>

typedef struct {
	guint32 role; /* BSN_ROLE_* */
	GBytes *public_key;
	char *name, *address; /* UTF-8 */
} FoundingMember;

void founding_member_free(gpointer member);

#endif
