/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/query/events/service.h: XuperChain's event service for
 *its SDKs (pb.EventService/Subscribe over bsn.engine.grpc/1): final blocks as
 *each subscriber's filter lets them through, from any height on, and then as
 *they come. Whoever the host lets in by its certificate may subscribe. All
 *functions: [strand].
 *
 *	service.c  calls and their turns
 *	filter.c   a BlockFilter; match.c: what it lets through
 *	pattern.c  its regular expressions
 */
#ifndef XUPER_QUERY_EVENTS_SERVICE_H
#define XUPER_QUERY_EVENTS_SERVICE_H

#include <bsn/ext/grpc.h>

#include "plugins/engine-xuper/chain/chain.h"

extern const bsn_engine_grpc xuper_engine_grpc;

void events_open(bsn_ledger *ledger);
/* Ends all calls; without events_open is fine. */
void events_close(bsn_ledger *ledger);
/* Final blocks are on disk. */
void events_durable(bsn_ledger *ledger);
/* TIMER_EVENTS. */
void events_timer(bsn_ledger *ledger);

#endif
