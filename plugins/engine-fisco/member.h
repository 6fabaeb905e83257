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

/* A list of members, and what its slices point into. */
typedef struct {
	GArray *members; /* bsn_member */
	GBytes *bytes;   /* as encoded; NULL: what is older than the list */
} MemberList;

/* Reads a list of its own copy of `bytes`.
 *
 * Returns: BSN_OK and a list for member_list_clear. Errors: BSN_E_CORRUPT. */
int32_t member_list_read(bsn_slice bytes, const char *algorithm,
			 MemberList *list);
/* A zeroed list is fine. */
void member_list_clear(MemberList *list);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MemberList, member_list_clear)
const bsn_member *member_list_at(const MemberList *list, guint index);
/* Index of a member; the list's length when there is none. */
guint member_list_find(const MemberList *list, bsn_slice public_key);
/* How many take part in consensus. */
guint member_list_sealers(const MemberList *list);

#endif
