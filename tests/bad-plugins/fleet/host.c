/* SPDX-License-Identifier: Apache-2.0
 *
 * The host between itself and the engine: store, messages, events, clock.
 */
#include <string.h>

#include "plugins/engine-fisco/contracts.h"
#include "plugins/kit/rlp.h"
#include "tests/bad-plugins/fleet/fleet.h"

/* The engine's key of where a chain stands: plugins/engine-fisco/records.h. */
#define HEAD_KEY 'm'

const bsn_host *fleet_host;
static const bsn_store *store;
const bsn_timer *fleet_timer;
static const bsn_net *net;
static const bsn_events *events;
static const bsn_clock *wall_clock;

void
fleet_copy(void *to, gsize known, const void *table)
{
	const uint32_t *size = table; /* BSN_TABLE_HEAD begins with it */

	if (table == NULL)
		return;
	memcpy(to, table, MIN(known, *size));
	*(uint32_t *)to = (uint32_t)MIN(known, *size);
}

static int32_t
append(bsn_sink *sink, const void *data, uint64_t len)
{
	g_byte_array_append(((FleetSink *)sink)->bytes, data, (guint)len);
	return BSN_OK;
}

FleetSink
fleet_sink(GByteArray *bytes)
{
	return (FleetSink){ { append }, bytes };
}

/* ---- the registry, without what was frozen or uninstalled ----------------- */

/* Sets number `index` of an entry's fields, a small number, to 0. */
static void
clear_field(GByteArray *entry, guint index)
{
	RlpReader reader = rlp_reader(bsn_slice_of(entry->data, entry->len));
	bsn_slice field = { NULL, 0 };

	rlp_enter(&reader, "entry");
	for (guint i = 0; i <= index; i++)
		field = rlp_read_raw(&reader, "field");
	if (field.len == 1)
		entry->data[field.data - entry->data] = 0x80;
}

static guint8
state_of(const GByteArray *entry)
{
	RlpReader reader = rlp_reader(bsn_slice_of(entry->data, entry->len));
	bsn_slice field = { NULL, 0 };

	rlp_enter(&reader, "entry");
	for (guint i = 0; i <= 4; i++)
		field = rlp_read_raw(&reader, "field");
	return field.len == 1 ? field.data[0] : 0;
}

/* Keys of entries: see plugins/engine-fisco/registry.c. */
static void
change_entry(guint8 kind, GByteArray *entry)
{
	guint8 closed = IS(freeze_without_effect) ? CONTRACT_FROZEN
						  : CONTRACT_UNINSTALLED;

	if (kind == 'a' && state_of(entry) == closed)
		clear_field(entry, 4);
	if (kind == 'n' && IS(uninstall_without_effect))
		clear_field(entry, 1);
}

/* ---- the store ----------------------------------------------------------- */

static gboolean
is_registry(bsn_slice key)
{
	return key.len > 3 && key.data[0] == STATE_BYTE &&
	       key.data[1] == STATE_CONTRACT_BYTE;
}

static gboolean
forgets(const bsn_chain *chain, bsn_slice key)
{
	const bsn_ledger *ledger = fleet_ledger_of(chain);

	return ledger != NULL && ledger->good == NULL && key.len == 1 &&
	       key.data[0] == HEAD_KEY;
}

static int32_t
store_get(bsn_chain *chain, bsn_slice key, bsn_sink *value, bsn_err *err)
{
	g_autoptr(GByteArray) entry = NULL;
	FleetSink sink;
	int32_t status;

	if (IS(forgets_at_restart) && forgets(chain, key))
		return BSN_NOT_FOUND;
	if (IS(ignores_store_errors)) {
		status = store->get(chain, key, value, err);
		return status < 0 ? BSN_NOT_FOUND : status;
	}
	if (!(IS(freeze_without_effect) || IS(uninstall_without_effect)) ||
	    !is_registry(key))
		return store->get(chain, key, value, err);
	entry = g_byte_array_new();
	sink = fleet_sink(entry);
	status = store->get(chain, key, &sink.sink, err);
	if (status != BSN_OK)
		return status;
	change_entry(key.data[2], entry);
	return value->write(value, entry->data, entry->len);
}

static int32_t
store_commit(bsn_chain *chain, const bsn_write *writes, uint64_t n,
	     uint64_t cookie, bsn_err *err)
{
	int32_t status = store->commit(chain, writes, n, cookie, err);
	bsn_ledger *ledger;

	if (IS(ignores_full_store) && status > 0)
		return BSN_OK;
	if (fleet_fault() == FAULT_NONE || status != BSN_OK ||
	    (cookie & BSN_CONSENSUS_BIT) != 0 || cookie == 0)
		return status;
	ledger = fleet_ledger_of(chain);
	ledger->accepted = cookie;
	if (IS(answers_before_durable) || IS(answers_early_under_crashes))
		fleet_timer->set(chain, FLEET_TIMER, 0);
	if (IS(block_announced_early))
		events->block(chain, cookie);
	return BSN_OK;
}

static int32_t
store_writable(bsn_chain *chain, bsn_err *err)
{
	int32_t status = store->writable(chain, err);

	return IS(ignores_full_store) && status > 0 ? BSN_OK : status;
}

/* ---- messages, events ----------------------------------------------------- */

/* Messages of the engine, not of its consensus. */
static gboolean
swallows(bsn_slice message)
{
	return (IS(never_passes_on) || IS(never_catches_up)) &&
	       message.len > 0 && message.data[0] != BSN_CONSENSUS_BYTE;
}

static int32_t
net_send(bsn_chain *chain, bsn_slice public_key, bsn_slice message)
{
	return swallows(message) ? BSN_OK
				 : net->send(chain, public_key, message);
}

static int32_t
net_broadcast(bsn_chain *chain, bsn_slice message)
{
	return swallows(message) ? BSN_OK : net->broadcast(chain, message);
}

static void
events_block(bsn_chain *chain, uint64_t number)
{
	if (IS(block_not_announced) || IS(block_announced_early))
		return;
	events->block(chain, number);
}

/* A clock at which every time has come. */
static uint64_t
clock_wall_ms(bsn_chain *chain)
{
	return fleet_asked.checking ? G_MAXUINT64 / 2
				    : wall_clock->wall_ms(chain);
}

/* ---- all of it ------------------------------------------------------------ */

static bsn_store my_store;
static bsn_net my_net;
static bsn_events my_events;
static bsn_clock my_clock;

static const void *
query(const char *id)
{
	const void *given = fleet_host->query(id);

	if (given == NULL)
		return NULL;
	if (strcmp(id, BSN_STORE_ID) == 0)
		return &my_store;
	if (strcmp(id, BSN_NET_ID) == 0)
		return &my_net;
	if (strcmp(id, BSN_CLOCK_ID) == 0)
		return &my_clock;
	if (strcmp(id, BSN_EVENTS_ID) == 0)
		return &my_events;
	if (strcmp(id, BSN_REPLY_ID) == 0)
		return fleet_wrap_reply(given);
	if (strcmp(id, BSN_CRYPTO_BY_NAME_ID) == 0)
		return fleet_wrap_crypto(given);
	if (strcmp(id, BSN_RUNTIMES_ID) == 0)
		return fleet_wrap_runtimes(given);
	if (strcmp(id, BSN_CONSENSUSES_ID) == 0)
		return fleet_wrap_consensuses(given);
	return given;
}

static void
wrap_tables(const bsn_host *host)
{
	store = bsn_host_store(host);
	fleet_timer = bsn_host_timer(host);
	net = bsn_host_net(host);
	events = bsn_host_events(host);
	wall_clock = bsn_host_clock(host);
	/* Of services that are not there query answers nothing. */
	fleet_copy(&my_store, sizeof(my_store), store);
	my_store.get = store_get;
	my_store.commit = store_commit;
	my_store.writable = store_writable;
	fleet_copy(&my_events, sizeof(my_events), events);
	my_events.block = events_block;
	fleet_copy(&my_clock, sizeof(my_clock), wall_clock);
	my_clock.wall_ms = clock_wall_ms;
	fleet_copy(&my_net, sizeof(my_net), net);
	my_net.send = net_send;
	my_net.broadcast = net_broadcast;
}

const bsn_host *
fleet_wrap_host(const bsn_host *host)
{
	static bsn_host wrapped;

	fleet_host = host;
	fleet_copy(&wrapped, sizeof(wrapped), host);
	wrapped.query = query;
	wrap_tables(host);
	return &wrapped;
}
