/* SPDX-License-Identifier: Apache-2.0
 *
 * Snapshots of a chain's state: taken, listed, deleted; a node begins with one.
 */
#include <bsn/ext/snapshot.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/bytes.h"
#include "host/gateway/ask.h"
#include "host/gateway/body.h"
#include "host/gateway/routes.h"

/* The chain "{c}" whose engine takes snapshots, borrowed. Answers 404 or 501
 * and returns NULL otherwise. */
static Chain *
snapshot_chain(Exchange *exchange)
{
	Chain *chain = exchange_chain(exchange);
	const bsn_engine *engine = chain != NULL ? chain_engine(chain) : NULL;

	if (chain == NULL)
		return NULL;
	if (engine != NULL && bsn_engine_snapshot_of(engine) != NULL)
		return chain;
	exchange_failf(exchange, BSN_NOT_OFFERED, NULL,
		       "framework %s of chain %s takes no snapshots",
		       chain_framework(chain), chain_name(chain));
	return NULL;
}

static void
answer_nothing(Exchange *exchange, bsn_reply *reply)
{
	exchange_answer(exchange, 204, NULL);
}

/* ---- list ---- */

static int32_t
ask_list(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	 bsn_err *err)
{
	return bsn_engine_snapshot_of(engine)->list(ledger, reply, err);
}

void
snapshots_list(Exchange *exchange)
{
	const Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_list,
		.then = answer_value,
	};
	Chain *chain = snapshot_chain(exchange);

	if (chain != NULL)
		ask_chain(exchange, chain, &question);
}

/* ---- take ---- */

static void
take_free(gpointer data)
{
	snapshot_body_clear(data);
	g_free(data);
}

static int32_t
ask_take(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	 bsn_err *err)
{
	const SnapshotBody *body = ask_data(reply);

	return bsn_engine_snapshot_of(engine)->take(
		ledger, body->height,
		body->here_only ? BSN_SNAPSHOT_HERE_ONLY : 0, reply, err);
}

void
snapshots_take(Exchange *exchange)
{
	Chain *chain = snapshot_chain(exchange);
	Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_take,
		.then = answer_value,
		.free_data = take_free,
	};
	bsn_err err = BSN_ERR_INIT;
	SnapshotBody *body;
	int32_t status;

	if (chain == NULL)
		return;
	body = g_new0(SnapshotBody, 1);
	status = snapshot_body_decode(exchange->body, exchange->body_len, body,
				      &err);
	if (status != BSN_OK) {
		exchange_fail(exchange, status, &err, NULL);
		take_free(body);
		return;
	}
	question.data = body;
	ask_chain(exchange, chain, &question);
}

/* ---- cancel ---- */

static int32_t
ask_cancel(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	   bsn_err *err)
{
	const guint64 *height = ask_data(reply);

	return bsn_engine_snapshot_of(engine)->cancel(ledger, *height, reply,
						      err);
}

/* Of one snapshot, or of beginning with one: 0. */
static void
cancel(Exchange *exchange, Chain *chain, guint64 height)
{
	const Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_cancel,
		.then = answer_nothing,
		.data = g_memdup2(&height, sizeof(height)),
		.free_data = g_free,
	};

	ask_chain(exchange, chain, &question);
}

void
snapshots_cancel(Exchange *exchange)
{
	Chain *chain = snapshot_chain(exchange);
	const char *text = exchange_arg(exchange, "height");
	guint64 height = 0;

	if (chain == NULL)
		return;
	if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &height,
					NULL)) {
		exchange_failf(exchange, BSN_BAD_REQUEST, NULL,
			       "{height} is the number of a block, from 1 on");
		return;
	}
	exchange->subject = g_strdup(text);
	cancel(exchange, chain, height);
}

void
snapshots_join_cancel(Exchange *exchange)
{
	Chain *chain = snapshot_chain(exchange);

	if (chain != NULL)
		cancel(exchange, chain, 0);
}

/* ---- join ---- */

static void
join_free(gpointer data)
{
	snapshot_join_body_clear(data);
	g_free(data);
}

static int32_t
ask_join(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	 bsn_err *err)
{
	const SnapshotJoinBody *body = ask_data(reply);
	const bsn_slice hash = body->hash != NULL ? bytes_slice(body->hash)
						  : bsn_slice_of(NULL, 0);
	const bsn_id id = bsn_id_of(hash.data, hash.len);

	return bsn_engine_snapshot_of(engine)->join(ledger, &id, reply, err);
}

void
snapshots_join(Exchange *exchange)
{
	Chain *chain = snapshot_chain(exchange);
	Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_join,
		.then = answer_nothing,
		.free_data = join_free,
	};
	bsn_err err = BSN_ERR_INIT;
	SnapshotJoinBody *body;
	int32_t status;

	if (chain == NULL)
		return;
	body = g_new0(SnapshotJoinBody, 1);
	status = snapshot_join_body_decode(exchange->body, exchange->body_len,
					   body, &err);
	if (status != BSN_OK) {
		exchange_fail(exchange, status, &err, NULL);
		join_free(body);
		return;
	}
	question.data = body;
	ask_chain(exchange, chain, &question);
}
