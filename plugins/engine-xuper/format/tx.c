/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/format/tx.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/format/digest.h"
#include "plugins/engine-xuper/format/digest_json.h"
#include "plugins/engine-xuper/format/unknown.h"
#include "plugins/engine-xuper/verify/code.h"
#include "plugins/kit/codec/message.h"

static Tx *
refuse(int32_t *status, int32_t why)
{
	if (status != NULL)
		*status = why;
	return NULL;
}

Tx *
tx_ref(Tx *tx)
{
	g_atomic_int_inc(&tx->refs);
	return tx;
}

void
tx_unref(Tx *tx)
{
	if (tx == NULL || !g_atomic_int_dec_and_test(&tx->refs))
		return;
	if (tx->judged_free != NULL)
		tx->judged_free(tx->judged);
	arena_clear(&tx->arena);
	g_free(tx);
}

/* ---- limits ---- */

static int32_t
too_many(const char *what, gsize n, gsize max, bsn_err *err)
{
	if (n <= max)
		return BSN_OK;
	return bsn_fail(err, BSN_TOO_LARGE,
			"a transaction has %" G_GSIZE_FORMAT
			" %s, %" G_GSIZE_FORMAT " is the most",
			n, what, max);
}

static int32_t
check_counts(const Xldgpb__Transaction *msg, bsn_err *err)
{
	const struct {
		const char *what;
		gsize n, max;
	} counts[] = {
		{ "tx_inputs", msg->n_tx_inputs, TX_ITEMS_MAX },
		{ "tx_outputs", msg->n_tx_outputs, TX_ITEMS_MAX },
		{ "tx_inputs_ext", msg->n_tx_inputs_ext, TX_ITEMS_MAX },
		{ "tx_outputs_ext", msg->n_tx_outputs_ext, TX_ITEMS_MAX },
		{ "contract_requests", msg->n_contract_requests,
		  TX_REQUESTS_MAX },
		{ "auth_require", msg->n_auth_require, TX_AUTH_MAX },
		{ "initiator_signs", msg->n_initiator_signs, TX_AUTH_MAX },
		{ "auth_require_signs", msg->n_auth_require_signs,
		  TX_AUTH_MAX },
	};
	int32_t status = BSN_OK;

	for (guint i = 0; i < G_N_ELEMENTS(counts) && status == BSN_OK; i++)
		status = too_many(counts[i].what, counts[i].n, counts[i].max,
				  err);
	return status;
}

/* ---- one encoding ---- */

static int
by_key(const void *a, const void *b)
{
	const Xldgpb__Argument *const *first = a, *const *second = b;

	return strcmp((*first)->key, (*second)->key);
}

/* Sorts arguments; FALSE when one is there twice. */
static gboolean
sort_args(const Xldgpb__InvokeRequest *request)
{
	if (request->n_args > 1)
		qsort(request->args, request->n_args, sizeof(request->args[0]),
		      by_key);
	for (gsize i = 1; i < request->n_args; i++)
		if (by_key(&request->args[i - 1], &request->args[i]) == 0)
			return FALSE;
	return TRUE;
}

static gboolean
hd_info_is_empty(const Xldgpb__HDInfo *info)
{
	return info->hd_public_key.len == 0 && info->original_hash.len == 0;
}

static gboolean
xuper_sign_is_empty(const Xldgpb__XuperSignature *sign)
{
	return sign->n_public_keys == 0 && sign->signature.len == 0;
}

/* Makes the content's only form of a decoded message, all but its txid. */
static int32_t
normalize(Xldgpb__Transaction *msg, bsn_err *err)
{
	for (gsize i = 0; i < msg->n_contract_requests; i++)
		if (!sort_args(msg->contract_requests[i]))
			return bsn_fail(err, BSN_BAD_REQUEST,
					"contract_requests[%" G_GSIZE_FORMAT
					"] has an argument twice",
					i);
	if (msg->xuper_sign != NULL && xuper_sign_is_empty(msg->xuper_sign))
		msg->xuper_sign = NULL;
	if (msg->hd_info != NULL && hd_info_is_empty(msg->hd_info))
		msg->hd_info = NULL;
	msg->blockid = (ProtobufCBinaryData){ 0, NULL };
	msg->received_timestamp = 0;
	msg->modify_block = NULL;
	return check_counts(msg, err);
}

/* XuperChain's GM suite has no clients that write version 1. */
static int32_t
check_version(const Suite *suite, const Xldgpb__Transaction *msg, bsn_err *err)
{
	if (msg->version == TX_VERSION)
		return BSN_OK;
	if (msg->version != TX_VERSION_JSON || suite->sm)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a transaction has version %d: write %d",
				msg->version, TX_VERSION);
	if (digest_json_fits(msg))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"a transaction of version %d has an empty key, value "
			"or amount, or fields that its id does not cover: "
			"write version %d",
			TX_VERSION_JSON, TX_VERSION);
}

static void
hash(const Suite *suite, const Xldgpb__Transaction *msg,
     guint8 digest[HASH_LEN], guint8 id[HASH_LEN])
{
	if (msg->version == TX_VERSION_JSON)
		digest_json(suite, msg, digest, id);
	else
		digest_of(suite, msg, digest, id);
}

/* Computes the ids and gives the message its own. */
static int32_t
identify(const Suite *suite, Tx *tx, Xldgpb__Transaction *msg, gboolean lenient,
	 bsn_err *err)
{
	const bsn_slice id = bsn_slice_of(tx->id, HASH_LEN);
	const bsn_slice given = message_slice(msg->txid);

	hash(suite, msg, tx->digest, tx->id);
	if (!bsn_slice_equal(given, id) && (!lenient || given.len > 0))
		return bsn_fail_native(err, BSN_BAD_REQUEST, XUPER_TXID,
				       "a transaction's txid is not that of "
				       "its content: compute it as version %d "
				       "has it, after signing",
				       msg->version);
	msg->txid = message_bytes(id);
	return BSN_OK;
}

static int32_t
decode(const Suite *suite, Tx *tx, bsn_slice bytes, gboolean lenient,
       bsn_err *err)
{
	Xldgpb__Transaction *msg;
	int32_t status = BSN_OK;

	if (bytes.len > TX_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a transaction has more than %u bytes", TX_MAX);
	msg = message_unpack(&tx->arena, &xldgpb__transaction__descriptor,
			     bytes, &status, err);
	if (msg == NULL)
		return status;
	if (!all_known(&msg->base))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a transaction has fields that it should not "
				"have: no id would cover them");
	status = normalize(msg, err);
	if (status == BSN_OK)
		status = check_version(suite, msg, err);
	if (status == BSN_OK)
		status = identify(suite, tx, msg, lenient, err);
	if (status != BSN_OK)
		return status;
	tx->msg = msg;
	tx->bytes = message_put(&tx->arena, msg);
	if (!lenient && !bsn_slice_equal(tx->bytes, bytes))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a transaction is not in its only encoding: "
				"fields by number, arguments by key, no "
				"blockid, received_timestamp, modify_block");
	return BSN_OK;
}

Tx *
tx_decode(const Suite *suite, bsn_slice bytes, gboolean lenient,
	  int32_t *status, bsn_err *err)
{
	g_autoptr(Tx) tx = g_new0(Tx, 1);
	int32_t decoded;

	tx->refs = 1;
	decoded = decode(suite, tx, bytes, lenient, err);
	return decoded == BSN_OK ? g_steal_pointer(&tx)
				 : refuse(status, decoded);
}

/* ---- made here ---- */

/* Empty, and so left out of what is packed. */
static const ProtobufCBinaryData no_txid;

Tx *
tx_make(const Suite *suite, const Xldgpb__Transaction *msg)
{
	Xldgpb__Transaction unnamed = *msg;
	g_autoptr(GByteArray) bytes = NULL;

	unnamed.txid = no_txid;
	bytes = message_pack(&unnamed);
	return tx_decode(suite, bsn_slice_of(bytes->data, bytes->len), TRUE,
			 NULL, NULL);
}

void
tx_digest(const Suite *suite, const Xldgpb__Transaction *msg,
	  guint8 digest[HASH_LEN])
{
	for (gsize i = 0; i < msg->n_contract_requests; i++)
		sort_args(msg->contract_requests[i]);
	hash(suite, msg, digest, NULL);
}

/* ---- what version 1 does otherwise ---- */

#define NS_PER_MS 1000000

guint64
tx_time_ms(const Xldgpb__Transaction *msg)
{
	return msg->version == TX_VERSION_JSON ?
		       0 :
		       (guint64)msg->timestamp / NS_PER_MS;
}

gboolean
tx_output_is_nothing(const Xldgpb__Transaction *msg,
		     const Xldgpb__TxOutput *output)
{
	return msg->version == TX_VERSION_JSON &&
	       (output->amount.len == 0 ||
		(output->amount.len == 1 && output->amount.data[0] == 0));
}
