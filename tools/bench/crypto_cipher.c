/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <bsn/helpers/bytes.h>
#include <openssl/rand.h>
#include <string.h>

#include "tools/bench/crypto_reference.h"
#include "tools/bench/crypto_suites.h"
#include "tools/bench/crypto_trial.h"

#define MESSAGE_LEN 1024u
#define ROOM (MESSAGE_LEN + 64u)
#define KEY_MAX 64u

typedef struct {
	const bsn_cipher *cipher;
	EVP_CIPHER *evp; /* NULL: none */
	EVP_CIPHER_CTX *context;
	guint8 key[KEY_MAX], iv[KEY_MAX], text[MESSAGE_LEN];
	guint8 out[ROOM], reference_out[ROOM];
	guint64 len, reference_len;
} Pair;

static gboolean
encrypt(gpointer data)
{
	Pair *pair = data;
	const bsn_slice text = bsn_slice_of(pair->text, MESSAGE_LEN);

	for (guint i = 0; i < TRIAL_OPS; i++) {
		bsn_fixed_sink sink = bsn_fixed_sink_of(pair->out, ROOM);

		if (pair->cipher->crypt(1, pair->key, pair->iv, text,
					&sink.sink) != BSN_OK)
			return FALSE;
		pair->len = sink.len;
	}
	return TRUE;
}

static gboolean
reference_encrypt(gpointer data)
{
	Pair *pair = data;

	for (guint i = 0; i < TRIAL_OPS; i++) {
		int len = 0, last = 0;

		if (EVP_EncryptInit_ex2(pair->context, pair->evp, pair->key,
					pair->iv, NULL) <= 0 ||
		    EVP_EncryptUpdate(pair->context, pair->reference_out, &len,
				      pair->text, MESSAGE_LEN) <= 0 ||
		    EVP_EncryptFinal_ex(pair->context,
					pair->reference_out + len, &last) <= 0)
			return FALSE;
		pair->reference_len = (guint64)(len + last);
	}
	return TRUE;
}

static gboolean
agree(Pair *pair)
{
	return pair->evp == NULL ||
	       (reference_encrypt(pair) && pair->len == pair->reference_len &&
		memcmp(pair->out, pair->reference_out, pair->len) == 0);
}

gboolean
crypto_add_cipher(GPtrArray *trials, const bsn_cipher *cipher)
{
	Pair *pair = g_new0(Pair, 1);
	Trial *trial = trial_add(trials, cipher->name, "encrypt",
				 "encrypt 1024 bytes", pair);

	pair->cipher = cipher;
	pair->evp = reference_cipher(cipher->name);
	pair->context = EVP_CIPHER_CTX_new();
	(void)RAND_bytes(pair->key, KEY_MAX);
	(void)RAND_bytes(pair->iv, KEY_MAX);
	(void)RAND_bytes(pair->text, MESSAGE_LEN);
	trial->run = encrypt;
	if (pair->evp != NULL)
		trial->reference = reference_encrypt;
	return encrypt(pair) && agree(pair);
}
