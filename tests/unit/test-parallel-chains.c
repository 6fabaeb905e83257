/* SPDX-License-Identifier: Apache-2.0
 *
 * Chains that a chain begins, ends and asks (bsn.chains/1), on a real table of
 * chains and a real store. The engine does what a transaction says: "+NAME" and
 * "-NAME" begin and end one, "?NAME" asks one, and the transaction is answered
 * with the status that came of it.
 */
#include <string.h>

#include <glib/gstdio.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/chain/parallel.h"
#include "host/chain/table.h"
#include "host/plugin/registry.h"
#include "host/service/services.h"

#define DEADLINE_S 20

struct bsn_ledger {
	bsn_chain *chain;
	bsn_reply *began, *answered; /* that wait */
};

/* Bytes that a chain answers; 0: nothing but a refusal. */
static gsize answer_len = 5;

static const bsn_reply_service *
replies(void)
{
	return bsn_host_reply(&host_as_plugins_see_it);
}

static const bsn_chains *
chains(void)
{
	return bsn_host_chains(&host_as_plugins_see_it);
}

/* ---- the engine ---- */

static int32_t
the_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	*algorithm = "sm2";
	return BSN_OK;
}

static int32_t
the_genesis(const bsn_genesis *genesis, bsn_sink *out, bsn_err *err)
{
	return out->write(out, "root", 4);
}

static int32_t
the_open(bsn_chain *chain, bsn_slice genesis, bsn_ledger **ledger,
	 bsn_err *err)
{
	if (bsn_slice_equal(genesis, bsn_slice_str("genesis of bad")))
		return bsn_fail(err, BSN_BAD_REQUEST, "a bad genesis");
	*ledger = g_new0(bsn_ledger, 1);
	(*ledger)->chain = chain;
	return BSN_OK;
}

static void
settle(bsn_reply **reply, int32_t status, const bsn_err *err)
{
	const bsn_tx_result result = { .size = sizeof(result),
				       .stage = BSN_TX_COMMITTED };

	g_assert_nonnull(*reply);
	if (status == BSN_OK)
		replies()->tx(g_steal_pointer(reply), &result);
	else
		replies()->fail(g_steal_pointer(reply), status, err);
}

static void
the_close(bsn_ledger *ledger)
{
	bsn_err err = BSN_ERR_INIT;

	bsn_fail(&err, BSN_UNAVAILABLE, "closed meanwhile");
	if (ledger->began != NULL)
		settle(&ledger->began, BSN_UNAVAILABLE, &err);
	if (ledger->answered != NULL)
		settle(&ledger->answered, BSN_UNAVAILABLE, &err);
	g_free(ledger);
}

static void
the_durable(bsn_ledger *ledger, uint64_t cookie)
{
}

static int32_t
the_members(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	replies()->value(reply, bsn_slice_str("[]"));
	return BSN_OK;
}

static void
give(bsn_ledger *ledger, bsn_slice tx, bsn_reply *reply)
{
	const bsn_slice name = bsn_slice_of(tx.data + 1, tx.len - 1);
	g_autofree char *genesis =
		g_strdup_printf("genesis of %.*s", (int)name.len, name.data);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (tx.data[0] == '+') {
		ledger->began = reply;
		status = chains()->begin(ledger->chain, name,
					 bsn_slice_str(genesis), &err);
		if (status != BSN_OK)
			settle(&ledger->began, status, &err);
	} else if (tx.data[0] == '?') {
		ledger->answered = reply;
		status = chains()->ask(ledger->chain, name, 7,
				       bsn_slice_str("what?"), &err);
		if (status != BSN_OK)
			settle(&ledger->answered, status, &err);
	} else {
		status = chains()->end(ledger->chain, name, &err);
		settle(&reply, status, &err);
	}
}

static int32_t
the_submit(bsn_ledger *ledger, const bsn_submission *items, uint64_t n,
	   bsn_err *err)
{
	for (uint64_t i = 0; i < n; i++)
		give(ledger, items[i].tx, items[i].reply);
	return BSN_OK;
}

static void
the_began(bsn_ledger *parent, bsn_slice name, int32_t status,
	  const bsn_err *err)
{
	g_assert_cmpuint(name.len, >, 0);
	settle(&parent->began, status, err);
}

static int32_t
the_asked(bsn_ledger *ledger, bsn_slice from, bsn_slice question,
	  bsn_reply *reply, bsn_err *err)
{
	g_autofree char *answer = g_malloc0(answer_len + 1);

	g_assert_true(bsn_slice_equal(question, bsn_slice_str("what?")));
	g_assert_true(bsn_slice_equal(from, bsn_slice_str("root")));
	if (answer_len == 0)
		return bsn_fail(err, BSN_NOT_FOUND, "no such thing");
	replies()->value(reply, bsn_slice_of(answer, answer_len));
	return BSN_OK;
}

static void
the_answered(bsn_ledger *ledger, uint64_t cookie, int32_t status,
	     bsn_slice answer, const bsn_err *err)
{
	g_assert_cmpuint(cookie, ==, 7);
	g_assert_cmpuint(answer.len, ==, status == BSN_OK ? answer_len : 0);
	settle(&ledger->answered, status, err);
}

static const bsn_engine_chains engine_chains = {
	.size = sizeof(engine_chains),
	.began = the_began,
	.asked = the_asked,
	.answered = the_answered,
};

static const void *
engine_query(const char *id)
{
	return strcmp(id, BSN_ENGINE_CHAINS_ID) == 0 ? &engine_chains : NULL;
}

static const bsn_chain_ops chain_ops = {
	.size = sizeof(chain_ops),
	.member_algorithm = the_algorithm,
	.genesis = the_genesis,
	.open = the_open,
	.close = the_close,
	.durable = the_durable,
	.members = the_members,
};

static const bsn_tx_ops tx_ops = {
	.size = sizeof(tx_ops),
	.submit = the_submit,
};

static const bsn_engine engine = {
	.size = sizeof(engine),
	.framework = "family",
	.chain = &chain_ops,
	.tx = &tx_ops,
	.query = engine_query,
};

/* Cannot be asked, and begins nothing. */
static const bsn_engine loner = {
	.size = sizeof(loner),
	.framework = "loner",
	.chain = &chain_ops,
	.tx = &tx_ops,
};

const bsn_engine *
plugin_find_engine(const char *framework)
{
	if (strcmp(framework, "loner") == 0)
		return &loner;
	return strcmp(framework, "family") == 0 ? &engine : NULL;
}

const bsn_signature *
plugin_find_signature(const char *name)
{
	return NULL;
}

int32_t
keystore_node_public_key(Keystore *keystore, const char *algorithm,
			 bsn_sink *public_key, bsn_err *err)
{
	return public_key->write(public_key, "key", 3);
}

int32_t
keystore_node_certificate(Keystore *keystore, const char *algorithm,
			  bsn_sink *certificate, bsn_err *err)
{
	return BSN_NOT_FOUND;
}

int32_t
keystore_node_sign(Keystore *keystore, const char *algorithm,
		   guint32 convention, bsn_slice message, bsn_sink *signature,
		   bsn_err *err)
{
	return BSN_NOT_FOUND;
}

/* ---- a host ---- */

typedef struct {
	char *directory;
	Loop *loop;
	Workers *workers;
	Store *store;
	ChainTable *table;
	struct event *deadline;
	int done, stopped;
	int32_t status;
	bsn_err err;
	GString *ended; /* names that the end listener was told */
} Host;

static void
too_late(evutil_socket_t fd, short what, void *data)
{
	g_error("the deadline of %d s passed", DEADLINE_S);
}

static void
seen_end(void *owner, Chain *chain, const char *reason)
{
	g_string_append_printf(((Host *)owner)->ended, "%s ",
			       chain_name(chain));
}

static void
start_host(Host *host)
{
	struct timeval deadline = { DEADLINE_S, 0 };
	StoreConfig config = {
		.directory = host->directory,
		.map_bytes = 1 << 20,
		.map_bytes_max = 1 << 26,
		.pending_bytes_max = 1 << 24,
	};
	g_autoptr(GError) error = NULL;

	host->loop = loop_new();
	host->deadline = evtimer_new(loop_base(host->loop), too_late, NULL);
	evtimer_add(host->deadline, &deadline);
	host->workers = workers_new(2);
	host->store = store_open(&config, &error);
	g_assert_no_error(error);
	host->table = chain_table_new(host->loop, host->workers, host->store,
				      NULL, (ChainCarrier){ NULL, NULL },
				      &error);
	g_assert_no_error(error);
	chain_table_set_end_listener(host->table, seen_end, host);
}

static void
run_once(Host *host)
{
	event_base_loop(loop_base(host->loop), EVLOOP_ONCE);
}

static void
run_until_done(Host *host)
{
	while (!host->done)
		run_once(host);
	host->done = 0;
}

static void
all_closed(void *owner)
{
	((Host *)owner)->stopped = 1;
}

static void
stop_host(Host *host)
{
	chain_table_stop(host->table, all_closed, host);
	while (!host->stopped)
		run_once(host);
	host->stopped = 0;
	workers_free(host->workers);
	loop_run_pending(host->loop);
	store_close(host->store);
	loop_run_pending(host->loop);
	chain_table_free(host->table);
	event_free(host->deadline);
	loop_free(host->loop);
}

static void
operation_done(void *owner, Chain *chain, int32_t status, const bsn_err *err)
{
	Host *host = owner;

	host->status = status;
	host->err = *err;
	host->done = 1;
}

static void
create(Host *host, const char *name, const char *framework)
{
	const ChainPlan plan = { .name = name,
				 .framework = framework,
				 .config = "{}" };

	chain_table_create(host->table, &plan, operation_done, host);
	run_until_done(host);
	g_assert_cmpint(host->status, ==, BSN_OK);
}

static void
make_host(Host *host, const char *const *parents, guint max)
{
	parallel_allow(parents, max);
	answer_len = 5;
	*host = (Host){ .directory = g_dir_make_tmp("parallel-XXXXXX", NULL),
			.ended = g_string_new(NULL) };
	start_host(host);
	create(host, "root", "family");
}

static void
remove_host(Host *host)
{
	GDir *dir;
	const char *name;

	stop_host(host);
	dir = g_dir_open(host->directory, 0, NULL);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *file =
			g_build_filename(host->directory, name, NULL);

		g_remove(file);
	}
	g_dir_close(dir);
	g_rmdir(host->directory);
	g_free(host->directory);
	g_string_free(host->ended, TRUE);
}

static void
tx_answered(bsn_reply *reply)
{
	Host *host = reply->owner;

	host->status = reply->status;
	host->err = reply->err;
	host->done = 1;
	reply_free(reply);
}

/* What comes of a transaction to a chain. */
static int32_t
tell(Host *host, const char *chain, const char *text)
{
	bsn_reply *reply = reply_new(ANSWER_TX, tx_answered, host);

	reply->input = g_bytes_new(text, strlen(text));
	chain_submit(chain_table_find(host->table, chain), &reply, 1);
	run_until_done(host);
	return host->status;
}

static ChainState
state_of(Host *host, const char *name)
{
	return chain_state(chain_table_find(host->table, name));
}

static void
run_until(Host *host, const char *name, ChainState state)
{
	while (state_of(host, name) != state)
		run_once(host);
}

static void
restart(Host *host)
{
	stop_host(host);
	start_host(host);
	run_until(host, "root", CHAIN_OPEN);
}

static const char *const the_root[] = { "root", NULL };
static const char *const all[] = { "*", NULL };

/* ---- begin and end ---- */

static void
test_begin(void)
{
	Host host;

	make_host(&host, the_root, 4);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_OK);
	g_assert_cmpint(state_of(&host, "a"), ==, CHAIN_OPEN);
	g_assert_cmpstr(chain_parent(chain_table_find(host.table, "a")), ==,
			"root");
	g_assert_null(chain_parent(chain_table_find(host.table, "root")));
	/* Again, and after a start, while it may still be opening. */
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_OK);
	restart(&host);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_OK);
	g_assert_cmpint(state_of(&host, "a"), ==, CHAIN_OPEN);
	g_assert_cmpstr(chain_parent(chain_table_find(host.table, "a")), ==,
			"root");
	remove_host(&host);
}

static void
test_denied(void)
{
	Host host;

	make_host(&host, the_root, 2);
	create(&host, "other", "family");
	g_assert_cmpint(tell(&host, "other", "+a"), ==, BSN_DENIED);
	g_assert_null(chain_table_find(host.table, "a"));
	g_assert_cmpint(tell(&host, "root", "+A"), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_OK);
	g_assert_cmpint(tell(&host, "root", "+b"), ==, BSN_OK);
	g_assert_cmpint(tell(&host, "root", "+c"), ==, BSN_DENIED);
	g_assert_null(chain_table_find(host.table, "c"));
	g_assert_cmpint(tell(&host, "root", "+b"), ==, BSN_OK);
	parallel_allow(all, 3);
	g_assert_cmpint(tell(&host, "other", "+c"), ==, BSN_OK);
	parallel_allow(NULL, 0);
	g_assert_cmpint(tell(&host, "root", "+d"), ==, BSN_DENIED);
	remove_host(&host);
}

/* Names of chains that are somebody else's. */
static void
test_foreign(void)
{
	Host host;

	make_host(&host, all, 4);
	create(&host, "mine", "family");
	create(&host, "lone", "loner");
	g_assert_cmpint(tell(&host, "root", "+mine"), ==, BSN_CONFLICT);
	g_assert_cmpint(tell(&host, "root", "+root"), ==, BSN_CONFLICT);
	g_assert_cmpint(tell(&host, "root", "+lone"), ==, BSN_CONFLICT);
	g_assert_cmpint(tell(&host, "lone", "+a"), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_OK);
	g_assert_cmpint(tell(&host, "mine", "+a"), ==, BSN_CONFLICT);
	/* It must not end them either. */
	g_assert_cmpint(tell(&host, "mine", "-a"), ==, BSN_OK);
	g_assert_cmpint(tell(&host, "mine", "-root"), ==, BSN_OK);
	g_assert_cmpint(tell(&host, "mine", "+a"), ==, BSN_CONFLICT);
	g_assert_cmpint(state_of(&host, "a"), ==, CHAIN_OPEN);
	g_assert_cmpint(state_of(&host, "root"), ==, CHAIN_OPEN);
	remove_host(&host);
}

static void
test_bad_genesis(void)
{
	Host host;

	make_host(&host, all, 4);
	g_assert_cmpint(tell(&host, "root", "+bad"), ==, BSN_BAD_REQUEST);
	g_assert_cmpstr(host.err.reason, ==, "a bad genesis");
	g_assert_null(chain_table_find(host.table, "bad"));
	restart(&host);
	g_assert_null(chain_table_find(host.table, "bad"));
	remove_host(&host);
}

static void
test_end(void)
{
	Host host;

	make_host(&host, the_root, 4);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_OK);
	g_assert_cmpint(tell(&host, "root", "-a"), ==, BSN_OK);
	run_until(&host, "a", CHAIN_CLOSED);
	g_assert_cmpstr(host.ended->str, ==, "a ");
	g_assert_cmpstr(chain_reason(chain_table_find(host.table, "a")), ==,
			"chain root has ended it");
	restart(&host);
	g_assert_cmpint(state_of(&host, "a"), ==, CHAIN_CLOSED);
	g_assert_cmpstr(chain_reason(chain_table_find(host.table, "a")), ==,
			"chain root has ended it");
	g_assert_cmpint(tell(&host, "root", "-a"), ==, BSN_OK);
	/* It is there when the parent wants it again. */
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_OK);
	g_assert_cmpint(state_of(&host, "a"), ==, CHAIN_OPEN);
	g_assert_cmpstr(chain_reason(chain_table_find(host.table, "a")), ==,
			"");
	/* An order that comes while it closes waits for that. */
	g_assert_cmpint(tell(&host, "root", "-a"), ==, BSN_OK);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_OK);
	g_assert_cmpint(state_of(&host, "a"), ==, CHAIN_OPEN);
	remove_host(&host);
}

/* ---- the administrator ---- */

static void
test_administrator_closes(void)
{
	Host host;

	make_host(&host, the_root, 4);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_OK);
	chain_table_close(host.table, chain_table_find(host.table, "a"),
			  operation_done, &host);
	run_until_done(&host);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_UNAVAILABLE);
	restart(&host);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_UNAVAILABLE);
	/* Ending what is closed does not make it the parent's to open. */
	g_assert_cmpint(tell(&host, "root", "-a"), ==, BSN_OK);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_UNAVAILABLE);
	chain_table_open(host.table, chain_table_find(host.table, "a"),
			 operation_done, &host);
	run_until_done(&host);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_OK);
	remove_host(&host);
}

static void
test_administrator_deletes(void)
{
	Host host;

	make_host(&host, the_root, 1);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_OK);
	chain_table_delete(host.table, chain_table_find(host.table, "a"),
			   operation_done, &host);
	run_until_done(&host);
	g_assert_null(chain_table_find(host.table, "a"));
	/* It no longer counts, and is begun anew when it is asked for. */
	g_assert_cmpint(tell(&host, "root", "+b"), ==, BSN_OK);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_DENIED);
	parallel_allow(the_root, 2);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_OK);
	remove_host(&host);
}

/* ---- questions ---- */

static void
test_ask(void)
{
	Host host;

	make_host(&host, the_root, 4);
	create(&host, "lone", "loner");
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_OK);
	g_assert_cmpint(tell(&host, "root", "?a"), ==, BSN_OK);
	g_assert_cmpint(tell(&host, "root", "?root"), ==, BSN_OK);
	answer_len = BSN_CHAINS_QUESTION_MAX;
	g_assert_cmpint(tell(&host, "root", "?a"), ==, BSN_OK);
	answer_len++;
	g_assert_cmpint(tell(&host, "root", "?a"), ==, BSN_TOO_LARGE);
	answer_len = 0;
	g_assert_cmpint(tell(&host, "root", "?a"), ==, BSN_NOT_FOUND);
	g_assert_cmpstr(host.err.reason, ==, "no such thing");
	g_assert_cmpint(tell(&host, "root", "?lone"), ==, BSN_NOT_FOUND);
	g_assert_cmpint(tell(&host, "root", "?nobody"), ==, BSN_NOT_FOUND);
	g_assert_cmpint(tell(&host, "root", "?No Body"), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(tell(&host, "lone", "?a"), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(tell(&host, "root", "-a"), ==, BSN_OK);
	run_until(&host, "a", CHAIN_CLOSED);
	g_assert_cmpint(tell(&host, "root", "?a"), ==, BSN_NOT_FOUND);
	remove_host(&host);
}

/* What is on its way when the host stops neither blocks it nor is lost. */
static void
test_stop_meanwhile(void)
{
	static const char *const texts[] = { "+b", "?a", "-a" };
	Host host;

	make_host(&host, the_root, 4);
	g_assert_cmpint(tell(&host, "root", "+a"), ==, BSN_OK);
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		bsn_reply *reply = reply_new(ANSWER_TX, tx_answered, &host);

		reply->input = g_bytes_new(texts[i], strlen(texts[i]));
		chain_submit(chain_table_find(host.table, "root"), &reply, 1);
		restart(&host);
		run_until_done(&host);
	}
	remove_host(&host);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/parallel/begin", test_begin);
	g_test_add_func("/parallel/denied", test_denied);
	g_test_add_func("/parallel/foreign", test_foreign);
	g_test_add_func("/parallel/bad-genesis", test_bad_genesis);
	g_test_add_func("/parallel/end", test_end);
	g_test_add_func("/parallel/administrator/closes",
			test_administrator_closes);
	g_test_add_func("/parallel/administrator/deletes",
			test_administrator_deletes);
	g_test_add_func("/parallel/ask", test_ask);
	g_test_add_func("/parallel/stop-meanwhile", test_stop_meanwhile);
	return g_test_run();
}
