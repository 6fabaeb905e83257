/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/address.h: how a framework names who signs (`bsn.engine.address/1`),
 * asked of the engine (bsn_engine.query). For whoever has keys, but no chain yet:
 * configs that say what somebody has from block 0 name him so.
 */
#ifndef BSN_EXT_ADDRESS_H
#define BSN_EXT_ADDRESS_H

#include "../engine.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_ENGINE_ADDRESS_ID "bsn.engine.address/1"

typedef struct bsn_engine_address {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* The address of a key on chains with this config.
	 *
	 * Returns: BSN_OK.
	 * In:      config, as bsn_genesis.config; public_key, of the algorithm
	 *          that member_algorithm answers.
	 * Out:     address, UTF-8.
	 * Errors:  BSN_BAD_REQUEST: the config is none, or the key is not of
	 *          that algorithm; of the sink. [any] */
	int32_t (*of_key)(bsn_slice config, bsn_slice public_key,
			  bsn_sink *address, bsn_err *err);
} bsn_engine_address;

/* Required members, X(member). */
#define BSN_ENGINE_ADDRESS_REQUIRED(X) X(of_key)

/* The engine's table, or NULL. [any] */
static inline const bsn_engine_address *
bsn_engine_address_of(const bsn_engine *engine)
{
	return BSN_HAS(engine, query)
		       ? (const bsn_engine_address *)engine->query(
				 BSN_ENGINE_ADDRESS_ID)
		       : NULL;
}

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_ADDRESS_H */
