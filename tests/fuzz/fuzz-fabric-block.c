/* SPDX-License-Identifier: Apache-2.0
 *
 * A block from consensus, for a channel with one block of its own. The first
 * byte says what the others are: 0: the block as it is; 1: its transactions,
 * each after two bytes with its length, which are put into a block that fits;
 * else the same with what they change: TxReadWriteSets, in transactions that
 * are right otherwise. Whatever is accepted must be found again, and a ledger
 * that is opened anew must be the same.
 */
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"
#include "tests/unit/fabric-ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
add_entries(FabricLedger *fixture, bsn_slice bytes, gboolean results)
{
	Wire wire = wire_of(bytes);

	while (wire.rest.len > 2 && !wire.bad) {
		const bsn_slice entry =
			wire_bytes(&wire, MIN(wire_u16(&wire), wire.rest.len));
		const LedgerTx tx = { .results = entry, .event = "sold" };
		GByteArray *envelope;

		if (results) {
			envelope = fabric_ledger_tx(fixture, &tx);
		} else {
			envelope = g_byte_array_new();
			wire_put_bytes(envelope, entry);
		}
		fabric_ledger_add(fixture, envelope);
	}
}

static void
note_event(guint64 tx, const char *tx_id, const Protos__ChaincodeEvent *event,
	   gpointer data)
{
	g_assert_cmpstr(event->chaincode_id, ==, "basic");
	++*(guint *)data;
}

/* What was accepted is all there, and read back. */
static void
check_ledger(FabricLedger *fixture)
{
	const LedgerHead head = fixture->ledger->head;
	g_autoptr(GByteArray) block = g_byte_array_new();
	g_autofree char *state = NULL;
	guint events = 0;

	g_assert_cmpint(
		ledger_block(fixture->ledger, head.height - 1, block, NULL), ==,
		BSN_OK);
	g_assert_cmpint(ledger_events(fixture->ledger, head.height - 1,
				      note_event, &events, NULL),
			==, BSN_OK);
	state = fabric_ledger_state(fixture);
	g_assert_cmpint(fabric_ledger_reopen(fixture, FALSE), ==, BSN_OK);
	g_assert_true(memcmp(&head, &fixture->ledger->head, sizeof(head)) == 0);
}

/* Another block goes on from any. */
static void
go_on(FabricLedger *fixture)
{
	Simulator *simulator = simulator_new(fixture->ledger);
	SimulatorRange *range;
	g_autoptr(StateItem) item = NULL;

	g_assert_cmpint(simulator_range(simulator, TEXT("basic"), TEXT(""),
					TEXT(""), FALSE, &range, NULL),
			==, BSN_OK);
	(void)simulator_range_next(range, &item, NULL);
	g_assert_cmpint(simulator_put(simulator, TEXT("basic"), TEXT("a"),
				      TEXT("1"), NULL),
			==, BSN_OK);
	g_assert_cmpint(fabric_ledger_run(fixture, fabric_finish(simulator)),
			==, TX_CODE(VALID));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(FabricLedger) fixture = NULL;
	g_autoptr(GByteArray) made = NULL;
	bsn_slice block;
	bsn_err err = { .size = sizeof(err) };
	int32_t status;

	if (size == 0)
		return 0;
	fixture = fabric_ledger_new(FALSE, FALSE);
	block = bsn_slice_of(data + 1, size - 1);
	if (data[0] != 0) {
		add_entries(fixture, block, data[0] != 1);
		made = fabric_ledger_block(fixture);
		block = buffer_slice(made);
	}
	status = fabric_ledger_append(fixture, block, &err);
	g_assert_cmpint(status, >=, 0);
	if (status == BSN_OK)
		check_ledger(fixture);
	else
		g_assert_cmpstr(err.reason, !=, "");
	go_on(fixture);
	return 0;
}
