/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/cross/inquiry-private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/net/net.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

/* Ms until it begins again when others are behind or have something newer. */
#define AGAIN_MS 300u

static void
key_unref(gpointer key)
{
	g_bytes_unref(key);
}

void
inquiry_free(gpointer data)
{
	Inquiry *inquiry = data;

	g_ptr_array_unref(inquiry->endorsements);
	g_ptr_array_unref(inquiry->asked);
	arena_clear(&inquiry->round);
	arena_clear(&inquiry->arena);
	g_free(inquiry);
}

/* ---- the end -------------------------------------------------------------- */

static void
finish(Inquiry *inquiry, int32_t status, bsn_slice fact, const bsn_err *err)
{
	GHashTable *all = inquiry->ledger->cross->inquiries;

	g_hash_table_steal(all, &inquiry->number);
	inquiry->done(inquiry->owner, status, fact, err);
	inquiry_free(inquiry);
}

void
inquiry_fail(Inquiry *inquiry, int32_t status, const bsn_err *err)
{
	finish(inquiry, status, bsn_slice_of(NULL, 0), err);
}

static void
succeed(Inquiry *inquiry)
{
	Bsn__Cross__Fact fact = BSN__CROSS__FACT__INIT;
	g_autoptr(GByteArray) bytes = NULL;

	fact.question = (Bsn__Cross__Question *)inquiry->question;
	fact.answer = (Bsn__Cross__Answer *)inquiry->answer;
	fact.n_endorsements = inquiry->endorsements->len;
	fact.endorsements =
		(Bsn__Cross__Endorsement **)inquiry->endorsements->pdata;
	bytes = message_pack(&fact);
	finish(inquiry, BSN_OK, buffer_slice(bytes), NULL);
}

void
inquiry_abandon_all(bsn_ledger *ledger)
{
	GHashTable *all = ledger->cross->inquiries;
	bsn_err err = BSN_ERR_INIT;
	GHashTableIter iter;
	gpointer inquiry;

	bsn_fail(&err, BSN_UNAVAILABLE,
		 "the chain closes before the other chain has answered");
	for (g_hash_table_iter_init(&iter, all);
	     g_hash_table_iter_next(&iter, NULL, &inquiry);
	     g_hash_table_iter_init(&iter, all))
		inquiry_fail(inquiry, BSN_UNAVAILABLE, &err);
}

/* ---- rounds --------------------------------------------------------------- */

static void
begin_round(Inquiry *inquiry)
{
	Cross *cross = inquiry->ledger->cross;

	g_hash_table_steal(cross->inquiries, &inquiry->number);
	inquiry->number = cross->next++;
	g_hash_table_insert(cross->inquiries, &inquiry->number, inquiry);
	inquiry->again_ms = 0;
	inquiry->answer = NULL;
	inquiry->refused = BSN_OK;
	g_ptr_array_set_size(inquiry->endorsements, 0);
	g_ptr_array_set_size(inquiry->asked, 0);
	arena_clear(&inquiry->round);
	inquiry->round = (Arena)ARENA_INIT;
}

int32_t
inquiry_ask(Inquiry *inquiry, bsn_err *err)
{
	Bsn__Cross__Inquiry message = BSN__CROSS__INQUIRY__INIT;
	g_autoptr(GByteArray) bytes = NULL;

	begin_round(inquiry);
	message.question = (Bsn__Cross__Question *)inquiry->question;
	bytes = message_pack(&message);
	return services.chains->ask(inquiry->ledger->chain,
				    bsn_slice_str(inquiry->question->chain),
				    inquiry->number, buffer_slice(bytes), err);
}

static void
again_later(Inquiry *inquiry)
{
	const guint64 now = services_mono_ms(inquiry->ledger->chain);

	inquiry->again_ms = MIN(now + AGAIN_MS, inquiry->deadline_ms);
	inquiry_arm(inquiry->ledger);
}

/* Those that say the same later are waited for. */
static gboolean
may_pass(int32_t refused)
{
	return refused == BSN_BUSY || refused == BSN_CONFLICT;
}

/* One refusal stands for all: one that will not pass before others. */
void
inquiry_note_refusal(Inquiry *inquiry, int32_t status, const char *why)
{
	if (inquiry->refused != BSN_OK && !may_pass(inquiry->refused))
		return;
	inquiry->refused = status;
	g_strlcpy(inquiry->why, why, sizeof(inquiry->why));
	bsn_reason_mend(inquiry->why);
}

void
inquiry_fail_lacking(Inquiry *inquiry)
{
	const guint n = inquiry->ledger->agreement->n_validators;
	const int32_t status = inquiry->refused == BSN_DENIED ? BSN_DENIED
			       : inquiry->refused == BSN_CONFLICT
				       ? BSN_CONFLICT
				       : BSN_UNAVAILABLE;
	bsn_err err = BSN_ERR_INIT;

	bsn_fail(&err, status,
		 "%u of this chain's %u validators must host chain %s and "
		 "agree; %u did: %s",
		 fact_quorum(n), n, inquiry->question->chain,
		 inquiry->endorsements->len,
		 inquiry->why[0] != '\0' ? inquiry->why
					 : "the others are not reached");
	inquiry_fail(inquiry, status, &err);
}

static void
consider(Inquiry *inquiry)
{
	const Agreement *agreement = inquiry->ledger->agreement;
	const guint quorum = fact_quorum(agreement->n_validators);
	const guint have = inquiry->endorsements->len;
	const guint64 now = services_mono_ms(inquiry->ledger->chain);

	if (have >= quorum)
		succeed(inquiry);
	else if (have + inquiry->asked->len >= quorum &&
		 now < inquiry->deadline_ms)
		return;
	else if (may_pass(inquiry->refused) && now < inquiry->deadline_ms)
		again_later(inquiry);
	else
		inquiry_fail_lacking(inquiry);
}

/* ---- endorsements --------------------------------------------------------- */

static void
add_endorsement(Inquiry *inquiry, bsn_slice key, bsn_slice signature)
{
	Bsn__Cross__Endorsement *made =
		arena_room(&inquiry->round, sizeof(*made));

	bsn__cross__endorsement__init(made);
	made->public_key.len = key.len;
	made->public_key.data =
		(guint8 *)arena_copy(&inquiry->round, key.data, key.len);
	made->signature.len = signature.len;
	made->signature.data = (guint8 *)arena_copy(
		&inquiry->round, signature.data, signature.len);
	g_ptr_array_add(inquiry->endorsements, made);
}

static void
ask_other(Inquiry *inquiry, const bsn_member *member)
{
	Bsn__Cross__Ask message = BSN__CROSS__ASK__INIT;

	message.number = inquiry->number;
	message.question = (Bsn__Cross__Question *)inquiry->question;
	message.answer = (Bsn__Cross__Answer *)inquiry->answer;
	if (net_tell(inquiry->ledger, member->public_key, NET_CROSS_ASK,
		     &message))
		g_ptr_array_add(inquiry->asked,
				g_bytes_new(member->public_key.data,
					    member->public_key.len));
}

static int32_t
endorse_self(Inquiry *inquiry, bsn_err *err)
{
	const bsn_ledger *ledger = inquiry->ledger;
	guint8 signature[SIGNATURE_RAW_LEN];
	int32_t status;

	if (!fact_validator(ledger->agreement, cross_self(ledger)))
		return BSN_OK;
	status = cross_sign(ledger, inquiry->digest, signature, err);
	if (status == BSN_OK)
		add_endorsement(inquiry, cross_self(ledger),
				bsn_slice_of(signature, sizeof(signature)));
	return status;
}

static int32_t
gather(Inquiry *inquiry, bsn_err *err)
{
	bsn_ledger *ledger = inquiry->ledger;
	guint8 chain[HASH_LEN];
	int32_t status = fact_chain(ledger_root(ledger->ledger)->layer, chain,
				    err);

	if (status != BSN_OK)
		return status;
	fact_digest(&ledger->suite, chain, inquiry->question, inquiry->answer,
		    inquiry->digest);
	status = endorse_self(inquiry, err);
	for (guint i = 0; status == BSN_OK && i < ledger->agreement->n_validators;
	     i++) {
		const bsn_member *member = chain_member(ledger, i);

		if (!bsn_slice_equal(member->public_key, cross_self(ledger)))
			ask_other(inquiry, member);
	}
	return status;
}

/* ---- what comes ----------------------------------------------------------- */

static int32_t
take_answer(Inquiry *inquiry, bsn_slice bytes, bsn_err *err)
{
	int32_t status = BSN_OK;
	Bsn__Cross__Answer *answer =
		message_unpack(&inquiry->round, &bsn__cross__answer__descriptor,
			       bytes, &status, err);
	const char *problem;

	if (answer == NULL)
		return status;
	problem = answer_problem(answer);
	if (problem != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"chain %s has answered what is none: %s",
				inquiry->question->chain, problem);
	answer->time_ms = inquiry->time_ms;
	inquiry->answer = answer;
	return BSN_OK;
}

void
inquiry_answered(bsn_ledger *ledger, guint64 number, int32_t status,
		 bsn_slice answer, const bsn_err *why)
{
	Inquiry *inquiry =
		g_hash_table_lookup(ledger->cross->inquiries, &number);
	bsn_err err = BSN_ERR_INIT;

	if (inquiry == NULL)
		return;
	if (status != BSN_OK) {
		inquiry_fail(inquiry, status, why);
		return;
	}
	status = take_answer(inquiry, answer, &err);
	if (status == BSN_OK && inquiry->endorsed)
		status = gather(inquiry, &err);
	if (status != BSN_OK)
		inquiry_fail(inquiry, status, &err);
	else if (inquiry->endorsed)
		consider(inquiry);
	else
		succeed(inquiry);
}

static gboolean
take_asked(Inquiry *inquiry, bsn_slice key)
{
	for (guint i = 0; i < inquiry->asked->len; i++) {
		if (!bsn_slice_equal(bytes_slice(inquiry->asked->pdata[i]),
				     key))
			continue;
		g_ptr_array_remove_index(inquiry->asked, i);
		return TRUE;
	}
	return FALSE;
}

void
inquiry_told(bsn_ledger *ledger, bsn_slice from, const Bsn__Cross__Told *told)
{
	const bsn_slice signature = message_slice(told->signature);
	guint64 number = told->number;
	Inquiry *inquiry =
		g_hash_table_lookup(ledger->cross->inquiries, &number);

	/* One of an earlier round, or of nobody who was asked. */
	if (inquiry == NULL || !take_asked(inquiry, from))
		return;
	if (signature.len == 0) {
		inquiry_note_refusal(inquiry, (int32_t)told->status, told->reason);
	} else if (fact_signed(&ledger->suite, inquiry->digest, from,
			       signature)) {
		add_endorsement(inquiry, from, signature);
	} else {
		inquiry_note_refusal(inquiry, BSN_BAD_SIGNATURE,
			     "a validator's signature does not verify");
	}
	consider(inquiry);
}

/* ---- the beginning -------------------------------------------------------- */

static Inquiry *
inquiry_new(bsn_ledger *ledger, const GBytes *question)
{
	Inquiry *inquiry = g_new0(Inquiry, 1);

	inquiry->ledger = ledger;
	inquiry->question = message_unpack(
		&inquiry->arena, &bsn__cross__question__descriptor,
		bytes_slice((GBytes *)question), NULL, NULL);
	inquiry->endorsements = g_ptr_array_new();
	inquiry->asked = g_ptr_array_new_with_free_func(key_unref);
	inquiry->deadline_ms = services_mono_ms(ledger->chain) + INQUIRY_MS;
	return inquiry;
}

int32_t
inquiry_begin(bsn_ledger *ledger, GBytes *question, guint64 time_ms,
	      gboolean endorsed, InquiryDone done, void *owner, bsn_err *err)
{
	Inquiry *inquiry;
	int32_t status;

	if (services.chains == NULL)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"this host has no parallel chains");
	if (g_hash_table_size(ledger->cross->inquiries) >= INQUIRIES_MAX)
		return bsn_fail(err, BSN_BUSY,
				"%u questions of other chains are on their way "
				"already: try again",
				INQUIRIES_MAX);
	inquiry = inquiry_new(ledger, question);
	inquiry->time_ms = time_ms;
	inquiry->endorsed = endorsed;
	inquiry->done = done;
	inquiry->owner = owner;
	status = inquiry_ask(inquiry, err);
	if (status != BSN_OK) {
		g_hash_table_steal(ledger->cross->inquiries, &inquiry->number);
		inquiry_free(inquiry);
		return status;
	}
	inquiry_arm(ledger);
	return BSN_OK;
}
