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

/* A peer asks: NET_GET_HEADERS, NET_GET_BODIES. */
void serve_question(Ledger *ledger, NetPeer *peer, const NetMessage *message);
/* The timer came: peers that had to wait are served. */
void serve_timer(Ledger *ledger);

#endif
