/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/members/members.h: the nodes of a channel, and changes
 * of its config.
 *
 *	members.c  from Agreement (proto/bsn/agreement.proto) in the config
 *	change.c   BSN_TX_MEMBER and other changes: a ConfigUpdate to sign
 *	apply.c    an update at the door: becomes a CONFIG transaction
 *	install.c  a committed config takes effect
 *	names.c    nodes as JSON; proposals that wait for signatures
 *
 * All functions: [strand] unless it says otherwise.
 */
#ifndef FABRIC_MEMBERS_MEMBERS_H
#define FABRIC_MEMBERS_MEMBERS_H

#include "plugins/engine-fabric/engine.h"

/* Encodes an Agreement: ConsensusType.metadata. [any] */
void agreement_put(GByteArray *out, bsn_slice settings,
		   const bsn_member *members, guint64 n);

/* Reads Channel.config's members; before the ledger is used.
 *
 * Returns: BSN_OK. Errors: BSN_E_CORRUPT. */
int32_t members_load(Channel *channel, bsn_err *err);
void members_clear(Members *members);
/* The consensus's settings in Channel.config. Borrowed until it changes. */
bsn_slice members_settings(const Channel *channel);
/* NULL: no member. */
const bsn_member *members_find(const Channel *channel, bsn_slice public_key);
/* This node's identity by the present config (Channel.identity, self): at open
 * and after each config. */
void members_identify_self(Channel *channel);

/* bsn_chain_ops.members, proposals. */
int32_t members_list(Channel *channel, bsn_reply *reply, bsn_err *err);
int32_t members_proposals(Channel *channel, bsn_reply *reply, bsn_err *err);

/* BSN_TX_MEMBER, and BSN_TX_INVOKE of contract "" with function "config" (args:
 * {"set": ...} in founding.h's words): rounds of its own. `state` begins with
 * MEMBERS_STATE, so that endorse_sign_round knows whose it is. */
#define MEMBERS_STATE 'M'
int32_t members_begin(Channel *channel, const bsn_tx_request *request,
		      MspIdentity *who, bsn_slice creator, bsn_reply *reply,
		      bsn_err *err);
int32_t members_sign_round(Channel *channel, bsn_slice state,
			   bsn_slice signature, bsn_reply *reply,
			   bsn_err *err);

/* An envelope of type CONFIG_UPDATE is judged against the present config and
 * made into the CONFIG envelope that is ordered (Fabric: the orderer's
 * ProcessConfigUpdateMsg), signed by this node.
 *
 * Returns: BSN_OK, appended to `out`.
 * Errors:  those of update_apply, channel_config_read, update_keeps. */
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
