/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/session.h: a client's connection that an engine may push to
 * (bsn.session/1): the way from the strand to whoever has the socket.
 *
 * The owner, on the main loop, has the connection. The engine knows the session
 * from the first call that carries it until its extension was told the end.
 */
#ifndef HOST_SERVICE_SESSION_H
#define HOST_SERVICE_SESSION_H

#include <bsn/bsn.h>
#include <bsn/ext/session.h>
#include <glib.h>

#include "host/chain/chain.h"

typedef enum {
	SESSION_ENGINE_CLOSES, /* after what was pushed before */
	SESSION_CHAIN_CLOSES,  /* likewise */
	SESSION_SLOW,	       /* its queue is full: something was not queued */
} SessionReason;

/* What differs between kinds of connection. */
typedef struct {
	/* Sends bytes on; session_sent tells when they have gone. Main loop. */
	void (*push)(void *owner, GBytes *data);
	/* Ends the connection; session_end follows, now or later. May come
	 * more than once. Main loop. */
	void (*close)(void *owner, SessionReason reason);
	/* Tells the engine's extension that the session has ended. Strand. */
	void (*ended)(const bsn_engine *engine, bsn_ledger *ledger,
		      bsn_session *session);
} SessionKind;

/* Main loop. The session's first reference is the owner's. */
bsn_session *session_new(Chain *chain, const SessionKind *kind, void *owner);
/* The connection is gone: the owner is not called again, the engine is told if
 * it knows the session. Takes the owner's reference. Main loop. */
void session_end(bsn_session *session);
/* So many pushed bytes have left for the client. Any thread. */
void session_sent(bsn_session *session, gsize len);

/* NULL once the connection is gone. Main loop. */
void *session_owner(const bsn_session *session);
/* Whose engine it is for; borrowed. Any thread. */
Chain *session_chain(const bsn_session *session);

bsn_session *session_ref(bsn_session *session); /* any thread */
void session_unref(bsn_session *session);	/* NULL is allowed */

/* The engine is about to see the session. FALSE: it has ended, the engine must
 * not. Strand, chain open. */
gboolean session_show(bsn_session *session);
/* Whether the engine knows it, and was not told of its end. Strand. */
gboolean session_is_known(const bsn_session *session);
/* The engine has not taken what it was shown: it is told no end. Strand. */
void session_hide(bsn_session *session);
/* Ends every session that the engine knows: its chain closes. Strand. */
void session_end_all(Chain *chain);

extern const bsn_session_service service_session;

#endif
