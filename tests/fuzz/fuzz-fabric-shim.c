/* SPDX-License-Identifier: Apache-2.0
 *
 * What a chaincode asks: questions in a row, each a type (1 byte), a length (2
 * bytes, big-endian) and a payload, of a state with 150 keys and a history, and
 * of Org1MSP's implicit collection, which has "a", and "b" elsewhere.
 */
#include <bsn/helpers/error.h>

#include "peer/chaincode_shim.pb-c.h"
#include "plugins/engine-fabric/chaincode/shim.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-private.h"

#define COLLECTION "_implicit_org_Org1MSP"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FabricLedger *ledger;
static FabricPrivate *private;
static CollectionSet *collections;
static ChannelOrganisation organisation = { .msp_id = (char *)"Org1MSP",
					    .in_application = TRUE };
static ChannelConfig config;
static const Channel channel = { .id = (char *)"one", .config = &config };

static void
make_ledger(void)
{
	ledger = fabric_ledger_new(FALSE, FALSE);
	for (guint block = 0; block < 3; block++) {
		Simulator *simulator = simulator_new(ledger->ledger);

		for (guint i = 0; i < 150; i++) {
			g_autofree char *key = g_strdup_printf("k%03u", i);

			g_assert_cmpint(simulator_put(simulator, TEXT("basic"),
						      TEXT(key), TEXT("v"),
						      NULL),
					==, BSN_OK);
		}
		g_assert_cmpint(
			fabric_ledger_run(ledger, fabric_finish(simulator)), ==,
			TX_CODE(VALID));
	}
	config.organisations = g_ptr_array_new();
	g_ptr_array_add(config.organisations, &organisation);
	private = fabric_private_new(ledger);
	fabric_private_put(private, COLLECTION, "a=1", TRUE);
	fabric_private_put(private, COLLECTION, "b=1", FALSE);
	g_assert_cmpint(collection_set_new(&ledger->suite, TEXT(""),
					   &collections, NULL),
			==, BSN_OK);
}

static gboolean
gives_results(guint32 type)
{
	return type == PROTOS__CHAINCODE_MESSAGE__TYPE__GET_STATE_BY_RANGE ||
	       type == PROTOS__CHAINCODE_MESSAGE__TYPE__GET_HISTORY_FOR_KEY ||
	       type == PROTOS__CHAINCODE_MESSAGE__TYPE__QUERY_STATE_NEXT ||
	       type == PROTOS__CHAINCODE_MESSAGE__TYPE__QUERY_STATE_CLOSE;
}

static void
ask(Shim *shim, guint32 type, bsn_slice payload)
{
	g_autoptr(GByteArray) answer = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	g_auto(Arena) arena = ARENA_INIT;
	const int32_t status = shim_answer(shim, type, payload, answer, &err);

	/* Nothing of the node's own fails. */
	g_assert_cmpint(status, >=, BSN_OK);
	g_assert_true((status == BSN_OK) == (err.reason[0] == '\0'));
	if (status == BSN_OK && gives_results(type))
		g_assert_nonnull(message_unpack(
			&arena, &protos__query_response__descriptor,
			buffer_slice(answer), NULL, NULL));
	g_assert_cmpuint(shim->queries->len, <=, SHIM_QUERIES_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Wire wire = wire_of(bsn_slice_of(data, size));
	g_autoptr(GByteArray) results = g_byte_array_new();
	ShimAccess access = { .channel = &channel };
	Simulator *simulator;
	Shim shim;

	if (ledger == NULL)
		make_ledger();
	access.collections = collections;
	simulator = simulator_new(ledger->ledger);
	shim_init(&shim, ledger->ledger, simulator, "basic", &access);
	while (!wire.bad && wire.rest.len > 0) {
		const guint8 type = wire_u8(&wire);
		const guint16 len = wire_u16(&wire);
		const bsn_slice payload = wire_bytes(&wire, len);

		if (!wire.bad)
			ask(&shim, type, payload);
	}
	shim_clear(&shim);
	simulator_finish(simulator, results);
	simulator_finish_private(simulator, results);
	simulator_free(simulator);
	return 0;
}
