/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/genesis.h: what all nodes of a chain agree on before
 * its first block: config, first members and time, as RLP:
 *
 *   ["bsn-fisco", 1, name, time in ms, config, [member, ...]]
 *   config: [sm, chain id, group id, runtime, consensus, consensus config,
 *            limits in the order of Config, rules, parallel, committee,
 *            policy, balances, threshold, snapshots]; the last five only as
 *            far as there are any:
 *            [address, weight, ...],
 *            [[refused rule, ...], [forbidden opcode, ...]],
 *            [address, amount, ...], [percent], [interval]
 *   member: as in member.h
 */
#ifndef FISCO_GENESIS_H
#define FISCO_GENESIS_H

#include <bsn/engine.h>
#include <glib.h>

#include "plugins/engine-fisco/config.h"
#include "plugins/engine-fisco/member.h"

typedef struct {
	Config config;
	GBytes *bytes; /* as encoded; slices below point into it */
	bsn_slice name;
	guint64 time_ms;
	bsn_member *members;
	guint n_members;
} Genesis;

/* Makes a chain's genesis. As bsn_chain_ops.genesis. [any] */
int32_t genesis_make(const bsn_genesis *request, bsn_sink *out, bsn_err *err);

/* Reads it back.
 *
 * Returns: BSN_OK and a genesis for genesis_clear.
 * Errors:  BSN_BAD_REQUEST, BSN_E_VERSION. [any] */
int32_t genesis_read(bsn_slice bytes, Genesis *genesis, bsn_err *err);
/* A zeroed genesis is fine. [any] */
void genesis_clear(Genesis *genesis);

/* Members that take part in consensus. [any] */
guint genesis_sealers(const Genesis *genesis);

#endif
