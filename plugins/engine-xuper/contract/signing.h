/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/signing.h: a transaction that people sign one after
 * the other, each the same digest. On its way between them it is JSON, so that they
 * see whose turn it is:
 *
 *	{"turn": "ADDRESS", "then": ["ADDRESS", ...], "tx": "Base64"}
 *
 * "tx" is the transaction, with the public keys of all who sign and the signatures
 * of those who have.
 */
#ifndef XUPER_CONTRACT_SIGNING_H
#define XUPER_CONTRACT_SIGNING_H

#include "plugins/engine-xuper/contract/plan.h"

/* Puts a place into the message for each signature: of the initiator, and of
 * auth_require, which `msg` has. Keys are the one who asks', and options'.
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST: a key is missing. [any] */
int32_t signing_begin(Plan *plan, bsn_slice public_key,
		      Xldgpb__Transaction *msg, bsn_err *err);
/* Answers with what is to be signed first: by the one who asks, if at all. [strand] */
void signing_answer(const Plan *plan, const Xldgpb__Transaction *msg,
		    bsn_reply *reply);

#endif
