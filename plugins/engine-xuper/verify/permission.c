/* SPDX-License-Identifier: Apache-2.0
 *
 * Who must sign: the initiator, whoever owns an output that is spent, and whom
 * the ACL of a method asks for that is called. Addresses have signed or not,
 * which the first step knows; accounts have when their ACL is fulfilled by the
 * paths of auth_require that lead through them.
 *
 * ACLs are not among what a transaction has read, so they are those of the
 * state that it follows upon, but for accounts that it makes itself.
 */
#include "plugins/engine-xuper/verify/judged.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/identity/acl.h"
#include "plugins/engine-xuper/kernel/buckets.h"
#include "plugins/engine-xuper/kernel/kernel.h"

/* Accounts whose outputs one transaction may spend: each one's ACL is read. */
#define OWNERS_MAX 64u

typedef struct {
	AclSource source;
	const Upon *upon;
	const Tx *tx;
	GPtrArray *texts; /* paths that are made here */
	GArray *signers;  /* bsn_slice */
	GArray *seen;	  /* AclSeen */
	guint64 bytes;	  /* of ACLs that were read */
} Acls;

/* ---- records ---- */

/* Returns: BSN_OK, BSN_NOT_FOUND; below 0. */
static int32_t
read_record(Acls *acls, const char *bucket, bsn_slice key, GByteArray *json,
	    bsn_err *err)
{
	AclSeen seen;
	int32_t status = xmodel_get(acls->upon->layer, bsn_slice_str(bucket),
				    key, &seen.version, json, err);

	if (status != BSN_OK)
		return broke(status, err);
	acls->bytes += json->len;
	seen.bucket = g_strdup(bucket);
	seen.key = g_bytes_new(key.data, key.len);
	g_array_append_val(acls->seen, seen);
	return seen.version.there && !xmodel_is_deleted(bsn_slice_of(json->data,
								     json->len))
		       ? BSN_OK
		       : BSN_NOT_FOUND;
}

static gboolean
is_account(const char *bucket, ProtobufCBinaryData key, bsn_slice account)
{
	return strcmp(bucket, BUCKET_ACCOUNT) == 0 &&
	       bsn_slice_equal(message_slice(key), account);
}

/* The ACL of an account that the transaction makes; FALSE: it makes no such. */
static gboolean
made_here(const Xldgpb__Transaction *msg, bsn_slice account, bsn_slice *json)
{
	for (gsize i = 0; i < msg->n_tx_inputs_ext; i++) {
		const Xldgpb__TxInputExt *read = msg->tx_inputs_ext[i];

		if (is_account(read->bucket, read->key, account) &&
		    read->ref_txid.len > 0)
			return FALSE;
	}
	for (gsize i = 0; i < msg->n_tx_outputs_ext; i++) {
		const Xldgpb__TxOutputExt *write = msg->tx_outputs_ext[i];

		*json = message_slice(write->value);
		if (is_account(write->bucket, write->key, account))
			return TRUE;
	}
	return FALSE;
}

static int32_t
account_acl(AclSource *source, bsn_slice account, GByteArray *json,
	    bsn_err *err)
{
	Acls *acls = (Acls *)source;
	bsn_slice made;

	if (!made_here(acls->tx->msg, account, &made))
		return read_record(acls, BUCKET_ACCOUNT, account, json, err);
	g_byte_array_set_size(json, 0);
	g_byte_array_append(json, made.data, (guint)made.len);
	return BSN_OK;
}

/* Whether all that was looked at is still what it was. */
static int32_t
seen_unchanged(const Upon *upon, const Judged *judged, gboolean *same,
	       bsn_err *err)
{
	const guint n = judged->seen != NULL ? judged->seen->len : 0;

	*same = judged->permitted;
	for (guint i = 0; i < n && *same; i++) {
		const AclSeen *seen = &g_array_index(judged->seen, AclSeen, i);
		gsize len;
		const guint8 *key = g_bytes_get_data(seen->key, &len);
		XVersion is;
		int32_t status =
			xmodel_get(upon->layer, bsn_slice_str(seen->bucket),
				   bsn_slice_of(key, len), &is, NULL, err);

		if (status != BSN_OK)
			return broke(status, err);
		*same = xversion_equal(&seen->version, &is);
	}
	return BSN_OK;
}

/* ---- who has signed ---- */

static void
add_signer(Acls *acls, const char *text)
{
	const bsn_slice signer = bsn_slice_str(text);

	g_array_append_val(acls->signers, signer);
}

/* Whose keys have signed for an initiator that is an account. */
static void
add_initiators(Acls *acls)
{
	const Xldgpb__Transaction *msg = acls->tx->msg;
	const Suite *suite = acls->upon->verifier->suite;

	for (gsize i = 0; i < msg->n_initiator_signs; i++) {
		guint8 key[PUBLIC_KEY_LEN];
		char address[ADDRESS_MAX];
		char *path;

		if (!key_from_json(
			    suite,
			    bsn_slice_str(msg->initiator_signs[i]->publickey),
			    key))
			continue;
		address_of(suite, key, address);
		path = g_strdup_printf("%s/%s", msg->initiator, address);
		g_ptr_array_add(acls->texts, path);
		add_signer(acls, path);
	}
}

static void
add_signers(Acls *acls)
{
	const Xldgpb__Transaction *msg = acls->tx->msg;

	if (account_valid(bsn_slice_str(msg->initiator)))
		add_initiators(acls);
	else
		add_signer(acls, msg->initiator);
	for (gsize i = 0; i < msg->n_auth_require; i++)
		add_signer(acls, msg->auth_require[i]);
}

/* ---- what is asked ---- */

static gint
verdict(int32_t status, gint code, bsn_err *err)
{
	if (status <= 0)
		return status;
	if (err != NULL)
		err->native = code;
	return code;
}

static gint
judge_account(Acls *acls, bsn_slice account, bsn_err *err)
{
	const bsn_slice *signers =
		(const bsn_slice *)(void *)acls->signers->data;

	return verdict(acl_judge_account(account, signers, acls->signers->len,
					 &acls->source, err),
		       XUPER_ACL, err);
}

/* An output of a contract is spent by the contract alone (replay.c). */
static gboolean
may_be_contract(const Xldgpb__Transaction *msg, bsn_slice owner)
{
	return msg->n_contract_requests > 0 &&
	       (contract_name_valid(owner) || kernel_is(owner));
}

static gint
judge_owner(Acls *acls, GHashTable *accounts, bsn_slice owner, bsn_err *err)
{
	const Xldgpb__Transaction *msg = acls->tx->msg;
	GBytes *name;

	if (signed_by(msg, owner) || may_be_contract(msg, owner))
		return XUPER_OK;
	if (!account_valid(owner))
		return refuse(err, XUPER_UTXO_FOREIGN,
			      "it spends what is %.*s's, who has not signed",
			      (int)owner.len, (const char *)owner.data);
	name = g_bytes_new(owner.data, owner.len);
	if (!g_hash_table_add(accounts, name))
		return XUPER_OK;
	if (g_hash_table_size(accounts) > OWNERS_MAX)
		return refuse(err, XUPER_ACL,
			      "it spends what is more than %u accounts'",
			      OWNERS_MAX);
	return judge_account(acls, owner, err);
}

static gint
judge_owners(Acls *acls, bsn_err *err)
{
	const Xldgpb__Transaction *msg = acls->tx->msg;
	g_autoptr(GHashTable) accounts =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				      (GDestroyNotify)g_bytes_unref, NULL);
	bsn_slice last = { NULL, 0 };
	gint code = XUPER_OK;

	for (gsize i = 0; i < msg->n_tx_inputs && code == XUPER_OK; i++) {
		const bsn_slice owner =
			message_slice(msg->tx_inputs[i]->from_addr);

		if (!bsn_slice_equal(owner, last))
			code = judge_owner(acls, accounts, owner, err);
		last = owner;
	}
	return code;
}

static gint
judge_method(Acls *acls, const Xldgpb__InvokeRequest *request, bsn_err *err)
{
	g_autofree char *key = g_strconcat(request->contract_name, BUCKETS_JOIN,
					   request->method_name, NULL);
	g_autoptr(GByteArray) json = g_byte_array_new();
	g_autoptr(Acl) acl = NULL;
	int32_t status;

	if (strlen(key) > XMODEL_KEY_MAX)
		return XUPER_OK;
	status = read_record(acls, BUCKET_METHOD_ACL, bsn_slice_str(key), json,
			     err);
	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? XUPER_OK : status;
	acl = acl_parse(bsn_slice_of(json->data, json->len), &status, err);
	if (acl != NULL)
		status = acl_judge(
			acl, (const bsn_slice *)(void *)acls->signers->data,
			acls->signers->len, &acls->source, err);
	return verdict(status, XUPER_METHOD_ACL, err);
}

static gint
judge_all(Acls *acls, bsn_err *err)
{
	const Xldgpb__Transaction *msg = acls->tx->msg;
	const bsn_slice initiator = bsn_slice_str(msg->initiator);
	gint code = XUPER_OK;

	add_signers(acls);
	if (account_valid(initiator))
		code = judge_account(acls, initiator, err);
	if (code == XUPER_OK)
		code = judge_owners(acls, err);
	for (gsize i = 0; i < msg->n_contract_requests && code == XUPER_OK; i++)
		code = judge_method(acls, msg->contract_requests[i], err);
	return code;
}

gint
permission_judge(const Upon *upon, Tx *tx, bsn_err *err)
{
	Acls acls = { .source.account = account_acl, .upon = upon, .tx = tx };
	Judged *judged = judged_of(tx);
	gboolean same;
	gint code = seen_unchanged(upon, judged, &same, err);

	if (code != BSN_OK || same)
		return code;
	acls.texts = g_ptr_array_new_with_free_func(g_free);
	acls.signers = g_array_new(FALSE, FALSE, sizeof(bsn_slice));
	acls.seen = acl_seen_new();
	code = judge_all(&acls, err);
	if (code == XUPER_OK)
		judged_permit(judged, g_steal_pointer(&acls.seen), acls.bytes);
	g_clear_pointer(&acls.seen, g_array_unref);
	g_array_unref(acls.signers);
	g_ptr_array_unref(acls.texts);
	return code;
}
