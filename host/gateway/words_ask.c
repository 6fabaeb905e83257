/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/words_ask.h"

#include "host/bytes.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

WordsAsk *
words_ask_new(Keystore *keystore)
{
	WordsAsk *ask = g_new0(WordsAsk, 1);

	ask->keystore = keystore;
	return ask;
}

void
words_ask_free(gpointer data)
{
	WordsAsk *ask = data;

	if (ask == NULL)
		return;
	words_clear(&ask->words);
	g_free(ask->algorithm);
	g_clear_pointer(&ask->certificate, g_bytes_unref);
	g_free(ask);
}

void
words_ask_judge(WordsAsk *ask, const KeyOwners *owners, const Caller *caller)
{
	ask->refusal.size = sizeof(ask->refusal);
	if (ask->words.signer != NULL)
		ask->allowed = key_owners_may_sign(
			owners, caller, ask->words.signer, &ask->refusal);
	else if (ask->words.public_key == NULL && caller->certificate != NULL)
		ask->certificate = g_bytes_ref(caller->certificate);
}

static int32_t
hosted_key(WordsAsk *ask, bsn_err *err)
{
	HostedKey *key = NULL;
	int32_t status =
		keystore_find_signer(ask->keystore, ask->words.signer, &key,
				     err);

	if (status != BSN_OK)
		return status;
	if (ask->allowed != BSN_OK) {
		hosted_key_free(key);
		*err = ask->refusal;
		return ask->allowed;
	}
	memcpy(ask->key, key->public_key, key->public_key_len);
	ask->request.signer_public_key =
		bsn_slice_of(ask->key, key->public_key_len);
	g_free(ask->algorithm);
	ask->algorithm = g_strdup(key->algorithm);
	g_clear_pointer(&ask->certificate, g_bytes_unref);
	ask->certificate = g_steal_pointer(&key->certificate);
	ask->request.signer_certificate = bytes_slice(ask->certificate);
	hosted_key_free(key);
	return BSN_OK;
}

int32_t
words_ask_fill(WordsAsk *ask, bsn_err *err)
{
	const Words *words = &ask->words;
	bsn_tx_request *request = &ask->request;

	request->size = sizeof(*request);
	request->kind = words->tx_kind;
	request->contract = bsn_slice_str(words->contract);
	request->function = bsn_slice_str(words->function);
	request->args = bsn_slice_str(words->args_text);
	request->options = bsn_slice_str(words->options_text);
	request->code = bytes_slice(words->code);
	request->signer_public_key = bytes_slice(words->public_key);
	request->signer_certificate = bytes_slice(
		words->certificate_der != NULL ? words->certificate_der
					       : ask->certificate);
	return words->signer != NULL ? hosted_key(ask, err) : BSN_OK;
}
