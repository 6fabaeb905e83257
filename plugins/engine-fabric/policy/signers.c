/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/policy/signers.h"

#include <string.h>

#include "plugins/engine-fabric/policy/signature.h"

gboolean
signers_have(const GPtrArray *signers, const MspIdentity *identity)
{
	for (guint i = 0; i < signers->len; i++) {
		const MspIdentity *other = signers->pdata[i];

		if (other->msp == identity->msp &&
		    memcmp(other->id, identity->id, HASH_LEN) == 0)
			return TRUE;
	}
	return FALSE;
}

GPtrArray *
signers_new(void)
{
	return g_ptr_array_new_with_free_func(
		(GDestroyNotify)msp_identity_unref);
}

GPtrArray *
signers_find(MspManager *manager, const Suite *suite, const SignedData *data,
	     guint n)
{
	g_autoptr(GPtrArray) members = signers_new();
	GPtrArray *signers = signers_new();
	SuiteItem items[SIGNERS_MAX];
	int32_t results[SIGNERS_MAX];

	if (n > SIGNERS_MAX)
		return signers;
	for (guint i = 0; i < n; i++) {
		MspIdentity *member = NULL;

		if (msp_manager_identify(manager, data[i].identity, &member,
					 NULL) != BSN_OK)
			continue;
		items[members->len] =
			(SuiteItem){ member->public_key, data[i].message,
				     data[i].signature };
		g_ptr_array_add(members, member);
	}
	suite_verify(suite, items, members->len, results);
	for (guint i = 0; i < members->len; i++)
		if (results[i] == BSN_OK &&
		    !signers_have(signers, members->pdata[i]))
			g_ptr_array_add(signers,
					msp_identity_ref(members->pdata[i]));
	return signers;
}
