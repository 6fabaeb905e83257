/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/channel/channel.h: FISCO BCOS 2.x's channel protocol,
 * which its SDKs speak over TLS: JSON-RPC, AMOP messages, notice of
 * transactions and blocks.
 *
 * Source: FISCO BCOS 2.x documentation, "AMOP" and "channel message protocol".
 *
 * All functions: [strand].
 */
#ifndef FISCO_CHANNEL_CHANNEL_H
#define FISCO_CHANNEL_CHANNEL_H

#include <bsn/ext/stream.h>

#include "plugins/engine-fisco/ledger.h"

/* bsn.engine.stream/1 of this engine. */
extern const bsn_engine_stream fisco_stream;

/* Blocks `first` to `last` are on disk: tells who waits for it. */
void channel_durable(Ledger *ledger, guint64 first, guint64 last);
/* TIMER_EVENTS came. */
void channel_timer(Ledger *ledger);
/* The chain closes. */
void channel_free(Ledger *ledger);

#endif
