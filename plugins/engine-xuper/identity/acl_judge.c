/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/identity/acl_private.h"
#include "plugins/engine-xuper/identity/address.h"

/* Paths "ACCOUNT/.../ADDRESS" below one account, which is not in them. Each
 * account on a path is judged once. */
typedef struct {
	const bsn_slice *list;
	guint n;
	AclSource *source;
	guint depth; /* accounts above */
} Paths;

static int32_t judge(const Acl *acl, const Paths *paths, bsn_err *err);

/* ---- paths ---- */

/* The first name of a path; `rest` is what is behind its slash. */
static bsn_slice
first_name(bsn_slice path, bsn_slice *rest)
{
	const guint8 *slash =
		path.len > 0 ? memchr(path.data, '/', (gsize)path.len) : NULL;
	guint64 len;

	*rest = bsn_slice_of(NULL, 0);
	if (slash == NULL)
		return path;
	len = (guint64)(slash - path.data);
	*rest = bsn_slice_of(slash + 1, path.len - len - 1);
	return bsn_slice_of(path.data, len);
}

/* What is behind `name` in the paths that begin with it. */
static GArray *
paths_below(bsn_slice name, const bsn_slice *list, guint n)
{
	GArray *below = g_array_new(FALSE, FALSE, sizeof(bsn_slice));

	for (guint i = 0; i < n; i++) {
		bsn_slice rest;

		if (bsn_slice_equal(first_name(list[i], &rest), name) &&
		    rest.len > 0)
			g_array_append_val(below, rest);
	}
	return below;
}

static gboolean
has(const bsn_slice *list, guint n, bsn_slice name)
{
	for (guint i = 0; i < n; i++)
		if (bsn_slice_equal(list[i], name))
			return TRUE;
	return FALSE;
}

/* ---- accounts ---- */

static int32_t
judge_account(bsn_slice account, const Paths *paths, bsn_err *err)
{
	g_autoptr(GByteArray) json = g_byte_array_new();
	g_autoptr(Acl) acl = NULL;
	int32_t status;

	if (paths->depth > ACL_DEPTH_MAX)
		return bsn_fail(err, BSN_DENIED,
				"accounts are within accounts more than %u "
				"deep",
				ACL_DEPTH_MAX);
	if (paths->source->judged >= ACL_JUDGED_MAX)
		return bsn_fail(err, BSN_DENIED,
				"those who sign lead through more than %u "
				"accounts",
				ACL_JUDGED_MAX);
	paths->source->judged++;
	status = paths->source->account(paths->source, account, json, err);
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, BSN_DENIED,
				"there is no account %.*s: create it by $acl "
				"NewAccount",
				(int)account.len, (const char *)account.data);
	if (status != BSN_OK)
		return status;
	acl = acl_parse(bsn_slice_of(json->data, json->len), &status, err);
	return acl != NULL ? judge(acl, paths, err) : status;
}

/* Whether a name, which some path begins with, has signed.
 * Returns: BSN_OK, BSN_DENIED. Errors: of the source. */
static int32_t
has_signed(bsn_slice name, const Paths *paths, bsn_err *err)
{
	g_autoptr(GArray) below = NULL;
	Paths inner = *paths;

	if (!account_valid(name))
		return has(paths->list, paths->n, name) ? BSN_OK : BSN_DENIED;
	below = paths_below(name, paths->list, paths->n);
	if (below->len == 0)
		return BSN_DENIED;
	inner.list = (const bsn_slice *)(const void *)below->data;
	inner.n = below->len;
	inner.depth++;
	return judge_account(name, &inner, err);
}

/* Those, out of the first names of all paths, that have signed. */
static int32_t
find_signed(const Paths *paths, GArray *signers, bsn_err *err)
{
	g_autoptr(GArray) seen = g_array_new(FALSE, FALSE, sizeof(bsn_slice));

	for (guint i = 0; i < paths->n; i++) {
		bsn_slice rest;
		const bsn_slice name = first_name(paths->list[i], &rest);
		int32_t status;

		if (has((const bsn_slice *)(const void *)seen->data, seen->len,
			name))
			continue;
		g_array_append_val(seen, name);
		status = has_signed(name, paths, err);
		if (status == BSN_OK)
			g_array_append_val(signers, name);
		else if (status != BSN_DENIED)
			return status;
	}
	return BSN_OK;
}

/* ---- rules ---- */

static int32_t
judge_threshold(const Acl *acl, const bsn_slice *signers, guint n, bsn_err *err)
{
	g_autofree char *has_text = NULL;
	g_autofree char *needs = NULL;
	guint64 sum = 0;

	for (guint i = 0; i < acl->weights->len; i++) {
		const AclWeight *member =
			&g_array_index(acl->weights, AclWeight, i);

		if (has(signers, n, bsn_slice_str(member->name)))
			sum += member->weight;
	}
	if (sum >= acl->accept)
		return BSN_OK;
	has_text = acl_weight_text(sum);
	needs = acl_weight_text(acl->accept);
	return bsn_fail(err, BSN_DENIED,
			"those who have signed weigh %s, the ACL needs %s",
			has_text, needs);
}

static gboolean
set_has_signed(const GPtrArray *set, const bsn_slice *signers, guint n)
{
	for (guint i = 0; i < set->len; i++)
		if (!has(signers, n, bsn_slice_str(g_ptr_array_index(set, i))))
			return FALSE;
	return set->len > 0;
}

static int32_t
judge_sets(const Acl *acl, const bsn_slice *signers, guint n, bsn_err *err)
{
	for (guint i = 0; i < acl->sets->len; i++)
		if (set_has_signed(g_ptr_array_index(acl->sets, i), signers, n))
			return BSN_OK;
	return bsn_fail(err, BSN_DENIED,
			"of none of the ACL's %u AK sets all have signed",
			acl->sets->len);
}

static int32_t
judge(const Acl *acl, const Paths *paths, bsn_err *err)
{
	g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(bsn_slice));
	const bsn_slice *signers;
	int32_t status;

	if (acl->rule == ACL_RULE_NONE)
		return BSN_OK;
	status = find_signed(paths, array, err);
	if (status != BSN_OK)
		return status;
	signers = (const bsn_slice *)(const void *)array->data;
	return acl->rule == ACL_RULE_THRESHOLD
		       ? judge_threshold(acl, signers, array->len, err)
		       : judge_sets(acl, signers, array->len, err);
}

int32_t
acl_judge(const Acl *acl, const bsn_slice *signers, guint n, AclSource *source,
	  bsn_err *err)
{
	const Paths paths = { signers, n, source, 0 };

	return judge(acl, &paths, err);
}

int32_t
acl_judge_account(bsn_slice account, const bsn_slice *signers, guint n,
		  AclSource *source, bsn_err *err)
{
	g_autoptr(GArray) below = paths_below(account, signers, n);
	const Paths paths = { (const bsn_slice *)(const void *)below->data,
			      below->len, source, 1 };

	return judge_account(account, &paths, err);
}
