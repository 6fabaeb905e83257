/* SPDX-License-Identifier: Apache-2.0
 *
 * host/grpc/share.h: how many calls each client has, by its certificate: none
 * takes them all, however many connections it makes. Any thread.
 */
#ifndef HOST_GRPC_SHARE_H
#define HOST_GRPC_SHARE_H

#include <glib.h>

typedef struct {
	GMutex lock;
	GHashTable *calls; /* GBytes, a certificate: its calls */
	guint max;	   /* of one client */
} GrpcShares;

/* In: calls_max: of all clients together; a quarter is out of one's reach. */
void grpc_shares_init(GrpcShares *shares, guint calls_max);
void grpc_shares_clear(GrpcShares *shares);

/* FALSE: it has as many as may be. */
gboolean grpc_share_take(GrpcShares *shares, GBytes *certificate);
/* One of them is over. */
void grpc_share_give(GrpcShares *shares, GBytes *certificate);

#endif
