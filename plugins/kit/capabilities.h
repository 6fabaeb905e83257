/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/capabilities.h: what follows for a chain's capabilities from the
 * protocol that its nodes agree by.
 */
#ifndef PLUGINS_KIT_CAPABILITIES_H
#define PLUGINS_KIT_CAPABILITIES_H

#include <bsn/capability.h>
#include <bsn/consensus.h>

/* When blocks of a chain with this protocol and this config of its are final;
 * nothing else is said. [any] */
bsn_capabilities capabilities_of(const bsn_consensus *consensus,
				 bsn_slice config);
/* What vouches for its blocks. [any] */
uint32_t capabilities_certificate(const bsn_consensus *consensus);

/* A thing that is found in a block, BSN_PATH_*; not provable at all where
 * nothing vouches for blocks. */
static inline bsn_provable
provable_by(uint32_t certificate, uint32_t path)
{
	bsn_provable provable = { certificate, path };

	if (certificate == BSN_CERTIFICATE_NONE)
		provable.path = BSN_PATH_NONE;
	return provable;
}

#endif
