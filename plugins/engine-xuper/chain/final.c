/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/chain/final.h"

#include "plugins/engine-xuper/chain/protocol.h"
#include "plugins/engine-xuper/chain/tree.h"
#include "plugins/engine-xuper/chain/waiting.h"
#include "plugins/engine-xuper/cross/cross.h"
#include "plugins/engine-xuper/net/net.h"
#include "plugins/engine-xuper/query/events/service.h"
#include "plugins/engine-xuper/query/query.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/sink.h"

/* A decision that the store has not taken yet. */
typedef struct {
	LedgerNode *node;
	GBytes *certificate;
} Decided;

/* Somebody who waits for a transaction of a final block. */
typedef struct {
	bsn_reply *reply;
	Tx *tx;
	GBytes *note; /* or NULL */
	guint64 height;
	guint32 index;
} Answer;

/* What became final with one batch. */
typedef struct {
	LedgerTotals totals;
	GArray *answers; /* Answer */
} Committed;

static void
answer_clear(gpointer data)
{
	Answer *answer = data;

	tx_unref(answer->tx);
	g_clear_pointer(&answer->note, g_bytes_unref);
}

static Committed *
committed_new(void)
{
	Committed *committed = g_new0(Committed, 1);

	committed->answers = g_array_new(FALSE, FALSE, sizeof(Answer));
	g_array_set_clear_func(committed->answers, answer_clear);
	return committed;
}

static void
committed_free(Committed *committed)
{
	g_array_unref(committed->answers);
	g_free(committed);
}

static void
decided_free(gpointer data)
{
	Decided *decided = data;

	g_bytes_unref(decided->certificate);
	g_free(decided);
}

/* ---- beginning and end --------------------------------------------------- */

void
final_open(bsn_ledger *ledger)
{
	g_queue_init(&ledger->decided);
	g_queue_init(&ledger->committed);
	ledger_totals(ledger->ledger, &ledger->totals);
	ledger->durable = ledger->totals.height;
}

void
final_close(bsn_ledger *ledger)
{
	Committed *committed;

	while ((committed = g_queue_pop_head(&ledger->committed)) != NULL) {
		for (guint i = 0; i < committed->answers->len; i++)
			waiting_abandon(g_array_index(committed->answers,
						      Answer, i)
						.reply);
		committed_free(committed);
	}
	g_queue_clear_full(&ledger->decided, decided_free);
}

/* ---- the root ------------------------------------------------------------ */

LedgerNode *
final_root(const bsn_ledger *ledger)
{
	const Decided *last = ledger->decided.tail != NULL
				      ? ledger->decided.tail->data
				      : NULL;

	return last != NULL ? last->node : ledger_root(ledger->ledger);
}

gboolean
final_is_below(const bsn_ledger *ledger, const LedgerNode *node)
{
	const LedgerNode *root = final_root(ledger);

	while (node != NULL && node != root &&
	       node->block->height > root->block->height)
		node = node->parent;
	return node == root;
}

gboolean
final_is_behind(const bsn_ledger *ledger)
{
	return ledger->decided.length > 0;
}

/* ---- the store ----------------------------------------------------------- */

/* Answers for a block come when it is on disk. */
static void
gather(bsn_ledger *ledger, const LedgerNode *node, GArray *answers)
{
	const Block *block = node->block;

	for (guint i = 0; i < block->n_txs; i++) {
		Answer answer = { .height = block->height, .index = i };

		if (!waiting_has(ledger, block->txs[i]->id))
			continue;
		answer.tx = tx_ref(block->txs[i]);
		if (node->notes != NULL && node->notes[i] != NULL)
			answer.note = g_bytes_ref(node->notes[i]);
		g_array_append_val(answers, answer);
	}
}

/* From the block after the root on up to the node; whether one of them has
 * written who the nodes are, or how they agree. The nodes between are gone
 * afterwards. */
static gboolean
gather_all(bsn_ledger *ledger, LedgerNode *node, GArray *answers)
{
	const LedgerNode *root = ledger_root(ledger->ledger);
	g_autoptr(GPtrArray) path = g_ptr_array_new();
	gboolean changed = FALSE;

	for (; node != NULL && node != root; node = node->parent)
		g_ptr_array_add(path, node);
	for (guint i = path->len; i > 0; i--) {
		const LedgerNode *each = path->pdata[i - 1];

		gather(ledger, each, answers);
		cross_final(ledger, each->block);
		changed |= agreement_changed(each->block->txs,
					     each->block->n_txs);
	}
	return changed;
}

/* They are taken out only now that the store has the block. */
static void
take_replies(bsn_ledger *ledger, GArray *answers)
{
	for (guint i = 0; i < answers->len; i++) {
		Answer *answer = &g_array_index(answers, Answer, i);

		answer->reply = waiting_take(ledger, answer->tx->id);
	}
}

static void
forget(void *owner, LedgerNode *node)
{
}

static int32_t
carry_out(bsn_ledger *ledger, LedgerNode *node, bsn_slice certificate,
	  bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_EXECUTION);
	Committed *committed = committed_new();
	const gboolean changed =
		gather_all(ledger, node, committed->answers);
	const int32_t status =
		ledger_finalize(ledger->ledger, node, certificate,
				node->block->height, forget, ledger, err);

	if (status != BSN_OK) {
		committed_free(committed);
		return status;
	}
	tree_seek_clear(ledger);
	take_replies(ledger, committed->answers);
	ledger_totals(ledger->ledger, &committed->totals);
	g_queue_push_tail(&ledger->committed, committed);
	if (changed)
		protocol_agreement_changed(ledger);
	net_root_moved(ledger);
	return BSN_OK;
}

/* ---- deciding ------------------------------------------------------------ */

static void
put_off(bsn_ledger *ledger, LedgerNode *node, bsn_slice certificate)
{
	Decided *decided = g_new0(Decided, 1);

	decided->node = node;
	decided->certificate = g_bytes_new(certificate.data, certificate.len);
	g_queue_push_tail(&ledger->decided, decided);
	protocol_retry_later(ledger);
}

static int32_t
check(const bsn_ledger *ledger, const LedgerNode *node, bsn_err *err)
{
	if (final_is_below(ledger, node))
		return BSN_OK;
	return bsn_fail(err, BSN_E_STATE,
			"block %" G_GUINT64_FORMAT " was decided, which is not "
			"above the final block %" G_GUINT64_FORMAT,
			node->block->height,
			final_root(ledger)->block->height);
}

void
final_cannot(const bsn_ledger *ledger, const LedgerNode *node,
	     const bsn_err *err)
{
	bsn_err why = BSN_ERR_INIT;

	bsn_fail(&why, BSN_E_STATE,
		 "block %" G_GUINT64_FORMAT
		 " is final and cannot be applied: %.150s",
		 node->block->height, err->reason);
	services_give_up(ledger->chain, &why);
}

int32_t
final_decide(bsn_ledger *ledger, LedgerNode *node, bsn_slice certificate,
	     bsn_err *err)
{
	int32_t status = check(ledger, node, err);

	if (status != BSN_OK || node == final_root(ledger))
		return status;
	status = final_is_behind(ledger)
			 ? BSN_BUSY
			 : carry_out(ledger, node, certificate, err);
	if (status != BSN_BUSY && status != BSN_FULL)
		return status;
	put_off(ledger, node, certificate);
	return BSN_OK;
}

int32_t
final_take(bsn_ledger *ledger, LedgerNode *node, bsn_slice certificate,
	   bsn_err *err)
{
	int32_t status = check(ledger, node, err);

	if (status != BSN_OK || node == final_root(ledger))
		return status;
	if (final_is_behind(ledger))
		return bsn_fail(err, BSN_BUSY,
				"blocks before it are not stored yet");
	if (!tree_is_at_or_below(ledger_head(ledger->ledger), node))
		tree_move_head(ledger, node);
	return carry_out(ledger, node, certificate, err);
}

gboolean
final_retry(bsn_ledger *ledger)
{
	Decided *decided;

	while ((decided = g_queue_peek_head(&ledger->decided)) != NULL) {
		bsn_err err = BSN_ERR_INIT;
		const int32_t status =
			carry_out(ledger, decided->node,
				  bytes_slice(decided->certificate), &err);

		if (status == BSN_BUSY || status == BSN_FULL)
			return FALSE;
		if (status != BSN_OK) {
			final_cannot(ledger, decided->node, &err);
			return FALSE;
		}
		decided_free(g_queue_pop_head(&ledger->decided));
	}
	return TRUE;
}

/* ---- once it is on disk -------------------------------------------------- */

static void
answer_all(bsn_ledger *ledger, const Committed *committed)
{
	for (guint i = 0; i < committed->answers->len; i++) {
		const Answer *answer =
			&g_array_index(committed->answers, Answer, i);

		query_answer_tx(ledger, answer->reply, answer->tx,
				answer->height, answer->index, answer->note);
	}
}

void
final_durable(bsn_ledger *ledger, guint64 height)
{
	const guint64 before = ledger->durable;
	Committed *committed;

	while ((committed = g_queue_peek_head(&ledger->committed)) != NULL &&
	       committed->totals.height <= height) {
		(void)g_queue_pop_head(&ledger->committed);
		ledger->totals = committed->totals;
		ledger->durable = committed->totals.height;
		answer_all(ledger, committed);
		committed_free(committed);
	}
	for (guint64 number = before + 1; number <= ledger->durable; number++)
		services.events->block(ledger->chain, number);
	if (ledger->durable == before)
		return;
	net_durable(ledger);
	events_durable(ledger);
	cross_durable(ledger);
}
