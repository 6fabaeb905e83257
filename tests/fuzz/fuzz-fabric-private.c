/* SPDX-License-Identifier: Apache-2.0
 *
 * Private data as others give it: a length (2 bytes, big-endian) and a
 * HashedRWSet that it should be of, empty for that of a transaction that the
 * ledger has ("a=1", "b=2" and a delete of "c" in "secrets"); then a KVRWSet.
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FabricLedger *ledger;
static GByteArray *results; /* of the ledger's transaction */

static void
write(Simulator *simulator, const char *key, const char *value)
{
	g_assert_cmpint(simulator_put_private(simulator, TEXT("basic"),
					      TEXT("secrets"), TEXT(key),
					      TEXT(value), NULL),
			==, BSN_OK);
}

static void
make_ledger(void)
{
	Simulator *simulator;

	ledger = fabric_ledger_new(FALSE, FALSE);
	simulator = simulator_new(ledger->ledger);
	write(simulator, "a", "1");
	write(simulator, "b", "2");
	write(simulator, "c", "");
	results = fabric_finish(simulator);
	g_assert_cmpint(fabric_ledger_run(ledger, g_byte_array_ref(results)),
			==, TX_CODE(VALID));
}

static const Kvrwset__HashedRWSet *
read_hashed(Arena *arena, bsn_slice bytes)
{
	Transaction tx = { 0 };

	if (bytes.len > 0)
		return message_unpack(arena, &kvrwset__hashed_rwset__descriptor,
				      bytes, NULL, NULL);
	g_assert_true(transaction_open_sets(arena, buffer_slice(results), &tx));
	return tx.namespaces[0].collections[0].set;
}

static gboolean
is_hashed(gpointer key, gpointer value, gpointer data)
{
	const Kvrwset__HashedRWSet *hashed = data;
	const StateItem *item = value;
	guint8 key_hash[HASH_LEN];
	guint8 hash[HASH_LEN];
	bsn_slice parts[3];

	g_assert_true(private_state_key_is(item->key));
	g_assert_true(state_key_split(item->key, &parts[0], &parts[1],
				      &parts[2]));
	suite_digest(&ledger->suite, &parts[2], 1, key_hash);
	suite_digest(&ledger->suite, &item->value, 1, hash);
	for (gsize i = 0; i < hashed->n_hashed_writes; i++) {
		const Kvrwset__KVWriteHash *one = hashed->hashed_writes[i];

		if (bsn_slice_equal(message_slice(one->key_hash),
				    bsn_slice_of(key_hash, HASH_LEN)) &&
		    bsn_slice_equal(message_slice(one->value_hash),
				    bsn_slice_of(hash, HASH_LEN)))
			return FALSE;
	}
	g_error("a value was taken that nobody hashed");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Wire wire = wire_of(bsn_slice_of(data, size));
	const guint16 len = wire_u16(&wire);
	const bsn_slice hashed_bytes = wire_bytes(&wire, len);
	g_autoptr(GTree) updates = state_tree_new();
	g_auto(Arena) arena = ARENA_INIT;
	TransactionCollection hashed = { .name = "secrets" };
	gboolean complete;

	if (ledger == NULL)
		make_ledger();
	hashed.set = read_hashed(&arena, hashed_bytes);
	if (wire.bad || hashed.set == NULL)
		return 0;
	g_assert_cmpint(private_apply(&ledger->ledger->state, updates,
				      TEXT("basic"), &hashed, wire.rest,
				      (Version){ 1, 0 }, &complete, NULL),
			==, BSN_OK);
	g_tree_foreach(updates, is_hashed, (gpointer)hashed.set);
	g_assert_cmpint(private_put_late(ledger->ledger, updates, NULL, 0, 0,
					 NULL),
			==, BSN_OK);
	fabric_private_check(ledger);
	return 0;
}
