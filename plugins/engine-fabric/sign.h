/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/sign.h: what this node says, signed with its key.
 */
#ifndef FABRIC_SIGN_H
#define FABRIC_SIGN_H

#include "plugins/engine-fabric/suite.h"

/* Signs as this node.
 *
 * Returns: BSN_OK, and the signature in DER.
 * Out:     der, SIGNATURE_MAX bytes at most; len.
 * Errors:  as bsn_keys.node_sign.
 * [strand] */
int32_t sign_as_node(bsn_chain *chain, const Suite *suite, bsn_slice message,
		     guint8 *der, gsize *len, bsn_err *err);

#endif
