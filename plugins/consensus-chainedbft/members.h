/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-chainedbft/members.h: who agrees in an epoch, and how many of
 * them must.
 */
#ifndef CHAINEDBFT_MEMBERS_H
#define CHAINEDBFT_MEMBERS_H

#include <bsn/crypto.h>
#include <bsn/ext/tree.h>
#include <glib.h>

/* Consensus members of a chain. Every block carries a quorum's signatures, and
 * votes grow with the square of the number. */
#define MEMBERS_MAX 256u

typedef struct {
	char *algorithm;
	const bsn_signature *scheme;
	GBytes *key;
	char *name; /* for people */
} Member;

typedef struct {
	guint n;
	guint f;      /* that may be faulty: (n - 1) / 3 */
	guint quorum; /* ceil((n + f + 1) / 2) */
	Member *list; /* in the chain's order, which is that of their turns */
} Members;

/* Those of `members` that agree, in their order.
 *
 * Returns: BSN_OK.
 * Out:     members; the caller frees them.
 * Errors:  BSN_BAD_REQUEST: none, too many, one twice, an algorithm that no
 *          loaded plugin has.
 * [any] */
int32_t members_new(const bsn_member *members, guint64 n, Members **out,
		    bsn_err *err);
/* Those who agree on what is built upon a block of the tree. Errors: those of
 * members_new and of bsn_tree.members. [strand] */
int32_t members_of_block(bsn_proposer *proposer, const bsn_id *block,
			 Members **out, bsn_err *err);
void members_free(Members *members);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Members, members_free)

/* The quorum of n, not 0. [any] */
guint members_quorum(guint n);
/* Whether so many can agree. Errors: BSN_BAD_REQUEST. [any] */
int32_t members_check_count(guint64 n, bsn_err *err);

/* The number of the one with this key, or -1. [any] */
gint members_find(const Members *members, bsn_slice key);
/* The number of the one whose key the host holds, or -1. [strand] */
gint members_self(const Members *members, bsn_chain *chain);

#endif
