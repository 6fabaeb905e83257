/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/rpc/held.h"

#include "plugins/engine-fisco/result.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/table.h"
#include "plugins/kit/sink.h"

/* One answer. */
typedef struct {
	guint8 hash[HASH_LEN];
	bsn_reply *reply;
	GByteArray *answer;
	guint64 until_ms;
	guint64 block; /* that has the transaction, or 0 */
	GList age;     /* in `aged` */
	GList in_block; /* in `in_blocks`, once there is a block */
} Held;

struct HeldAnswers {
	GHashTable *by_hash;
	GQueue aged;      /* all, oldest first */
	GQueue in_blocks; /* lowest block first */
	gboolean armed;
};

static HeldAnswers *
answers_of(Ledger *ledger)
{
	if (ledger->held == NULL) {
		ledger->held = g_new0(HeldAnswers, 1);
		ledger->held->by_hash =
			g_hash_table_new(table_hash32, table_equal32);
	}
	return ledger->held;
}

static void
let_go(HeldAnswers *answers, Held *held)
{
	(void)g_hash_table_remove(answers->by_hash, held->hash);
	g_queue_unlink(&answers->aged, &held->age);
	if (held->block != 0)
		g_queue_unlink(&answers->in_blocks, &held->in_block);
	g_byte_array_unref(held->answer);
	g_free(held);
}

static void
send_answer(HeldAnswers *answers, Held *held)
{
	services.reply->value(held->reply, buffer_slice(held->answer));
	let_go(answers, held);
}

static void
arm(const Ledger *ledger, guint64 now)
{
	HeldAnswers *answers = ledger->held;
	const Held *oldest = g_queue_peek_head(&answers->aged);

	if (answers->armed || oldest == NULL)
		return;
	answers->armed = services.timer->set(ledger->chain, TIMER_HELD,
					     oldest->until_ms - now) == BSN_OK;
}

gboolean
held_keep(Ledger *ledger, const guint8 *hash, bsn_reply *reply,
	  GByteArray *answer)
{
	const PoolEntry *entry = pool_find(&ledger->pool, hash);
	const guint64 now = services_mono_ms(ledger->chain);
	HeldAnswers *answers;
	Held *held;

	if (entry == NULL || !entry->ready)
		return FALSE;
	answers = answers_of(ledger);
	held = g_new0(Held, 1);
	held->reply = reply;
	held->answer = answer;
	held->until_ms = now + HELD_MS;
	held->age.data = held;
	held->in_block.data = held;
	memcpy(held->hash, hash, HASH_LEN);
	(void)g_hash_table_replace(answers->by_hash, held->hash, held);
	g_queue_push_tail_link(&answers->aged, &held->age);
	arm(ledger, now);
	return TRUE;
}

void
held_in_block(Ledger *ledger, const guint8 *hash, guint64 number)
{
	HeldAnswers *answers = ledger->held;
	Held *held = answers != NULL
			     ? g_hash_table_lookup(answers->by_hash, hash)
			     : NULL;

	if (held == NULL || held->block != 0)
		return;
	held->block = number;
	g_queue_push_tail_link(&answers->in_blocks, &held->in_block);
}

void
held_durable(Ledger *ledger, guint64 number)
{
	HeldAnswers *answers = ledger->held;
	Held *held;

	while (answers != NULL &&
	       (held = g_queue_peek_head(&answers->in_blocks)) != NULL &&
	       held->block <= number)
		send_answer(answers, held);
}

void
held_timer(Ledger *ledger)
{
	HeldAnswers *answers = ledger->held;
	const guint64 now = services_mono_ms(ledger->chain);
	Held *held;

	if (answers == NULL)
		return;
	answers->armed = FALSE;
	while ((held = g_queue_peek_head(&answers->aged)) != NULL &&
	       held->until_ms <= now)
		send_answer(answers, held);
	arm(ledger, now);
}

void
held_abandon(Ledger *ledger)
{
	HeldAnswers *answers = ledger->held;
	Held *held;

	if (answers == NULL)
		return;
	services.timer->cancel(ledger->chain, TIMER_HELD);
	while ((held = g_queue_peek_head(&answers->aged)) != NULL) {
		result_closing(held->reply);
		let_go(answers, held);
	}
	g_hash_table_unref(answers->by_hash);
	g_clear_pointer(&ledger->held, g_free);
}
