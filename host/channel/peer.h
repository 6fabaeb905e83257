/* SPDX-License-Identifier: Apache-2.0
 *
 * host/channel/peer.h: whom TLS has found at the other end.
 */
#ifndef HOST_CHANNEL_PEER_H
#define HOST_CHANNEL_PEER_H

#include <openssl/ssl.h>

#include "host/service/stream.h"

/* What the verified certificate says; for engine_stream_open. */
StreamPeer *peer_of(const SSL *ssl);

#endif
