/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-pbft/members.h: who agrees, and who leads.
 */
#ifndef PBFT_MEMBERS_H
#define PBFT_MEMBERS_H

#include "plugins/kit/votes/members.h"

/* Who reasons are of. */
#define WHO "consensus pbft"

/* Those of `members` that agree, of any order, by their public keys. Errors:
 * those of members_new. [any] */
int32_t members_by_key(const bsn_member *members, guint64 n, Members **out,
		       bsn_err *err);
gboolean members_equal(const Members *a, const Members *b);

/* The number of the leader. [any] */
guint members_leader(const Members *members, guint64 height, guint64 view);

#endif
