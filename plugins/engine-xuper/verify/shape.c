/* SPDX-License-Identifier: Apache-2.0
 *
 * The first step but for signatures: whether a transaction is well formed,
 * names owners and signers that can be, and nothing twice.
 */
#include "plugins/engine-xuper/verify/judged.h"

#include <stdlib.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/identity/acl.h"
#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/slices.h"

/* ---- who signs ---- */

bsn_slice
path_signer(bsn_slice path)
{
	guint64 at = path.len;

	while (at > 0 && path.data[at - 1] != '/')
		at--;
	return bsn_slice_of(path.data + at, path.len - at);
}

gboolean
signed_by(const Xldgpb__Transaction *msg, bsn_slice address)
{
	if (bsn_slice_equal(bsn_slice_str(msg->initiator), address))
		return TRUE;
	for (gsize i = 0; i < msg->n_auth_require; i++)
		if (bsn_slice_equal(
			    path_signer(bsn_slice_str(msg->auth_require[i])),
			    address))
			return TRUE;
	return FALSE;
}

static gint
judge_account(const Verifier *verifier, bsn_slice account, bsn_err *err)
{
	if (!account_valid(account))
		return refuse(err, XUPER_FORMAT, "\"%.*s\" is no account",
			      (int)MIN(account.len, ACCOUNT_MAX),
			      (const char *)account.data);
	if (!account_of_chain(account, bsn_slice_str(verifier->config->name)))
		return refuse(err, XUPER_OTHER_CHAIN,
			      "account %.*s is not of chain %s",
			      (int)account.len, (const char *)account.data,
			      verifier->config->name);
	return XUPER_OK;
}

/* All parts of a path but the last are accounts. */
static gint
judge_path(const Verifier *verifier, bsn_slice path, bsn_err *err)
{
	gint code = XUPER_OK;
	const guint8 *slash;
	guint depth = 0;

	while (code == XUPER_OK && path.len > 0 &&
	       (slash = memchr(path.data, '/', path.len)) != NULL) {
		guint64 len = (guint64)(slash - path.data);

		if (++depth > ACL_DEPTH_MAX)
			return refuse(err, XUPER_FORMAT,
				      "an auth_require leads through more than "
				      "%u accounts",
				      ACL_DEPTH_MAX);
		code = judge_account(verifier, bsn_slice_of(path.data, len),
				     err);
		path = bsn_slice_of(slash + 1, path.len - len - 1);
	}
	return code;
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Whether one of them is there twice. */
static gboolean
any_twice(char *const *texts, gsize n)
{
	g_autofree char **sorted = g_memdup2(texts, n * sizeof(texts[0]));

	if (n > 1)
		qsort(sorted, n, sizeof(sorted[0]), compare_texts);
	for (gsize i = 1; i < n; i++)
		if (strcmp(sorted[i - 1], sorted[i]) == 0)
			return TRUE;
	return FALSE;
}

static gint
judge_signers(const Verifier *verifier, const Xldgpb__Transaction *msg,
	      bsn_err *err)
{
	const bsn_slice initiator = bsn_slice_str(msg->initiator);
	gint code = XUPER_OK;

	if (initiator.len == 0)
		return refuse(err, XUPER_SIGNER, "there is no initiator");
	if (account_valid(initiator))
		code = judge_account(verifier, initiator, err);
	else if (msg->n_initiator_signs != 1)
		return refuse(err, XUPER_SIGNER,
			      "initiator %s must sign once: there are %u "
			      "initiator_signs",
			      msg->initiator, (guint)msg->n_initiator_signs);
	if (msg->n_auth_require != msg->n_auth_require_signs)
		return refuse(err, XUPER_SIGNER,
			      "there are %u auth_require and %u "
			      "auth_require_signs",
			      (guint)msg->n_auth_require,
			      (guint)msg->n_auth_require_signs);
	for (gsize i = 0; i < msg->n_auth_require && code == XUPER_OK; i++)
		code = judge_path(verifier, bsn_slice_str(msg->auth_require[i]),
				  err);
	if (code == XUPER_OK &&
	    any_twice(msg->auth_require, msg->n_auth_require))
		return refuse(err, XUPER_FORMAT,
			      "an auth_require is there twice");
	return code;
}

/* ---- tokens ---- */

static int
compare_inputs(const void *a, const void *b)
{
	const Xldgpb__TxInput *first = *(Xldgpb__TxInput *const *)a;
	const Xldgpb__TxInput *second = *(Xldgpb__TxInput *const *)b;
	int order =
		memcmp(first->ref_txid.data, second->ref_txid.data, HASH_LEN);

	return order != 0 ? order
			  : (first->ref_offset > second->ref_offset) -
				    (first->ref_offset < second->ref_offset);
}

static gint
judge_inputs(const Xldgpb__Transaction *msg, bsn_err *err)
{
	g_autofree Xldgpb__TxInput **sorted = NULL;
	const gsize n = msg->n_tx_inputs;

	for (gsize i = 0; i < n; i++) {
		const Xldgpb__TxInput *input = msg->tx_inputs[i];

		if (input->ref_txid.len != HASH_LEN || input->ref_offset < 0 ||
		    input->from_addr.len == 0 ||
		    input->from_addr.len > UTXO_OWNER_MAX)
			return refuse(err, XUPER_FORMAT,
				      "tx_inputs[%u] names no output",
				      (guint)i);
	}
	sorted = g_memdup2(msg->tx_inputs, n * sizeof(sorted[0]));
	if (n > 1)
		qsort(sorted, n, sizeof(sorted[0]), compare_inputs);
	for (gsize i = 1; i < n; i++)
		if (compare_inputs(&sorted[i - 1], &sorted[i]) == 0)
			return refuse(err, XUPER_DOUBLE_SPEND,
				      "it spends one output twice");
	return XUPER_OK;
}

/* So that nobody pays to where nothing can be had from. */
static gint
judge_owner(const Verifier *verifier, bsn_slice owner, guint at, bsn_err *err)
{
	if (account_valid(owner))
		return judge_account(verifier, owner, err);
	if (bsn_slice_equal(owner, bsn_slice_str(OWNER_FEE)) ||
	    contract_name_valid(owner) || address_valid(owner))
		return XUPER_OK;
	return refuse(err, XUPER_FORMAT,
		      "tx_outputs[%u] is for \"%.*s\", which is neither an "
		      "address nor an account, a contract or \"$\"",
		      at, (int)MIN(owner.len, UTXO_OWNER_MAX),
		      (const char *)owner.data);
}

static gint
judge_outputs(const Verifier *verifier, const Xldgpb__Transaction *msg,
	      bsn_err *err)
{
	gint code = XUPER_OK;

	for (gsize i = 0; i < msg->n_tx_outputs && code == XUPER_OK; i++) {
		const Xldgpb__TxOutput *output = msg->tx_outputs[i];

		if (output->frozen_height < FROZEN_FOR_EVER)
			return refuse(err, XUPER_FORMAT,
				      "tx_outputs[%u] has a frozen_height "
				      "below -1",
				      (guint)i);
		code = judge_owner(verifier, message_slice(output->to_addr),
				   (guint)i, err);
	}
	return code;
}

/* ---- reads and writes ---- */

/* Bucket and key of an input or output, which come in this order. */
typedef struct {
	bsn_slice bucket, key;
} Name;

static Name
read_name(const Xldgpb__TxInputExt *read)
{
	return (Name){ bsn_slice_str(read->bucket), message_slice(read->key) };
}

static Name
write_name(const Xldgpb__TxOutputExt *write)
{
	return (Name){ bsn_slice_str(write->bucket),
		       message_slice(write->key) };
}

static int
compare_names(Name a, Name b)
{
	int order = slice_compare(a.bucket, b.bucket);

	return order != 0 ? order : slice_compare(a.key, b.key);
}

static gboolean
name_fits(Name name)
{
	return name.bucket.len > 0 && name.bucket.len <= XMODEL_BUCKET_MAX &&
	       name.key.len <= XMODEL_KEY_MAX;
}

static gint
judge_reads(const Xldgpb__Transaction *msg, bsn_err *err)
{
	Name last = { { NULL, 0 }, { NULL, 0 } };

	for (gsize i = 0; i < msg->n_tx_inputs_ext; i++) {
		const Xldgpb__TxInputExt *read = msg->tx_inputs_ext[i];
		const Name name = read_name(read);
		const gboolean version =
			read->ref_txid.len == HASH_LEN
				? read->ref_offset >= 0
				: read->ref_txid.len == 0 &&
					  read->ref_offset == 0;

		if (!name_fits(name) || !version)
			return refuse(err, XUPER_FORMAT,
				      "tx_inputs_ext[%u] names no version",
				      (guint)i);
		if (i > 0 && compare_names(last, name) >= 0)
			return refuse(err, XUPER_FORMAT,
				      "tx_inputs_ext[%u] is there twice or not "
				      "in order: by bucket, then by key",
				      (guint)i);
		last = name;
	}
	return XUPER_OK;
}

/* Whether the key of a write was read; `at` goes on, as both are in order. */
static gboolean
was_read(const Xldgpb__Transaction *msg, Name name, gsize *at)
{
	while (*at < msg->n_tx_inputs_ext &&
	       compare_names(read_name(msg->tx_inputs_ext[*at]), name) < 0)
		(*at)++;
	return *at < msg->n_tx_inputs_ext &&
	       compare_names(read_name(msg->tx_inputs_ext[*at]), name) == 0;
}

static gint
judge_writes(const Xldgpb__Transaction *msg, bsn_err *err)
{
	Name last = { { NULL, 0 }, { NULL, 0 } };
	gsize at = 0;

	if (msg->n_tx_outputs_ext > 0 && msg->n_contract_requests == 0)
		return refuse(err, XUPER_RWSET,
			      "it writes without a contract's request");
	for (gsize i = 0; i < msg->n_tx_outputs_ext; i++) {
		const Xldgpb__TxOutputExt *write = msg->tx_outputs_ext[i];
		const Name name = write_name(write);

		if (!name_fits(name) || write->value.len > XMODEL_VALUE_MAX)
			return refuse(err, XUPER_FORMAT,
				      "tx_outputs_ext[%u] has a bucket, key or "
				      "value that is too long",
				      (guint)i);
		if (i > 0 && compare_names(last, name) >= 0)
			return refuse(err, XUPER_FORMAT,
				      "tx_outputs_ext[%u] is there twice or "
				      "not in order",
				      (guint)i);
		if (strcmp(write->bucket, BUCKET_TRANSIENT) != 0 &&
		    !was_read(msg, name, &at))
			return refuse(err, XUPER_RWSET,
				      "tx_outputs_ext[%u] writes what was not "
				      "read",
				      (guint)i);
		last = name;
	}
	return XUPER_OK;
}

/* ---- the whole ---- */

/* A transaction that names nothing of a chain would be valid on all of them. */
static gboolean
names_something(const Xldgpb__Transaction *msg)
{
	for (gsize i = 0; i < msg->n_tx_inputs_ext; i++)
		if (msg->tx_inputs_ext[i]->ref_txid.len > 0)
			return TRUE;
	return msg->n_tx_inputs > 0;
}

static gint
judge_fields(const Xldgpb__Transaction *msg, bsn_err *err)
{
	if (msg->autogen)
		return refuse(err, XUPER_AUTOGEN, "%s",
			      code_text(XUPER_AUTOGEN));
	if (msg->coinbase)
		return refuse(err, XUPER_COINBASE,
			      "only a block's own award is a coinbase");
	if (msg->xuper_sign != NULL)
		return refuse(err, XUPER_FORMAT,
			      "xuper_sign is not offered: sign each for itself "
			      "in initiator_signs and auth_require_signs");
	if (msg->hd_info != NULL)
		return refuse(err, XUPER_FORMAT, "HD_info is not offered");
	if (msg->timestamp < 0)
		return refuse(err, XUPER_FORMAT,
			      "the timestamp is before 1970");
	if (!names_something(msg))
		return refuse(err, XUPER_OTHER_CHAIN,
			      "it spends nothing and has read no version: read "
			      "bucket $chain, key name, so that it is of this "
			      "chain alone");
	return XUPER_OK;
}

gint
shape_judge(const Verifier *verifier, const Tx *tx, bsn_err *err)
{
	const Xldgpb__Transaction *msg = tx->msg;
	gint code = judge_fields(msg, err);

	if (code == XUPER_OK)
		code = judge_signers(verifier, msg, err);
	if (code == XUPER_OK)
		code = judge_inputs(msg, err);
	if (code == XUPER_OK)
		code = judge_outputs(verifier, msg, err);
	if (code == XUPER_OK)
		code = judge_reads(msg, err);
	if (code == XUPER_OK)
		code = judge_writes(msg, err);
	return code == XUPER_OK ? balance_judge(tx, err) : code;
}
