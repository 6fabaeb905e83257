/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/members/members.h: the nodes of a channel, and changes
 * of its config.
 *
 *	agreement.c  Agreement (proto/bsn/agreement.proto): who the nodes are
 *	members.c    those of the present config; this node among them
 *	node.c       BSN_TX_MEMBER: the config that it wants
 *	change.c     it and other changes: a ConfigUpdate to sign, in rounds
 *	preview.c    what such a change would change; words.c: in words
 *	votes.c      signatures that wait on the ledger for further ones
 *	proposals.c  the same for people
 *	apply.c      an update at the door: becomes a CONFIG transaction
 *	install.c    a committed config takes effect
 *
 * A change is a ConfigUpdate, signed as the policies of its parts ask. Where one
 * signature is enough, its signer gets a CONFIG_UPDATE transaction. Otherwise the
 * signature is a vote: the signer gets a transaction of the system chaincode
 * _config that stores it (votes.h), and who signs last gets one with all of them.
 *
 * All functions: [strand] unless it says otherwise.
 */
#ifndef FABRIC_MEMBERS_MEMBERS_H
#define FABRIC_MEMBERS_MEMBERS_H

#include <jansson.h>

#include "plugins/engine-fabric/engine.h"

/* Encodes an Agreement: ConsensusType.metadata. [any] */
void agreement_put(GByteArray *out, bsn_slice settings,
		   const bsn_member *members, guint64 n);

/* Reads Channel.config's members, before the ledger is used; net/ tells the
 * transport.
 *
 * Returns: BSN_OK. Errors: BSN_E_CORRUPT. */
int32_t members_load(Channel *channel, bsn_err *err);
void members_clear(Members *members);
/* The consensus's settings in Channel.config. Borrowed until it changes. */
bsn_slice members_settings(const Channel *channel);
/* NULL: no member. */
const bsn_member *members_find(const Channel *channel, bsn_slice public_key);
/* What this node is to the channel: "consensus", "observer"; "none": it has not
 * been added yet; "removed": it was a member before. Borrowed. */
const char *members_own_role(const Channel *channel);
/* This node's identity by the present config (Channel.identity, self): at open
 * and after each config. */
void members_identify_self(Channel *channel);
/* The same when the host has another certificate for the node's key than when
 * it was last asked; else nothing, and cheap. Not while policies are borrowed
 * from lifecycle/: which node's organisation it is may change. */
void members_follow_certificate(Channel *channel);

/* bsn_chain_ops.members, proposals. */
int32_t members_list(Channel *channel, bsn_reply *reply, bsn_err *err);
int32_t members_proposals(Channel *channel, bsn_reply *reply, bsn_err *err);

/* BSN_TX_MEMBER, and BSN_TX_INVOKE of contract "" with function "config":
 * rounds of its own. args of the latter: {"set": ...} in channel/change.h's
 * words, or
 * {"update": hex} to sign what somebody else has begun; "force" in either.
 * `state` begins with MEMBERS_STATE, so that endorse_sign_round knows whose it
 * is; of a vote the second round's state is that of a proposal, which goes on
 * as any proposal does.
 *
 * In: who, creator: the signer, judged; SerializedIdentity. */
#define MEMBERS_STATE 'M'
int32_t members_begin(Channel *channel, const bsn_tx_request *request,
		      MspIdentity *who, bsn_slice creator, bsn_reply *reply,
		      bsn_err *err);
/* The same request as a call: what the change would change, before it is signed.
 * Answers {"result": a proposal as members_proposals lists it, with "changes":
 * [{"path", "kind", "before", "after", "needs"}], before null for what is new,
 * "counts": whether the caller's signature would count, "signed": whether it is
 * there}. */
int32_t members_preview(Channel *channel, const bsn_tx_request *request,
			MspIdentity *who, bsn_reply *reply, bsn_err *err);
int32_t members_sign_round(Channel *channel, bsn_slice state,
			   bsn_slice signature, bsn_reply *reply, bsn_err *err);

/* An envelope of type CONFIG_UPDATE, whose creator and signature the caller has
 * judged, is judged against the present config and made into the CONFIG
 * envelope that is ordered (Fabric: the orderer's ProcessConfigUpdateMsg),
 * signed by this node. It has the update's id and timestamp.
 *
 * Returns: BSN_OK, appended to `out`.
 * Errors:  those of update_apply, channel_config_read, update_keeps;
 *          BSN_CONFLICT: the consensus cannot go on so; BSN_UNAVAILABLE: this
 *          node has no certificate to sign with. */
int32_t config_from_update(Channel *channel, bsn_slice envelope,
			   GByteArray *out, bsn_err *err);
/* TxJudge.config: whether a CONFIG transaction follows from the present config
 * by its own last_update. */
TxCode config_judge(Channel *channel, const BlockTx *tx, int32_t *status);
/* A committed CONFIG takes effect: config, members, identities, consensus
 * (set_members from `number` + 1 on), transport. Called by order/commit.c when
 * the store has accepted the block. */
void config_install(Channel *channel, guint64 number, const BlockTx *tx);

#endif
