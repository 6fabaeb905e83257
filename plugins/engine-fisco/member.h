/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/member.h: a chain's members as records have them, in
 * the genesis and in the world state: [[role, public key, name, address], ...].
 * All functions: [any].
 */
#ifndef FISCO_MEMBER_H
#define FISCO_MEMBER_H

#include <bsn/host.h>
#include <glib.h>

#include "plugins/kit/rlp.h"

/* Bytes of a name and of an address. */
#define MEMBER_TEXT_MAX 255u
#define MEMBERS_MAX 1024u

/* Appends n members, whose first one's `size` is the stride: rule 2 of the ABI.
 */
void members_put(const bsn_member *members, guint64 n, GByteArray *out);
/* The member at an index of such an array. */
const bsn_member *members_at(const bsn_member *members, guint64 index);

/* Reads such a list, MEMBERS_MAX at most; an error stays in the reader. The
 * members' slices point into its input.
 *
 * Returns: bsn_member; g_array_unref it. In: algorithm of their keys. */
GArray *members_read(RlpReader *reader, const char *algorithm);

/* How many of n take part in consensus. */
guint members_sealers(const bsn_member *members, guint64 n);

#endif
