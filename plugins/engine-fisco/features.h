/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/features.h: which rows of the standard this engine
 * offers, and with which parameters.
 */
#ifndef FISCO_FEATURES_H
#define FISCO_FEATURES_H

#include <bsn/engine.h>

/* Ended by NULL; `compiles`: the host lends a compiler. */
const bsn_feature *const *fisco_features(int compiles);

#endif
