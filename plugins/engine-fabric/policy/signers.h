/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/policy/signers.h: from signatures to who signed.
 */
#ifndef FABRIC_POLICY_SIGNERS_H
#define FABRIC_POLICY_SIGNERS_H

#include "plugins/engine-fabric/msp/manager.h"

/* What somebody says to have signed. */
typedef struct {
	bsn_slice identity; /* SerializedIdentity */
	bsn_slice message;
	bsn_slice signature; /* DER */
} SignedData;

/* For MspIdentity references. [any] */
GPtrArray *signers_new(void);
/* Whether somebody is there as a member of that MSP: who signs twice is one.
 * [any] */
gboolean signers_have(const GPtrArray *signers, const MspIdentity *identity);

/* Finds out who of n signed: members of the manager's MSPs whose signatures
 * hold, in the order given, each once. Others are left out.
 *
 * Returns: MspIdentity references, to be unref'd; empty for more than
 *          SIGNERS_MAX. On the manager's strand. */
GPtrArray *signers_find(MspManager *manager, const Suite *suite,
			const SignedData *data, guint n);

#endif
