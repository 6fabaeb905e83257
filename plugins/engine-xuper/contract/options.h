/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/options.h: a request's options, all optional:
 *
 *	account          contract account to act for: its path is signed by whoever
 *	                 asks
 *	initiator        who begins; an account, too. Else the one who asks
 *	auth_require     who else must sign: "ADDRESS", "ACCOUNT/ADDRESS", ...
 *	public_keys      keys of those, in hex: addresses are only their digests
 *	resource_limits  {"cpu","memory","disk","xfee"} of each contract request
 *	fee              what is paid at least, in tokens
 *	amount           sent to the contract: not offered
 *	desc             a text in the transaction
 *	preexec          a call that answers what a transaction would read and write
 *	abi, data        of a Solidity contract: its interface; a call's whole input
 *	version          what a deployment's version is called, beside its number
 */
#ifndef XUPER_CONTRACT_OPTIONS_H
#define XUPER_CONTRACT_OPTIONS_H

#include "plugins/engine-xuper/contract/run.h"
#include "plugins/kit/json.h"

/* Bytes of args or options. */
#define REQUEST_JSON_MAX TX_MAX

typedef struct {
	json_t *object; /* holds what is borrowed below */
	/* "" when not given */
	const char *account, *initiator, *amount, *desc, *version;
	const json_t *auth_require, *public_keys; /* arrays of texts, or NULL */
	const json_t *abi; /* array, or NULL */
	GByteArray *data;  /* NULL when not given */
	gboolean preexec;
	guint8 fee[AMOUNT_LEN];
	gboolean limited[RESOURCES];
	guint64 limits[RESOURCES];
} Options;

/* Returns: BSN_OK and options to clear. Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE.
 * [any] */
int32_t options_read(bsn_slice text, Options *options, bsn_err *err);
void options_clear(Options *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* Arguments: an array or an object; NULL for an empty text.
 * Returns: BSN_OK and a new reference. Errors: BSN_BAD_REQUEST. [any] */
int32_t args_read(bsn_slice text, json_t **args, bsn_err *err);
/* Arguments by name, always an object: those of an array get the names that are
 * listed, "name, name", in order; of several lists, "a, b | a, c, d", those of the
 * first that has as many. */
int32_t args_read_named(bsn_slice text, const char *names, json_t **args,
			bsn_err *err);

#endif
