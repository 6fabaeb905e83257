/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-native/chaincode.h: compiled contracts as chaincodes.
 */
#ifndef RUNTIME_NATIVE_CHAINCODE_H
#define RUNTIME_NATIVE_CHAINCODE_H

#include <bsn/ext/chaincode.h>

extern const bsn_chaincode_runtime native_chaincode_runtime;

#endif
