/* SPDX-License-Identifier: Apache-2.0
 *
 * The nodes in a channel's config: read or refused; what is read is the same
 * when it is written and read again.
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/members/agreement.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/kit/sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const Suite suite = { .algorithm = "ecdsa-p256" };
	g_auto(Members) members = { .list = NULL };
	g_auto(Members) again = { .list = NULL };
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	if (agreement_read(&suite, bsn_slice_of(data, size), &members, &err) !=
	    BSN_OK) {
		g_assert_cmpstr(err.reason, !=, "");
		return 0;
	}
	agreement_put(bytes, members.settings,
		      (const bsn_member *)(const void *)members.list->data,
		      members.list->len);
	g_assert_cmpint(
		agreement_read(&suite, buffer_slice(bytes), &again, NULL), ==,
		BSN_OK);
	g_assert_true(g_bytes_equal(members.memory, again.memory));
	for (guint i = 0; i < members.list->len; i++)
		g_assert_true(
			members_lookup(&members,
				       members_at(&again, i)->public_key) ==
			members_at(&members, i));
	return 0;
}
