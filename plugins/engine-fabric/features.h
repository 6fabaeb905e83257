/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/features.h: which rows of the standard this engine
 * offers, and with which parameters.
 */
#ifndef FABRIC_FEATURES_H
#define FABRIC_FEATURES_H

#include <bsn/engine.h>

/* Ended by NULL. */
extern const bsn_feature *const fabric_features[];

#endif
