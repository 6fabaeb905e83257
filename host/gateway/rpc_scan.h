/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/rpc_scan.h: the requests of a JSON-RPC message, found where they
 * stand: what goes to an engine are the client's own bytes, which may hold a
 * transaction of a megabyte. Pure functions; any thread.
 *
 * Source: RFC 8259; the JSON-RPC 2.0 specification, 2013-01-04.
 */
#ifndef HOST_GATEWAY_RPC_SCAN_H
#define HOST_GATEWAY_RPC_SCAN_H

#include <glib.h>

/* A part of the message. */
typedef struct {
	gsize at, len; /* len 0: there is none */
} RpcSpan;

typedef struct {
	RpcSpan text;
	RpcSpan id;	/* a string, number or null, as written */
	RpcSpan method; /* between the quotes */
	gboolean valid; /* an object, nothing in it meant twice */
} RpcItem;

typedef enum {
	RPC_ONE,
	RPC_BATCH,
	RPC_NOT_JSON,	/* -32700 */
	RPC_NO_REQUEST, /* an empty batch: -32600 */
	RPC_TOO_MANY,	/* more than `max` of them */
} RpcShape;

/* Takes a message apart: all of it is UTF-8 and JSON, nested no deeper than
 * JSON_DEPTH_MAX, unless the answer is RPC_NOT_JSON.
 *
 * In:  items, of RpcItem, emptied first.
 * Out: items: the one, or those of the batch. */
RpcShape rpc_scan(const void *data, gsize len, guint max, GArray *items);

#endif
