/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn_chain_ops between host and engine, and which chains are open.
 */
#include <string.h>

#include "tests/bad-plugins/fleet/fleet.h"

#define GOOD fleet_engine->chain

static GMutex lock;
static bsn_ledger *open_ledgers;
static GHashTable *opened; /* of bsn_chain: in this process */
static GBytes *known_genesis;

/* How long a call lasts that cannot be called twice at once, in microseconds. */
#define TURN_US 2000u

/* ---- which are open ------------------------------------------------------ */

bsn_ledger *
fleet_ledger_of(const bsn_chain *chain)
{
	bsn_ledger *ledger;

	g_mutex_lock(&lock);
	for (ledger = open_ledgers; ledger != NULL; ledger = ledger->next)
		if (ledger->chain == chain)
			break;
	g_mutex_unlock(&lock);
	return ledger;
}

/* Nodes of one chain have one genesis. */
gboolean
fleet_same_chain(const bsn_ledger *a, const bsn_ledger *b)
{
	return g_bytes_equal(a->genesis, b->genesis);
}

bsn_ledger *
fleet_other(bsn_ledger *ledger)
{
	bsn_ledger *other;

	g_mutex_lock(&lock);
	for (other = open_ledgers; other != NULL; other = other->next)
		if (other->good != NULL && !fleet_same_chain(other, ledger))
			break;
	g_mutex_unlock(&lock);
	return other != NULL ? other : ledger;
}

static bsn_ledger *
ledger_new(bsn_chain *chain, bsn_slice genesis)
{
	bsn_ledger *ledger = g_new0(bsn_ledger, 1);

	ledger->chain = chain;
	ledger->genesis = g_bytes_new(genesis.data, genesis.len);
	ledger->thread = g_thread_self();
	g_mutex_lock(&lock);
	if (opened == NULL)
		opened = g_hash_table_new(NULL, NULL);
	ledger->reopened = !g_hash_table_add(opened, chain);
	for (const bsn_ledger *other = open_ledgers; other != NULL;
	     other = other->next)
		if (fleet_same_chain(other, ledger))
			ledger->follower = TRUE;
	ledger->next = open_ledgers;
	open_ledgers = ledger;
	g_mutex_unlock(&lock);
	return ledger;
}

static void
ledger_free(bsn_ledger *ledger)
{
	bsn_ledger **link = &open_ledgers;

	g_mutex_lock(&lock);
	while (*link != ledger)
		link = &(*link)->next;
	*link = ledger->next;
	g_mutex_unlock(&lock);
	g_bytes_unref(ledger->genesis);
	g_free(ledger->members);
	g_clear_pointer(&ledger->proposal, g_bytes_unref);
	g_clear_pointer(&ledger->begun, g_hash_table_unref);
	g_free(ledger);
}

/* ---- before it is open --------------------------------------------------- */

static int32_t
member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	int32_t status;

	CRASH_IF(crash_in_member_algorithm);
	status = GOOD->member_algorithm(config, algorithm, err);
	if (IS(algorithm_unknown) && status == BSN_OK)
		*algorithm = "sm9";
	if (!IS(genesis_takes_any_config) || status != BSN_BAD_REQUEST)
		return status;
	*algorithm = "sm2";
	return BSN_OK;
}

/* A sink that takes everything for its caller, or nothing. */
typedef struct {
	bsn_sink sink;
	bsn_sink *to;
} Deaf;

static int32_t
write_deaf(bsn_sink *sink, const void *data, uint64_t len)
{
	Deaf *deaf = (Deaf *)sink;

	if (deaf->to != NULL)
		(void)deaf->to->write(deaf->to, data, len);
	return BSN_OK;
}

/* Members whose records are longer than it knows are read as if they were
 * not. */
static int32_t
genesis_of_first(const bsn_genesis *genesis, bsn_sink *out, bsn_err *err)
{
	bsn_genesis wrong = *genesis;
	g_autofree bsn_member *members =
		g_new0(bsn_member, genesis->member_count);

	if (genesis->member_count == 0)
		return GOOD->genesis(genesis, out, err);
	memcpy(members, genesis->members,
	       genesis->member_count * sizeof(bsn_member));
	for (guint i = 0; i < genesis->member_count; i++)
		members[i].size = sizeof(bsn_member);
	wrong.members = members;
	return GOOD->genesis(&wrong, out, err);
}

static int32_t
genesis_of_any(const bsn_genesis *genesis, bsn_sink *out, bsn_err *err)
{
	bsn_genesis right = *genesis;
	int32_t status = GOOD->genesis(genesis, out, err);

	if (status != BSN_BAD_REQUEST)
		return status;
	right.config = bsn_slice_str("{\"crypto\":\"sm\"}");
	return GOOD->genesis(&right, out, err);
}

static bsn_sink *kept_sink;

static void
use_kept_sink(void)
{
	if (IS(keeps_sink) && kept_sink != NULL)
		(void)kept_sink->write(kept_sink, "late", 4);
}

/* Crashes when another thread is at it, for which it takes its time. */
static void
take_turn(void)
{
	static volatile gint busy;

	if (!g_atomic_int_compare_and_exchange(&busy, 0, 1))
		fleet_crash();
	g_usleep(TURN_US);
	g_atomic_int_set(&busy, 0);
}

/* Keeps what is written, so that there is a genesis to open with. */
static int32_t
genesis_kept(const bsn_genesis *genesis, bsn_sink *out, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	FleetSink sink = fleet_sink(bytes);
	int32_t status = GOOD->genesis(genesis, &sink.sink, err);

	if (status != BSN_OK)
		return status;
	g_clear_pointer(&known_genesis, g_bytes_unref);
	known_genesis = g_bytes_new(bytes->data, bytes->len);
	return out->write(out, bytes->data, bytes->len);
}

static int32_t
genesis(const bsn_genesis *in, bsn_sink *out, bsn_err *err)
{
	Deaf deaf = { { write_deaf }, IS(ignores_sink) ? out : NULL };

	CRASH_IF(crash_in_genesis);
	if (IS(not_at_once))
		take_turn();
	if (IS(opens_any_genesis))
		return genesis_kept(in, out, err);
	if (IS(random_config_crashes) && memchr(in->config.data, '{',
						in->config.len) == NULL)
		fleet_crash();
	if (IS(genesis_takes_any_config))
		return genesis_of_any(in, out, err);
	if (IS(ignores_stride))
		return genesis_of_first(in, out, err);
	if (IS(ignores_sink) || IS(genesis_writes_nothing))
		return GOOD->genesis(in, &deaf.sink, err);
	use_kept_sink();
	if (IS(keeps_sink))
		kept_sink = out;
	return GOOD->genesis(in, out, err);
}

/* ---- opening and closing ------------------------------------------------- */

static int32_t
open_any(bsn_ledger *ledger, int32_t status, bsn_err *err)
{
	if (status == BSN_OK || known_genesis == NULL)
		return status;
	return GOOD->open(ledger->chain,
			  bsn_slice_of(g_bytes_get_data(known_genesis, NULL),
				       g_bytes_get_size(known_genesis)),
			  &ledger->good, err);
}

static int32_t
chain_open(bsn_chain *chain, bsn_slice genesis, bsn_ledger **out, bsn_err *err)
{
	bsn_ledger *ledger = ledger_new(chain, genesis);
	bsn_ledger *opening = NULL;
	int32_t status;

	CRASH_IF(crash_in_chain_open);
	use_kept_sink();
	status = GOOD->open(chain, genesis, &opening, err);
	if (IS(random_genesis_crashes) && status != BSN_OK)
		fleet_crash();
	ledger->good = opening;
	if (IS(opens_any_genesis))
		status = open_any(ledger, status, err);
	if (status != BSN_OK)
		ledger_free(ledger);
	else
		*out = ledger;
	return status;
}

static void
chain_close(bsn_ledger *ledger)
{
	if (IS(close_null_crashes) && ledger == NULL)
		fleet_crash();
	if (ledger == NULL) {
		GOOD->close(NULL);
		return;
	}
	CRASH_IF(crash_in_close);
	if (IS(hang_in_close))
		fleet_hang();
	if (IS(close_leaves_replies))
		fleet_asked.closing = TRUE;
	GOOD->close(ledger->good);
	if (IS(close_leaves_replies))
		fleet_asked.closing = FALSE;
	if (IS(closes_and_goes_on))
		fleet_timer->set(ledger->chain, FLEET_TIMER, 1);
	ledger_free(ledger);
}

/* ---- while it is open ---------------------------------------------------- */

/* What was committed counts as durable at once (fleet_committed). */
static void
flush_early(bsn_ledger *ledger)
{
	if (ledger->accepted > ledger->durable)
		GOOD->durable(ledger->good, ledger->accepted);
	ledger->durable = ledger->accepted;
}

static void
chain_durable(bsn_ledger *ledger, uint64_t cookie)
{
	gboolean early = IS(answers_before_durable) ||
			 IS(answers_early_under_crashes);

	CRASH_IF(crash_in_durable);
	if (!early || (cookie & BSN_CONSENSUS_BIT) != 0 ||
	    cookie > ledger->durable)
		GOOD->durable(ledger->good, cookie);
}

static void
chain_timer(bsn_ledger *ledger, uint64_t id)
{
	if (id == FLEET_TIMER) {
		flush_early(ledger);
		return;
	}
	if (IS(stuck_after_leader) && (id & BSN_CONSENSUS_BIT) != 0)
		return;
	if (IS(unknown_timer_crashes) &&
	    (id & ~BSN_CONSENSUS_BIT) > G_MAXUINT32)
		fleet_crash();
	GOOD->timer(ledger->good, id);
}

static void
chain_message(bsn_ledger *ledger, bsn_slice from, bsn_slice message)
{
	if (IS(random_message_crashes) && message.len > 0 &&
	    message.data[0] != BSN_CONSENSUS_BYTE && message.data[0] > 0x7f)
		fleet_crash();
	if (IS(message_of_stranger_crashes) && from.len != 64)
		fleet_crash();
	if (IS(never_catches_up) && message.len > 0 &&
	    message.data[0] != BSN_CONSENSUS_BYTE)
		return;
	GOOD->message(ledger->good, from, message);
}

static void
chain_peer(bsn_ledger *ledger, bsn_slice public_key, uint32_t reachable)
{
	GOOD->peer(ledger->good, public_key, reachable);
}

static int32_t
members(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	CRASH_IF(crash_in_members);
	if (IS(members_are_nobody)) {
		fleet_reply->value(reply, bsn_slice_str("[]"));
		return BSN_OK;
	}
	if (!IS(members_stay_listed) || ledger->members == NULL)
		return GOOD->members(ledger->good, reply, err);
	fleet_reply->value(reply, bsn_slice_str(ledger->members));
	return BSN_OK;
}

static int32_t
proposals(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	return GOOD->proposals(ledger->good, reply, err);
}

const bsn_chain_ops fleet_chain_ops = {
	.size = sizeof(bsn_chain_ops),
	.member_algorithm = member_algorithm,
	.genesis = genesis,
	.open = chain_open,
	.close = chain_close,
	.durable = chain_durable,
	.timer = chain_timer,
	.message = chain_message,
	.peer = chain_peer,
	.members = members,
	.proposals = proposals,
};
