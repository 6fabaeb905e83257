/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "plugins/chaincode/package.h"
#include "plugins/engine-fabric/lifecycle/private.h"
#include "plugins/kit/hex.h"

char *
package_label(const char *id)
{
	const char *colon = strrchr(id, ':');

	return g_strndup(id, colon != NULL ? (gsize)(colon - id) : 0);
}

gboolean
package_id_is_valid(const char *id)
{
	g_autofree char *label = package_label(id);
	const gsize len = strlen(label);

	return len > 0 && len <= CHAINCODE_LABEL_MAX &&
	       strlen(id) == len + 1 + 2 * HASH_LEN &&
	       strspn(id + len + 1, "0123456789abcdef") == 2 * HASH_LEN;
}

char *
package_id(const char *label, const guint8 *digest)
{
	g_autofree char *hex = hex_encode(bsn_slice_of(digest, HASH_LEN));

	return g_strdup_printf("%s:%s", label, hex + strlen("0x"));
}

int32_t
package_read(const Suite *suite, bsn_slice package, ChaincodePackage **read,
	     guint8 digest[HASH_LEN], bsn_err *err)
{
	g_autoptr(ChaincodePackage) made = NULL;
	int32_t status;

	if (package.len > PACKAGE_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a package has at most %u MiB",
				PACKAGE_MAX >> 20);
	status = chaincode_package_read(package, &made, err);
	if (status == BSN_OK)
		status = suite_digest(suite, &package, 1, digest);
	if (status == BSN_OK)
		*read = g_steal_pointer(&made);
	return status;
}
