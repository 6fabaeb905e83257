/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions: built by the engine, signed here, submitted, waited for.
 */
#include "tools/conform/bed_private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/sim/crypto.h"

/* Signatures of one transaction at most. */
#define ROUNDS_MAX 8u

const SimKey *
bed_account(Bed *bed, guint account)
{
	EXPECT(bed->run, account < bed->workload->accounts,
	       "the workload must have more than %u accounts", account);
	return &bed->accounts[account];
}

const SimKey *
bed_node_key(Bed *bed, guint node)
{
	return &bed->world->nodes[node].key;
}

void
bed_set_sign(Bed *bed, BedSign sign, gpointer data)
{
	bed->sign = sign;
	bed->sign_data = data;
}

/* ---- building ------------------------------------------------------------ */

static int32_t
ask_begin(const bsn_engine *engine, bsn_ledger *ledger, bsn_reply *reply,
	  gpointer data)
{
	return engine->tx->begin(ledger, data, reply, &reply->err);
}

typedef struct {
	bsn_slice state, signature;
} Round;

static int32_t
ask_sign_round(const bsn_engine *engine, bsn_ledger *ledger, bsn_reply *reply,
	       gpointer data)
{
	const Round *round = data;

	return engine->tx->sign_round(ledger, round->state, round->signature,
				      reply, &reply->err);
}

/* A key of the scheme that is asked for: the signer's, or one of another scheme
 * that stands for the same account. */
static guint32
sign(Bed *bed, const SimKey *key, const bsn_signable *what, guint8 *signature)
{
	EXPECT(bed->run, what->algorithm != NULL,
	       "bsn_signable.algorithm must name a scheme; it is NULL");
	EXPECT(bed->run, what->convention <= BSN_SIGN_DIGEST,
	       "bsn_signable.convention must be one of BSN_SIGN_*; it is %u",
	       what->convention);
	if (bed->sign != NULL)
		return bed->sign(key, what, signature, bed->sign_data);
	EXPECT(bed->run, strcmp(what->algorithm, key->algorithm) == 0,
	       "what a signer with a key of %s signs must be signed with %s; "
	       "the engine asks for %s",
	       key->algorithm, key->algorithm, what->algorithm);
	return sim_crypto_sign(key, what->convention, what->message,
			       signature);
}

static const bsn_reply *
next_round(Bed *bed, guint node, const SimKey *key, const bsn_signable *what)
{
	guint8 signature[BSN_SIGNATURE_MAX * 2];
	guint32 len = sign(bed, key, what, signature);
	Round round = { what->state, bsn_slice_of(signature, len) };

	EXPECT(bed->run, len > 0,
	       "%s must sign what the engine asks for (convention %u, "
	       "%" G_GUINT64_FORMAT " bytes); it refuses",
	       what->algorithm, what->convention, (guint64)what->message.len);
	return bed_ask(bed, node, SIM_ANSWER_SIGNABLE, ask_sign_round, &round);
}

static void
take_bytes(Bed *bed, const bsn_signable *what, BedBuilt *built)
{
	built->bytes = g_bytes_new(what->tx.data, what->tx.len);
	built->id = what->tx_id;
	g_ptr_array_add(bed->bytes, built->bytes);
}

BedBuilt
bed_build(Bed *bed, guint node, const SimKey *key,
	  const bsn_tx_request *request)
{
	BedBuilt built = { .reason = "" };
	bsn_tx_request copy = *request;
	const bsn_reply *reply;

	copy.size = sizeof(copy);
	if (copy.signer_public_key.len == 0)
		copy.signer_public_key =
			bsn_slice_of(key->public_key, key->public_key_len);
	if (copy.signer_certificate.len == 0)
		copy.signer_certificate = key->certificate;
	reply = bed_ask(bed, node, SIM_ANSWER_SIGNABLE, ask_begin, &copy);
	while (reply->status == BSN_OK && reply->signable.tx.len == 0) {
		EXPECT(bed->run, built.rounds < ROUNDS_MAX,
		       "a transaction must be finished after a few "
		       "signatures; after %u it is not",
		       ROUNDS_MAX);
		built.rounds++;
		built.algorithm = reply->signable.algorithm;
		built.convention = reply->signable.convention;
		reply = next_round(bed, node, key, &reply->signable);
	}
	built.status = reply->status;
	if (reply->status == BSN_OK)
		take_bytes(bed, &reply->signable, &built);
	else
		built.reason = reply->err.reason;
	return built;
}

/* ---- submitting ---------------------------------------------------------- */

typedef struct {
	Bed *bed;
	bsn_chain *chain;
	bsn_reply *reply;
	bsn_slice tx;
} Submitting;

static void
submit_it(gpointer data)
{
	Submitting *s = data;
	const bsn_submission item = { sizeof(item), 0, s->tx, s->reply };

	sim_reply_asked(s->reply, s->bed->engine->tx->submit(
					  s->chain->ledger, &item, 1,
					  &s->reply->err));
	sim_process_after(s->chain);
}

bsn_reply *
bed_submit_async(Bed *bed, guint node, GBytes *tx)
{
	bsn_chain *chain = bed_chain(bed, node);
	gsize len;
	const void *data = g_bytes_get_data(tx, &len);
	Submitting submitting = { bed, chain, NULL, bsn_slice_of(data, len) };

	EXPECT(bed->run, sim_process_is_up(chain),
	       "node %u is down and takes no transaction", node);
	submitting.reply = sim_reply_new(chain, SIM_ANSWER_TX_STAGES);
	g_ptr_array_add(bed->replies, submitting.reply);
	bed_do(bed, submit_it, &submitting);
	return submitting.reply;
}

/* ---- batches ------------------------------------------------------------- */

typedef struct {
	const bsn_submission *items;
	guint64 n;
	int32_t status;
	bsn_err *err;
} Batch;

static void
submit_batch(const bsn_engine *engine, bsn_ledger *ledger, gpointer data)
{
	Batch *batch = data;

	batch->status = engine->tx->submit(ledger, batch->items, batch->n,
					   batch->err);
	for (guint64 i = 0; i < batch->n; i++) {
		bsn_reply *reply = batch->items[i].reply;

		if (batch->status != BSN_OK)
			reply->err = *batch->err;
		sim_reply_asked(reply, batch->status);
	}
}

int32_t
bed_submit_batch(Bed *bed, guint node, bsn_submission *items, guint64 n,
		 bsn_err *err)
{
	Batch batch = { items, n, BSN_OK, err };

	for (guint64 i = 0; i < n; i++)
		items[i].reply = sim_reply_new(bed_chain(bed, node),
					       SIM_ANSWER_TX_STAGES);
	bed_tell(bed, node, submit_batch, &batch);
	return batch.status;
}

static gboolean
all_answered(gpointer data)
{
	const Batch *batch = data;

	for (guint64 i = 0; i < batch->n; i++)
		if (batch->items[i].reply->status == SIM_PENDING)
			return FALSE;
	return TRUE;
}

void
bed_wait_batch(Bed *bed, const bsn_submission *items, guint64 n)
{
	Batch batch = { .items = items, .n = n };

	EXPECT(bed->run, bed_until(bed, all_answered, &batch),
	       "each of the %" G_GUINT64_FORMAT " items of a batch must be "
	       "answered",
	       n);
}

/* ---- one, until its end -------------------------------------------------- */

BedDone
bed_submit(Bed *bed, guint node, GBytes *tx)
{
	bsn_reply *reply = bed_submit_async(bed, node, tx);
	BedDone done = { .reply = reply, .bytes = tx, .reason = "" };

	bed_wait(bed, reply, "a submitted transaction");
	if (reply->status != BSN_OK) {
		done.status = reply->status;
		done.reason = reply->err.reason;
	} else {
		done.status = reply->tx.status;
		done.stage = reply->tx.stage;
		done.block = reply->tx.block;
		done.index = reply->tx.index;
		done.id = reply->tx.tx_id;
		if (done.stage == BSN_TX_INVALID)
			done.reason = (const char *)reply->tx.detail.data;
	}
	return done;
}

BedDone
bed_send(Bed *bed, guint node, const SimKey *key,
	 const bsn_tx_request *request)
{
	BedBuilt built = bed_build(bed, node, key, request);
	BedDone done = { .status = built.status, .reason = built.reason };

	if (built.bytes != NULL)
		done = bed_submit(bed, node, built.bytes);
	return done;
}
