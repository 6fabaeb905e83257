/* SPDX-License-Identifier: Apache-2.0
 *
 * $member: the chain's nodes, changed by the votes of those that agree on blocks.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/args.h"
#include "plugins/engine-xuper/kernel/votes.h"
#include "plugins/kit/hex.h"

/* ---- what is asked for ------------------------------------------------- */

/* A change. */
typedef struct {
	char address[ADDRESS_MAX]; /* of the node */
	Member member;             /* as it is to be */
	gboolean gone;             /* role none */
	gboolean force;
} Change;

static void
change_clear(Change *change)
{
	member_clear(&change->member);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Change, change_clear)

static gboolean
read_key(const KernelCall *call, Change *change, bsn_err *err)
{
	bsn_slice text = kernel_arg(call, "public_key");
	guint8 key[PUBLIC_KEY_LEN];
	g_autofree char *hex = NULL;

	if (!hex_decode_fixed((const char *)text.data, text.len, key,
			      sizeof(key))) {
		bsn_fail(err, BSN_BAD_REQUEST,
			 "the argument public_key must be the 64 bytes X || Y "
			 "in hex");
		return FALSE;
	}
	hex = hex_encode(bsn_slice_of(key, sizeof(key)));
	g_strlcpy(change->member.public_key, hex,
		  sizeof(change->member.public_key));
	address_of(sandbox_env(call->box)->suite, key, change->address);
	return TRUE;
}

static gboolean
read_role(const KernelCall *call, Change *change, bsn_err *err)
{
	bsn_slice role = kernel_arg(call, "role");

	change->gone = bsn_slice_equal(role, bsn_slice_str("none"));
	change->member.validates =
		bsn_slice_equal(role, bsn_slice_str("consensus"));
	if (change->gone || change->member.validates ||
	    bsn_slice_equal(role, bsn_slice_str("observer")))
		return TRUE;
	bsn_fail(err, BSN_BAD_REQUEST,
		 "the argument role must be consensus, observer or none");
	return FALSE;
}

static gboolean
read_force(const KernelCall *call, Change *change, bsn_err *err)
{
	bsn_slice force = kernel_arg(call, "force");

	change->force = bsn_slice_equal(force, bsn_slice_str("true"));
	if (change->force || force.len == 0 ||
	    bsn_slice_equal(force, bsn_slice_str("false")))
		return TRUE;
	bsn_fail(err, BSN_BAD_REQUEST,
		 "the argument force must be true or false");
	return FALSE;
}

/* What is not given stays as it is. */
static char *
read_word(const KernelCall *call, const char *name, const char *before,
	  bsn_err *err)
{
	if (kernel_arg(call, name).len == 0)
		return g_strdup(before != NULL ? before : "");
	return arg_text(call, name, MEMBER_TEXT_MAX, err);
}

static int32_t
read_change(const KernelCall *call, Change *change, bsn_err *err)
{
	g_auto(Member) before = { 0 };
	int32_t status;

	memset(change, 0, sizeof(*change));
	if (!read_key(call, change, err) || !read_role(call, change, err) ||
	    !read_force(call, change, err))
		return BSN_BAD_REQUEST;
	status = member_read(call->box, change->address, &before, err);
	if (status == BSN_NOT_FOUND && change->gone)
		return bsn_fail(err, status,
				"the chain has no such member");
	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	change->member.name = read_word(call, "name", before.name, err);
	change->member.address =
		read_word(call, "address", before.address, err);
	return change->member.name != NULL && change->member.address != NULL
		       ? BSN_OK
		       : BSN_BAD_REQUEST;
}

/* The change as a text: votes are for exactly this. */
static char *
change_text(const Change *change)
{
	g_autofree char *member = member_text(&change->member);
	g_autoptr(json_t) json = json_loads(member, 0, NULL);

	if (change->gone)
		json_object_set_new(json, "role", json_string("none"));
	if (change->force)
		json_object_set_new(json, "force", json_true());
	return value_text(json);
}

/* ---- whether it may be ------------------------------------------------- */

/* Who would agree on blocks afterwards: a new array. Candidates of tdpos are
 * elected, whoever is none any more leaves at once. */
static json_t *
validators_after(const Terms *terms, const Change *change)
{
	json_t *after = json_copy(terms->validators);
	gssize place = terms_find(after, change->address);
	gboolean elected = strcmp(terms->protocol, "tdpos") == 0;
	gboolean validates = change->member.validates && !change->gone;

	if (place >= 0 && !validates)
		json_array_remove(after, (gsize)place);
	else if (place < 0 && validates && !elected)
		json_array_append_new(after, json_string(change->address));
	return after;
}

static int32_t
check_validators(const Terms *terms, const json_t *after, gboolean force,
		 bsn_err *err)
{
	gsize n = json_array_size(after);
	gsize before = json_array_size(terms->validators);
	int32_t status;

	if (n == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"it is the last member that agrees on blocks");
	status = protocol_check(terms->protocol, terms->config, n, err);
	if (status != BSN_OK)
		return status;
	if (n < before && n < VALIDATORS_SAFE && !force)
		return bsn_fail(err, BSN_DENIED,
				"only %u members would be left to agree on "
				"blocks, and the chain would stop with any of "
				"them: force=true does it all the same",
				(guint)n);
	return BSN_OK;
}

static int32_t
check_room(const KernelCall *call, const Change *change, bsn_err *err)
{
	g_autoptr(GPtrArray) entries = value_entries_new();
	gboolean more = FALSE;
	int32_t status;

	status = value_scan(call->box, BUCKET_MEMBER, "", MEMBERS_MAX - 1,
			    entries, &more, err);
	if (status == BSN_OK && more)
		return bsn_fail(err, BSN_FULL,
				"a chain has at most %u members; %s would be "
				"one more",
				MEMBERS_MAX, change->address);
	return status;
}

/* Whether something would be another after it. */
static int32_t
check_news(const KernelCall *call, const Change *change, const Terms *terms,
	   const json_t *after, bsn_err *err)
{
	g_auto(Member) before = { 0 };
	g_autofree char *old = NULL;
	g_autofree char *new = NULL;
	int32_t status = member_read(call->box, change->address, &before, err);

	if (status == BSN_NOT_FOUND)
		return check_room(call, change, err);
	if (status != BSN_OK || change->gone ||
	    !json_equal(terms->validators, after))
		return status;
	old = member_text(&before);
	new = member_text(&change->member);
	return strcmp(old, new) != 0
		       ? BSN_OK
		       : bsn_fail(err, BSN_DUPLICATE,
				  "the member is like that already");
}

/* ---- set --------------------------------------------------------------- */

static int32_t
apply(KernelCall *call, const Change *change, const Terms *terms,
      const json_t *after, bsn_err *err)
{
	int32_t status =
		change->gone
			? value_delete(call->box, BUCKET_MEMBER,
				       change->address, err)
			: member_write(call->box, change->address,
				       &change->member, err);

	if (status == BSN_OK && !json_equal(terms->validators, after))
		status = terms_write(call->box, terms->protocol, terms->config,
				     after, err);
	return status;
}

static int32_t
set(KernelCall *call, bsn_err *err)
{
	g_auto(Change) change = { 0 };
	g_auto(Terms) terms = { 0 };
	g_autoptr(json_t) after = NULL;
	g_autoptr(json_t) answer = NULL;
	g_autofree char *text = NULL;
	Votes votes;
	int32_t status = terms_read(call->box, &terms, err);

	if (status == BSN_OK)
		status = read_change(call, &change, err);
	if (status != BSN_OK)
		return status;
	after = validators_after(&terms, &change);
	status = check_news(call, &change, &terms, after, err);
	if (status == BSN_OK)
		status = check_validators(&terms, after, change.force, err);
	if (status != BSN_OK)
		return status;
	text = change_text(&change);
	status = votes_cast(call->box, change.address, text, terms.validators,
			    &votes, err);
	if (status == BSN_OK && votes.have >= votes.need)
		status = apply(call, &change, &terms, after, err);
	answer = json_pack("{s:b, s:I, s:I}", "applied",
			   votes.have >= votes.need, "votes",
			   (json_int_t)votes.have, "needed",
			   (json_int_t)votes.need);
	answer_json(call, answer);
	return status;
}

/* ---- questions --------------------------------------------------------- */

static int32_t
list(KernelCall *call, bsn_err *err)
{
	g_auto(Terms) terms = { 0 };
	g_autoptr(GPtrArray) entries = value_entries_new();
	g_autoptr(json_t) all = json_array();
	int32_t status = terms_read(call->box, &terms, err);

	if (status == BSN_OK)
		status = value_scan(call->box, BUCKET_MEMBER, "", MEMBERS_MAX,
				    entries, NULL, err);
	for (guint i = 0; status == BSN_OK && i < entries->len; i++) {
		const ValueEntry *entry = g_ptr_array_index(entries, i);
		json_t *member = json_loads(entry->value, 0, NULL);

		json_object_set_new(member, "node", json_string(entry->key));
		json_object_set_new(
			member, "validator",
			json_boolean(terms_find(terms.validators,
						entry->key) >= 0));
		json_array_append_new(all, member);
	}
	answer_json(call, all);
	return status;
}

static int32_t
proposals(KernelCall *call, bsn_err *err)
{
	g_autoptr(json_t) all = json_array();
	int32_t status = votes_list(call->box, all, err);

	answer_json(call, all);
	return status;
}

const KernelMethod kernel_member[] = {
	{ "$member", "set", set, 0, "public_key, role, name, address, force" },
	{ "$member", "list", list, KERNEL_READS, "" },
	{ "$member", "proposals", proposals, KERNEL_READS, "" },
	{ NULL, NULL, NULL, 0, NULL },
};
