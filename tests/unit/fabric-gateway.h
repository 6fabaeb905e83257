/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-gateway.h: clients of gateway/ on the channel of
 * fabric-order.h, whose consensus the test is. Endorsing is a stand-in that
 * must not be reached.
 */
#ifndef TESTS_UNIT_FABRIC_GATEWAY_H
#define TESTS_UNIT_FABRIC_GATEWAY_H

#include "tests/unit/fabric-grpc.h"
#include "tests/unit/fabric-order.h"

#define SUBMIT "gateway.Gateway/Submit"
#define STATUS "gateway.Gateway/CommitStatus"
#define EVENTS "gateway.Gateway/ChaincodeEvents"

/* An envelope with an event "EVENT" of a chaincode; the event's payload is its
 * number. In the fixture's arena; its id is fixture->tx.tx_id. */
bsn_slice gateway_tx(FabricOrder *fixture, const char *event);

GrpcCall *gateway_submit(FabricOrder *fixture, bsn_slice envelope);
/* Who asks: Org1MSP's client when `who` is NULL. */
typedef struct {
	const Issued *who;
	const char *msp_id;
	gboolean forged;
} GatewayClient;
GrpcCall *gateway_status(FabricOrder *fixture, const char *tx_id,
			 const GatewayClient *client);
/* from: -1: the next block; -2: "oldest". after: NULL: none. */
GrpcCall *gateway_events(FabricOrder *fixture, gint64 from, const char *after,
			 const GatewayClient *client);
/* The same of another chaincode. */
GrpcCall *gateway_events_of(FabricOrder *fixture, const char *chaincode,
			    gint64 from);

/* "2: EVENT 5, EVENT 6; 3: ...": what was sent since the last time; g_free it.
 */
char *gateway_heard(GrpcCall *call);

/* Orders what waits as one block. */
void gateway_block(FabricOrder *fixture);
Channel *gateway_channel(FabricOrder *fixture);

#endif
