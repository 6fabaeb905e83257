/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/channel/holder.h: from a certificate to a member of the
 * channel.
 */
#ifndef FABRIC_HOLDER_H
#define FABRIC_HOLDER_H

#include "plugins/engine-fabric/channel/config.h"

/* Bytes of a certificate in DER, so that its PEM is no longer than an MSP
 * takes. */
#define HOLDER_DER_MAX (11u << 10)

/* Whose certificate it is: the organisation's whose CA has issued it.
 *
 * Returns: BSN_OK.
 * In:      der: X.509.
 * Out:     serialized: a SerializedIdentity, as Fabric's clients write it; who:
 *          references.
 * Errors:  BSN_BAD_REQUEST: it is none; BSN_TOO_LARGE; BSN_DENIED: no
 *          organisation of the channel knows it: "no member of ...", or "its
 *          certificate is of no ...". [strand] */
int32_t holder_find(const ChannelConfig *config, bsn_slice der,
		    GBytes **serialized, MspIdentity **who, bsn_err *err);

#endif
