/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/words_ask.h: a request in uniform words on its way to an engine,
 * with the signer's key looked up on the way.
 */
#ifndef HOST_GATEWAY_WORDS_ASK_H
#define HOST_GATEWAY_WORDS_ASK_H

#include "host/access/key_owners.h"
#include "host/gateway/body.h"
#include "host/service/keystore.h"

typedef struct {
	Keystore *keystore;
	Words words;
	int32_t allowed; /* BSN_OK: the hosted signer's key may be used */
	bsn_err refusal; /* otherwise */
	/* From words_ask_fill on; its slices point into the members above. */
	bsn_tx_request request;
	guint8 key[BSN_PUBLIC_KEY_MAX];
	char *algorithm; /* of a hosted signer's key; else NULL */
	GBytes *certificate; /* of that key, or of who asks; NULL: none */
} WordsAsk;

WordsAsk *words_ask_new(Keystore *keystore);
void words_ask_free(gpointer ask);

/* On the main loop, once `words` is there: whether the caller may have its
 * hosted signer sign. words_ask_fill tells it, to those only who name a key that
 * there is. Where nobody signs, in a call, the caller's own certificate says who
 * asks. */
void words_ask_judge(WordsAsk *ask, const KeyOwners *owners,
		     const Caller *caller);

/* Fills `request`. On the strand: the keystore may read from disk.
 *
 * Returns: BSN_OK; BSN_NOT_FOUND for a hosted key that there is not, BSN_DENIED
 *          for one that is not the caller's, and what else
 *          keystore_find_signer says. */
int32_t words_ask_fill(WordsAsk *ask, bsn_err *err);

#endif
