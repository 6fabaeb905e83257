/* SPDX-License-Identifier: Apache-2.0 */
#include "host/peer/gate.h"

#include <string.h>

#include "host/peer/budget.h"

/* How often what need not be remembered is forgotten. */
#define SWEEP_US G_USEC_PER_SEC

typedef struct {
	guint8 network[16];
	guint inside;
	Budget budget;
} GateAddress;

struct Gate {
	guint at_once, inside;
	BudgetRule rule, address_rule;
	Budget budget;
	gint64 swept;
	GHashTable *addresses; /* GateAddress by its network */
};

static guint
hash_network(gconstpointer key)
{
	guint32 words[4];

	memcpy(words, key, sizeof(words));
	return (words[0] * 31 + words[1]) * 31 + words[2] * 31 + words[3];
}

static gboolean
equal_networks(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, 16) == 0;
}

static guint
half(guint n)
{
	return MAX(n / 2, 1);
}

Gate *
gate_new(guint at_once, guint per_s)
{
	Gate *gate = g_new0(Gate, 1);

	gate->at_once = at_once;
	gate->rule = (BudgetRule){ per_s, per_s };
	gate->address_rule = (BudgetRule){ half(per_s), half(per_s) };
	budget_init(&gate->budget, gate->rule, 0);
	gate->addresses = g_hash_table_new_full(hash_network, equal_networks,
						NULL, g_free);
	return gate;
}

void
gate_free(Gate *gate)
{
	if (gate == NULL)
		return;
	g_hash_table_unref(gate->addresses);
	g_free(gate);
}

/* IPv4 addresses stand for themselves, IPv6 for their /64: a host has one. */
static void
find_network(const guint8 address[16], guint8 network[16])
{
	static const guint8 v4_prefix[12] = { 0, 0, 0, 0, 0,	0,
					      0, 0, 0, 0, 0xff, 0xff };

	memcpy(network, address, 16);
	if (memcmp(address, v4_prefix, sizeof(v4_prefix)) != 0)
		memset(network + 8, 0, 8);
}

static gboolean
is_forgettable(gpointer key, gpointer value, gpointer data)
{
	const struct {
		const Gate *gate;
		gint64 now;
	} *at = data;
	GateAddress *address = value;
	const BudgetRule rule = at->gate->address_rule;

	return address->inside == 0 &&
	       budget_refill(&address->budget, rule, at->now) >= rule.burst;
}

static void
sweep(Gate *gate, gint64 now)
{
	struct {
		const Gate *gate;
		gint64 now;
	} at = { gate, now };

	if (now - gate->swept < SWEEP_US)
		return;
	gate->swept = now;
	g_hash_table_foreach_remove(gate->addresses, is_forgettable, &at);
}

static GateAddress *
address_of(Gate *gate, const guint8 network[16], gint64 now)
{
	GateAddress *address = g_hash_table_lookup(gate->addresses, network);

	if (address != NULL)
		return address;
	address = g_new0(GateAddress, 1);
	memcpy(address->network, network, sizeof(address->network));
	budget_init(&address->budget, gate->address_rule, now);
	g_hash_table_insert(gate->addresses, address->network, address);
	return address;
}

GateVerdict
gate_enter(Gate *gate, const guint8 bytes[16], gint64 now)
{
	guint8 network[16];
	GateAddress *address;

	sweep(gate, now);
	if (budget_refill(&gate->budget, gate->rule, now) < 1)
		return GATE_TOO_FAST;
	find_network(bytes, network);
	address = g_hash_table_lookup(gate->addresses, network);
	if (address != NULL && address->inside >= half(gate->at_once))
		return GATE_CROWD;
	if (gate->inside >= gate->at_once)
		return GATE_FULL;
	address = address_of(gate, network, now);
	if (!budget_take(&address->budget, gate->address_rule, 1, now))
		return GATE_TOO_FAST;
	budget_take(&gate->budget, gate->rule, 1, now);
	address->inside++;
	gate->inside++;
	return GATE_OPEN;
}

void
gate_leave(Gate *gate, const guint8 bytes[16])
{
	guint8 network[16];
	GateAddress *address;

	find_network(bytes, network);
	address = g_hash_table_lookup(gate->addresses, network);
	if (address == NULL || address->inside == 0)
		return;
	address->inside--;
	gate->inside--;
}

guint
gate_inside(const Gate *gate)
{
	return gate->inside;
}

guint
gate_remembered(const Gate *gate)
{
	return g_hash_table_size(gate->addresses);
}
