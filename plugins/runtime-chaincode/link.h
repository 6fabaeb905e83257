/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-chaincode/link.h: gRPC on a connection of bsn.io/1.
 *
 * Events of calls (grpc/call.h) come while bytes come, and inside link_flush,
 * link_close and link_free. All functions: [main].
 */
#ifndef RUNTIME_CHAINCODE_LINK_H
#define RUNTIME_CHAINCODE_LINK_H

#include <bsn/ext/io.h>

#include "grpc/connection.h"

typedef struct Link Link;

/* Who has a link. Embedded. */
typedef struct LinkOwner LinkOwner;
struct LinkOwner {
	/* The link can be used: what was asked for is connected. */
	void (*opened)(LinkOwner *owner);
	/* After anything that came, when no event is under way: the link may
	 * be freed. `reason`: why it is over; NULL: it is not. */
	void (*settled)(LinkOwner *owner, const char *reason);
};

/* The server's side, of a connection that has come. Its bsn_io_events are
 * link_events(). */
Link *link_accept(const bsn_io *io, bsn_io_account *account,
		  bsn_io_stream *stream, GrpcBegin begin, LinkOwner *owner);
/* The client's side.
 *
 * Errors: those of bsn_io.connect. */
int32_t link_connect(const bsn_io *io, bsn_io_account *account,
		     const char *where, const bsn_io_tls *tls,
		     guint32 connect_ms, LinkOwner *owner, Link **link,
		     bsn_err *err);

bsn_io_events *link_events(Link *link);
/* For grpc_client_call. */
GrpcConnection *link_grpc(Link *link);
/* Sends what calls have put in. */
void link_flush(Link *link);
/* Its calls are told; not inside an event. link_free(NULL) does nothing. */
void link_free(Link *link);

#endif
