/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/genesis.h: what a channel begins with. The genesis of a
 * chain is Fabric's block 0, with the chain's name as the channel's id, made from
 * a JSON config in founding.h's words and two of its own:
 *
 *	"crypto": "std" | "sm"                       (std when missing)
 *	"consensus": {"name": "raft", ...}           (raft when missing)
 *
 * The other members of "consensus" are the protocol's settings. They and the
 * nodes are in ConsensusType.metadata (proto/bsn/agreement.proto).
 */
#ifndef FABRIC_GENESIS_H
#define FABRIC_GENESIS_H

#include <bsn/engine.h>

#include "plugins/engine-fabric/channel/config.h"

/* Bytes of a chain's JSON config: a hundred organisations with a dozen
 * certificates each. */
#define GENESIS_CONFIG_MAX (4u << 20)
/* Nodes that a channel begins with, and bytes of a name or an address. */
#define GENESIS_MEMBERS_MAX 1024u
#define GENESIS_TEXT_MAX 255u

/* bsn_chain_ops.member_algorithm, genesis. [any] */
int32_t genesis_algorithm(bsn_slice config, const char **algorithm,
			  bsn_err *err);
int32_t genesis_make(const bsn_genesis *genesis, bsn_sink *out, bsn_err *err);

/* What block 0 says. */
typedef struct {
	char *id; /* of the channel */
	guint64 time_ms;
	guint8 hash[HASH_LEN]; /* of its header */
	ChannelConfig *config;
} Genesis;

/* Reads and judges block 0.
 *
 * Returns: BSN_OK; for genesis_clear, as after an error.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: it is none; BSN_E_VERSION. [any] */
int32_t genesis_read(bsn_slice block, Genesis *genesis, bsn_err *err);
void genesis_clear(Genesis *genesis);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Genesis, genesis_clear)

/* Reads the config of a CONFIG transaction's envelope.
 *
 * Returns and errors: as channel_config_read. [any] */
int32_t genesis_config(bsn_slice envelope, ChannelConfig **config,
		       bsn_err *err);

#endif
