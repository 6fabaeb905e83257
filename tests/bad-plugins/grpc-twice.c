/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine that offers a gRPC method twice.
 */
#define PLUGIN_ID "test.grpc-twice"
#include "grpc.h"

MINIMAL_NOTE;

static const bsn_grpc_method say = { sizeof(say), 0, "/test.Talk/Say" };
static const bsn_grpc_method again = { sizeof(again), 0, "/test.Talk/Say" };
static const bsn_grpc_method *const methods[] = { &say, &again, NULL };

GRPC_OPEN(methods)
