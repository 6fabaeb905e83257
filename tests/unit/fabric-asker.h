/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-asker.h: a chaincode "basic" that asks of the present state
 * what Fabric's shim asks.
 */
#ifndef TESTS_UNIT_FABRIC_ASKER_H
#define TESTS_UNIT_FABRIC_ASKER_H

#include "plugins/engine-fabric/chaincode/shim.h"
#include "tests/unit/fabric-ledger.h"

#define ASKS(name) PROTOS__CHAINCODE_MESSAGE__TYPE__##name

typedef struct {
	FabricLedger *ledger; /* borrowed */
	Simulator *simulator;
	Shim shim;
	GByteArray *answer; /* the last one */
	bsn_err err;
	Arena arena;
	const Protos__QueryResponse *response; /* in the arena */
	char *bookmark; /* of the last page, for a test to set; freed */
} Asker;

Asker *asker_new(FabricLedger *ledger);
void asker_free(Asker *asker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Asker, asker_free)

/* What shim_answer says; message: a ProtobufCMessage. */
int32_t asker_ask(Asker *asker, guint32 type, const void *message);
int32_t asker_ask_bytes(Asker *asker, guint32 type, bsn_slice payload);
/* The last answer is results of a query: they are `response`. */
void asker_read(Asker *asker);

#endif
