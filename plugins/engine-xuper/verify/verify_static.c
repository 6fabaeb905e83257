/* SPDX-License-Identifier: Apache-2.0
 *
 * The first step: shapes and signatures of many transactions, on all workers.
 */
#include "plugins/engine-xuper/verify/judged.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/services.h"
#include "plugins/kit/cpu.h"

/* Transactions of one job: signatures of several are verified in one call,
 * which may share work, and few enough that all workers have something to do.
 */
#define JOB_TXS 16u

typedef struct {
	bsn_jobs jobs;
	const Verifier *verifier;
	Tx *const *txs;
	guint n;
	gint *codes;
	bsn_err *errs; /* may be NULL */
} StaticJobs;

/* Signatures of the transactions of a job. */
typedef struct {
	const StaticJobs *jobs;
	GArray *items;	/* SuiteItem; public_key: filled in at the end */
	GArray *keys;	/* PUBLIC_KEY_LEN bytes of each */
	GArray *owners; /* guint: which transaction's */

	/* The last key by its text: one who sends much has the same in many. */
	const char *text;
	guint8 key[PUBLIC_KEY_LEN];
	char address[ADDRESS_MAX]; /* of it */
} Batch;

static bsn_err *
err_of(const StaticJobs *jobs, guint at)
{
	return jobs->errs != NULL ? &jobs->errs[at] : NULL;
}

/* FALSE: the text is none. */
static gboolean
read_key(Batch *batch, const char *text)
{
	const Suite *suite = batch->jobs->verifier->suite;

	if (batch->text != NULL && strcmp(batch->text, text) == 0)
		return TRUE;
	batch->text = NULL;
	if (!key_from_json(suite, bsn_slice_str(text), batch->key))
		return FALSE;
	address_of(suite, batch->key, batch->address);
	batch->text = text;
	return TRUE;
}

/* Takes in a signature; `address`: whose key it must be; empty: anybody's. */
static gint
take_sign(Batch *batch, guint at, const Xldgpb__SignatureInfo *info,
	  bsn_slice address)
{
	const Suite *suite = batch->jobs->verifier->suite;
	bsn_err *err = err_of(batch->jobs, at);
	SuiteItem item = { NULL, batch->jobs->txs[at]->digest,
			   message_slice(info->sign) };

	if (!read_key(batch, info->publickey))
		return refuse(err, XUPER_SIGNATURE,
			      "a PublicKey is no JSON key of curve %s",
			      suite->curve);
	if (address.len > 0 &&
	    !bsn_slice_equal(address, bsn_slice_str(batch->address)))
		return refuse(err, XUPER_SIGNATURE,
			      "%.*s must sign, and the key is that of %s",
			      (int)MIN(address.len, ACCOUNT_MAX),
			      (const char *)address.data, batch->address);
	g_array_append_val(batch->items, item);
	g_array_append_vals(batch->keys, batch->key, PUBLIC_KEY_LEN);
	g_array_append_val(batch->owners, at);
	return XUPER_OK;
}

/* One who initiates signs for an auth_require with the same bytes, as clients
 * do: one of both is enough. */
static gboolean
signed_alike(const Xldgpb__Transaction *msg, const char *signer,
	     const Xldgpb__SignatureInfo *info)
{
	const Xldgpb__SignatureInfo *first =
		msg->n_initiator_signs > 0 ? msg->initiator_signs[0] : NULL;

	return first != NULL && strcmp(msg->initiator, signer) == 0 &&
	       strcmp(first->publickey, info->publickey) == 0 &&
	       bsn_slice_equal(message_slice(first->sign),
			       message_slice(info->sign));
}

static gint
take_signs(Batch *batch, guint at)
{
	const Xldgpb__Transaction *msg = batch->jobs->txs[at]->msg;
	const bsn_slice initiator = bsn_slice_str(msg->initiator);
	const bsn_slice anybody = { NULL, 0 };
	const gboolean account = account_valid(initiator);
	gint code = XUPER_OK;

	for (gsize i = 0; i < msg->n_initiator_signs && code == XUPER_OK; i++)
		code = take_sign(batch, at, msg->initiator_signs[i],
				 account ? anybody : initiator);
	for (gsize i = 0; i < msg->n_auth_require && code == XUPER_OK; i++) {
		const bsn_slice signer =
			path_signer(bsn_slice_str(msg->auth_require[i]));

		if (signer.len == 0)
			return refuse(err_of(batch->jobs, at), XUPER_FORMAT,
				      "auth_require[%u] ends without an "
				      "address",
				      (guint)i);
		if (!signed_alike(msg, (const char *)signer.data,
				  msg->auth_require_signs[i]))
			code = take_sign(batch, at, msg->auth_require_signs[i],
					 signer);
	}
	return code;
}

static void
verify_batch(Batch *batch)
{
	const StaticJobs *jobs = batch->jobs;
	const guint n = batch->items->len;
	SuiteItem *items = (SuiteItem *)(void *)batch->items->data;
	g_autofree int32_t *results = g_new0(int32_t, n);

	for (guint i = 0; i < n; i++)
		items[i].public_key = (const guint8 *)batch->keys->data +
				      (gsize)i * PUBLIC_KEY_LEN;
	suite_verify(jobs->verifier->suite, items, n, results);
	for (guint i = 0; i < n; i++) {
		guint at = g_array_index(batch->owners, guint, i);

		if (results[i] < 0)
			jobs->codes[at] = results[i];
		else if (results[i] != BSN_OK && jobs->codes[at] == XUPER_OK)
			jobs->codes[at] =
				refuse(err_of(jobs, at), XUPER_SIGNATURE, "%s",
				       code_text(XUPER_SIGNATURE));
	}
}

static void
run_job(bsn_jobs *of, uint64_t index)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	const StaticJobs *jobs = (const StaticJobs *)of;
	const guint from = (guint)index * JOB_TXS;
	const guint to = MIN(from + JOB_TXS, jobs->n);
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(SuiteItem));
	g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, 1);
	g_autoptr(GArray) owners = g_array_new(FALSE, FALSE, sizeof(guint));
	Batch batch = { .jobs = jobs,
			.items = items,
			.keys = keys,
			.owners = owners };

	for (guint at = from; at < to; at++) {
		const Judged *judged = jobs->txs[at]->judged;

		jobs->codes[at] = XUPER_OK;
		if (judged != NULL && judged->sound)
			continue;
		jobs->codes[at] = shape_judge(jobs->verifier, jobs->txs[at],
					      err_of(jobs, at));
		if (jobs->codes[at] == XUPER_OK)
			jobs->codes[at] = take_signs(&batch, at);
	}
	verify_batch(&batch);
}

void
verify_static(const Verifier *verifier, Tx *const *txs, guint n, gint *codes,
	      bsn_err *errs)
{
	StaticJobs jobs = { { run_job }, verifier, txs, n, codes, errs };

	if (n > 0)
		services.parallel->run(verifier->chain, &jobs.jobs,
				       (n + JOB_TXS - 1) / JOB_TXS);
	for (guint i = 0; i < n; i++)
		if (codes[i] == XUPER_OK)
			judged_of(txs[i])->sound = TRUE;
}
