/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/draft.h"

#include <bsn/helpers/bytes.h>

#include "tools/sim/address.h"
#include "tools/sim/crypto.h"

/* Signatures of one transaction at most. */
#define ROUNDS_MAX 8u

SimDraft *
sim_draft_new(bsn_chain *chain, const SimKey *key)
{
	SimDraft *draft = g_new0(SimDraft, 1);

	draft->chain = chain;
	draft->epoch = chain->epoch;
	draft->key = key;
	return draft;
}

/* Replies are freed between steps, when the engine has let go of them. */
static void
put_reply(SimDraft *draft, bsn_reply *reply)
{
	if (draft->reply != NULL)
		g_ptr_array_add(draft->chain->world->old_replies,
				draft->reply);
	draft->reply = reply;
}

void
sim_draft_free(SimDraft *draft)
{
	if (draft->reply != NULL)
		draft->reply->answered = NULL;
	put_reply(draft, NULL);
	sim_request_clear(&draft->draw);
	g_free(draft);
}

static void
begin(SimDraft *draft)
{
	bsn_chain *chain = draft->chain;
	const SimKey *key = draft->key;
	gsize len = 0;
	const void *code = draft->draw.code != NULL
				   ? g_bytes_get_data(draft->draw.code, &len)
				   : NULL;
	const bsn_tx_request request = {
		.size = sizeof(request),
		.kind = draft->of->deploys ? BSN_TX_DEPLOY : BSN_TX_INVOKE,
		.signer_public_key =
			bsn_slice_of(key->public_key, key->public_key_len),
		.signer_certificate = key->certificate,
		.contract = bsn_slice_str(draft->draw.contract),
		.function = bsn_slice_str(draft->draw.function),
		.args = bsn_slice_str(draft->draw.args),
		.options = bsn_slice_str(draft->draw.options),
		.code = bsn_slice_of(code, len),
	};
	bsn_reply *reply = sim_reply_new(chain, SIM_ANSWER_SIGNABLE);

	put_reply(draft, reply);
	sim_reply_asked(reply, chain->world->engine->tx->begin(
				       chain->ledger, &request, reply,
				       &reply->err));
}

void
sim_draft_begin(SimDraft *draft)
{
	sim_addresses_fill_in(draft->chain->world, &draft->draw.args);
	sim_addresses_fill_in(draft->chain->world, &draft->draw.options);
	begin(draft);
}

/* What an engine says it wants signed, signed. FALSE when it wants what nobody
 * has. */
static gboolean
sign_round(SimDraft *draft)
{
	bsn_chain *chain = draft->chain;
	const bsn_signable *what = &draft->reply->signable;
	guint32 len = sim_crypto_sign(draft->key, what->convention,
				      what->message, draft->bytes);
	bsn_reply *reply;

	if (len == 0 ||
	    g_strcmp0(what->algorithm, draft->key->algorithm) != 0)
		return FALSE;
	draft->signature = bsn_slice_of(draft->bytes, len);
	reply = sim_reply_new(chain, SIM_ANSWER_SIGNABLE);
	sim_reply_asked(reply, chain->world->engine->tx->sign_round(
				       chain->ledger, what->state,
				       draft->signature, reply, &reply->err));
	put_reply(draft, reply);
	return TRUE;
}

gboolean
sim_draft_is_answered(const SimDraft *draft)
{
	return draft->reply->status != SIM_PENDING || draft->reply->lost;
}

static gboolean
is_gone(const SimDraft *draft)
{
	return draft->chain->epoch != draft->epoch ||
	       !sim_process_is_up(draft->chain);
}

SimDraftState
sim_draft_advance(SimDraft *draft)
{
	while (sim_draft_is_answered(draft)) {
		if (draft->reply->status != BSN_OK)
			return SIM_DRAFT_FAILED;
		if (draft->reply->signable.tx.len > 0)
			return SIM_DRAFT_DONE;
		if (is_gone(draft) || draft->rounds == ROUNDS_MAX ||
		    !sign_round(draft))
			return SIM_DRAFT_FAILED;
		draft->rounds++;
	}
	/* An engine that has said BSN_OK owes an answer. */
	return draft->reply->waiting ? SIM_DRAFT_WAITS : SIM_DRAFT_FAILED;
}
