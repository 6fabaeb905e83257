/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/net/serve.h: headers and bodies for peers that ask. Each
 * peer has one question at a time, and so many bytes in a second: however much
 * one asks for, the strand is free for others. Only what is on disk is given.
 * All functions: [strand].
 */
#ifndef FISCO_NET_SERVE_H
#define FISCO_NET_SERVE_H

#include "plugins/engine-fisco/net/net.h"

/* Bytes that a peer is served in a ms, and at once after it was quiet. */
#define SERVE_PER_MS (32u << 10)
#define SERVE_AT_ONCE (8u << 20)

/* A peer asks: NET_GET_HEADERS, NET_GET_BODIES. */
void serve_question(Ledger *ledger, NetPeer *peer, const NetMessage *message);
/* The timer came: peers that had to wait are served. */
void serve_timer(Ledger *ledger);

#endif
