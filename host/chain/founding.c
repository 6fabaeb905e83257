/* SPDX-License-Identifier: Apache-2.0 */
#include "host/chain/founding.h"

void
founding_member_free(gpointer data)
{
	FoundingMember *member = data;

	g_bytes_unref(member->public_key);
	g_free(member->name);
	g_free(member->address);
	g_free(member);
}
