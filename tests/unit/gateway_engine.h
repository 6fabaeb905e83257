/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine, a keystore and a registry of the gateway tests' own. What the
 * engine does is written in what it is asked:
 *
 * A transaction is text; its first letter says what happens to it:
 *   a  accepted and committed      r  refused as a duplicate, native 15
 *   i  invalid, reverted           h  accepted, then held
 *   u  held without a word         c  commits all held ones, and itself
 *   j  committed, with a detail that is not JSON
 *   b  makes as many blocks as the number after it says
 * Its id is the text itself, its first 32 bytes.
 *
 * The function of a request: "two" takes two signatures, "circles" never ends,
 * "foreign" wants another algorithm, "refuse" is refused; all others take one.
 * The finished transaction is the contract's name.
 *
 * Each block has its own event and two of contracts "even" and "odd".
 */
#ifndef TESTS_UNIT_GATEWAY_ENGINE_H
#define TESTS_UNIT_GATEWAY_ENGINE_H

#include <bsn/bsn.h>
#include <bsn/ext/http.h>
#include <bsn/ext/messages.h>
#include <glib.h>

extern const bsn_engine gateway_engine;

/* Its JSON-RPC, in gateway_rpc.c; see there what the methods do. */
const void *gateway_rpc_query(const char *id);
/* Sessions that it was told the end of. */
extern gint gateway_rpc_closed;

/* Its protocol of its own, in gateway_stream.c. */
const void *gateway_stream_query(const char *id);
/* Clients that it has, and that have left. */
extern gint gateway_stream_open, gateway_stream_closed;

/* Its gRPC service, in gateway_grpc.c; see there what the methods do. */
const void *gateway_grpc_query(const char *id);
/* Whose service it answers by; set before it is asked. */
extern const bsn_host *gateway_grpc_host;
/* Calls that it has, that have ended, and how often there was no room. */
extern gint gateway_grpc_open, gateway_grpc_closed, gateway_grpc_busy;
/* Whether "stand" keeps the strand. */
extern gint gateway_grpc_stands;

/* Its HTTP interface, in gateway_native.c; see there what the routes do. */
extern const bsn_engine_http gateway_native;

/* Its messages, in gateway_messages.c; sessions that it was told the end of. */
extern const bsn_engine_messages gateway_messages;
extern gint gateway_messages_closed;

/* Bytes of padding in each contract event. */
extern gint gateway_engine_padding;
/* Counts replays. */
extern gint gateway_engine_replays;

#endif
