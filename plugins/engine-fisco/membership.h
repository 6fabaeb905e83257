/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/membership.h: who a chain's members are, height by
 * height. The genesis names the first ones; a block whose transactions changed
 * the list (0x1003) decides who agrees on the block after it, on every node the
 * same. The store keeps each list under the first height that it holds for, so
 * that the certificate of any block can be verified against those who made it.
 *
 * Record: 'M' number: the list (member.h), from the block of that number on.
 */
#ifndef FISCO_MEMBERSHIP_H
#define FISCO_MEMBERSHIP_H

#include <bsn/host.h>
#include <glib.h>

#include "plugins/engine-fisco/batch.h"
#include "plugins/engine-fisco/member.h"
#include "plugins/engine-fisco/suite.h"

typedef struct bsn_ledger Ledger;

/* Those who agree on the block after the head. */
typedef struct {
	MemberList list;
	guint64 since;       /* number of the first block that they agree on */
	GByteArray *sealers; /* items of a header's sealerList */
	guint n_sealers;
	guint32 own_role; /* BSN_ROLE_*, or 0: this node is no member */
	gboolean was_member; /* it is one, or was at some height */
	guint64 own_index; /* among the sealers; 0 also for who is none */
	guint8 own_key[PUBLIC_KEY_LEN];
} Membership;

/* No member at all, for own_role. */
#define MEMBER_NONE 0u

/* This node's key, and the genesis's members.
 *
 * Returns: BSN_OK. Errors: as bsn_keys.node_public_key. [strand] */
int32_t membership_begin(Ledger *ledger, bsn_err *err);
/* The members after the head, which has been loaded.
 *
 * Returns: BSN_OK. Errors: as bsn_store.get. [strand] */
int32_t membership_load(Ledger *ledger, bsn_err *err);
void membership_clear(Membership *membership);

/* The list that a block's changes of state, OverlayChange, leave to the next
 * block, as encoded; empty when it is the same. Borrowed from them. [strand] */
bsn_slice membership_changed(const GArray *changes);
/* Adds the record of a block that changes the members: `changes` of the world
 * state, OverlayChange. [strand] */
void membership_put(const GArray *changes, guint64 number, Batch *batch);
/* Adds the record of a list that holds from block `number` on. [strand] */
void membership_put_list(bsn_slice list, guint64 number, Batch *batch);
/* The store has accepted that block: from now on the next block's members are
 * the new ones, here, in consensus and in the transport. [strand] */
void membership_follow(Ledger *ledger, const GArray *changes, guint64 number);

/* The head has jumped to a block that was not executed here, whose records and
 * those before are there: the members are those after it, here, in consensus and
 * in the transport. Returns: BSN_OK. Errors: as bsn_store.get. [strand] */
int32_t membership_jump(Ledger *ledger, bsn_err *err);

/* The members who agree on block `number`, for any up to the one after the
 * head: against them its certificate is verified. They agree on all blocks from
 * `number` up to and without *until, so that whoever verifies many asks once for
 * each list.
 *
 * Returns: BSN_OK and a list for member_list_clear, valid as long as the
 *          ledger is open.
 * Errors:  BSN_NOT_FOUND: nobody knows yet; as bsn_store.scan. [strand] */
int32_t membership_at(const Ledger *ledger, guint64 number, MemberList *list,
		      guint64 *until);

/* The same for a block whose header is there and that is not executed yet: the
 * records up to it are there. [strand] */
int32_t membership_ahead(const Ledger *ledger, guint64 number,
			 MemberList *list);

/* The sealer of an index, as a header after the head names it; NULL when there
 * is none. [strand] */
const bsn_member *membership_sealer(const Ledger *ledger, guint64 index);

/* What this node is to the chain: "consensus"; "observer"; "none": it has not
 * been added yet; "removed": it was a member before. Borrowed. [strand] */
const char *membership_own_word(const Ledger *ledger);

#endif
