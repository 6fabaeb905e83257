/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/guard.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/conform/guard_inputs.h"

/* The alternate stack of the signal handler: a plugin may use up its own. */
#define HANDLER_STACK (64u << 10)

static const bsn_engine *real;
static Page *page;
static gboolean watching;
static guint64 calls;
static void (*after)(const char *call, void *data);
static void *after_data;

void
guard_watch_inputs(gboolean watch)
{
	watching = watch;
}

void
guard_set_after(void (*function)(const char *call, void *data), void *data)
{
	after = function;
	after_data = data;
}

guint64
guard_calls(void)
{
	return calls;
}

/* ---- before and after a call -------------------------------------------- */

static void
enter(const char *call)
{
	calls++;
	page_at(page, call);
}

static void
leave(const char *call)
{
	page_at(page, NULL);
	if (after != NULL)
		after(call, after_data);
}

/* As enter, with room for copies of inputs; FALSE: they are not watched. */
static gboolean
enter_with(Inputs *inputs, const char *call, gsize bytes)
{
	enter(call);
	if (watching)
		inputs_begin(inputs, call, bytes);
	return watching;
}

static void
leave_with(Inputs *inputs, gboolean watched, const char *call)
{
	if (watched)
		inputs_end(inputs);
	leave(call);
}

/* A sink that the engine must not use after the call. */
typedef struct {
	bsn_sink sink;
	bsn_sink *to;
} PassingSink;

static int32_t
pass_on(bsn_sink *sink, const void *data, uint64_t len)
{
	bsn_sink *to = ((PassingSink *)sink)->to;

	return to->write(to, data, len);
}

static bsn_sink *
copy_sink(Inputs *inputs, bsn_sink *sink)
{
	PassingSink passing = { { pass_on }, sink };

	return inputs_copy(inputs, &passing, sizeof(passing));
}

static gsize
request_size(const bsn_tx_request *request)
{
	return inputs_size(RECORD_SIZE(request)) +
	       inputs_size(request->signer_public_key.len) +
	       inputs_size(request->signer_certificate.len) +
	       inputs_size(request->contract.len) +
	       inputs_size(request->function.len) +
	       inputs_size(request->args.len) +
	       inputs_size(request->code.len) +
	       inputs_size(request->options.len);
}

static const bsn_tx_request *
copy_request(Inputs *inputs, const bsn_tx_request *request)
{
	bsn_tx_request *copy =
		inputs_copy(inputs, request, RECORD_SIZE(request));

	copy->signer_public_key =
		inputs_slice(inputs, request->signer_public_key);
	copy->signer_certificate =
		inputs_slice(inputs, request->signer_certificate);
	copy->contract = inputs_slice(inputs, request->contract);
	copy->function = inputs_slice(inputs, request->function);
	copy->args = inputs_slice(inputs, request->args);
	copy->code = inputs_slice(inputs, request->code);
	copy->options = inputs_slice(inputs, request->options);
	return copy;
}

/* ---- bsn_chain_ops ------------------------------------------------------- */

static int32_t
member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	static const char call[] = "bsn_chain_ops.member_algorithm";
	Inputs inputs;
	gboolean watched = enter_with(&inputs, call, inputs_size(config.len));
	int32_t status;

	if (watched) {
		config = inputs_slice(&inputs, config);
		inputs_seal(&inputs);
	}
	status = real->chain->member_algorithm(config, algorithm, err);
	leave_with(&inputs, watched, call);
	return status;
}

static int32_t
genesis(const bsn_genesis *in, bsn_sink *out, bsn_err *err)
{
	static const char call[] = "bsn_chain_ops.genesis";
	Inputs inputs;
	gboolean watched = enter_with(
		&inputs, call,
		inputs_size(RECORD_SIZE(in)) + inputs_size(in->name.len) +
			inputs_size(in->config.len) +
			inputs_members_size(in->members, in->member_count) +
			inputs_size(sizeof(PassingSink)));
	int32_t status;

	if (watched) {
		bsn_genesis *copy = inputs_copy(&inputs, in, RECORD_SIZE(in));

		copy->name = inputs_slice(&inputs, in->name);
		copy->config = inputs_slice(&inputs, in->config);
		copy->members = inputs_members(&inputs, in->members,
					       in->member_count);
		in = copy;
		out = copy_sink(&inputs, out);
		inputs_seal(&inputs);
	}
	status = real->chain->genesis(in, out, err);
	leave_with(&inputs, watched, call);
	return status;
}

static int32_t
chain_open(bsn_chain *chain, bsn_slice bytes, bsn_ledger **ledger, bsn_err *err)
{
	static const char call[] = "bsn_chain_ops.open";
	Inputs inputs;
	gboolean watched = enter_with(&inputs, call, inputs_size(bytes.len));
	int32_t status;

	if (watched) {
		bytes = inputs_slice(&inputs, bytes);
		inputs_seal(&inputs);
	}
	status = real->chain->open(chain, bytes, ledger, err);
	leave_with(&inputs, watched, call);
	return status;
}

static void
chain_close(bsn_ledger *ledger)
{
	enter("bsn_chain_ops.close");
	real->chain->close(ledger);
	leave("bsn_chain_ops.close");
}

static void
durable(bsn_ledger *ledger, uint64_t cookie)
{
	enter("bsn_chain_ops.durable");
	real->chain->durable(ledger, cookie);
	leave("bsn_chain_ops.durable");
}

static void
timer(bsn_ledger *ledger, uint64_t id)
{
	enter("bsn_chain_ops.timer");
	real->chain->timer(ledger, id);
	leave("bsn_chain_ops.timer");
}

static void
message(bsn_ledger *ledger, bsn_slice from, bsn_slice bytes)
{
	static const char call[] = "bsn_chain_ops.message";
	Inputs inputs;
	gboolean watched = enter_with(&inputs, call,
				      inputs_size(from.len) +
					      inputs_size(bytes.len));

	if (watched) {
		from = inputs_slice(&inputs, from);
		bytes = inputs_slice(&inputs, bytes);
		inputs_seal(&inputs);
	}
	real->chain->message(ledger, from, bytes);
	leave_with(&inputs, watched, call);
}

static void
peer(bsn_ledger *ledger, bsn_slice public_key, uint32_t reachable)
{
	static const char call[] = "bsn_chain_ops.peer";
	Inputs inputs;
	gboolean watched =
		enter_with(&inputs, call, inputs_size(public_key.len));

	if (watched) {
		public_key = inputs_slice(&inputs, public_key);
		inputs_seal(&inputs);
	}
	real->chain->peer(ledger, public_key, reachable);
	leave_with(&inputs, watched, call);
}

/* Functions that take a ledger alone. */
#define GUARD_PLAIN(function, member, name)                                    \
	static int32_t function(bsn_ledger *ledger, bsn_reply *reply,          \
				bsn_err *err)                                  \
	{                                                                      \
		int32_t status;                                                \
                                                                               \
		enter(name);                                                   \
		status = real->member(ledger, reply, err);                     \
		leave(name);                                                   \
		return status;                                                 \
	}
GUARD_PLAIN(members, chain->members, "bsn_chain_ops.members")
GUARD_PLAIN(proposals, chain->proposals, "bsn_chain_ops.proposals")
GUARD_PLAIN(status_get, status->get, "bsn_status_ops.get")
GUARD_PLAIN(ledger_info, ledger->info, "bsn_ledger_ops.info")

/* Functions that take one slice. */
#define GUARD_SLICE(function, member, name)                                    \
	static int32_t function(bsn_ledger *ledger, bsn_slice slice,           \
				bsn_reply *reply, bsn_err *err)                \
	{                                                                      \
		Inputs inputs;                                                 \
		gboolean watched =                                             \
			enter_with(&inputs, name, inputs_size(slice.len));     \
		int32_t status;                                                \
                                                                               \
		if (watched) {                                                 \
			slice = inputs_slice(&inputs, slice);                  \
			inputs_seal(&inputs);                                  \
		}                                                              \
		status = real->member(ledger, slice, reply, err);              \
		leave_with(&inputs, watched, name);                            \
		return status;                                                 \
	}
GUARD_SLICE(tx_get, tx->get, "bsn_tx_ops.get")
GUARD_SLICE(contract_compile, contract->compile, "bsn_contract_ops.compile")
GUARD_SLICE(contract_get, contract->get, "bsn_contract_ops.get")

/* Functions that take two. */
#define GUARD_SLICES(function, member, name)                                   \
	static int32_t function(bsn_ledger *ledger, bsn_slice a, bsn_slice b,  \
				bsn_reply *reply, bsn_err *err)                \
	{                                                                      \
		Inputs inputs;                                                 \
		gboolean watched =                                             \
			enter_with(&inputs, name,                              \
				   inputs_size(a.len) + inputs_size(b.len));   \
		int32_t status;                                                \
                                                                               \
		if (watched) {                                                 \
			a = inputs_slice(&inputs, a);                          \
			b = inputs_slice(&inputs, b);                          \
			inputs_seal(&inputs);                                  \
		}                                                              \
		status = real->member(ledger, a, b, reply, err);               \
		leave_with(&inputs, watched, name);                            \
		return status;                                                 \
	}
GUARD_SLICES(tx_sign_round, tx->sign_round, "bsn_tx_ops.sign_round")
GUARD_SLICES(contract_check, contract->check, "bsn_contract_ops.check")

/* Functions that take a request. */
#define GUARD_REQUEST(function, member, name)                                  \
	static int32_t function(bsn_ledger *ledger,                            \
				const bsn_tx_request *request,                 \
				bsn_reply *reply, bsn_err *err)                \
	{                                                                      \
		Inputs inputs;                                                 \
		gboolean watched =                                             \
			enter_with(&inputs, name, request_size(request));      \
		int32_t status;                                                \
                                                                               \
		if (watched) {                                                 \
			request = copy_request(&inputs, request);              \
			inputs_seal(&inputs);                                  \
		}                                                              \
		status = real->member(ledger, request, reply, err);            \
		leave_with(&inputs, watched, name);                            \
		return status;                                                 \
	}
GUARD_REQUEST(tx_begin, tx->begin, "bsn_tx_ops.begin")
GUARD_REQUEST(tx_call, tx->call, "bsn_tx_ops.call")

/* ---- the others ---------------------------------------------------------- */

/* The first one's size is the stride. */
static bsn_submission *
submission_at(const bsn_submission *items, uint64_t i)
{
	return (bsn_submission *)((guintptr)items + i * RECORD_SIZE(items));
}

static const bsn_submission *
copy_submissions(Inputs *inputs, const bsn_submission *items, uint64_t n)
{
	bsn_submission *copy =
		n > 0 ? inputs_copy(inputs, items, n * RECORD_SIZE(items))
		      : NULL;

	for (uint64_t i = 0; i < n; i++) {
		bsn_submission *item = submission_at(copy, i);

		item->tx = inputs_slice(inputs, item->tx);
	}
	return copy;
}

static int32_t
tx_submit(bsn_ledger *ledger, const bsn_submission *items, uint64_t n,
	  bsn_err *err)
{
	static const char call[] = "bsn_tx_ops.submit";
	gsize size = n > 0 ? inputs_size(n * RECORD_SIZE(items)) : 0;
	Inputs inputs;
	gboolean watched;
	int32_t status;

	for (uint64_t i = 0; i < n; i++)
		size += inputs_size(submission_at(items, i)->tx.len);
	watched = enter_with(&inputs, call, size);
	if (watched) {
		items = copy_submissions(&inputs, items, n);
		inputs_seal(&inputs);
	}
	status = real->tx->submit(ledger, items, n, err);
	leave_with(&inputs, watched, call);
	return status;
}

static int32_t
contract_list(bsn_ledger *ledger, uint64_t from, uint64_t limit,
	      bsn_reply *reply, bsn_err *err)
{
	int32_t status;

	enter("bsn_contract_ops.list");
	status = real->contract->list(ledger, from, limit, reply, err);
	leave("bsn_contract_ops.list");
	return status;
}

static int32_t
block_get(bsn_ledger *ledger, const bsn_block_query *query, bsn_reply *reply,
	  bsn_err *err)
{
	static const char call[] = "bsn_block_ops.get";
	Inputs inputs;
	gboolean watched = enter_with(&inputs, call,
				      inputs_size(RECORD_SIZE(query)) +
					      inputs_size(query->id.len));
	int32_t status;

	if (watched) {
		bsn_block_query *copy =
			inputs_copy(&inputs, query, RECORD_SIZE(query));

		copy->id = inputs_slice(&inputs, query->id);
		query = copy;
		inputs_seal(&inputs);
	}
	status = real->block->get(ledger, query, reply, err);
	leave_with(&inputs, watched, call);
	return status;
}

static int32_t
block_verify(bsn_slice bytes, const bsn_member *list, uint64_t n,
	     bsn_slice block, bsn_sink *json, bsn_err *err)
{
	static const char call[] = "bsn_block_ops.verify";
	Inputs inputs;
	gboolean watched = enter_with(
		&inputs, call,
		inputs_size(bytes.len) + inputs_size(block.len) +
			inputs_members_size(list, n) +
			inputs_size(sizeof(PassingSink)));
	int32_t status;

	if (watched) {
		bytes = inputs_slice(&inputs, bytes);
		block = inputs_slice(&inputs, block);
		list = inputs_members(&inputs, list, n);
		json = copy_sink(&inputs, json);
		inputs_seal(&inputs);
	}
	status = real->block->verify(bytes, list, n, block, json, err);
	leave_with(&inputs, watched, call);
	return status;
}

static int32_t
event_replay(bsn_ledger *ledger, uint64_t from, uint64_t to, bsn_reply *reply,
	     bsn_err *err)
{
	int32_t status;

	enter("bsn_event_ops.replay");
	status = real->event->replay(ledger, from, to, reply, err);
	leave("bsn_event_ops.replay");
	return status;
}

static const void *
engine_query(const char *id)
{
	const void *table;

	enter("bsn_engine.query");
	table = real->query(id);
	leave("bsn_engine.query");
	return table;
}

/* ---- the tables ---------------------------------------------------------- */

static const bsn_chain_ops chain_ops = {
	.size = sizeof(bsn_chain_ops),
	.member_algorithm = member_algorithm,
	.genesis = genesis,
	.open = chain_open,
	.close = chain_close,
	.durable = durable,
	.timer = timer,
	.message = message,
	.peer = peer,
	.members = members,
	.proposals = proposals,
};
static const bsn_tx_ops tx_ops = { .size = sizeof(bsn_tx_ops),
				   .begin = tx_begin,
				   .sign_round = tx_sign_round,
				   .submit = tx_submit,
				   .call = tx_call,
				   .get = tx_get };
static const bsn_contract_ops contract_ops = {
	.size = sizeof(bsn_contract_ops),
	.compile = contract_compile,
	.check = contract_check,
	.list = contract_list,
	.get = contract_get,
};
static const bsn_status_ops status_ops = { .size = sizeof(bsn_status_ops),
					   .get = status_get };
static const bsn_ledger_ops ledger_ops = { .size = sizeof(bsn_ledger_ops),
					   .info = ledger_info };
static const bsn_block_ops block_ops = { .size = sizeof(bsn_block_ops),
					 .get = block_get,
					 .verify = block_verify };
static const bsn_event_ops event_ops = { .size = sizeof(bsn_event_ops),
					 .replay = event_replay };

/* A table as long as the engine's own, and with no more members. */
#define COPY_TABLE(to, from, theirs)                                           \
	do {                                                                   \
		to = from;                                                     \
		to.size = MIN((theirs)->size, (uint32_t)sizeof(to));           \
		to.flags = (theirs)->flags;                                    \
	} while (0)
#define KEEP_OPTIONAL(table, theirs, member)                                   \
	if (!BSN_HAS(theirs, member))                                          \
		table.member = NULL

const bsn_engine *
guard_engine(const bsn_engine *engine, Page *the_page)
{
	static bsn_engine guarded;
	static bsn_chain_ops chain;
	static bsn_tx_ops tx;
	static bsn_contract_ops contract;
	static bsn_block_ops block;

	real = engine;
	page = the_page;
	memcpy(&guarded, engine, MIN(engine->size, sizeof(guarded)));
	guarded.size = MIN(engine->size, (uint32_t)sizeof(guarded));
	COPY_TABLE(chain, chain_ops, engine->chain);
	KEEP_OPTIONAL(chain, engine->chain, message);
	KEEP_OPTIONAL(chain, engine->chain, peer);
	KEEP_OPTIONAL(chain, engine->chain, proposals);
	COPY_TABLE(tx, tx_ops, engine->tx);
	COPY_TABLE(contract, contract_ops, engine->contract);
	KEEP_OPTIONAL(contract, engine->contract, compile);
	COPY_TABLE(block, block_ops, engine->block);
	KEEP_OPTIONAL(block, engine->block, verify);
	guarded.chain = &chain;
	guarded.tx = &tx;
	guarded.contract = &contract;
	guarded.status = &status_ops;
	guarded.ledger = &ledger_ops;
	guarded.block = &block;
	guarded.event = &event_ops;
	if (BSN_HAS(engine, query))
		guarded.query = engine_query;
	return &guarded;
}

/* ---- crashes ------------------------------------------------------------- */

static Page *crash_page;

/* Nothing is allocated: memory is as the plugin left it. */
static void
trespassed(const char *call, gboolean over)
{
	Page *to = crash_page;

	g_strlcpy(to->summary, call, sizeof(to->summary));
	g_strlcat(to->summary,
		  over ? ": what it was given is borrowed for the call; it used "
			 "it after the call had returned"
		       : ": what it is given is borrowed and not to be written "
			 "to; it wrote to it",
		  sizeof(to->summary));
	to->verdict = VERDICT_FAIL;
	to->ended = 1;
	_exit(EXIT_SUCCESS);
}

static void
caught(int number, siginfo_t *info, void *context)
{
	gboolean over = FALSE;
	const char *call = inputs_find(info->si_addr, &over);

	if (call != NULL)
		trespassed(call, over);
	signal(number, SIG_DFL);
	raise(number);
}

void
guard_catch_signals(Page *the_page)
{
	static guint8 stack[HANDLER_STACK];
	const stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_sigaction = caught,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK |
						SA_NODEFER };

	crash_page = the_page;
	sigemptyset(&action.sa_mask);
	sigaltstack(&other, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}
