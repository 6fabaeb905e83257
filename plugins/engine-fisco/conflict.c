/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/conflict.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/precompiled/parallel-config.h"
#include "plugins/engine-fisco/table.h"

#define SELECTOR_BYTES 4u
#define WORD 32u
/* Arguments that are looked at for addresses. */
#define GUESSED_MAX 6u
/* Bytes of an argument that tell it from others: a transaction's arguments may
 * all be one long string. */
#define ARGUMENT_BYTES_MAX 64u
/* Slots for a transaction, to begin with. */
#define SLOTS_EACH 4u
#define FIRST_CHECK 64u

/* What a key is of; the same bytes are other keys then. */
typedef enum { KEY_ACCOUNT = 1, KEY_ARGUMENT, KEY_MEETING } KeyKind;

/* Who has a key, by its hash alone. Owners meet each other; guests meet owners
 * only. */
typedef struct {
	guint64 key;  /* 0: a free slot */
	guint owner;  /* 1 + the last one; 0: none */
	guint guests; /* 1 + the last one's place in Grouping.guests */
} KeySlot;

typedef struct {
	guint tx;
	guint before; /* 1 + the place of the one before it */
} Guest;

typedef struct {
	KeySlot *slots; /* a power of two */
	guint n_slots, n_keys;
	GArray *guests; /* Guest */
	guint *leader;  /* union-find, by transaction */
	guint *size;    /* of the group, at its leader */
	guint largest;
	const Tx *asked; /* what is_declared was asked for last, */
	gboolean declared;
	guint64 criticals; /* and what it said */
} Grouping;

/* ---- groups ------------------------------------------------------------- */

static guint
find_leader(const Grouping *grouping, guint i)
{
	while (grouping->leader[i] != i) {
		grouping->leader[i] = grouping->leader[grouping->leader[i]];
		i = grouping->leader[i];
	}
	return i;
}

/* The earlier one leads. */
static void
join(Grouping *grouping, guint a, guint b)
{
	guint one = find_leader(grouping, a);
	guint other = find_leader(grouping, b);
	guint first = MIN(one, other);

	if (one == other)
		return;
	grouping->leader[MAX(one, other)] = first;
	grouping->size[first] = grouping->size[one] + grouping->size[other];
	grouping->largest = MAX(grouping->largest, grouping->size[first]);
}

/* ---- keys --------------------------------------------------------------- */

static KeySlot *
slot_of(const Grouping *grouping, guint64 key)
{
	guint mask = grouping->n_slots - 1;
	guint at = (guint)key & mask;

	while (grouping->slots[at].key != 0 && grouping->slots[at].key != key)
		at = (at + 1) & mask;
	return &grouping->slots[at];
}

static void
grow(Grouping *grouping)
{
	g_autofree KeySlot *old = grouping->slots;
	guint n = grouping->n_slots;

	grouping->n_slots = 2 * n;
	grouping->slots = g_new0(KeySlot, grouping->n_slots);
	for (guint i = 0; i < n; i++)
		if (old[i].key != 0)
			*slot_of(grouping, old[i].key) = old[i];
}

static KeySlot *
key_slot(Grouping *grouping, guint64 key)
{
	KeySlot *slot;

	if (2 * grouping->n_keys >= grouping->n_slots)
		grow(grouping);
	slot = slot_of(grouping, key);
	grouping->n_keys += slot->key == 0;
	slot->key = key;
	return slot;
}

static guint64
key_of(KeyKind kind, const guint8 *address, bsn_slice rest)
{
	guint64 key = table_hash64(table_hash64((guint64)kind, address,
						ADDRESS_LEN),
				   rest.data, rest.len);

	return key != 0 ? key : 1;
}

static void
own(Grouping *grouping, guint64 key, guint i)
{
	KeySlot *slot = key_slot(grouping, key);
	const Guest *guest;

	if (slot->owner != 0)
		join(grouping, slot->owner - 1, i);
	slot->owner = i + 1;
	for (; slot->guests != 0; slot->guests = guest->before) {
		guest = &g_array_index(grouping->guests, Guest,
				       slot->guests - 1);
		join(grouping, guest->tx, i);
	}
}

static void
visit(Grouping *grouping, guint64 key, guint i)
{
	KeySlot *slot = key_slot(grouping, key);
	const Guest guest = { i, slot->guests };

	if (slot->owner != 0) {
		join(grouping, slot->owner - 1, i);
		return;
	}
	g_array_append_val(grouping->guests, guest);
	slot->guests = grouping->guests->len;
}

/* ---- arguments ---------------------------------------------------------- */

/* The 64-bit number in a word of the arguments. */
static gboolean
read_number(bsn_slice args, guint64 at, guint64 *number)
{
	static const guint8 zeros[WORD - sizeof(*number)];
	guint64 big_endian;

	if (at > args.len || args.len - at < WORD ||
	    memcmp(args.data + at, zeros, sizeof(zeros)) != 0)
		return FALSE;
	memcpy(&big_endian, args.data + at + sizeof(zeros),
	       sizeof(big_endian));
	*number = GUINT64_FROM_BE(big_endian);
	return TRUE;
}

/* An argument's bytes. Its type is not known: a word that may be the offset of
 * a string is taken for one. */
static bsn_slice
argument(bsn_slice args, guint64 index)
{
	guint64 offset, len;

	if (read_number(args, index * WORD, &offset) && offset > 0 &&
	    offset % WORD == 0 && read_number(args, offset, &len) &&
	    len <= args.len - offset - WORD)
		return bsn_slice_of(args.data + offset + WORD,
				    MIN(len, ARGUMENT_BYTES_MAX));
	return bsn_slice_of(args.data + index * WORD, WORD);
}

static guint64
argument_key(const Tx *tx, bsn_slice value)
{
	return key_of(KEY_ARGUMENT, tx->to.data, value);
}

/* Zeros before it, and more than a small number. */
static gboolean
looks_like_address(const guint8 *word)
{
	static const guint8 zeros[WORD];

	return memcmp(word, zeros, WORD - ADDRESS_LEN) == 0 &&
	       memcmp(word + WORD - ADDRESS_LEN, zeros, 8) != 0;
}

/* A contract of payments by address pays from whoever calls it, one by name from
 * its first argument to the others. */
static void
add_guessed(Grouping *grouping, const Tx *tx, bsn_slice args, guint i)
{
	const guint skip = WORD - ADDRESS_LEN;

	for (guint64 at = 0; at < MIN(args.len / WORD, GUESSED_MAX); at++) {
		const guint8 *word = args.data + at * WORD;
		bsn_slice value = argument(args, at);

		if (looks_like_address(word))
			own(grouping,
			    argument_key(tx, bsn_slice_of(word + skip,
							  ADDRESS_LEN)),
			    i);
		else if (value.data != word && at == 0)
			own(grouping, argument_key(tx, value), i);
		else if (value.data != word)
			visit(grouping, argument_key(tx, value), i);
	}
	visit(grouping,
	      argument_key(tx, bsn_slice_of(tx->sender, ADDRESS_LEN)), i);
}

/* Whether a call's function was declared to be parallel. Often it is that of
 * the call before. */
static gboolean
is_declared(Grouping *grouping, Overlay *state, const Tx *tx)
{
	const Tx *asked = grouping->asked;

	if (asked != NULL &&
	    memcmp(asked->to.data, tx->to.data, ADDRESS_LEN) == 0 &&
	    memcmp(asked->data.data, tx->data.data, SELECTOR_BYTES) == 0)
		return grouping->declared;
	grouping->asked = tx;
	grouping->declared =
		parallel_config_load(state, tx->to.data, tx->data.data,
				     &grouping->criticals) == BSN_OK;
	return grouping->declared;
}

static void
add_call(Grouping *grouping, Overlay *state, const Tx *tx, guint i)
{
	bsn_slice args;

	if (tx->to.len != ADDRESS_LEN || tx->data.len < SELECTOR_BYTES)
		return;
	args = bsn_slice_of(tx->data.data + SELECTOR_BYTES,
			    tx->data.len - SELECTOR_BYTES);
	if (!is_declared(grouping, state, tx)) {
		add_guessed(grouping, tx, args, i);
		return;
	}
	for (guint64 at = 0;
	     at < MIN(grouping->criticals, args.len / WORD); at++)
		own(grouping, argument_key(tx, argument(args, at)), i);
}

/* ---- accounts ----------------------------------------------------------- */

/* Whether it matters to a transaction what others its sender sends: it names a
 * nonce, its contract's address comes of one, or it takes from the balance. */
static gboolean
needs_sender(const Tx *tx)
{
	return tx_is_ethereum(tx) || tx->to.len != ADDRESS_LEN ||
	       tx->value.len > 0;
}

static void
add_accounts(Grouping *grouping, const Tx *tx, guint i)
{
	const bsn_slice none = bsn_slice_of(NULL, 0);

	if (needs_sender(tx))
		own(grouping, key_of(KEY_ACCOUNT, tx->sender, none), i);
	if (tx->value.len > 0 && tx->to.len == ADDRESS_LEN)
		visit(grouping, key_of(KEY_ACCOUNT, tx->to.data, none), i);
}

static void
add_tx(Grouping *grouping, Overlay *state, const Pace *pace, const Tx *tx,
       guint i)
{
	grouping->leader[i] = i;
	grouping->size[i] = 1;
	add_accounts(grouping, tx, i);
	add_call(grouping, state, tx, i);
	if (pace_meets(pace, tx))
		own(grouping, KEY_MEETING, i);
}

/* ---- how many ----------------------------------------------------------- */

/* Whether two workers would be done in less than 5/8 of the time of one. */
static gboolean
is_shareable(const Grouping *grouping, guint n)
{
	return n > 1 && 8 * (guint64)MAX(grouping->largest, 1) <= 5 * (guint64)n;
}

guint
conflict_group(Overlay *state, const Pace *pace, Tx *const *txs, guint n,
	       guint *leader)
{
	g_autofree guint *size = g_new(guint, n);
	g_autoptr(GArray) guests = g_array_new(FALSE, FALSE, sizeof(Guest));
	Grouping grouping = { .guests = guests,
			      .leader = leader,
			      .size = size,
			      .n_slots = SLOTS_EACH };
	guint check = FIRST_CHECK;
	guint fit = 0;
	guint i = 0;

	while (grouping.n_slots < SLOTS_EACH * n)
		grouping.n_slots *= 2;
	grouping.slots = g_new0(KeySlot, grouping.n_slots);
	while (i < n) {
		add_tx(&grouping, state, pace, txs[i], i);
		i++;
		if (i != check && i != n)
			continue;
		if (is_shareable(&grouping, i))
			fit = i;
		else if (i >= CONFLICT_LOOK)
			break;
		check *= 2;
	}
	g_free(grouping.slots);
	/* Those after it have joined what is apart without them. */
	if (fit > 0 && fit < i)
		return conflict_group(state, pace, txs, fit, leader);
	for (i = 0; i < fit; i++)
		leader[i] = find_leader(&grouping, i);
	return fit;
}
