/* SPDX-License-Identifier: Apache-2.0
 *
 * A gRPC client and a server in memory. What they say is carried in pieces of
 * random size, and what their calls hear is written down.
 */
#ifndef TESTS_UNIT_GRPC_PAIR_H
#define TESTS_UNIT_GRPC_PAIR_H

#include "grpc/connection.h"

typedef struct {
	GrpcCall *call; /* NULL once closed */
	/* "headers message:text half-closed writable closed:STATUS:text"; a
	 * message of more than 32 bytes as its length. */
	GString *heard;
	GPtrArray *messages; /* GBytes */
	guint reads;	     /* so many messages more are asked for by itself */
	gboolean closed;
	GrpcStatus status;
	char *message, *details;
	/* "name=value,..."; of a server, the request's. */
	char *metadata, *trailers;
} GrpcTold;

typedef struct {
	GrpcConnection *client, *server;
	gint64 now;
	GRand *rand;
	gsize piece_max;	    /* bytes carried at once */
	GPtrArray *served;	    /* GrpcTold, as calls come */
	GPtrArray *asked;	    /* GrpcTold */
	guint served_reads;	    /* `reads` of what will be served */
	GByteArray *wire_up, *wire_down; /* on their way */
	gsize to_server, to_client; /* bytes carried */
	gboolean cut_to_server, cut_to_client; /* carried nowhere */
	guint wakes;
} GrpcPair;

extern const GrpcMethod grpc_pair_unary, grpc_pair_down, grpc_pair_up,
	grpc_pair_both;
#define GRPC_PAIR_START ((gint64)1000000)

/* Limits may be NULL. */
GrpcPair *grpc_pair_new(const GrpcLimits *client, const GrpcLimits *server,
			guint32 seed);
void grpc_pair_free(GrpcPair *pair);
/* Carries until nobody says anything. */
void grpc_pair_run(GrpcPair *pair);
/* Makes what one side has to say and carries a part of what is on its way. */
void grpc_pair_some(GrpcPair *pair, gboolean up);
/* Time goes by, and both hear of it when they want to. */
void grpc_pair_pass(GrpcPair *pair, gint64 us);
GrpcTold *grpc_pair_call(GrpcPair *pair, const GrpcMethod *method,
			 const GrpcMetadata *metadata, gint64 timeout);
/* The i-th call that came. */
GrpcTold *grpc_pair_served(GrpcPair *pair, guint i);

GrpcSent grpc_send_text(GrpcCall *call, const char *text);
void grpc_reply_text(GrpcCall *call, const char *text);
/* Bytes that tell where they are. */
GBytes *grpc_pattern(gsize len);
const GrpcCallEvents *grpc_told_events(void);
GrpcTold *grpc_told_new(void);
void grpc_told_free(gpointer told);

#endif
