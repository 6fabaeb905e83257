/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that a node has missed.
 */
#include "tests/sim/cells.h"

#include <string.h>

#include "plugins/kit/sink.h"

/* An answer is waited for so long, in ms. */
#define PATIENCE_MS 150u
#define HELLO_MS 1000u

static void
ask(bsn_ledger *ledger, const bsn_slice *whom)
{
	g_autoptr(GByteArray) message = g_byte_array_new();
	const guint8 kind = MESSAGE_GET;

	if (ledger->head.number >= ledger->target || ledger->late != NULL)
		return;
	g_byte_array_append(message, &kind, 1);
	cells_put_u64(message, ledger->head.number + 1);
	if (whom != NULL)
		cells_host.net->send(ledger->chain, *whom,
				     buffer_slice(message));
	else
		cells_host.net->broadcast(ledger->chain,
					  buffer_slice(message));
	cells_host.timer->set(ledger->chain, TIMER_SYNC, PATIENCE_MS);
}

void
cells_sync_behind(bsn_proposer *proposer, uint64_t height,
		  bsn_slice from_public_key)
{
	bsn_ledger *ledger = cells_ledger_of(proposer);

	ledger->target = MAX(ledger->target, height);
	ask(ledger, &from_public_key);
}

/* Whoever was asked has not answered: anybody. */
void
cells_sync_timer(bsn_ledger *ledger)
{
	ask(ledger, NULL);
}

void
cells_sync_hello(bsn_ledger *ledger)
{
	g_autoptr(GByteArray) message = g_byte_array_new();
	const guint8 kind = MESSAGE_HAVE;

	g_byte_array_append(message, &kind, 1);
	cells_put_u64(message, ledger->durable);
	cells_host.net->broadcast(ledger->chain, buffer_slice(message));
	cells_host.timer->set(ledger->chain, TIMER_HELLO, HELLO_MS);
}

/* Consensus tells its own nodes of the newest block. */
static void
heard(bsn_ledger *ledger, bsn_slice from, guint64 number)
{
	guint64 near = ledger->observes ? 0 : 1;

	if (number > ledger->head.number + near)
		cells_sync_behind(&ledger->proposer, number, from);
}

static void
give(const bsn_ledger *ledger, bsn_slice to, guint64 number)
{
	g_autoptr(GByteArray) message = g_byte_array_new();
	g_autoptr(GByteArray) certificate =
		cells_certificate_load(ledger, number);
	g_autoptr(GByteArray) block =
		number > 0 && number <= ledger->durable
			? cells_block_load(ledger, number)
			: NULL;
	const guint8 kind = MESSAGE_BLOCK;

	if (block == NULL || certificate == NULL)
		return;
	g_byte_array_append(message, &kind, 1);
	cells_put_u64(message, certificate->len);
	g_byte_array_append(message, certificate->data, certificate->len);
	g_byte_array_append(message, block->data, block->len);
	cells_host.net->send(ledger->chain, to, buffer_slice(message));
}

static gboolean
is_certified(const bsn_ledger *ledger, bsn_slice bytes, bsn_slice certificate)
{
	const bsn_id digest = cells_digest(bytes);

	return BSN_HAS(ledger->consensus, verify) &&
	       ledger->consensus->verify(ledger->members, ledger->n_members,
					 ledger->head.number + 1,
					 bsn_id_slice(&digest), certificate,
					 NULL) == BSN_OK;
}

static void
take(bsn_ledger *ledger, bsn_slice from, bsn_slice certificate, bsn_slice bytes)
{
	CellBlock *block;
	int32_t status;

	if (ledger->late != NULL ||
	    ledger->head.number >= ledger->target)
		return;
	block = cells_block_read(ledger, bytes, &status, NULL);
	if (block == NULL)
		return;
	if (!is_certified(ledger, bytes, certificate)) {
		cells_block_free(block);
		return;
	}
	block->certificate = g_bytes_new(certificate.data, certificate.len);
	(void)cells_apply(ledger, block, NULL);
	ask(ledger, &from);
}

void
cells_sync_message(bsn_ledger *ledger, bsn_slice from, bsn_slice message)
{
	guint64 n;

	if (message.len < 9)
		return;
	n = cells_u64(message.data + 1);
	if (message.data[0] == MESSAGE_GET)
		give(ledger, from, n);
	else if (message.data[0] == MESSAGE_HAVE)
		heard(ledger, from, n);
	else if (message.data[0] == MESSAGE_BLOCK && n <= message.len - 9)
		take(ledger, from, bsn_slice_of(message.data + 9, n),
		     bsn_slice_of(message.data + 9 + n, message.len - 9 - n));
}
