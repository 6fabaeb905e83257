/* SPDX-License-Identifier: Apache-2.0 */
#include "host/compile/lend.h"

#include <bsn/helpers/error.h>

#include "host/chain/internal.h"

static Compilers *lent;

/* A compilation on its way. The strand and the main loop have a reference each
 * while they have to do with it, and so has what is posted. */
typedef struct {
	gint refs; /* atomic */
	Chain *chain;
	bsn_reply *reply;
	const char *language;
	GBytes *input;
	StrandCall start_call, drop_call; /* to the main loop */
	StrandCall end_call;		  /* to the strand */
	CompileTask *task; /* main loop; NULL: not begun, or over */
	int32_t status;	   /* main loop, then the strand: as it ended */
	GString *output;
	bsn_err err;
	GList link; /* strand: in the chain's compilations */
	bsn_compilation *compilation; /* strand; NULL: the engine was told */
} Ticket;

#define TICKET_OF(call, member)                                                \
	((Ticket *)(void *)((char *)(call)-G_STRUCT_OFFSET(Ticket, member)))

void
compile_lend(Compilers *compilers)
{
	lent = compilers;
}

static void
ticket_unref(Ticket *ticket)
{
	if (!g_atomic_int_dec_and_test(&ticket->refs))
		return;
	if (ticket->output != NULL)
		g_string_free(ticket->output, TRUE);
	g_bytes_unref(ticket->input);
	reply_free(ticket->reply);
	chain_unref(ticket->chain);
	g_free(ticket);
}

/* ---- on the main loop ---- */

/* The main loop's reference goes with the call. */
static void
finish(Ticket *ticket, int32_t status, const bsn_err *err)
{
	ticket->task = NULL;
	ticket->reply->given_up = NULL;
	ticket->status = status;
	ticket->err = *err;
	strand_post(ticket->chain->strand, &ticket->end_call);
}

static void
ended(void *owner, int32_t status, GString *output, const bsn_err *err)
{
	Ticket *ticket = owner;

	if (output != NULL)
		ticket->output = g_string_new_len(output->str,
						  (gssize)output->len);
	finish(ticket, status, err);
}

static void
give_up(Ticket *ticket)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = bsn_fail(&err, BSN_TIMEOUT,
				  "nobody waits for the compilation any more");

	if (ticket->task != NULL)
		compilers_drop(ticket->task);
	finish(ticket, status, &err);
}

static void
on_given_up(void *arg)
{
	give_up(arg);
}

static void
start_on_loop(StrandCall *call)
{
	Ticket *ticket = TICKET_OF(call, start_call);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (reply_is_given_up(ticket->reply)) {
		give_up(ticket);
		return;
	}
	status = compilers_run(lent, ticket->language, ticket->input, ended,
			       ticket, &ticket->task, &err);
	if (status != BSN_OK) {
		finish(ticket, status, &err);
		return;
	}
	ticket->reply->given_up = on_given_up;
	ticket->reply->given_up_arg = ticket;
}

static void
drop_on_loop(StrandCall *call)
{
	Ticket *ticket = TICKET_OF(call, drop_call);

	if (ticket->task != NULL) {
		compilers_drop(ticket->task);
		ticket->task = NULL;
		ticket->reply->given_up = NULL;
		ticket_unref(ticket);
	}
	ticket_unref(ticket);
}

/* ---- on the strand ---- */

static void
tell(Ticket *ticket, int32_t status, bsn_slice output, const bsn_err *err)
{
	bsn_compilation *compilation = ticket->compilation;

	ticket->compilation = NULL;
	g_queue_unlink(&ticket->chain->compilations, &ticket->link);
	compilation->done(compilation, status, output, err);
}

static void
end_on_strand(StrandCall *call)
{
	Ticket *ticket = TICKET_OF(call, end_call);
	const GString *output = ticket->output;

	if (ticket->compilation != NULL) {
		tell(ticket, ticket->status,
		     output != NULL
			     ? (bsn_slice){ (const guint8 *)output->str,
					    output->len }
			     : (bsn_slice){ NULL, 0 },
		     &ticket->err);
		ticket_unref(ticket);
	}
	ticket_unref(ticket);
}

void
compile_end_all(Chain *chain)
{
	bsn_err err = BSN_ERR_INIT;
	GList *link;

	bsn_fail(&err, BSN_UNAVAILABLE, "the chain was closed");
	while ((link = chain->compilations.head) != NULL) {
		Ticket *ticket = link->data;

		tell(ticket, BSN_UNAVAILABLE, (bsn_slice){ NULL, 0 }, &err);
		loop_post(chain->table->loop, &ticket->drop_call);
	}
}

/* ---- bsn.compiler/1 ---- */

static int32_t
service_offers(const char *language)
{
	return lent != NULL && compilers_have(lent, language);
}

static Ticket *
ticket_new(bsn_chain *chain, const char *language, bsn_slice input,
	   bsn_reply *reply, bsn_compilation *compilation)
{
	Ticket *ticket = g_new0(Ticket, 1);

	ticket->refs = 2;
	ticket->chain = chain_ref(chain);
	ticket->reply = reply_ref(reply);
	ticket->language = g_intern_string(language);
	ticket->input = g_bytes_new(input.data, input.len);
	ticket->start_call.run = start_on_loop;
	ticket->drop_call.run = drop_on_loop;
	ticket->end_call.run = end_on_strand;
	ticket->link.data = ticket;
	ticket->compilation = compilation;
	return ticket;
}

static int32_t
service_run(bsn_chain *chain, const char *language, bsn_slice input,
	    bsn_reply *reply, bsn_compilation *compilation, bsn_err *err)
{
	Ticket *ticket;

	if (!service_offers(language))
		return bsn_fail(err, BSN_NOT_OFFERED,
				"this host has no compiler for %.40s: its "
				"administrator sets one in [compiler]",
				language);
	if (input.len > BSN_COMPILER_INPUT_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the sources are over %u bytes together",
				BSN_COMPILER_INPUT_MAX);
	ticket = ticket_new(chain, language, input, reply, compilation);
	g_queue_push_tail_link(&chain->compilations, &ticket->link);
	loop_post(chain->table->loop, &ticket->start_call);
	return BSN_OK;
}

const bsn_compiler service_compiler = {
	.size = sizeof(service_compiler),
	.offers = service_offers,
	.run = service_run,
};
