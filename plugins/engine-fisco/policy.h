/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/policy.h: the security check of code that is to be
 * deployed, and what the chain's config makes of its findings
 * ("contract_check").
 */
#ifndef FISCO_POLICY_H
#define FISCO_POLICY_H

#include <jansson.h>

#include "plugins/engine-fisco/ledger.h"

/* Bytes of a check's options: sources and source maps above all. */
#define POLICY_OPTIONS_MAX (8u << 20)

/* What the chain says of code, by the code's digest. */
PolicyCache *policy_cache_new(void);
/* policy_cache_free(NULL) does nothing. */
void policy_cache_free(PolicyCache *cache);

/* What the runtime finds in code. The chain's forbidden opcodes are added to
 * `options`, as bsn_runtime.check_with takes them; a runtime without that
 * member has none.
 *
 * Returns: as bsn_runtime.check_with.
 * Out:     findings, a new array, also on errors.
 * Errors:  BSN_NOT_OFFERED: the runtime cannot look for forbidden opcodes.
 * [any] */
int32_t policy_check(const Ledger *ledger, bsn_slice code, json_t *options,
		     json_t **findings, bsn_err *err);

/* The reason to refuse code for its findings, or NULL; g_free it. [any] */
char *policy_reason(const Config *config, const json_t *findings);

/* Whether the chain refuses to deploy code: the same on every node. Code that
 * the runtime cannot check is refused by a chain that refuses anything.
 *
 * Returns: BSN_OK.
 * In:      code, with the constructor's arguments.
 * Out:     reason: NULL when it may be deployed; g_free it.
 * Errors:  below 0. [any] */
int32_t policy_refuses(const Ledger *ledger, bsn_slice code, char **reason);

/* The same, with the reason as an error's.
 *
 * Returns: BSN_OK. Errors: BSN_DENIED; below 0. [any] */
int32_t policy_judge(const Ledger *ledger, bsn_slice code, bsn_err *err);

/* Whether the runtime can follow the policy of a config.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST. [any] */
int32_t policy_fits(const Config *config, const bsn_runtime *runtime,
		    bsn_err *err);

#endif
