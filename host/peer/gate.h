/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/gate.h: who may begin a handshake: so many at once and so many per
 * second, and of either no more than half from one address (IPv6: from one /64
 * network). Memory is bounded by these numbers. Pure; times are monotonic, in
 * microseconds; addresses as peer_rule_address has them.
 */
#ifndef HOST_PEER_GATE_H
#define HOST_PEER_GATE_H

#include <glib.h>

typedef struct Gate Gate;

Gate *gate_new(guint at_once, guint per_s);
void gate_free(Gate *gate);

typedef enum {
	GATE_OPEN,     /* it has entered: gate_leave must follow */
	GATE_FULL,     /* as many are in as may be */
	GATE_TOO_FAST, /* too many came in a short time */
	GATE_CROWD,    /* too many are in from this address */
} GateVerdict;

GateVerdict gate_enter(Gate *gate, const guint8 address[16], gint64 now);
/* Its handshake has ended, one way or the other. */
void gate_leave(Gate *gate, const guint8 address[16]);

guint gate_inside(const Gate *gate);
/* Addresses that are remembered. */
guint gate_remembered(const Gate *gate);

#endif
