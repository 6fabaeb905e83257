/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a group can be one.
 */
#include "plugins/engine-xuper/cross/parachain.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

static gboolean
check_list(const json_t *list, const char *what, bsn_err *err)
{
	const json_t *entry;
	size_t i;

	if (!json_is_array(list) ||
	    json_array_size(list) > PARACHAIN_GROUP_MAX) {
		bsn_fail(err, BSN_BAD_REQUEST,
			 "%s must be an array of at most %u addresses", what,
			 PARACHAIN_GROUP_MAX);
		return FALSE;
	}
	json_array_foreach(list, i, entry) {
		const char *text = json_string_value(entry);

		if (text != NULL && address_valid(bsn_slice_str(text)))
			continue;
		bsn_fail(err, BSN_BAD_REQUEST,
			 "%s must hold addresses; number %u is none", what,
			 (guint)i);
		return FALSE;
	}
	return TRUE;
}

static gboolean
check_readers(const json_t *list, bsn_err *err)
{
	const json_t *entry;
	size_t i;

	if (list == NULL)
		return TRUE;
	if (!json_is_array(list) || json_array_size(list) > PARACHAINS_MAX) {
		bsn_fail(err, BSN_BAD_REQUEST,
			 "readers must be an array of at most %u names of "
			 "chains",
			 PARACHAINS_MAX);
		return FALSE;
	}
	json_array_foreach(list, i, entry) {
		const char *text = json_string_value(entry);

		if (text != NULL && (strcmp(text, "*") == 0 ||
				     parachain_name_valid(bsn_slice_str(text))))
			continue;
		bsn_fail(err, BSN_BAD_REQUEST,
			 "readers must hold names of chains, or \"*\"; number "
			 "%u is none",
			 (guint)i);
		return FALSE;
	}
	return TRUE;
}

gboolean
parachain_check_group(const json_t *group, bsn_err *err)
{
	const json_t *admin = json_object_get(group, "admin");

	if (!check_list(admin, "admin", err) ||
	    !check_list(json_object_get(group, "identities"), "identities",
			err) ||
	    !check_readers(json_object_get(group, "readers"), err))
		return FALSE;
	if (json_array_size(admin) > 0)
		return TRUE;
	bsn_fail(err, BSN_BAD_REQUEST, "a group needs an administrator");
	return FALSE;
}
