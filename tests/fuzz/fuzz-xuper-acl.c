/* SPDX-License-Identifier: Apache-2.0
 *
 * Access control lists as JSON, judged for those whom they mention; all
 * accounts have the same list.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/identity/acl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SIGNERS_MAX 64u

typedef struct {
	AclSource base;
	bsn_slice json;
	GArray *signers; /* bsn_slice */
} World;

static int32_t
account(AclSource *source, bsn_slice name, GByteArray *json, bsn_err *err)
{
	const World *world = (const World *)source;

	g_byte_array_append(json, world->json.data, (guint)world->json.len);
	return BSN_OK;
}

static void
mention(void *owner, bsn_slice name)
{
	World *world = owner;

	g_assert_cmpuint(name.len, >, 0);
	if (world->signers->len < SIGNERS_MAX)
		g_array_append_val(world->signers, name);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	World world = { { .account = account }, bsn_slice_of(data, size),
			NULL };
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(Acl) acl = acl_parse(world.json, NULL, &err);
	int32_t status;

	g_assert_true((acl == NULL) == (err.reason[0] != '\0'));
	if (acl == NULL)
		return 0;
	world.signers = g_array_new(FALSE, FALSE, sizeof(bsn_slice));
	acl_mentions(acl, mention, &world);
	status = acl_judge(acl, (bsn_slice *)(void *)world.signers->data,
			   world.signers->len, &world.base, &err);
	g_assert_true(status == BSN_OK || status == BSN_DENIED);
	g_array_unref(world.signers);
	return 0;
}
