/* SPDX-License-Identifier: Apache-2.0
 *
 * Which collections a definition may declare on a channel, and beside those that
 * the one in force has. As in Fabric they are neither taken away nor given
 * another block-to-live: digests of before stand in the ledger and expire by it.
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/lifecycle/definition.h"
#include "plugins/kit/reason.h"

typedef struct {
	const ChannelConfig *config;
	CollectionSet *set;
	CollectionSet *before;
	bsn_err *err;
} Declaration;

/* ---- what the channel has ---- */

static gboolean
may_be_member(const Declaration *declaration, const Collection *before,
	      const char *msp_id)
{
	const ChannelOrganisation *organisation =
		channel_config_organisation(declaration->config, msp_id);

	return (organisation != NULL && organisation->in_application) ||
	       (before != NULL && collection_names_msp(before, msp_id));
}

static int32_t
check_members(const Declaration *declaration, const Collection *one)
{
	const Collection *before = collection_set_find(
		declaration->before, bsn_slice_str(one->name));
	const GPtrArray *principals = one->members->principals;

	for (guint i = 0; i < principals->len; i++) {
		const Principal *principal = principals->pdata[i];

		if (!may_be_member(declaration, before, principal->msp_id))
			return bsn_fail(declaration->err, BSN_BAD_REQUEST,
					"collection member '%.64s' is not part "
					"of the channel",
					principal->msp_id);
	}
	return BSN_OK;
}

static int32_t
check_one(const Declaration *declaration, const Collection *one)
{
	int32_t status = check_members(declaration, one);

	if (status == BSN_OK && one->endorsement != NULL)
		status = terms_check_found(declaration->config,
					   one->endorsement, declaration->err);
	if (status != BSN_OK)
		reason_at(declaration->err, "collection %s", one->name);
	return status;
}

/* ---- what was there before ---- */

static int32_t
check_kept(const Declaration *declaration, const Collection *before)
{
	const Collection *now = collection_set_find(
		declaration->set, bsn_slice_str(before->name));

	if (now == NULL)
		return bsn_fail(declaration->err, BSN_BAD_REQUEST,
				"existing collection [%s] missing in the "
				"proposed collection configuration",
				before->name);
	if (now->block_to_live != before->block_to_live)
		return bsn_fail(declaration->err, BSN_BAD_REQUEST,
				"the BlockToLive in an existing collection "
				"[%s] modified. Existing value "
				"[%" G_GUINT64_FORMAT "]",
				before->name, before->block_to_live);
	return BSN_OK;
}

/* ---- all of them ---- */

static int32_t
check_all(const Declaration *declaration)
{
	int32_t status = BSN_OK;

	for (guint i = 0; status == BSN_OK &&
			  i < collection_set_n(declaration->set);
	     i++)
		status = check_one(declaration,
				   collection_set_at(declaration->set, i));
	for (guint i = 0; status == BSN_OK &&
			  i < collection_set_n(declaration->before);
	     i++)
		status = check_kept(declaration,
				    collection_set_at(declaration->before, i));
	return status;
}

int32_t
terms_check_collections(const ChannelConfig *config, bsn_slice collections,
			bsn_slice before, bsn_err *err)
{
	g_autoptr(CollectionSet) set = NULL;
	g_autoptr(CollectionSet) old = NULL;
	int32_t status =
		collection_set_new(&config->suite, collections, &set, err);

	if (status == BSN_OK &&
	    collection_set_new(&config->suite, before, &old, err) != BSN_OK)
		return BSN_E_CORRUPT;
	if (status != BSN_OK)
		return status;
	return check_all(&(const Declaration){ config, set, old, err });
}
