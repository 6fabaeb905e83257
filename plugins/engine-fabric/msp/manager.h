/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/msp/manager.h: the MSPs of a channel, and the members
 * of them that were seen of late.
 *
 * A manager is one strand's.
 */
#ifndef FABRIC_MSP_MANAGER_H
#define FABRIC_MSP_MANAGER_H

#include "plugins/engine-fabric/msp/msp.h"

/* MSPs of one channel. */
#define MSP_MANAGER_MAX 256u
/* Members that are remembered: at two KiB each, some eight MiB. Judging one
 * anew costs two verifications. */
#define MSP_MANAGER_CACHE 4096u

typedef struct MspManager MspManager;

MspManager *msp_manager_new(const Suite *suite);
void msp_manager_free(MspManager *manager);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MspManager, msp_manager_free)

/* Adds an MSPConfig's MSP.
 *
 * Returns: BSN_OK.
 * Errors:  those of msp_new; BSN_DUPLICATE; BSN_TOO_LARGE. */
int32_t msp_manager_add(MspManager *manager, bsn_slice config, bsn_err *err);
/* Borrowed; NULL when there is none. */
Msp *msp_manager_find(const MspManager *manager, const char *id);

/* Judges a SerializedIdentity.
 *
 * Returns: BSN_OK and an identity for msp_identity_unref.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: it is none; BSN_DENIED: its MSP is
 *          none of the channel's, or it is no member of it. */
int32_t msp_manager_identify(MspManager *manager, bsn_slice serialized,
			     MspIdentity **identity, bsn_err *err);

#endif
