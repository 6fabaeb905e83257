/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/members/agreement.h"

#include <string.h>

#include "bsn/agreement.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/kit/sink.h"

/* No member at all. */
#define ROLE_NONE 0u

/* ---- words ---- */

static const char *const roles[] = {
	[ROLE_NONE] = "none",
	[BSN_ROLE_CONSENSUS] = "consensus",
	[BSN_ROLE_OBSERVER] = "observer",
};

gboolean
member_role_read(const char *word, guint32 *role)
{
	for (guint32 i = 0; i < G_N_ELEMENTS(roles); i++)
		if (strcmp(word, roles[i]) == 0) {
			*role = i;
			return TRUE;
		}
	return FALSE;
}

const char *
member_role_word(guint32 role)
{
	return role < G_N_ELEMENTS(roles) ? roles[role] : "unknown";
}

/* ---- to bytes ---- */

static gint
compare_members(gconstpointer a, gconstpointer b)
{
	const bsn_member *const *left = a;
	const bsn_member *const *right = b;

	return slice_compare((*left)->public_key, (*right)->public_key);
}

static Bsn__Member *
member_message(Arena *arena, const bsn_member *member)
{
	Bsn__Member *message = arena_room(arena, sizeof(*message));

	bsn__member__init(message);
	message->public_key = message_bytes(member->public_key);
	message->role = member->role;
	message->name =
		arena_copy(arena, member->name.data, (gsize)member->name.len);
	message->address = arena_copy(arena, member->address.data,
				      (gsize)member->address.len);
	return message;
}

void
agreement_put(GByteArray *out, bsn_slice settings, const bsn_member *members,
	      guint64 n)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	Bsn__Agreement message = BSN__AGREEMENT__INIT;

	for (guint64 i = 0; i < n; i++)
		/* The first one's size is the stride. */
		g_ptr_array_add(sorted, (guint8 *)members + i * members->size);
	g_ptr_array_sort(sorted, compare_members);
	message.settings = message_bytes(settings);
	message.members =
		arena_room(&arena, sorted->len * sizeof(*message.members));
	for (guint i = 0; i < sorted->len; i++)
		message.members[message.n_members++] =
			member_message(&arena, sorted->pdata[i]);
	message_append(out, &message);
}

/* ---- from bytes ---- */

static int32_t
check_member(const Bsn__Agreement *agreement, gsize i, bsn_err *err)
{
	const Bsn__Member *member = agreement->members[i];
	const bsn_slice key = message_slice(member->public_key);

	if (key.len != PUBLIC_KEY_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"node %zu: its public key has %u bytes", i,
				PUBLIC_KEY_LEN);
	if (i > 0 &&
	    slice_compare(message_slice(agreement->members[i - 1]->public_key),
			  key) >= 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"node %zu: nodes stand in the order of their "
				"keys, each once",
				i);
	if (member->role != BSN_ROLE_CONSENSUS &&
	    member->role != BSN_ROLE_OBSERVER)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"node %zu: there is no role %u", i,
				member->role);
	if (strlen(member->name) > MEMBER_TEXT_MAX ||
	    strlen(member->address) > MEMBER_TEXT_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"node %zu: name and address have at most %u "
				"bytes",
				i, MEMBER_TEXT_MAX);
	return BSN_OK;
}

static int32_t
check_agreement(const Bsn__Agreement *agreement, bsn_err *err)
{
	int32_t status = BSN_OK;

	if (agreement->n_members > MEMBERS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a channel has at most %u nodes", MEMBERS_MAX);
	if (agreement->settings.len > AGREEMENT_SETTINGS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"settings of a consensus have at most %u bytes",
				AGREEMENT_SETTINGS_MAX);
	for (gsize i = 0; status == BSN_OK && i < agreement->n_members; i++)
		status = check_member(agreement, i, err);
	return status;
}

/* Takes the next bytes of the memory. */
static bsn_slice
take(const guint8 **at, gsize len)
{
	const bsn_slice slice = { *at, len };

	if (len > 0)
		*at += len;
	return slice;
}

static GBytes *
lay_out(const Bsn__Agreement *agreement)
{
	GByteArray *memory = g_byte_array_new();

	g_byte_array_append(memory, agreement->settings.data,
			    (guint)agreement->settings.len);
	for (gsize i = 0; i < agreement->n_members; i++) {
		const Bsn__Member *member = agreement->members[i];

		g_byte_array_append(memory, member->public_key.data,
				    PUBLIC_KEY_LEN);
		g_byte_array_append(memory, (const guint8 *)member->name,
				    (guint)strlen(member->name));
		g_byte_array_append(memory, (const guint8 *)member->address,
				    (guint)strlen(member->address));
	}
	return g_byte_array_free_to_bytes(memory);
}

static void
add_member(Members *members, const bsn_member *member)
{
	g_array_append_val(members->list, *member);
	g_hash_table_insert(
		members->by_key,
		g_bytes_new(member->public_key.data, PUBLIC_KEY_LEN),
		GUINT_TO_POINTER(members->list->len));
}

static void
fill_members(Members *members, const Suite *suite,
	     const Bsn__Agreement *agreement)
{
	const guint8 *at;

	members->memory = lay_out(agreement);
	members->list = g_array_new(FALSE, FALSE, sizeof(bsn_member));
	members->by_key =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				      (GDestroyNotify)g_bytes_unref, NULL);
	at = g_bytes_get_data(members->memory, NULL);
	members->settings = take(&at, agreement->settings.len);
	for (gsize i = 0; i < agreement->n_members; i++) {
		const Bsn__Member *message = agreement->members[i];
		bsn_member member = {
			.size = sizeof(member),
			.role = message->role,
			.algorithm = suite->algorithm,
		};

		member.public_key = take(&at, PUBLIC_KEY_LEN);
		member.name = take(&at, strlen(message->name));
		member.address = take(&at, strlen(message->address));
		add_member(members, &member);
	}
}

int32_t
agreement_read(const Suite *suite, bsn_slice bytes, Members *members,
	       bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	const Bsn__Agreement *agreement = message_unpack(
		&arena, &bsn__agreement__descriptor, bytes, &status, err);

	if (agreement == NULL)
		return status;
	status = check_agreement(agreement, err);
	if (status == BSN_OK)
		fill_members(members, suite, agreement);
	return status;
}

void
members_clear(Members *members)
{
	g_clear_pointer(&members->list, g_array_unref);
	g_clear_pointer(&members->by_key, g_hash_table_unref);
	g_clear_pointer(&members->memory, g_bytes_unref);
	members->settings = bsn_slice_of(NULL, 0);
}

const bsn_member *
members_lookup(const Members *members, bsn_slice public_key)
{
	g_autoptr(GBytes) key =
		g_bytes_new_static(public_key.data, (gsize)public_key.len);
	const guint place = GPOINTER_TO_UINT(
		members->by_key != NULL
			? g_hash_table_lookup(members->by_key, key)
			: NULL);

	return place > 0 ? members_at(members, place - 1) : NULL;
}

guint
members_agreeing(const Members *members)
{
	guint n = 0;

	for (guint i = 0; i < members->list->len; i++)
		n += members_at(members, i)->role == BSN_ROLE_CONSENSUS;
	return n;
}

/* ---- from one config to the next ---- */

/* Nodes that agree by `a` and not by `b`. */
static guint
count_missing(const Members *a, const Members *b)
{
	guint n = 0;

	for (guint i = 0; i < a->list->len; i++) {
		const bsn_member *member = members_at(a, i);
		const bsn_member *other = members_lookup(b, member->public_key);

		n += member->role == BSN_ROLE_CONSENSUS &&
		     (other == NULL || other->role != BSN_ROLE_CONSENSUS);
	}
	return n;
}

static int32_t
check_sizes(const bsn_consensus *consensus, const Members *after, bsn_err *err)
{
	const guint n = members_agreeing(after);
	bsn_err why = BSN_ERR_INIT;

	if (n == 0)
		return bsn_fail(err, BSN_CONFLICT,
				"this is the last consensus node: without it "
				"the chain would never make another block");
	if (!BSN_HAS(consensus, set_members))
		return bsn_fail(err, BSN_CONFLICT,
				"the chain agrees by %s, which keeps the nodes "
				"that it began with",
				consensus->name);
	if (consensus->check_config(after->settings, n, &why) == BSN_OK)
		return BSN_OK;
	return bsn_fail(err, BSN_CONFLICT,
			"the chain's consensus does not run with %u consensus "
			"nodes: %s",
			n, why.reason);
}

int32_t
agreement_follows(const bsn_consensus *consensus, const Members *before,
		  const Members *after, bsn_err *err)
{
	const guint changed =
		count_missing(before, after) + count_missing(after, before);

	if (!bsn_slice_equal(before->settings, after->settings))
		return bsn_fail(err, BSN_CONFLICT,
				"the consensus's settings cannot change");
	if (changed == 0)
		return BSN_OK;
	if (changed > 1 && members_agreeing(after) > 0)
		return bsn_fail(err, BSN_CONFLICT,
				"one change has one consensus node come or go, "
				"so that those before and after it always "
				"share a quorum's node; this has %u",
				changed);
	return check_sizes(consensus, after, err);
}
