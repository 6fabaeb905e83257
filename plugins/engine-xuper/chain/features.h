/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/chain/features.h: which rows of the standard this engine
 * offers, and with which parameters.
 */
#ifndef XUPER_CHAIN_FEATURES_H
#define XUPER_CHAIN_FEATURES_H

#include <bsn/engine.h>

/* Ended by NULL. */
extern const bsn_feature *const xuper_features[];

#endif
