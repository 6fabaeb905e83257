/* SPDX-License-Identifier: Apache-2.0
 *
 * A validator endorses what another node was answered by another chain: when the
 * one on this host is at least as far, has the same block there, and answers the
 * same.
 */
#include "plugins/engine-xuper/cross/private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/net/net.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

/* What a node may have asked and not been told, and may ask in a second. */
#define PENDING_MAX 16u
#define RATE_MAX 64u
#define SECOND_MS 1000u
/* How far clocks of nodes may be apart. */
#define CLOCK_MS 60000u

/* Somebody's asking. */
typedef struct {
	guint64 cookie;
	guint64 number; /* as they call it */
	GBytes *from;	/* public key */
	Arena arena;
	const Bsn__Cross__Question *question;
	const Bsn__Cross__Answer *answer;
} Favour;

void
favour_free(gpointer data)
{
	Favour *favour = data;

	g_bytes_unref(favour->from);
	arena_clear(&favour->arena);
	g_free(favour);
}

bsn_slice
cross_self(const bsn_ledger *ledger)
{
	return bsn_slice_of(ledger->node_key, PUBLIC_KEY_LEN);
}

int32_t
cross_sign(const bsn_ledger *ledger, const guint8 digest[HASH_LEN],
	   guint8 signature[SIGNATURE_RAW_LEN], bsn_err *err)
{
	bsn_fixed_sink sink = bsn_fixed_sink_of(signature, SIGNATURE_RAW_LEN);
	const int32_t status = services.keys->node_sign(
		ledger->chain, ledger->suite.algorithm, BSN_SIGN_DIGEST,
		bsn_slice_of(digest, HASH_LEN), &sink.sink, err);

	if (status == BSN_OK && sink.len != SIGNATURE_RAW_LEN)
		return bsn_fail(err, BSN_E_INTERNAL,
				"the node's signature has another length");
	return status;
}

/* ---- telling -------------------------------------------------------------- */

static void
tell(bsn_ledger *ledger, bsn_slice to, guint64 number, bsn_slice signature,
     int32_t status, const char *reason)
{
	Bsn__Cross__Told told = BSN__CROSS__TOLD__INIT;

	told.number = number;
	told.signature = message_bytes(signature);
	told.status = (guint32)status;
	told.reason = (char *)reason;
	(void)net_tell(ledger, to, NET_CROSS_TOLD, &told);
}

static void
refuse(bsn_ledger *ledger, bsn_slice to, guint64 number, int32_t status,
       const char *reason)
{
	tell(ledger, to, number, bsn_slice_of(NULL, 0),
	     status > BSN_OK ? status : BSN_UNAVAILABLE, reason);
}

/* ---- who asks how much ---------------------------------------------------- */

static guint
count_pending(const bsn_ledger *ledger, bsn_slice from)
{
	GHashTableIter iter;
	gpointer favour;
	guint n = 0;

	g_hash_table_iter_init(&iter, ledger->cross->favours);
	while (g_hash_table_iter_next(&iter, NULL, &favour))
		if (bsn_slice_equal(bytes_slice(((Favour *)favour)->from),
				    from))
			n++;
	return n;
}

/* All together, so that it is the same however many nodes there are. */
static gboolean
is_too_often(bsn_ledger *ledger)
{
	Cross *cross = ledger->cross;
	const guint64 now = services_mono_ms(ledger->chain);

	if (now - cross->second_ms >= SECOND_MS) {
		cross->second_ms = now;
		cross->asks = 0;
	}
	return ++cross->asks > RATE_MAX;
}

static int32_t
check_ask(bsn_ledger *ledger, bsn_slice from, const Bsn__Cross__Ask *ask,
	  bsn_err *err)
{
	const guint64 now = services.clock->wall_ms(ledger->chain);
	const guint64 then = ask->answer->time_ms;

	if (services.chains == NULL ||
	    !fact_validator(ledger->agreement, cross_self(ledger)))
		return bsn_fail(err, BSN_UNAVAILABLE,
				"a node that was asked is no validator");
	if (count_pending(ledger, from) >= PENDING_MAX || is_too_often(ledger))
		return bsn_fail(err, BSN_BUSY,
				"a validator is asked too much at once");
	if ((now > then ? now - then : then - now) > CLOCK_MS)
		return bsn_fail(err, BSN_EXPIRED,
				"the clocks of two nodes are more than %u s "
				"apart",
				CLOCK_MS / 1000u);
	return BSN_OK;
}

/* ---- asking the chain on this host ---------------------------------------- */

/* Read again, so that it is the favour's own. */
static Favour *
favour_new(bsn_ledger *ledger, bsn_slice from, const Bsn__Cross__Ask *ask)
{
	g_autoptr(GByteArray) bytes = message_pack(ask);
	Favour *favour = g_new0(Favour, 1);
	const Bsn__Cross__Ask *own =
		message_unpack(&favour->arena, &bsn__cross__ask__descriptor,
			       buffer_slice(bytes), NULL, NULL);

	favour->cookie = ledger->cross->next++;
	favour->from = g_bytes_new(from.data, from.len);
	favour->number = own->number;
	favour->question = own->question;
	favour->answer = own->answer;
	return favour;
}

static int32_t
ask_own(bsn_ledger *ledger, const Favour *favour, bsn_err *err)
{
	Bsn__Cross__Inquiry message = BSN__CROSS__INQUIRY__INIT;
	g_autoptr(GByteArray) bytes = NULL;

	message.question = (Bsn__Cross__Question *)favour->question;
	message.height = favour->answer->height;
	message.block_id = favour->answer->block_id;
	bytes = message_pack(&message);
	return services.chains->ask(ledger->chain,
				    bsn_slice_str(favour->question->chain),
				    favour->cookie, buffer_slice(bytes), err);
}

void
endorse_asked(bsn_ledger *ledger, bsn_slice from, const Bsn__Cross__Ask *ask)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = check_ask(ledger, from, ask, &err);
	Favour *favour;

	if (status != BSN_OK) {
		refuse(ledger, from, ask->number, status, err.reason);
		return;
	}
	favour = favour_new(ledger, from, ask);
	status = ask_own(ledger, favour, &err);
	if (status == BSN_OK) {
		g_hash_table_insert(ledger->cross->favours, &favour->cookie,
				    favour);
		return;
	}
	refuse(ledger, from, favour->number, status, err.reason);
	favour_free(favour);
}

/* ---- it has answered ------------------------------------------------------ */

static int32_t
compare(const Favour *favour, bsn_slice bytes, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Bsn__Cross__Answer *answer =
		message_unpack(&arena, &bsn__cross__answer__descriptor, bytes,
			       NULL, NULL);

	if (answer == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"the chain's answer cannot be read");
	if (answer_same(answer, favour->answer))
		return BSN_OK;
	return bsn_fail(err, BSN_CONFLICT,
			"what chain %s has there changes meanwhile",
			favour->question->chain);
}

static int32_t
sign(const bsn_ledger *ledger, const Favour *favour,
     guint8 signature[SIGNATURE_RAW_LEN], bsn_err *err)
{
	guint8 chain[HASH_LEN], digest[HASH_LEN];
	const int32_t status = fact_chain(ledger_root(ledger->ledger)->layer,
					  chain, err);

	if (status != BSN_OK)
		return status;
	fact_digest(&ledger->suite, chain, favour->question, favour->answer,
		    digest);
	return cross_sign(ledger, digest, signature, err);
}

void
endorse_answered(bsn_ledger *ledger, guint64 cookie, int32_t status,
		 bsn_slice answer, const bsn_err *why)
{
	Favour *favour = g_hash_table_lookup(ledger->cross->favours, &cookie);
	guint8 signature[SIGNATURE_RAW_LEN];
	bsn_err err = BSN_ERR_INIT;

	if (favour == NULL)
		return;
	if (status != BSN_OK && why != NULL)
		err = *why;
	if (status == BSN_OK)
		status = compare(favour, answer, &err);
	if (status == BSN_OK)
		status = sign(ledger, favour, signature, &err);
	if (status == BSN_OK)
		tell(ledger, bytes_slice(favour->from), favour->number,
		     bsn_slice_of(signature, sizeof(signature)), BSN_OK, "");
	else
		refuse(ledger, bytes_slice(favour->from), favour->number,
		       status, err.reason);
	g_hash_table_remove(ledger->cross->favours, &cookie);
}
