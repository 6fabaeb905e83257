/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine whose clients stream, and that hears nothing of it.
 */
#define PLUGIN_ID "test.grpc-deaf"
#include "grpc.h"

MINIMAL_NOTE;

static const bsn_grpc_method chat = { sizeof(chat), BSN_GRPC_CLIENT_STREAMS,
				      "/test.Talk/Chat" };
static const bsn_grpc_method *const methods[] = { &chat, NULL };

GRPC_OPEN(methods)
