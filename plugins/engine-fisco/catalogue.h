/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/catalogue.h: bsn_contract_ops of this engine: the
 * deployed contracts, and code checked before it is deployed.
 */
#ifndef FISCO_CATALOGUE_H
#define FISCO_CATALOGUE_H

#include <bsn/engine.h>

extern const bsn_contract_ops fisco_contract_ops;

#endif
