/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/stream.h"

#include <bsn/ext/stream.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/bytes.h"
#include "host/chain/internal.h"

/* To the strand and back. */
static void
go(bsn_session *session, StrandCall *call, void (*run)(StrandCall *))
{
	call->run = run;
	strand_post(session_chain(session)->strand, call);
}

static void
come_back(bsn_session *session, StrandCall *call, void (*run)(StrandCall *))
{
	call->run = run;
	loop_post(session_chain(session)->table->loop, call);
}

/* ---- opening ---- */

typedef struct {
	StrandCall call;
	bsn_session *session;
	TlsClient *client;
	int32_t status;
	bsn_err err;
	void (*done)(void *owner, int32_t status, const bsn_err *err);
} Open;

static void
opened_on_loop(StrandCall *call)
{
	Open *open = (Open *)call;
	void *owner = session_owner(open->session);

	if (owner != NULL)
		open->done(owner, open->status, &open->err);
	session_unref(open->session);
	tls_client_unref(open->client);
	g_free(open);
}

static int32_t
ask_engine(Open *open)
{
	Chain *chain = session_chain(open->session);
	const bsn_engine_stream *stream = bsn_engine_stream_of(chain->engine);
	const bsn_client client = tls_client_for_engine(open->client);
	int32_t status;

	if (!session_show(open->session))
		return BSN_UNAVAILABLE; /* it has left */
	status = stream->opened(chain->ledger, open->session, &client,
				&open->err);
	if (status == BSN_OK)
		return BSN_OK;
	chain_explain(chain, "a client's connection", status, &open->err);
	session_hide(open->session);
	return status;
}

static void
open_on_strand(StrandCall *call)
{
	Open *open = (Open *)call;
	const Chain *chain = session_chain(open->session);

	open->status = chain->ledger != NULL
			       ? ask_engine(open)
			       : bsn_fail(&open->err, BSN_UNAVAILABLE,
					  "chain %s is not open", chain->name);
	come_back(open->session, &open->call, opened_on_loop);
}

void
engine_stream_open(bsn_session *session, TlsClient *client,
		   void (*done)(void *owner, int32_t status, const bsn_err *err))
{
	Open *open = g_new0(Open, 1);

	open->session = session_ref(session);
	open->err.size = sizeof(open->err);
	open->client = client;
	open->done = done;
	go(session, &open->call, open_on_strand);
}

void
engine_stream_ended(const bsn_engine *engine, bsn_ledger *ledger,
		    bsn_session *session)
{
	bsn_engine_stream_of(engine)->closed(ledger, session);
}

/* ---- giving ---- */

typedef struct {
	StrandCall call;
	bsn_session *session;
	GBytes *bytes;
	void (*taken)(void *owner);
} Give;

static void
taken_on_loop(StrandCall *call)
{
	Give *give = (Give *)call;
	void *owner = session_owner(give->session);

	if (owner != NULL)
		give->taken(owner);
	session_unref(give->session);
	g_free(give);
}

static void
give_on_strand(StrandCall *call)
{
	Give *give = (Give *)call;
	const Chain *chain = session_chain(give->session);

	if (session_is_known(give->session))
		bsn_engine_stream_of(chain->engine)
			->received(chain->ledger, give->session,
				   bytes_slice(give->bytes));
	g_bytes_unref(give->bytes);
	come_back(give->session, &give->call, taken_on_loop);
}

void
engine_stream_give(bsn_session *session, GBytes *bytes,
		   void (*taken)(void *owner))
{
	Give *give = g_new0(Give, 1);

	give->session = session_ref(session);
	give->bytes = bytes;
	give->taken = taken;
	go(session, &give->call, give_on_strand);
}
