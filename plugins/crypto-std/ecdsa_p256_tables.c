/* SPDX-License-Identifier: Apache-2.0 */

/* EC_GROUP_precompute_mult, which nothing in OpenSSL 3 stands for. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "plugins/crypto-std/ecdsa_p256_tables.h"

#include <glib.h>
#include <string.h>

#define POINT_LEN 64
#define UNCOMPRESSED 0x04
/* Others' uses that a busy key outlives. */
#define USES_MAX (8 * P256_TABLE_WORTH)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_GROUP, EC_GROUP_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_POINT, EC_POINT_free)

typedef struct {
	uint8_t public_key[POINT_LEN];
	guint uses; /* less those of other keys since */
	gboolean tried;
	P256Table *table;
} Slot;

static GMutex lock;
static Slot slots[P256_TABLES];

static void
table_clear(gpointer data)
{
	EC_GROUP_free(((P256Table *)data)->group);
}

void
p256_table_unref(P256Table *table)
{
	if (table != NULL)
		g_atomic_rc_box_release_full(table, table_clear);
}

static P256Table *
table_ref(P256Table *table)
{
	return table != NULL ? g_atomic_rc_box_acquire(table) : NULL;
}

/* NULL when it is no point of the curve, or OpenSSL makes no tables. */
static P256Table *
table_new(const EC_GROUP *group, const uint8_t *public_key)
{
	g_autoptr(EC_GROUP) own = EC_GROUP_dup(group);
	g_autoptr(EC_POINT) point = EC_POINT_new(group);
	uint8_t octets[1 + POINT_LEN] = { UNCOMPRESSED };
	P256Table *table;

	memcpy(octets + 1, public_key, POINT_LEN);
	if (own == NULL || point == NULL ||
	    !EC_POINT_oct2point(group, point, octets, sizeof(octets), NULL) ||
	    !EC_GROUP_set_generator(own, point, EC_GROUP_get0_order(group),
				    BN_value_one()) ||
	    !EC_GROUP_precompute_mult(own, NULL) ||
	    !EC_GROUP_have_precompute_mult(own))
		return NULL;
	table = g_atomic_rc_box_new0(P256Table);
	table->group = g_steal_pointer(&own);
	return table;
}

static gboolean
is_of(const Slot *slot, const uint8_t *public_key)
{
	return memcmp(slot->public_key, public_key, POINT_LEN) == 0;
}

/* The slot's key as long as it is used more than others; out: whether this one is
 * to get a table now. */
static P256Table *
count_use(Slot *slot, const uint8_t *public_key, gboolean *worth)
{
	if (!is_of(slot, public_key)) {
		if (slot->uses > 0) {
			slot->uses--;
			return NULL;
		}
		p256_table_unref(slot->table);
		*slot = (Slot){ .uses = 0 };
		memcpy(slot->public_key, public_key, POINT_LEN);
	}
	slot->uses = MIN(slot->uses + 1, USES_MAX);
	*worth = !slot->tried && slot->uses >= P256_TABLE_WORTH;
	slot->tried |= *worth;
	return table_ref(slot->table);
}

P256Table *
p256_table_of(const EC_GROUP *group, const uint8_t *public_key)
{
	Slot *slot = &slots[public_key[0] % P256_TABLES];
	gboolean worth = FALSE;
	P256Table *table;

	g_mutex_lock(&lock);
	table = count_use(slot, public_key, &worth);
	g_mutex_unlock(&lock);
	if (!worth)
		return table;
	table = table_new(group, public_key);
	g_mutex_lock(&lock);
	if (is_of(slot, public_key) && slot->table == NULL)
		slot->table = table_ref(table);
	g_mutex_unlock(&lock);
	return table;
}
