/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/session.h"

#include "host/chain/internal.h"

struct bsn_session {
	gint refs; /* atomic */
	Chain *chain;
	const SessionKind *kind;
	void *owner;  /* main loop; NULL once the connection is gone */
	gint gone;    /* atomic: likewise */
	gsize queued; /* atomic: pushed bytes that have not left */
	StrandCall end_call;
	/* The strand's. */
	gboolean shown, over, closing;
	bsn_session *older, *newer; /* of the chain's, while shown */
};

/* Something on its way from the strand to the owner; holds a reference. */
typedef struct {
	StrandCall call;
	bsn_session *session;
	GBytes *data; /* NULL: it is to be closed */
	SessionReason reason;
} Push;

static void end_on_strand(StrandCall *call);

bsn_session *
session_new(Chain *chain, const SessionKind *kind, void *owner)
{
	bsn_session *session = g_new0(bsn_session, 1);

	session->refs = 1;
	session->chain = chain_ref(chain);
	session->kind = kind;
	session->owner = owner;
	session->end_call.run = end_on_strand;
	return session;
}

bsn_session *
session_ref(bsn_session *session)
{
	g_atomic_int_inc(&session->refs);
	return session;
}

void
session_unref(bsn_session *session)
{
	if (session == NULL || !g_atomic_int_dec_and_test(&session->refs))
		return;
	chain_unref(session->chain);
	g_free(session);
}

void *
session_owner(const bsn_session *session)
{
	return session->owner;
}

Chain *
session_chain(const bsn_session *session)
{
	return session->chain;
}

/* ---- to the main loop ---- */

static void
push_on_loop(StrandCall *call)
{
	Push *push = (Push *)call;
	bsn_session *session = push->session;

	if (session->owner != NULL && push->data != NULL)
		session->kind->push(session->owner, push->data);
	else if (session->owner != NULL)
		session->kind->close(session->owner, push->reason);
	if (push->data != NULL)
		g_bytes_unref(push->data);
	session_unref(session);
	g_free(push);
}

static void
post(bsn_session *session, GBytes *data, SessionReason reason)
{
	Push *push = g_new(Push, 1);

	push->call.run = push_on_loop;
	push->session = session_ref(session);
	push->data = data;
	push->reason = reason;
	loop_post(session->chain->table->loop, &push->call);
}

void
session_sent(bsn_session *session, gsize len)
{
	__atomic_fetch_sub(&session->queued, len, __ATOMIC_RELAXED);
}

/* ---- its end, on the strand ---- */

gboolean
session_show(bsn_session *session)
{
	Chain *chain = session->chain;

	if (session->over)
		return FALSE;
	if (session->shown)
		return TRUE;
	session->shown = TRUE;
	session_ref(session); /* the list's */
	session->older = chain->newest_session;
	if (session->older != NULL)
		session->older->newer = session;
	chain->newest_session = session;
	return TRUE;
}

static void
unlist(bsn_session *session)
{
	if (session->older != NULL)
		session->older->newer = session->newer;
	if (session->newer != NULL)
		session->newer->older = session->older;
	else
		session->chain->newest_session = session->older;
	session->older = session->newer = NULL;
}

gboolean
session_is_known(const bsn_session *session)
{
	return session->shown && !session->over;
}

void
session_hide(bsn_session *session)
{
	session->over = TRUE;
	unlist(session);
	session_unref(session);
}

static void
end(bsn_session *session)
{
	Chain *chain = session->chain;

	session->over = TRUE;
	if (!session->shown)
		return;
	unlist(session);
	session->kind->ended(chain->engine, chain->ledger, session);
	session_unref(session);
}

static void
end_on_strand(StrandCall *call)
{
	bsn_session *session =
		(bsn_session *)((char *)call -
				G_STRUCT_OFFSET(bsn_session, end_call));

	if (!session->over)
		end(session);
	session_unref(session);
}

void
session_end(bsn_session *session)
{
	session->owner = NULL;
	g_atomic_int_set(&session->gone, 1);
	strand_post(session->chain->strand, &session->end_call);
}

void
session_end_all(Chain *chain)
{
	while (chain->newest_session != NULL) {
		bsn_session *session = chain->newest_session;

		post(session, NULL, SESSION_CHAIN_CLOSES);
		end(session);
	}
}

/* ---- bsn.session/1 ---- */

static int32_t
service_push(bsn_session *session, bsn_slice data)
{
	gsize queued = __atomic_load_n(&session->queued, __ATOMIC_RELAXED);

	if (g_atomic_int_get(&session->gone) || session->closing)
		return BSN_UNAVAILABLE;
	if (data.len > BSN_SESSION_QUEUE_MAX - queued) {
		post(session, NULL, SESSION_SLOW);
		return BSN_BUSY;
	}
	__atomic_fetch_add(&session->queued, data.len, __ATOMIC_RELAXED);
	post(session, g_bytes_new(data.data, data.len), 0);
	return BSN_OK;
}

static void
service_close(bsn_session *session)
{
	if (session->closing)
		return;
	session->closing = TRUE;
	post(session, NULL, SESSION_ENGINE_CLOSES);
}

static uint64_t
service_waiting(bsn_session *session)
{
	return __atomic_load_n(&session->queued, __ATOMIC_RELAXED);
}

const bsn_session_service service_session = {
	.size = sizeof(service_session),
	.push = service_push,
	.close = service_close,
	.waiting = service_waiting,
};
