/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/chain_json.h: chains, blocks and transactions as JSON.
 */
#ifndef HOST_GATEWAY_CHAIN_JSON_H
#define HOST_GATEWAY_CHAIN_JSON_H

#include <bsn/bsn.h>
#include <jansson.h>

#include "host/chain/chain.h"

/* "opening", "open", "closing", "closed", "failed" */
const char *chain_state_word(ChainState state);
json_t *chain_json(const Chain *chain, gboolean with_config);

/* Takes `detail`. */
json_t *block_json(const bsn_block_info *block, json_t *detail);
/* Appends what became of a transaction. Stage 0 is "submitted": handed to the
 * engine, which has not said anything yet. FALSE, `out` being as before, when
 * `detail`, an engine's words or NULL, is not JSON. */
gboolean tx_result_put(GString *out, const bsn_tx_result *tx,
		       const GString *detail);

#endif
