/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/stream.h: the way of a socket's bytes to an engine that speaks a
 * protocol of its own (bsn.engine.stream/1); what it pushes comes back by the
 * session.
 */
#ifndef HOST_SERVICE_STREAM_H
#define HOST_SERVICE_STREAM_H

#include "host/net/tls_client.h"
#include "host/service/session.h"

/* Ends the engine's side of such a session: SessionKind.ended. Strand. */
void engine_stream_ended(const bsn_engine *engine, bsn_ledger *ledger,
			 bsn_session *session);

/* Shows the session to the engine; takes the client. `done` is called on the main
 * loop with the session's owner, unless it has none any more. Main loop. */
void engine_stream_open(bsn_session *session, TlsClient *client,
			void (*done)(void *owner, int32_t status,
				     const bsn_err *err));

/* Gives bytes to the engine that has taken the session; takes them. `taken` is
 * called like `done`, when the next may be given. Main loop. */
void engine_stream_give(bsn_session *session, GBytes *bytes,
			void (*taken)(void *owner));

#endif
