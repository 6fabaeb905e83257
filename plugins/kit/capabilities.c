/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/capabilities.h"

bsn_capabilities
capabilities_of(const bsn_consensus *consensus, bsn_slice config)
{
	bsn_capabilities capabilities = {
		.size = sizeof(capabilities),
		.finality = BSN_FINALITY_IMMEDIATE,
	};

	if (!BSN_HAS(consensus, depth))
		return capabilities;
	capabilities.finality = BSN_FINALITY_DEPTH;
	capabilities.depth = consensus->depth(config);
	return capabilities;
}

uint32_t
capabilities_certificate(const bsn_consensus *consensus)
{
	return BSN_HAS(consensus, verify_in) ? BSN_CERTIFICATE_MEMBERS
					     : BSN_CERTIFICATE_NONE;
}
