/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/chains.h: a chain that begins and ends others (`bsn.chains/1`), as the
 * root chain of a framework with parallel chains does. Each is an app chain of
 * the host like any other, of the same engine, with its own members, consensus
 * and ledger. What the host's administrator has not allowed (config, section
 * [chains], key `parallel`) is refused.
 */
#ifndef BSN_EXT_CHAINS_H
#define BSN_EXT_CHAINS_H

#include "../engine.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_CHAINS_ID "bsn.chains/1"
#define BSN_ENGINE_CHAINS_ID "bsn.engine.chains/1"

/* What the host lends. */
typedef struct bsn_chains {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Has the host begin a chain of this engine. It is made after the call;
	 * bsn_engine_chains.began says how that went. One that is there with
	 * this genesis and this parent is opened if need be, so an engine asks
	 * again after each start for all that should be there.
	 *
	 * One that an administrator has closed stays closed: `began` comes with
	 * BSN_UNAVAILABLE.
	 *
	 * Returns: BSN_OK: `began` will come.
	 * In:      name, as bsn_genesis.name; genesis, as the engine encodes it.
	 * Errors:  BSN_BAD_REQUEST; BSN_DENIED: the administrator has not
	 *          allowed it; BSN_BUSY: too many are on their way, until
	 *          `began` comes for one.
	 * [strand] & open */
	int32_t (*begin)(bsn_chain *parent, bsn_slice name, bsn_slice genesis,
			 bsn_err *err);

	/* Has the host close a chain that this one has begun; its data stays.
	 * Others are left alone.
	 *
	 * Returns: BSN_OK: it is or will be closed, if there is one.
	 * Errors:  BSN_BAD_REQUEST; BSN_BUSY: too many are on their way.
	 * [strand] & open */
	int32_t (*end)(bsn_chain *parent, bsn_slice name, bsn_err *err);

	/* Asks another chain of the same engine on this host a question, which
	 * its bsn_engine_chains.asked answers on its own strand;
	 * bsn_engine_chains.answered comes with the cookie, unless this chain
	 * closes first.
	 *
	 * Returns: BSN_OK: `answered` will come; with BSN_NOT_FOUND when no
	 *          chain of that name and engine is open here.
	 * In:      name of the other chain, cookie, question of at most
	 *          BSN_CHAINS_QUESTION_MAX bytes.
	 * Errors:  BSN_BAD_REQUEST; BSN_BUSY: too many questions are on their
	 *          way.
	 * [strand] & open */
	int32_t (*ask)(bsn_chain *chain, bsn_slice name, uint64_t cookie,
		       bsn_slice question, bsn_err *err);
} bsn_chains;

/* Bytes of a question and of an answer. */
#define BSN_CHAINS_QUESTION_MAX (1u << 20)

/* What the engine offers for it. */
typedef struct bsn_engine_chains {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* A chain that `begin` asked for is open (BSN_OK), or could not be.
	 * [strand of the parent] & open */
	void (*began)(bsn_ledger *parent, bsn_slice name, int32_t status,
		      const bsn_err *err);

	/* Another chain asks; answered with reply->value, which here may hold
	 * any bytes, or reply->fail.
	 *
	 * Returns: BSN_OK.
	 * In:      from, name of the chain that asks. [strand] & open */
	int32_t (*asked)(bsn_ledger *ledger, bsn_slice from,
			 bsn_slice question, bsn_reply *reply, bsn_err *err);

	/* The answer to `ask`. [strand] & open */
	void (*answered)(bsn_ledger *ledger, uint64_t cookie, int32_t status,
			 bsn_slice answer, const bsn_err *err);
} bsn_engine_chains;

/* Required members, X(member). */
#define BSN_ENGINE_CHAINS_REQUIRED(X) X(began) X(asked) X(answered)

BSN_HOST_SERVICE(bsn_chains, bsn_host_chains, BSN_CHAINS_ID)

/* The table of an engine, or NULL. [any] */
static inline const bsn_engine_chains *
bsn_engine_chains_of(const bsn_engine *engine)
{
	if (!BSN_HAS(engine, query))
		return NULL;
	return (const bsn_engine_chains *)engine->query(BSN_ENGINE_CHAINS_ID);
}

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_CHAINS_H */
