/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/gateway/gateway.h: Fabric's own clients
 * (bsn.engine.grpc/1).
 *
 *	service.c     the table: methods, which channel, a call's beginning and
 *		      end
 *	evaluate.c endorse.c submit.c status.c   gateway.Gateway
 *	events.c      its ChaincodeEvents; event_block.c: a block's events
 *	deliver.c     protos.Deliver, orderer.AtomicBroadcast/Deliver
 *	broadcast.c   orderer.AtomicBroadcast/Broadcast
 *	process.c     protos.Endorser
 *	turns.c       calls that stream take turns
 *	client.c      who has signed a request, and whether he may
 *	failure.c     what endorsers refuse, in the words of Fabric's gateway
 *	problem.c     statuses with details (google.rpc.Status, ErrorDetail)
 *
 * All functions: [strand].
 */
#ifndef FABRIC_GATEWAY_GATEWAY_H
#define FABRIC_GATEWAY_GATEWAY_H

#include <bsn/ext/grpc.h>

#include "plugins/engine-fabric/engine.h"

extern const bsn_engine_grpc fabric_engine_grpc;

void gateway_open(Channel *channel);
/* Ends all calls. */
void gateway_close(Channel *channel);
/* Blocks are on disk: who waits for them is told. */
void gateway_durable(Channel *channel);
/* A block was accepted, not durable yet: one for each of its transactions, in
 * their order. In: tx_id: not empty. */
void gateway_committed(Channel *channel, guint64 block, const char *tx_id,
		       TxCode code);
/* TIMER_GATEWAY. */
void gateway_timer(Channel *channel);
/* The config is another one: who may not read any more is cut off. */
void gateway_config_changed(Channel *channel);

#endif
