/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine with a gRPC method whose path is none.
 */
#define PLUGIN_ID "test.grpc-path"
#include "grpc.h"

MINIMAL_NOTE;

static const bsn_grpc_method talk = { sizeof(talk), 0, "test.Talk/Say" };
static const bsn_grpc_method *const methods[] = { &talk, NULL };

GRPC_OPEN(methods)
