/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/request.h: a request in uniform words, read and turned
 * into what a contract takes.
 *
 * Options, all optional: "gas" (limit), "block_limit" (number of the last
 * block that may hold the transaction), "value"; "abi", "selector" (its hash,
 * "keccak-256" or "sm3") and "data" (input in hex, in place of function and
 * arguments) of a call; "abi", "selector", "version" and "grey" of a deployment.
 */
#ifndef FISCO_REQUEST_H
#define FISCO_REQUEST_H

#include <bsn/engine.h>
#include <jansson.h>

#include "plugins/engine-fisco/grey.h"
#include "plugins/engine-fisco/interfaces.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/overlay.h"
#include "plugins/kit/u256.h"

#define REQUEST_JSON_MAX (4u << 20)

typedef struct {
	json_t *object; /* holds what is borrowed below */
	guint64 gas;
	guint64 block_limit;
	guint8 value[U256_BYTES];
	const json_t *abi;    /* NULL when not given */
	const char *version;  /* "" when not given */
	const char *selector; /* NULL when not given */
	Grey *grey;           /* NULL when not given */
	GByteArray *data;     /* NULL when not given */
} Options;

/* Returns: BSN_OK and options for options_clear. Errors: BSN_BAD_REQUEST;
 * as sysconfig_limits.
 * [strand] */
int32_t options_read(Ledger *ledger, bsn_slice text, Options *options,
		     bsn_err *err);
void options_clear(Options *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* The arguments: an array or an object; NULL for an empty text.
 *
 * Returns: BSN_OK and a new reference. Errors: BSN_BAD_REQUEST. [any] */
int32_t args_read(bsn_slice text, json_t **args, bsn_err *err);

/* A function of a contract, with its arguments. */
typedef struct {
	guint8 address[ADDRESS_LEN];
	GByteArray *input;
	const AbiFunction *function; /* NULL when only its input is known */
	AbiInterface *own_abi;       /* what holds `function`, if not the */
	AbiFunction *own_function;   /* ledger's cache */
} Invocation;

/* Finds the contract and its function, and encodes the arguments. The result
 * is valid until the next use of the ledger's interfaces. What a name stands
 * for depends on the caller, 20 bytes.
 *
 * Returns: BSN_OK and an invocation for invocation_clear.
 * Errors:  BSN_BAD_REQUEST, BSN_NOT_FOUND, BSN_FROZEN, BSN_TOO_LARGE.
 * [strand] */
int32_t invocation_read(Ledger *ledger, Overlay *state,
			const bsn_tx_request *request, const Options *options,
			const guint8 *caller, Invocation *invocation,
			bsn_err *err);
void invocation_clear(Invocation *invocation);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Invocation, invocation_clear)

#endif
