/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/transact.h: the way of one transaction: prepare, sign here or by a
 * hosted key, submit, wait.
 */
#ifndef TOOLS_CTL_TRANSACT_H
#define TOOLS_CTL_TRANSACT_H

#include "tools/ctl/ctl.h"
#include "tools/ctl/signer.h"

/* clang-format off */
#define TRANSACT_ALGORITHM_OPTION \
	{ "algorithm", 'a', "ALGORITHM", \
	  "sign with the identity's key for sm2, ecdsa-p256 or secp256k1 " \
	  "(what the chain asks for)" }
/* The options of every verb that sends a transaction. */
#define TRANSACT_OPTIONS \
	{ "wait", 'w', "STAGE", \
	  "wait until accepted or committed (committed)" }, \
	{ "signer", 's', "HOSTED", "let the host sign with this hosted key" }, \
	TRANSACT_ALGORITHM_OPTION
/* clang-format on */

/* Sends a request in uniform words (docs/gateway-api.md), which is borrowed,
 * and shows where the transaction stands. */
gboolean transact(Ctl *ctl, const Args *args, const char *chain,
		  json_t *request, GError **error);

/* Signs a request here by an identity's key for `algorithm` (NULL: what the
 * chain asks for). Answers the host's last word, to be released: {"tx"}, finished;
 * or a round that asks for another person's signature (cosign.h). */
json_t *transact_sign_here(Ctl *ctl, const char *chain, json_t *request,
			   const char *algorithm, GError **error);
/* "accepted" or "committed", as --wait says; NULL with an error. */
const char *transact_wait(const Args *args, GError **error);
/* Submits a body and waits for the stage, as long as --timeout says, or as the
 * host sees fit. */
json_t *transact_submit(Ctl *ctl, const char *chain, const char *wait,
			json_t *body, GError **error);
/* The identity whose keys sign. */
Signer *transact_signer(Ctl *ctl, GError **error);
/* Its public key for `algorithm`; NULL with an error that says how to make one. */
const guint8 *transact_key(const Ctl *ctl, const Signer *signer,
			   const char *algorithm, GError **error);
/* Signs what the host asks for in a round of prepare or sign; the host's answer,
 * which has a transaction or asks for more. */
json_t *transact_sign(Ctl *ctl, const char *chain, const Signer *signer,
		      json_t *round, GError **error);
/* Whether a result says that the stage was reached, or never will be. */
gboolean transact_reached(json_t *result, const char *wait);
/* A request of a kind ("invoke", ...) for a contract. */
json_t *transact_request(const char *kind, const char *contract);
/* The operands from the i-th on, each as JSON or else as a string. */
json_t *transact_words(const Args *args, guint from);

#endif
