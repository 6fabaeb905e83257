/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/stream.h: a framework's own protocol on a socket of its own
 * (`bsn.engine.stream/1`), so that its existing SDKs connect unchanged. The
 * host listens, does TLS and checks certificates; the engine gets the bytes
 * that came out of TLS, in order, in parts of any size, and answers with
 * bsn_session_service.push (session.h).
 */
#ifndef BSN_EXT_STREAM_H
#define BSN_EXT_STREAM_H

#include "../engine.h"
#include "session.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_ENGINE_STREAM_ID "bsn.engine.stream/1"

typedef struct bsn_engine_stream {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* A client has connected.
	 *
	 * Returns: BSN_OK, or the host ends the connection: `closed` does not
	 *          come.
	 * In:      client, valid during the call.
	 * Errors:  any; the host logs the reason.
	 * [strand] & open */
	int32_t (*opened)(bsn_ledger *ledger, bsn_session *session,
			  const bsn_client *client, bsn_err *err);

	/* Bytes have come; borrowed for this call. An engine that cannot make
	 * sense of them closes the session. [strand] & open */
	void (*received)(bsn_ledger *ledger, bsn_session *session,
			 bsn_slice bytes);

	/* The connection has ended; once for each that was opened.
	 * [strand] & open & closing */
	void (*closed)(bsn_ledger *ledger, bsn_session *session);
} bsn_engine_stream;

/* Required members, X(member). */
#define BSN_ENGINE_STREAM_REQUIRED(X) X(opened) X(received) X(closed)

/* The stream table of an engine, or NULL. [any] */
static inline const bsn_engine_stream *
bsn_engine_stream_of(const bsn_engine *engine)
{
	if (!BSN_HAS(engine, query))
		return NULL;
	return (const bsn_engine_stream *)engine->query(BSN_ENGINE_STREAM_ID);
}

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_STREAM_H */
