/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/membership.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/net/leaving.h"
#include "plugins/engine-fisco/node-change.h"
#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/precompiled/nodes.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/sink.h"

/* ---- what follows from a list ------------------------------------------- */

static void
take_list(Membership *membership, MemberList *list, guint64 since)
{
	const bsn_slice own =
		bsn_slice_of(membership->own_key, PUBLIC_KEY_LEN);

	member_list_clear(&membership->list);
	membership->list = *list;
	*list = (MemberList){ NULL, NULL };
	membership->since = since;
	membership->n_sealers = 0;
	membership->own_role = MEMBER_NONE;
	membership->own_index = 0;
	g_byte_array_set_size(membership->sealers, 0);
	for (guint i = 0; i < membership->list.members->len; i++) {
		const bsn_member *member =
			member_list_at(&membership->list, i);
		const RlpItem item = rlp_bytes(member->public_key);
		gboolean is_own = bsn_slice_equal(member->public_key, own);

		if (is_own)
			membership->own_role = member->role;
		membership->was_member |= is_own;
		if (member->role != BSN_ROLE_CONSENSUS)
			continue;
		if (is_own)
			membership->own_index = membership->n_sealers;
		membership->n_sealers++;
		rlp_put(membership->sealers, &item);
	}
}

static void
list_of_genesis(const Ledger *ledger, MemberList *list)
{
	const Genesis *genesis = &ledger->genesis;

	list->bytes = NULL;
	list->members = g_array_new(FALSE, FALSE, sizeof(bsn_member));
	g_array_append_vals(list->members, genesis->members,
			    genesis->n_members);
}

int32_t
membership_begin(Ledger *ledger, bsn_err *err)
{
	Membership *membership = &ledger->members;
	bsn_fixed_sink sink =
		bsn_fixed_sink_of(membership->own_key, PUBLIC_KEY_LEN);
	MemberList list;
	int32_t status = services.keys->node_public_key(
		ledger->chain, suite_algorithm(ledger->suite.sm), &sink.sink,
		err);

	if (status != BSN_OK)
		return status;
	membership->sealers = g_byte_array_new();
	list_of_genesis(ledger, &list);
	take_list(membership, &list, 0);
	return suite_address(&ledger->suite,
			     bsn_slice_of(membership->own_key, PUBLIC_KEY_LEN),
			     ledger->sealer_address);
}

void
membership_clear(Membership *membership)
{
	member_list_clear(&membership->list);
	g_clear_pointer(&membership->sealers, g_byte_array_unref);
}

/* ---- history ------------------------------------------------------------- */

/* Records from <= number <= to. */
static int32_t
scan_records(const Ledger *ledger, guint64 from, guint64 to,
	     bsn_scan_sink *sink)
{
	guint8 first[RECORD_KEY_MAX];
	guint8 end[RECORD_KEY_MAX + 1] = { 0 };
	guint first_len = record_key_number(KEY_MEMBERS, from, first);
	guint end_len = record_key_number(KEY_MEMBERS, to, end) + 1;

	return services.store->scan(ledger->chain,
				    bsn_slice_of(first, first_len),
				    bsn_slice_of(end, end_len), 0, sink, NULL);
}

static gboolean
record_number(bsn_slice key, guint64 *number)
{
	if (key.len != 1 + sizeof(*number))
		return FALSE;
	memcpy(number, key.data + 1, sizeof(*number));
	*number = GUINT64_FROM_BE(*number);
	return TRUE;
}

/* The record that holds for a block, and the number of the next one. */
typedef struct {
	bsn_scan_sink sink;
	guint64 number;    /* the block's */
	GByteArray *value; /* empty: the genesis holds */
	guint64 until;
} Lookup;

static int32_t
look_at(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Lookup *lookup = (Lookup *)sink;
	guint64 number;

	if (!record_number(key, &number))
		return BSN_E_CORRUPT;
	if (number > lookup->number) {
		lookup->until = MIN(lookup->until, number);
		return BSN_OK;
	}
	g_byte_array_set_size(lookup->value, 0);
	g_byte_array_append(lookup->value, value.data, (guint)value.len);
	return BSN_OK;
}

static int32_t
list_at(const Ledger *ledger, guint64 number, guint64 known, MemberList *list,
	guint64 *until)
{
	Lookup lookup = { { look_at }, number, NULL, known + 1 };
	int32_t status;

	lookup.value = g_byte_array_new();
	status = scan_records(ledger, 0, known, &lookup.sink);
	*until = lookup.until;
	if (status == BSN_OK && lookup.value->len > 0)
		status = member_list_read(buffer_slice(lookup.value),
					  suite_algorithm(ledger->suite.sm),
					  list);
	else if (status == BSN_OK)
		list_of_genesis(ledger, list);
	g_byte_array_unref(lookup.value);
	return status;
}

/* Those after the block after the head are not known. */
int32_t
membership_at(const Ledger *ledger, guint64 number, MemberList *list,
	      guint64 *until)
{
	const guint64 known = ledger->head.number + 1;

	return number > known
		       ? BSN_NOT_FOUND
		       : list_at(ledger, number, known, list, until);
}

int32_t
membership_ahead(const Ledger *ledger, guint64 number, MemberList *list)
{
	guint64 until;

	return list_at(ledger, number, number, list, &until);
}

typedef struct {
	bsn_scan_sink sink;
	Ledger *ledger;
} Replay;

static int32_t
replay_record(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Ledger *ledger = ((Replay *)sink)->ledger;
	g_auto(MemberList) list = { NULL, NULL };
	guint64 number;
	int32_t status;

	if (!record_number(key, &number))
		return BSN_E_CORRUPT;
	status = member_list_read(value, suite_algorithm(ledger->suite.sm),
				  &list);
	if (status == BSN_OK)
		take_list(&ledger->members, &list, number);
	return status;
}

int32_t
membership_load(Ledger *ledger, bsn_err *err)
{
	Replay replay = { { replay_record }, ledger };
	int32_t status =
		scan_records(ledger, 0, ledger->head.number + 1, &replay.sink);

	if (status != BSN_OK)
		return bsn_fail(err, status,
				"the chain's members cannot be read");
	return BSN_OK;
}

/* ---- a block that changes them ------------------------------------------- */

bsn_slice
membership_changed(const GArray *changes)
{
	const StateKey key = nodes_key();
	const OverlayChange *change =
		overlay_change_of(changes, state_key_slice(&key));

	return change != NULL ? change->value : bsn_slice_of(NULL, 0);
}

void
membership_put_list(bsn_slice list, guint64 number, Batch *batch)
{
	guint8 key[RECORD_KEY_MAX];
	guint len = record_key_number(KEY_MEMBERS, number, key);

	batch_put(batch, bsn_slice_of(key, len), list);
}

void
membership_put(const GArray *changes, guint64 number, Batch *batch)
{
	bsn_slice list = membership_changed(changes);

	if (list.len > 0)
		membership_put_list(list, number + 1, batch);
}

/* The members are the chain's decision: nobody here can refuse them, so that
 * what goes wrong is for the log. */
static void
complain(const Ledger *ledger, const char *who, const bsn_err *err)
{
	services_log(ledger->chain, BSN_LOG_ERROR,
		     "%s does not take the members from block "
		     "%" G_GUINT64_FORMAT " on: %s",
		     who, ledger->members.since, err->reason);
}

static void
tell_members(Ledger *ledger)
{
	const Membership *membership = &ledger->members;
	const GArray *members = membership->list.members;
	const bsn_member *first = (const bsn_member *)(void *)members->data;
	bsn_err err = BSN_ERR_INIT;

	if (leaving_set_members(ledger) != BSN_OK)
		complain(ledger, "the transport", &err);
	if (BSN_HAS(ledger->consensus, set_members) &&
	    ledger->consensus->set_members(ledger->agreement,
					   membership->since, first,
					   members->len, &err) != BSN_OK)
		complain(ledger, ledger->consensus->name, &err);
}

static gboolean
is_stranger(gpointer key, gpointer value, gpointer data)
{
	const MemberList *list = data;

	return member_list_find(list, bytes_slice(key)) == list->members->len;
}

static void
forget_strangers(Ledger *ledger)
{
	(void)g_hash_table_foreach_remove(ledger->reachable, is_stranger,
					  &ledger->members.list);
}

void
membership_follow(Ledger *ledger, const GArray *changes, guint64 number)
{
	g_auto(MemberList) list = { NULL, NULL };
	bsn_slice bytes = membership_changed(changes);
	const char *before = membership_own_word(ledger);
	const char *now;

	if (bytes.len == 0 ||
	    member_list_read(bytes, suite_algorithm(ledger->suite.sm),
			     &list) != BSN_OK)
		return;
	leaving_begin(ledger, &list, number, ledger->head.hash);
	take_list(&ledger->members, &list, number + 1);
	now = membership_own_word(ledger);
	if (strcmp(before, now) != 0)
		services_log(ledger->chain, BSN_LOG_INFO,
			     "this node was \"%s\" and is \"%s\" from block "
			     "%" G_GUINT64_FORMAT " on",
			     before, now, number + 1);
	forget_strangers(ledger);
	tell_members(ledger);
}

int32_t
membership_jump(Ledger *ledger, bsn_err *err)
{
	const guint64 since = ledger->members.since;
	int32_t status = membership_load(ledger, err);

	if (status != BSN_OK || ledger->members.since == since)
		return status;
	forget_strangers(ledger);
	tell_members(ledger);
	return BSN_OK;
}

/* ---- getters ------------------------------------------------------------- */

const char *
membership_own_word(const Ledger *ledger)
{
	const Membership *membership = &ledger->members;

	if (membership->own_role == MEMBER_NONE && membership->was_member)
		return "removed";
	return node_role_word(membership->own_role);
}

const bsn_member *
membership_sealer(const Ledger *ledger, guint64 index)
{
	const MemberList *list = &ledger->members.list;

	for (guint i = 0; i < list->members->len; i++) {
		const bsn_member *member = member_list_at(list, i);

		if (member->role == BSN_ROLE_CONSENSUS && index-- == 0)
			return member;
	}
	return NULL;
}
