/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/sign.h"

#include "plugins/engine-fabric/services.h"

int32_t
sign_as_node(bsn_chain *chain, const Suite *suite, bsn_slice message,
	     guint8 *der, gsize *len, bsn_err *err)
{
	guint8 raw[SIGNATURE_RAW_LEN];
	bsn_fixed_sink sink = bsn_fixed_sink_of(raw, sizeof(raw));
	const int32_t status =
		services.keys->node_sign(chain, suite->algorithm,
					 suite->convention, message,
					 &sink.sink, err);

	if (status != BSN_OK)
		return status;
	if (sink.len != sizeof(raw))
		return bsn_fail(err, BSN_E_INTERNAL,
				"the node's signature has a wrong length");
	*len = suite_finish_signature(suite, raw, der);
	return BSN_OK;
}
